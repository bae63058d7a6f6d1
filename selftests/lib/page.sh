# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # from gateway.sh and ktap.sh
#
# page.sh: the examples of a page, executed one after the other in the gateway, for
# tests to source after gateway.sh. Each is a line "# COMMAND" and below it what it
# prints, where "[...]" is whatever lines. Who sources it has a function "scene",
# which sends what the page says was seen.

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

# The tool has taken its signals to itself, which is just before it begins to wait.
waits()
{
	child=$(pgrep -P "$pid" -x portzero) &&
		! grep -q '^SigBlk:[[:blank:]]*0*$' "/proc/$child/status"
}

ended()
{
	! kill -0 "$pid" 2> /dev/null
}

# start COMMAND: in the gateway, as root there types it; what it says is in "said"
start()
{
	(cd "$tmp/desk" && PATH=${portzero%/*}:$PATH &&
		gateway bash -c "$1") > "$tmp/said" 2>&1 &
	pid=$!
}

# watched COMMAND: one that has learned a quiet week sees the scene in one interval
watched()
{
	local end

	end=$(date +%s)
	seq $((end - 604800)) 600 "$end" |
		awk 'BEGIN { print "time,true,phantom,echo,leak" }
			{ n = 240 + NR * 7 % 121; print $1 "," n "," n "," n ",0" }' |
		"$portzero" watch --replay - --state "$tmp/state" > "$tmp/learned" || return
	reload || return
	start "exec $1 --state $tmp/state"
	await "it watches" waits || return
	kill -STOP "$child"
	scene && settle
	kill -CONT "$child"
	await "it warns" grep -q "^  help" "$tmp/said"
	pause 0.5
	kill -INT "$child"
}

# Those that wait for packets get some, those that wait for somebody end. The minute
# may be shorter here.
obey()
{
	case $1 in
	insmod* | modprobe*)
		rmmod nf_portzero
		start "$1"
		await "it is loaded" module_loaded && switch enable 1 && scene && settle
		;;
	*"-i any"*)
		start "$1"
		await "it listens" grep -q "listening on" "$tmp/said" && scene
		;;
	"portzero verify"*)
		start "exec $1"
		await "the audit is on" audited && settle && scene && settle
		pkill -INT -P "$pid" -x portzero || kill -INT "$pid"
		;;
	"portzero watch")
		watched "$1"
		;;
	"portzero top")
		start "script -qec '$1 --for 1s' /dev/null"
		;;
	"portzero watch "*)
		start "$1 --for 2s"
		;;
	lnstat*)
		# it always ends with 1
		start "$1 -c 1 | grep nf_portz"
		;;
	*"status"*"--talkers"*)
		# new lists, so that it doesn't matter which minute it is
		reload && scene && settle
		start "$1"
		;;
	*)
		start "$1"
		;;
	esac
	await "it ends" ended || pkill -P "$pid"
	wait "$pid"
}

# What differs from run to run: spans, ages, clocks, and rates.
steady()
{
	sed -E 's/^(1 min|[0-9.]+ (ms|s)) +came in/TIME came in/
		s/[0-9.]+ (ms|s|min) ago/TIME ago/
		s/^[0-9:]{8}\.[0-9]+ /TIME /
		s/^[0-9-]{10} [0-9:]{8} UTC/TIME/
		s/for [0-9.]+ s now/for TIME now/
		s/, [0-9]+ of them beyond normal/, N of them beyond normal/
		s/[0-9.]+ are normal/N are normal/
		s,[0-9.]+(/s| Mbit/s),RATE\1,g'
}

# promised COMMAND LINE...: it prints these, and ends with 0 or, where a leak or a
# warning is shown, with 1
promised()
{
	local wanted said status bad=0 pid=

	[[ $* != *"Verdict: leak"* && $* != *" WARNING "* ]] || bad=1
	obey "$1"
	status=$?
	said=$(steady < "$tmp/said")
	wanted=$(printf '%s\n' "${@:2}" | steady | sed 's/[][*?\\]/\\&/g; s/^\\\[\.\.\.\\\]$/*/')
	wanted=${wanted//$'*\n'/*}
	# shellcheck disable=SC2053 # it is a pattern
	if [[ $said = $wanted ]] && [ $status = $bad ]; then
		ktap_pass "$1"
	else
		ktap_say "status $status, printed:"
		ktap_say "$(< "$tmp/said")"
		ktap_fail "$1"
	fi
}

# follow: each example of standard input
follow()
{
	local command='' line lines=()

	mkdir -p "$tmp/desk"
	while IFS= read -r line <&3; do
		if [ "${line#\# }" = "$line" ]; then
			lines+=("$line")
			continue
		fi
		[ -z "$command" ] || promised "$command" "${lines[@]}"
		command=${line#\# } lines=()
	done 3<&0 < /dev/null
	[ -z "$command" ] || promised "$command" "${lines[@]}"
}
