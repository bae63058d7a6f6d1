#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every command of portzero-runbook(7), in its order on one gateway under the scan
# that the page speaks of, prints what the page shows.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

page=$top/tools/portzero/share/portzero-runbook.7

# The lines of its examples: commands behind "# ", then what they print.
examples()
{
	sed -n '/^\.Bd -literal/,/^\.Ed/ { /^\./!p }' "$page"
}

scan()
{
	send -s 192.0.2.66 -d 198.51.100.130+60 --sport 0 --dport 445 --flags syn --count 200 &&
		send -s 192.0.2.66 -d 198.51.100.130+60 --proto echo --count 30
}

# await WHAT COMMAND...: it succeeds, sooner or later
await()
{
	local end=$((SECONDS + 60))

	until "${@:2}"; do
		if [ $SECONDS -ge $end ]; then
			ktap_say "waited in vain until $1"
			return 1
		fi
		pause 0.1
	done
	return 0
}

audited()
{
	[ "$(gateway sysctl -n net.netfilter.nf_portzero_audit)" = 1 ]
}

# start COMMAND: in the gateway, as root there types it; what it says is in "said"
start()
{
	(cd "$tmp/desk" && PATH=${portzero%/*}:$PATH &&
		gateway bash -c "$1") > "$tmp/said" 2>&1 &
}

# Those that wait for packets get some. The minute may be shorter here.
obey()
{
	local pid

	case $1 in
	*"-i any"*)
		start "$1"
		pid=$!
		await "it listens" grep -q "listening on" "$tmp/said" && scan
		;;
	"portzero verify"*)
		start "exec $1"
		pid=$!
		await "the audit is on" audited && settle && scan && settle
		pkill -INT -P $pid -x portzero || kill -INT $pid
		;;
	*"status"*"--talkers"*)
		# new lists, so that it doesn't matter which minute it is
		rmmod nf_portzero && insmod "$(module_file)" && switch enable 1
		scan && settle
		start "$1"
		pid=$!
		;;
	*)
		start "$1"
		pid=$!
		;;
	esac
	wait "$pid"
}

# What differs from run to run: spans, ages and clocks.
steady()
{
	sed -E 's/^(1 min|[0-9.]+ (ms|s)) +came in/TIME came in/
		s/[0-9.]+ (ms|s|min) ago/TIME ago/
		s/^[0-9:]{8}\.[0-9]+ /TIME /'
}

# promised COMMAND LINE...: it prints these, "[...]" is whatever lines, and goes well,
# unless a leak is shown
promised()
{
	local wanted said status leak=0

	[[ $* != *"Verdict: leak"* ]] || leak=1
	obey "$1"
	status=$?
	said=$(steady < "$tmp/said")
	wanted=$(printf '%s\n' "${@:2}" | steady | sed 's/[][*?\\]/\\&/g; s/^\\\[\.\.\.\\\]$/*/')
	wanted=${wanted//$'*\n'/*}
	# shellcheck disable=SC2053 # it is a pattern
	if [[ $said = $wanted ]] && [ $status = $leak ]; then
		ktap_pass "$1"
	else
		ktap_say "status $status, printed:"
		ktap_say "$(< "$tmp/said")"
		ktap_fail "$1"
	fi
}

# shellcheck disable=SC2119
begin
need nft tcpdump jq
[ -x "$portzero" ] || ktap_skip_all "the tool is not built"
topology
mkdir "$tmp/desk"
scan
send -s 192.0.2.7 -d $SINK4 --frag 24:24 --payload 100 --count 10
settle

command='' lines=()
while IFS= read -r line <&3; do
	if [ "${line#\# }" = "$line" ]; then
		lines+=("$line")
		continue
	fi
	[ -z "$command" ] || promised "$command" "${lines[@]}"
	command=${line#\# } lines=()
done 3< <(examples)
promised "$command" "${lines[@]}"
ktap_finish
