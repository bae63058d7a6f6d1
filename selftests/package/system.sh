# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# system.sh: what the tests of the packages have in common, for them to source.

# shellcheck source=../lib/ktap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/ktap.sh"

[ -e /fresh ] || ktap_skip_all "this is for a scratch system: selftests/package/run"
shopt -s nullglob

# Every file there was before the packages.
# shellcheck disable=SC2034
readonly BEFORE=/var/tmp/before

# did WHAT COMMAND...: it goes well; what it says is in /tmp/said
did()
{
	"${@:2}" > /tmp/said 2>&1 < /dev/null
	local status=$?

	[ $status = 0 ] || ktap_say "$(tail -n 20 /tmp/said)"
	ktap_result $status "$1"
	return $status
}

# The kernels here, whose modules are in directories of these names.
kernels()
{
	ls -v /lib/modules
}

# Every file, but for what all packages write to: logs, caches, dpkg's and apt's
# own, the modules' indexes, dkms's key; and the headers' links, which the tests set.
files()
{
	find /etc /usr /var -xdev \
		\( -path /var/log -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg \) \
		-prune -o ! -path '/usr/lib/modules/*/modules.*' ! -path '/var/lib/dkms/mok.*' \
		! -path '/usr/lib/modules/*/build' ! -path $BEFORE -print | sort
}

# dkms_has KERNEL: the module is built, signed and where modprobe finds it
dkms_has()
{
	did "dkms has built the module for $1" \
		grep -q ': installed$' <(dkms status nf_portzero/1.0 -k "$1" 2> /dev/null)
	ktap_equal "where modprobe finds it" \
		"$(modinfo -k "$1" -F vermagic nf_portzero | cut -d' ' -f1)" "$1"
}
