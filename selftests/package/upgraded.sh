#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Another kernel comes, goes and comes again, by the hooks that its packages run.
#
# usage: upgraded.sh KERNEL HEADERS

# shellcheck source=system.sh
. "$(dirname "$0")/system.sh"

# comes KERNEL HEADERS
comes()
{
	ln -sfn "$2" "/lib/modules/$1/build"
	did "its headers come" /etc/kernel/header_postinst.d/dkms "$1" ||
		ktap_say "$(tail -n 30 /var/lib/dkms/nf_portzero/1.0/build/make.log)"
	dkms_has "$1"
}

ktap_begin
others=$(dkms status nf_portzero 2> /dev/null)
comes "$@"
did "it is removed" /etc/kernel/prerm.d/dkms "$1"
ktap_equal "and its module with it" "$(find "/lib/modules/$1" -name 'nf_portzero*')" ""
ktap_equal "but no other one's" "$(dkms status nf_portzero 2> /dev/null)" "$others"
comes "$@"
ktap_finish
