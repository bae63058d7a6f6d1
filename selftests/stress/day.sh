#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A day in the life of 'portzero watch': 24 of its hours, which libfaketime lets pass
# in minutes, with traffic of every kind and a spike now and then. Each packet is
# counted, every warning ends, and at the end it has no more files open and takes
# no more memory than in the morning.
#
# SPEED is how many times faster its clocks go (200).

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly SPEED=${SPEED:-200} HOURS=24

# Kilobytes that an allocator may take for what comes and goes.
readonly SLACK=256

begin "$@"
need faketime jq
topology

# Files open, and memory in kB, as long as it runs
held()
{
	local files=("/proc/$watch/fd/"*)

	awk -v files=${#files[@]} '/^VmRSS/ { print files, kb = $2 } END { exit !kb }' \
		"/proc/$watch/status" 2> /dev/null
}

cat > "$tmp/labels" <<-END
	$OUTSIDE4/32 the scanner
END
gateway faketime -f "+0 x$SPEED" "$portzero" watch --json --interval 10s --for ${HOURS}h \
	--state "$tmp/state" --textfile "$tmp/metrics.prom" --labels "$tmp/labels" \
	> "$tmp/out" 2> "$tmp/err" &
job=$!
until watch=$(pgrep -x portzero) && [ -s "$tmp/metrics.prom" ]; do
	pause 0.1
done

# shellcheck disable=SC2317
traffic()
{
	send -s "$OUTSIDE4" -s "$OUTSIDE6" -d "$SINK4" -d "$SINK6" --mix every &&
		send4 --sport 0 --count $((round % 4 == 3 ? 4000 : 20)) &&
		send4 --sport 0 -s 10.0.0.1+5000:random --count 30 &&
		send4 --proto echo --count 40
}

# The hour of its day, by its clock
hour()
{
	echo $(((${EPOCHREALTIME/[.,]/} - began) * SPEED / 3600000000))
}

began=${EPOCHREALTIME/[.,]/} round=0 morning=''
while evening=$(held); do
	[ "$(hour)" -lt $((HOURS / 4)) ] || morning=${morning:-$evening}
	last=$evening
	drop $((round / 2 % 2))
	counted "round $round, in hour $(hour)" traffic
	round=$((round + 1))
	pause $((900 / SPEED))
done
wait "$job"
status=$?
[ $status -le 1 ]
ktap_result $? "portzero watch ends after its day"
[ -s "$tmp/err" ] && ktap_say "$(head -n 5 "$tmp/err")"
ktap_equal "and had nothing to complain of" "$(wc -l < "$tmp/err")" 0

read -r files memory <<< "$morning"
read -r last_files last_memory <<< "$last"
ktap_say "in the morning $files files and $memory kB, at the end $last_files files and $last_memory kB"
ktap_equal "as many files are open at the end" "$last_files" "$files"
[ "$last_memory" -le $((memory + SLACK)) ]
ktap_result $? "and no more memory is taken"

count()
{
	jq -s "map(select(.event == \"$1\")) | length" "$tmp/out"
}
ktap_say "$(count start) began, $(count update) updates, $(count end) ended"
[ "$(count start)" -gt 0 ]
ktap_result $? "there were spikes to tell"
[ $(($(count start) - $(count end))) -le 4 ]
ktap_result $? "and each has ended, but for one of each signal at the end"
ktap_finish
