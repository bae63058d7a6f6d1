#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What came before makes an event a warning or a notice: by recorded counts, live,
# and in captures; and what each leads to. Needs neither root nor the module.

# shellcheck source=../lib/tree.sh
. "$(dirname "$0")/../lib/tree.sh"

# 2023-11-14 00:00:00 UTC
readonly EPOCH=1699920000 DAY=86400

# recording END BURST...: counts in rows of ten seconds, END the last one; 0.3 a
# second of true port zero, and bursts of so many a second more. A burst is
# "SINCE:SECONDS:RATE"; all times are days since the epoch above.
recording()
{
	awk -v epoch="$EPOCH" -v end="$1" -v bursts="${*:2}" 'BEGIN {
		n = split(bursts, burst, " ")
		print "time,true"
		for (t = 10; t <= end * 86400; t += 10) {
			count = 2 + t / 10 * 7 % 3
			for (i = 1; i <= n; i++) {
				split(burst[i], b, ":")
				if (t > b[1] * 86400 && t <= b[1] * 86400 + b[2])
					count += 10 * b[3]
			}
			print epoch + t "," count
		}
	}'
}

# replay WHAT STATUS OPTION...: the recording from standard input, as JSON
replay()
{
	cat >"$tmp/recording.csv"
	expect "$1" "$2" watch --replay "$tmp/recording.csv" --json "${@:3}"
}

# ranks EVENT: of the events in turn, and how often they had come before
ranks()
{
	jq -r "select(.event == \"$1\") | \"\(.severity) \(.repeats // 0)\"" "$out" | xargs
}

# A command that keeps what it is told.
keeper()
{
	printf '#!/bin/sh\ncat >>%s\n' "$tmp/told" >"$tmp/command"
	chmod 0755 "$tmp/command"
	rm -f "$tmp/told"
}

# A minute of ten a second, day after day
readonly MINUTE="60:10"
readonly THREE="1:$MINUTE 2:$MINUTE 3:$MINUTE"
readonly RANKS="warning 0 warning 1 warning 2 notice 3"

test_repeats()
{
	keeper
	# shellcheck disable=SC2086
	recording 5 $THREE 4:"$MINUTE" >"$tmp/four.csv"
	replay "four bursts alike" 0 --exec "$tmp/command" <"$tmp/four.csv"
	ktap_equal "the fourth is a notice" "$(ranks start)" "$RANKS"
	ktap_equal "and each stays what it was" "$(ranks end)" "$RANKS"
	ktap_equal "the first of them is named" \
		"$(jq -r 'select(.event == "start") | .first // 0 |
			if . > 0 then (. - '"$EPOCH"') / '"$DAY"' | round else 0 end' "$out" | xargs)" "0 1 1 1"
	ktap_equal "what each says beside it" "$(jq -c '[.reading, .patience, .escalated,
		.untaught, .unlearned]' "$out" | sort -u)" \
		'["unclear",31557600,false,false,false]'
	ktap_equal "the command is run for the warnings" "$(jq -c . "$tmp/told")" \
		"$(jq -c 'select(.severity == "warning")' "$out")"
	expect "the same for people" 0 watch --replay "$tmp/four.csv"
	ktap_equal "a notice is one line" "$(grep -c '^  ' "$out") $(sed -n '/NOTICE/,$p' "$out" |
		grep -c '; again, the fourth time since 2023-11-15 00:00:..')" "9 2"
	ktap_equal "the third says what it leads to" \
		"$(grep -c 'the third such burst in two weeks; further ones will be notices$' "$out")" 2

	# shellcheck disable=SC2086
	recording 4.0005 $THREE 4:"$MINUTE" |
		replay "a notice at the end is no alarm" 0
	ktap_equal "it is active" "$(jq -r .event "$out" | tail -n 1) $(ranks start)" \
		"start $RANKS"
	recording 4.0005 4:"$MINUTE" | replay "a warning is one" 1
	# shellcheck disable=SC2086
	recording 30 $THREE 29:"$MINUTE" | replay "after weeks of quiet" 0
	ktap_equal "it is news again" "$(ranks start)" \
		"warning 0 warning 1 warning 2 warning 0"
}

test_outgrown()
{
	local of="select(.time > $((EPOCH + 4 * DAY)))"

	keeper
	# shellcheck disable=SC2086
	recording 4.05 $THREE 4:7200:10 |
		replay "a notice that outgrows the usual" 1 --exec "$tmp/command"
	ktap_equal "becomes a warning once" \
		"$(jq -r "$of | \"\(.event) \(.severity) \(.escalated)\"" "$out" | head -n 2 | xargs)" \
		"start notice false update warning true"
	ktap_equal "and stays one" \
		"$(jq -r "$of | .severity, .escalated" "$out" | tail -n +5 | sort -u | xargs)" \
		"false warning"
	ktap_equal "before it has gone on for ten minutes" \
		"$(jq "select(.escalated) | .time - $((EPOCH + 4 * DAY)) < 600" "$out")" true
	ktap_equal "the command is run from then on" "$(jq -c "$of" "$tmp/told")" \
		"$(jq -c "$of | select(.event != \"start\")" "$out")"
	expect "the same for people" 1 watch --replay "$tmp/recording.csv"
	ktap_equal "says why" "$(grep -c ' WARNING .*; it outgrew what was usual$' "$out")" 1
	# shellcheck disable=SC2086
	recording 5 $THREE 4:60:100 | replay "a burst as long and ten times as high" 0
	ktap_equal "is a warning" "$(ranks end)" "${RANKS% notice*} warning 0"
}

test_patience()
{
	local patience late=()

	for patience in 1h 1y 1000y; do
		recording 3.2 3:40000:0.3 | replay "patience of $patience" 1 --patience "$patience"
		late+=("$(jq 'select(.event == "start") | .time' "$out" | head -n 1)")
	done
	ktap_equal "the longer, the later" "$(printf '%s\n' "${late[@]}" | sort -n | uniq | xargs)" \
		"${late[*]}"
	ktap_equal "it is told" "$(jq .patience "$out" | sort -u)" 31557600000
	printf 'patience 30d\n' >"$tmp/patience.conf"
	expect "from the file of settings" 1 watch --replay "$tmp/recording.csv" --json \
		--config "$tmp/patience.conf"
	ktap_equal "is told" "$(jq .patience "$out" | sort -u)" 2592000
	printf 'patience 1\n' >"$tmp/patience.conf"
	expect "a bad one" 2 watch --config "$tmp/patience.conf"
	said "is told" \
		"portzero: $tmp/patience.conf:1: patience wants a time from 1h to 1000y, such as 30d"
}

test_first_start()
{
	recording 0.02 0:86400:30 | replay "an attack at the first start" 1
	ktap_equal "is warned of in half a minute, without a baseline" \
		"$(jq -c 'select(.event == "start") | [.severity, .untaught, .time - '"$EPOCH"' <= 30]' "$out")" \
		'["warning",true,true]'
	expect "the same for people" 1 watch --replay "$tmp/recording.csv"
	contains "says that there is none" "$out" "/s, no baseline yet, for "
}

# What is usual is kept, and shown.
test_state()
{
	# shellcheck disable=SC2086
	recording 3.5 $THREE | replay "three bursts" 0 --state "$tmp/kept"
	recording 5 4:"$MINUTE" | awk -F, -v since=$((EPOCH + 3 * DAY + DAY / 2)) \
		'NR == 1 || $1 > since' |
		replay "a fourth after a restart" 0 --state "$tmp/kept"
	ktap_equal "is a notice" "$(ranks start)" "notice 3"
	expect "status" 0 status --json --state "$tmp/kept"
	ktap_equal "shows what is usual" "$(jq -c '.learned.signals.true.usual[] |
		[.events, (.first, .last | (. - '"$EPOCH"') / '"$DAY"' | round),
		.excess > 500, .seconds >= 60, .peak > 10]' "$out")" "[4,1,4,true,true,true]"
	expect "status for people" 0 status --state "$tmp/kept"
	ktap_equal "shows it" \
		"$(grep -cE '^true     usual: 4 since 2023-11-15 .* up to 6.. packets in .*/s at most$' "$out")" 1
}

# usual_up_to_now: three minutes of five thousand a second in six hours
usual_up_to_now()
{
	local now

	now=$(date +%s)
	seq $((now - 21600)) 10 "$now" | awk -F, 'BEGIN { print "time,true" }
		{ print $1 "," (NR > 540 && NR % 540 >= 100 && NR % 540 < 106 ? 50000 : 0) }' >"$tmp/usual.csv"
	expect "three bursts up to now" 0 watch --replay "$tmp/usual.csv" --quiet \
		--state "$tmp/learned"
}

test_live()
{
	usual_up_to_now
	keeper
	watch --state "$tmp/state" --json --auto-drop --exec "$tmp/command"
	spike_of 10
	kill -USR1 "$watcher"
	looked
	finish "a notice is active at the end" 0
	ktap_equal "it is told" "$(ranks start)" "notice 3"
	ktap_equal "no command, no drop, no complaint" \
		"$(cat "$tmp/told" "$err" 2>/dev/null) $(switch drop)" " 0"
	ktap_equal "SIGUSR1 shows it, and what is usual" "$(jq -c 'select(.event == "state") |
		.signals.true | [.active, .usual[].events]' "$out")" '["notice",3]'
	expect "status shows it, too" 0 status --json --state "$tmp/state"
	ktap_equal "from the watch's file" "$(jq -c '.learned.signals.true |
		[.active, .usual[].events]' "$out")" '["notice",3]'
}

ktap_begin
part test_live
part test_repeats test_outgrown
part test_patience test_first_start test_state
parts_finish
ktap_finish
