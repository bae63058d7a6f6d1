#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The packages on a machine that systemd has booted: module and service at boot,
# as configured from the first packet; reload, watchdog, purge.

# shellcheck source=system.sh
. "$(dirname "$0")/system.sh"

readonly CONF=/etc/portzero/watch.conf

# show PROPERTY: of the service
show()
{
	systemctl show --property "$1" --value portzero
}

is()
{
	[ "$(show "$1")" = "$2" ]
}

# The journal of the service says it.
told()
{
	journalctl -q -u portzero -o cat | grep -qF "$1"
}

counter()
{
	awk -v name="$1" '$1 == name { print $2 }' /proc/net/nf_portzero
}

ktap_begin
until_done test -S /run/systemd/private
ktap_equal "$(uname -r): the system is up" \
	"$(systemctl is-system-running --wait) $(systemctl --failed --plain --no-legend)" "running "
ktap_equal "the module is there as configured" "$(portzero status | head -n 1)" \
	"nf_portzero 1.0  counting on  drop on  audit on"
ktap_equal "a packet before the network was up" "$(counter out) sent, $(counter dropped) dropped" \
	"1 sent, 1 dropped"
ktap_equal "the service runs and is enabled" \
	"$(show ActiveState) $(show UnitFileState) $(show NRestarts)" "active enabled 0"
exposure=$(systemd-analyze security portzero --no-pager | sed -n 's/.*Overall exposure.*: \([0-9.]*\) .*/\1/p')
ktap_say "systemd-analyze security: $exposure"
did "its exposure is 1.6 at most" awk -v is="$exposure" 'BEGIN { exit !(is != "" && is <= 1.6) }'

echo "203.0.113.0/24 research" > /etc/portzero/labels
echo "labels /etc/portzero/labels" > $CONF
did "it is reloaded" systemctl reload portzero
did "and has read its labels" until_done told "read again: settings, 1 labels"
echo nonsense > $CONF
did "it is reloaded with wrong settings" systemctl reload portzero
did "which it tells of" until_done told "the settings stay as they were"
ktap_equal "and goes on" "$(show ActiveState) $(show NRestarts)" "active 0"
rm -r /etc/portzero

mkdir -p /run/systemd/system/portzero.service.d
printf '[Service]\nWatchdogSec=5\nRestartSec=1\n' > /run/systemd/system/portzero.service.d/soon.conf
systemctl daemon-reload
did "it is started anew" systemctl restart portzero
ktap_equal "with what it has learned kept" \
	"$(find /var/lib/private/portzero -type f -printf '%f %m\n')" "state 600"
kill -STOP "$(show MainPID)"
did "when it hangs" until_done is NRestarts 1
did "the watchdog starts it again" until_done is ActiveState active
did "and says so" told "Watchdog timeout"
rm -r /run/systemd/system/portzero.service.d

did "both are purged" dpkg -P portzero nf-portzero-dkms
ktap_equal "the service is gone" "$(show LoadState) $(pgrep -x portzero)" "not-found "
rm /etc/modprobe.d/nf_portzero.conf
ktap_equal "with all files, and what it wrote" \
	"$(files | grep portzero) $(echo /run/*portzero*)" " "
did "the module, still loaded, goes" rmmod nf_portzero
[ $ktap_failed = 0 ] || ktap_say "$(journalctl -q -b -o cat | tail -n 60)"
ktap_finish
