#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The packages removed and purged: nothing of them is left.

# shellcheck source=system.sh
. "$(dirname "$0")/system.sh"

ktap_begin
# the administrator's own
rm -r /etc/modprobe.d/nf_portzero.conf /etc/portzero /etc/systemd/system/early.service \
	/etc/systemd/system/sysinit.target.wants/early.service
did "both are removed" dpkg -r portzero nf-portzero-dkms
ktap_equal "dkms knows it no more" "$(dkms status nf_portzero)" ""
for kernel in $(kernels); do
	ktap_equal "nor does modprobe on $kernel" \
		"$(modprobe -n -q -S "$kernel" nf_portzero; echo $?)" 1
done
did "both are purged" dpkg -P portzero nf-portzero-dkms
ktap_equal "the files are those before" "$(files | diff $BEFORE -)" ""
ktap_finish
