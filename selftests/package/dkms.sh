#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The packages on a machine of their own, with real dkms: installed, built for the
# running kernel and for the next one, loaded, removed, purged; nothing is left.

# shellcheck source=../lib/ktap.sh
. "$(dirname "$0")/../lib/ktap.sh"

ktap_begin
grep -q "^overlay / " /proc/mounts ||
	ktap_skip_all "this is for the test machine, which forgets it all"
shopt -s nullglob
packages=("$top"/build/deb/nf-portzero-dkms_*.deb "$top"/build/deb/portzero_*.deb)
[ ${#packages[@]} = 2 ] || ktap_skip_all "make deb has not been run"
command -v dkms > /dev/null || ktap_skip_all "dkms is not installed"
running=$(uname -r)

said()
{
	[ "$1" = 0 ] || ktap_say "$(tail -n 20 /tmp/said)"
	ktap_result "$@"
}

what_is_there()
{
	find /usr /etc /lib/systemd "/lib/modules/$running" /var/lib/dkms /var/lib/portzero \
		-xdev \( -name '*portzero*' -o -name 'nf_portzero*' \) 2>/dev/null |
		grep -v "^$top" | sort
}

before=$(what_is_there)
export DEBIAN_FRONTEND=noninteractive
dpkg -i "${packages[@]}" > /tmp/said 2>&1
said $? "both packages are installed"
dkms status nf_portzero > /tmp/said 2>&1
grep -q "nf_portzero/1.0, $running.*: installed" /tmp/said
said $? "dkms has built the module for the running kernel"
modprobe nf_portzero drop=1 > /tmp/said 2>&1
said $? "it is loaded by its name"
ktap_equal "with drop on from the first packet" \
	"$(cat /proc/sys/net/netfilter/nf_portzero_drop)" 1
portzero status > /tmp/said 2>&1
said $? "the installed tool reads it"
grep -q "drop on" /tmp/said
said $? "and says that it drops"
man -w 4 nf_portzero > /tmp/said 2>&1 && man -w 8 portzero >> /tmp/said 2>&1
said $? "both manuals are found"

# The next kernel, as its package's postinst would say it.
for next in /usr/src/linux-headers-*-amd64; do
	next=${next#/usr/src/linux-headers-}
	[ "$next" != "$running" ] || continue
	mkdir -p "/lib/modules/$next"
	ln -sfn "/usr/src/linux-headers-$next" "/lib/modules/$next/build"
	dkms autoinstall -k "$next" > /tmp/said 2>&1
	said $? "a kernel upgrade builds it for $next"
done

rmmod nf_portzero
dpkg -r portzero nf-portzero-dkms > /tmp/said 2>&1
said $? "both are removed"
ktap_equal "dkms knows it no more" "$(dkms status nf_portzero)" ""
! modprobe nf_portzero > /tmp/said 2>&1
said $? "nor does modprobe"
dpkg -P portzero nf-portzero-dkms > /tmp/said 2>&1
said $? "both are purged"
ktap_equal "and nothing of them is left" "$(what_is_there)" "$before"

ktap_finish
