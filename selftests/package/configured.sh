#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The administrator's part: the examples say drop and audit. To see what comes of
# it, something sends a packet before there is a network.

# shellcheck source=system.sh
. "$(dirname "$0")/system.sh"

ktap_begin
sed 's/drop=0 audit=0/drop=1 audit=1/' \
	/usr/share/doc/nf-portzero-dkms/examples/modprobe.conf > /etc/modprobe.d/nf_portzero.conf
ktap_equal "the example of modprobe.d means both" "$(modprobe -c | grep '^options nf_portzero')" \
	"options nf_portzero enable=1 drop=1 audit=1"
mkdir -p /etc/portzero /etc/systemd/system/sysinit.target.wants
cat > /etc/systemd/system/early.service <<-END
	[Unit]
	DefaultDependencies=no
	After=systemd-modules-load.service
	Before=network-pre.target
	Wants=network-pre.target

	[Service]
	Type=oneshot
	ExecStart=-$pzsend --raw -s 127.0.0.1 -d 127.0.0.1 --sport 0 --dport 80 --flags syn
END
ln -s ../early.service /etc/systemd/system/sysinit.target.wants
ktap_finish
