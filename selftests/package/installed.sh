#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The packages installed, with real dkms, where one kernel has its headers.
#
# usage: installed.sh KERNEL

# shellcheck source=system.sh
. "$(dirname "$0")/system.sh"

ktap_begin
packages=("$top"/build/deb/nf-portzero-dkms_*.deb "$top"/build/deb/portzero_*.deb)
[ ${#packages[@]} = 2 ] || ktap_skip_all "make deb has not been run"

for kernel in $(kernels); do
	[ "$kernel" = "$1" ] || rm "/lib/modules/$kernel/build"
done
# Debian 11's compiler, which its kernel asks for, is called so.
ln -s gcc /usr/bin/gcc-10

files > $BEFORE
did "both packages are installed" apt-get install -q -y "${packages[@]}"
dkms_has "$1"
ktap_equal "for no other kernel, for want of headers" "$(dkms status nf_portzero | wc -l)" 1
ktap_equal "the key is dkms's, made for this machine" \
	"$(modinfo -k "$1" -F signer nf_portzero)" "DKMS module signing key"
for page in 4\ nf_portzero 7\ portzero-runbook 8\ portzero; do
	# shellcheck disable=SC2086
	did "man $page" man -w $page
done

cp /root/mok.* /var/lib/dkms
did "both are installed once more" apt-get install -q -y --reinstall "${packages[@]}"
dkms_has "$1"
ktap_equal "the key is the owner's" "$(modinfo -k "$1" -F signer nf_portzero)" "SnakeOil"
ktap_finish
