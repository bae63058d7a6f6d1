#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# portzero verify against real rulesets: those that stop port zero, and those
# that only seem to. The same 100 packets and 20 pings are sent for each.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

audit()
{
	gateway sysctl -n net.netfilter.nf_portzero_audit
}

# What comes in: port zero, over IPv6; pings, over IPv6.
readonly ALL="[100,50,20,10]" PINGS="[0,0,20,10]"
arriving=$ALL

# Over IPv4 and IPv6 alike: 20 for the gateway itself, 20 and 10 to be forwarded;
# 5 pings for each.
traffic()
{
	local from to sink

	for from in $OUTSIDE4 $OUTSIDE6; do
		to=$GATEWAY4 sink=$SINK4
		[ "$from" = $OUTSIDE4 ] || to=$GATEWAY6 sink=$SINK6
		send -s "$from" -d $to --proto echo --count 5
		send -s "$from" -d $sink --proto echo --count 5
		[ "$arriving" = "$ALL" ] || continue
		send -s "$from" -d $to --sport 0 --dport 80 --flags syn,ack --count 20
		send -s "$from" -d $sink --sport 0 --dport 80 --flags syn,ack --count 20
		send -s "$from" -d $sink --sport 1234 --dport 0 --flags syn --count 10
	done
}

# waits PID: in sigtimedwait; before 5.16 a kernel may know no more than that it sleeps
waits()
{
	local where

	grep -qs "^State:.S" /proc/"$1"/status || return
	where=$(cat /proc/"$1"/wchan)
	[[ $where == *sigtimedwait* || $where = 0 ]]
}

# verifying OPTION...: a verify at work in the background, until it has read what it
# starts from and waits for its time to be over
verifying()
{
	nsenter --net=/run/netns/$GATEWAY "$portzero" verify --for 1h "$@" \
		> "$tmp/verdict" 2> "$tmp/err" &
	pid=$!
	until waits $pid || ! kill -0 $pid; do
		pause 0.1
	done
}

# verdict WHAT VERDICT PORT-ZERO ECHO [OPTION]: what verify says of the ruleset in
# force; the numbers are survived, to this host, over IPv6
verdict()
{
	local pid status

	verifying --json "${@:5}"
	traffic
	settle
	kill -INT "$pid"
	wait "$pid"
	status=$?
	ktap_equal "$1: verdict" \
		"$status $(jq -r .verdict "$tmp/verdict")$(cat "$tmp/err")" "$2"
	ktap_equal "$1: what came in" \
		"$(jq -c '[.true.came_in, .true.came_in_ipv6, .echo.came_in, .echo.came_in_ipv6]' "$tmp/verdict")" \
		"$arriving"
	ktap_equal "$1: port zero" "$(survivors true)" "$3"
	ktap_equal "$1: pings" "$(survivors echo)" "$4"
	ktap_equal "$1: the audit is off again" "$(audit)" 0
}

survivors()
{
	jq -r ".$1 | \"\(.survived) \(.survived_local) \(.survived_ipv6)\"" \
		"$tmp/verdict"
}

# rules FAMILY HOOKS RULE...: drop what a rule matches in each of the hooks
rules()
{
	local hook rule

	gateway nft flush ruleset
	{
		echo "table $1 filter {"
		for hook in $2; do
			echo "chain $hook { type filter hook $hook priority 0;"
			for rule in "${@:3}"; do
				echo "$rule drop"
			done
			echo "}"
		done
		echo "}"
	} | gateway nft -f - || ktap_say "nft refuses the rules"
}

# shellcheck disable=SC2119
begin
need jq nft iptables
[ -x "$portzero" ] || ktap_skip_all "the tool is not built"
topology

verdict "no rules" "1 leak" "100 40 50" "20 10 10"

readonly ECHO4="icmp type echo-request" ECHO6="icmpv6 type echo-request"
readonly SYN="tcp flags & (fin|syn|rst|ack) == syn"

rules inet "input forward" "tcp sport 0" "tcp dport 0" "$ECHO4" "$ECHO6"
verdict "all of it" "0 stopped" "0 0 0" "0 0 0"
rules inet "input" "tcp sport 0" "tcp dport 0" "$ECHO4" "$ECHO6"
verdict "only what comes here" "1 leak" "60 0 30" "10 0 5"
rules inet "forward" "tcp sport 0" "tcp dport 0" "$ECHO4" "$ECHO6"
verdict "only what is forwarded" "1 leak" "40 40 20" "10 10 5"
rules ip "input forward" "tcp sport 0" "tcp dport 0" "$ECHO4"
verdict "only IPv4" "1 leak" "50 20 50" "10 5 10"
rules inet "input forward" "tcp sport 0" "$ECHO4" "$ECHO6"
verdict "only the source port" "1 leak" "20 0 10" "0 0 0"
rules inet "input forward" "tcp sport 0 $SYN" "tcp dport 0 $SYN" "$ECHO4" "$ECHO6"
verdict "only SYN" "1 leak" "40 20 20" "0 0 0"
rules inet "input forward" "tcp sport 0" "tcp dport 0"
verdict "not the pings" "1 leak" "0 0 0" "20 10 10"

gateway nft -f - <<-END
	flush ruleset
	table inet nat {
		chain out {
			type nat hook postrouting priority srcnat;
			oifname in0 masquerade random
		}
	}
END
verdict "masquerading rewrites the port" "1 leak" "100 40 50" "20 10 10"
gateway nft flush ruleset

for command in iptables ip6tables; do
	for chain in INPUT FORWARD; do
		gateway $command -A $chain -p tcp --sport 0 -j DROP
		gateway $command -A $chain -p tcp --dport 0 -j DROP
	done
done
verdict "iptables, without pings" "1 leak" "0 0 0" "20 10 10"
gateway iptables -F
verdict "only ip6tables" "1 leak" "50 20 0" "20 10 10"
gateway ip6tables -F

switch drop 1
verdict "dropped by the module" "1 leak" "0 0 0" "20 10 10"
ktap_equal "dropped by the module: and said so" \
	"$(jq .dropped "$tmp/verdict")" 100
switch drop 0

arriving=$PINGS
rules inet "input forward" "$ECHO4" "$ECHO6"
verdict "pings alone, stopped" "0 stopped" "0 0 0" "0 0 0"
verdict "pings alone, stopped though let in" "2 nothing to judge by" "0 0 0" \
	"0 0 0" --allow-echo
gateway nft flush ruleset
verdict "pings alone" "1 leak" "0 0 0" "20 10 10"
verdict "pings alone, let in" "2 nothing to judge by" "0 0 0" "20 10 10" --allow-echo

# On the kernel's own files, not a tree of ours.
verifying
switch audit 1
kill -INT "$pid"
wait "$pid"
ktap_equal "set meanwhile: the audit stays on" "$(audit)" 1
ktap_equal "set meanwhile: and said so" \
	"$(cat "$tmp/err")" "portzero: somebody switched the audit on, so on it stays"
switch audit 0
verifying
kill -KILL "$pid"
wait "$pid" 2> "$tmp/err"
ktap_equal "killed: the audit stays on" "$(audit)" 1
nsenter --net=/run/netns/$GATEWAY "$portzero" verify --for 100ms \
	> "$tmp/verdict" 2> "$tmp/err"
ktap_equal "killed: the next one switches it off" "$(audit)$(cat "$tmp/err")" 0
"$portzero" verify --for 100ms > "$tmp/verdict" 2> "$tmp/err"
ktap_equal "another network's note is another" "$(cat "$tmp/err")" ""
ktap_finish
