#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The unit and its drop-ins under a real systemd, with all their hardening, and a
# real mail server: a warning is mailed and switches drop on; what is killed is
# started again and knows what it left on; wrong settings are not tried for ever.
# The mail server is installed by 'selftests/deps mail'.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

[ -z "${QUICK-}" ] || ktap_skip_all "--full runs it"
[ -e /run/test-machine ] ||
	ktap_skip_all "this is for the test machine, which forgets it all"
# shellcheck disable=SC2119
begin
need msmtp exim4 jq
[ -x "$portzero" ] || ktap_skip_all "the tool is not built"
[ -x /lib/systemd/systemd ] || ktap_skip_all "no systemd"

readonly SHARE=/usr/local/share/portzero CONF=/etc/portzero/watch.conf

# The system's manager, alone with our units and those that they hang on, in its
# own process namespace.
boot()
{
	local units target

	units=$tmp/units
	mkdir -p "$units/portzero.service.d"
	for target in sysinit basic shutdown multi-user; do
		printf '[Unit]\nDefaultDependencies=no\n' > "$units/$target.target"
	done
	cp /usr/local/lib/systemd/system/portzero.service "$units"
	cp $SHARE/mail.conf $SHARE/auto-drop.conf "$units/portzero.service.d"
	SYSTEMD_UNIT_PATH="$units" container=test unshare --pid --fork --mount-proc \
		/lib/systemd/systemd --unit=multi-user.target --log-target=console \
		> "$tmp/systemd" 2>&1 &
	until_done pgrep -x systemd > /dev/null
	manager=$(pgrep -x systemd)
	until_done ctl is-active --quiet multi-user.target
}

ctl()
{
	nsenter --target "$manager" --pid --mount systemctl "$@" 2> /dev/null
}

# show PROPERTY: of the service
show()
{
	ctl show --property "$1" --value portzero
}

is()
{
	[ "$(show "$1")" = "$2" ]
}

# events: one for each mail that has come, in any order
events()
{
	sed -n '/^{/p' "$tmp/exim/mail" | jq -r .event
}

told()
{
	grep -qs '^Subject: TCP port zero' "$tmp/exim/mail" &&
		events | grep -x start > /dev/null
}

dropping()
{
	[ "$(cat /proc/sys/net/netfilter/nf_portzero_drop)" = "$1" ]
}

make -s -C "$top/tools/portzero" install > /dev/null || exit 1
mkdir -p /etc/portzero
printf 'exec %s/portzero-mail root@localhost\nauto-drop 1h\n' $SHARE > $CONF
seq 1 10 20000 | awk -v now="$(date +%s)" 'BEGIN { print "time,true,phantom,echo,leak" }
	{ print now - 20001 + $1 ",3,3,3,3" }' > "$tmp/usual.csv"
"$portzero" watch --replay "$tmp/usual.csv" --state "$tmp/learned"
mkdir -p /var/lib/private/portzero
cp "$tmp/learned" /var/lib/private/portzero/state
ip link set lo up
# All mail into a file.
cat > "$tmp/exim.conf" << END
primary_hostname = $(uname -n)
local_interfaces = 127.0.0.1
acl_smtp_rcpt = accept
keep_environment =
log_file_path = $tmp/exim/%slog
spool_directory = $tmp/exim
pid_file_path = $tmp/exim/pid
begin routers
all:
  driver = accept
  transport = file
begin transports
file:
  driver = appendfile
  file = $tmp/exim/mail
  user = Debian-exim
END
chmod 755 "$tmp"
install -d -o Debian-exim "$tmp/exim"
exim4 -C "$tmp/exim.conf" -bd

boot
ctl start portzero
ktap_equal "the service starts" "$(show ActiveState) $(show Result)" "active success"
"$pzsend" --raw -s 127.0.0.1 -d 127.0.0.1 --sport 0 --dport 80 --flags syn \
	--count 400 --rate 100 > /dev/null
until_done dropping 1
ktap_result $? "a warning switches drop on"
until_done told
ktap_result $? "and is mailed"
ktap_equal "once, as it is" "$(events | grep -cx start)" 1

ctl kill --signal KILL portzero
until_done is NRestarts 1
until_done is ActiveState active
ktap_equal "killed, it is started again" "$(show NRestarts) $(show ActiveState)" "1 active"
dropping 1
ktap_result $? "drop stays on meanwhile"
ctl stop portzero
until_done dropping 0
ktap_result $? "and goes off with the watch, which had a note of it"

echo nonsense > $CONF
ctl start portzero
until_done is ActiveState failed
ktap_equal "wrong settings are not tried again" "$(show ActiveState) $(show ExecMainStatus)
$(show NRestarts)" "failed 2
0"
[ $ktap_failed -eq 0 ] || ktap_say "$(tail -n 40 "$tmp/systemd" "$tmp"/exim/*log)"
kill -KILL "$manager"
kill "$(cat "$tmp/exim/pid")"
ktap_finish
