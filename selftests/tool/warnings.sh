#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Real packets through the gateway, and what portzero watch makes of them: one
# warning for each scenario, its reading and its end; none for ordinary traffic.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"
# shellcheck source=scenarios.sh
. "$(dirname "$0")/scenarios.sh"

watcher=
out=

# How long warnings are held here, and how long to wait for one.
readonly HOLD=4s WAIT=300

# Two hours with a packet in two seconds of each kind, up to now, so that nobody
# has to sit through them.
learn()
{
	local now

	now=$(date +%s)
	seq $((now - 7200)) 10 "$now" | awk '
		BEGIN { print "time,true,phantom,echo,leak" }
		{ n = 3 + NR * 7 % 5; print $1 "," n "," n "," n "," n }
	' > "$tmp/usual.csv"
	"$portzero" watch --replay "$tmp/usual.csv" --state "$tmp/learned"
}

# watch: in the gateway, until it has read the counters and, leaks being told from
# the second time on, has had time for two more
watch()
{
	out=$tmp/out
	cp "$tmp/learned" "$tmp/state"
	nsenter --net=/run/netns/$GATEWAY "$portzero" watch --json --hold $HOLD \
		--state "$tmp/state" > "$out" 2> "$tmp/err" &
	watcher=$!
	# It takes signals by itself, which is just before it begins to wait.
	while grep -qs '^SigBlk:[[:blank:]]*0*$' /proc/$watcher/status; do
		pause 0.1
	done
	pause 2.5
}

stop()
{
	kill "$watcher"
	wait "$watcher"
}

# warnings EVENT: the signals that have had one, sorted
warnings()
{
	jq -r "select(.event == \"$1\") | .signal" "$out" | sort | xargs
}

# await EVENT SIGNALS: until they have all had one
await()
{
	local end=$((SECONDS + WAIT))

	while [ "$(warnings "$1")" != "$2" ] && [ $SECONDS -lt $end ]; do
		pause 0.5
	done
}

# readings EVENT SIGNAL: the different ones
readings()
{
	jq -r "select(.event == \"$1\" and .signal == \"$2\") | .reading" \
		"$out" | sort -u | xargs
}

# beginning SIGNAL: the first reading, if there was anything to go by
beginning()
{
	jq -r "select(.event == \"start\" and .signal == \"$1\") |
		if .peak < 25 then \"unclear\" else .reading end" "$out" |
		sort -u | xargs
}

# Live, too, for a quick look; the others are judged as captures by verdicts.sh.
readonly BRIEF="|horizontal scan|flood|spoofed flood|fragments|pings beside a scan|this host itself|past the firewall|"

# scenario WHAT SIGNALS READING COMMAND...: the last signal has the reading. It may
# begin as unclear, while the first few packets are all there is; and of a flood these
# may be so few that they look like a probe.
scenario()
{
	local signals=$2 reading=$3 status

	if [ -n "${QUICK-}" ] && [[ $BRIEF != *"|$1|"* ]]; then
		ktap_skip "$1" "--full sends it live"
		return
	fi
	watch
	"${@:4}" > /dev/null || ktap_say "$1: sending failed"
	await start "$signals"
	await end "$signals"
	stop
	status=$?
	ktap_equal "$1: one warning" "$(warnings start)" "$signals"
	ktap_say "$(jq -c '[.event, .signal, .reading, .facts]' "$out")"
	[ "$signals" != "echo true" ] || ktap_equal "$1: pings are told of" \
		"$(jq -r 'select(.event == "end" and .signal == "true") | .pings' "$out")" \
		true
	ktap_equal "$1: its reading" "$(readings end "${signals##* }")" "$reading"
	ktap_equal "$1: its first reading" \
		"$(beginning "${signals##* }" | sed "s/^unclear$/$reading/")" \
		"$reading"
	ktap_equal "$1: one end" "$(warnings end)" "$signals"
	ktap_equal "$1: no complaint, nothing active" \
		"$(cat "$tmp/err")$status" 0
}

ordinary()
{
	for _ in 1 2 3 4 5; do
		send -s $OUTSIDE4 -d $INSIDE4 --sport 40000-50000 --dport 443 \
			--flags syn,ack,rst --count 5000 --rate 5000 || return
		send -s $OUTSIDE4 -d $INSIDE4 --proto udp --sport 0 --dport 53 \
			--count 1000 || return
		outside ping -q -c 1 $INSIDE4 || return
	done
}

# shellcheck disable=SC2119
begin
need jq
[ -x "$portzero" ] || ktap_skip_all "the tool is not built"
topology
learn

watch
ordinary > /dev/null
pause 3
stop
ktap_equal "ordinary traffic: fine at the end" $? 0
# That the usual packets are missing may be told, where the machine is slow.
ktap_equal "ordinary traffic: no warning" "$(warnings start)$(cat "$tmp/err")" ""

scenarios
scenario "this host itself" true own-host \
	gateway "$pzsend" --raw -s $GATEWAY4 -d $OUTSIDE4 --sport 0 --dport 80 \
	--flags syn --count 300 --rate 100
switch audit 1
scenario "past the firewall" "leak true" horizontal-scan \
	many 10.1.6.1 198.51.100.129+100 --dport 445 --flags syn --count 1000 \
	--rate 400
ktap_equal "past the firewall: the leak is named" \
	"$(jq -r 'select(.event == "end" and .signal == "leak") | .reading' "$out")" \
	leak
ktap_equal "past the firewall: all of them" \
	"$(jq -r 'select(.event == "end" and .signal == "leak") | .counters.leak' "$out")" \
	1000
switch audit 0
ktap_finish
