#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The talkers file keeps its promise: who sends more than 1/64 of a window's
# true packets is listed, and no count is wrong by more than the error beside
# it, which is no more than 1/64 of all; whatever the stream, on one CPU and on two.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly SIZE=64 WINDOW=60

# Fewer packets for a quick look, for which QUICK also leaves out the windows.
readonly PACKETS=${PACKETS:-20000}

begin "$@"
[ -n "$loaded" ] || ktap_skip_all "the module was loaded already"
topology
file=/proc/${holder[$GATEWAY]}/net/nf_portzero_talkers

# The start of the current window.
window()
{
	sed -n 's/^# now: since \([0-9]*\),.*/\1/p' "$file"
}

# Start anew: empty summaries, and time enough in the window.
afresh()
{
	local left

	reload "$(module_file)"
	left=$((WINDOW - ($(date +%s) - $(window))))
	if [ $left -lt 10 ] && [ $left -ge 0 ]; then
		ktap_say "waiting $left s for the next window"
		pause $((left + 1))
	fi
}

# judge EXACT...: the talkers file against pzsend's exact counts; prints what
# is wrong
judge()
{
	awk -v size=$SIZE '
	FILENAME != ARGV[ARGC - 1] {
		exact[$1 " " $2 " " $3] += $4
		total[$1] += $4
		next
	}
	/^# now: / { announced = $5 + 0; next }
	/^#/ || $1 != "now" { next }
	{
		who = $2 " " $3 " " $4
		if (seen[who]++)
			print who " is listed twice"
		if (++listed[$2] > size)
			print "too many of " $2
		if ($5 < exact[who])
			print who ": " $5 " is less than " exact[who]
		if ($5 - $6 > exact[who] + 0)
			print who ": " $5 " - " $6 " is more than " exact[who]
		if ($6 * size > announced)
			print who ": an error of " $6 " in " announced
		if (listed[$2] > 1 && $5 > last[$2])
			print who " is out of order"
		last[$2] = $5
	}
	END {
		if (announced != total["src"])
			print announced " packets announced, not " total["src"]
		for (who in exact) {
			split(who, part, " ")
			if (exact[who] * size > total[part[1]] && !(who in seen))
				print who " is missing with " exact[who]
		}
		if (!listed["src"] || !listed["dst"])
			print "nobody is listed"
	}' "$@" "$file"
}

# guaranteed WHAT ONE|ALL ARGUMENT...: a stream from one CPU or from all, once more if
# it took so long that the window is another
guaranteed()
{
	local what=$1 where=$2 cpu exact=() wrong began

	afresh
	began=$(window)
	expected=()
	snapshot
	for cpu in "${!sender[@]}"; do
		[ "$where" = all ] || [ "$cpu" = 0 ] || continue
		exact+=("$tmp/exact$cpu")
		echo "${*:3} --seed $((cpu + 1)) --expect-talkers $tmp/exact$cpu" >&"${sender_in[cpu]}"
	done
	for cpu in "${!exact[@]}"; do
		add_expected <&"${sender_out[cpu]}"
	done
	agree "$what, $where: counted"
	wrong=$(judge "${exact[@]}")
	if [ "$(window)" != "$began" ]; then
		guaranteed "$@"
		return
	fi
	[ -z "$wrong" ] || ktap_say "$(head -n 10 <<< "$wrong")"
	ktap_equal "$what, $where: as promised" "$wrong" ""
}

for where in one all; do
	[ $where = one ] || [ ${#sender[@]} -gt 1 ] || continue
	guaranteed "Zipf 1.1" $where --sport 0 --count "$PACKETS" \
		-s 10.0.0.1+5000:zipf=1.1 -d 198.51.100.129+100:zipf=1.1
	guaranteed "Zipf 1.1 over IPv6, to many ports" $where --sport 0 \
		--dport 1-500:random --count "$PACKETS" \
		-s 2001:db8:f::1+5000:zipf=1.1 -d 2001:db8:2:1::1+3
	guaranteed "all distinct" $where --dport 0 --count "$PACKETS" \
		-s 10.0.0.1+1000000 -d 198.51.100.129+120
	guaranteed "one more than the table holds" $where --sport 0 --count 6500 \
		-s 10.0.0.1+65 -d 198.51.100.129+65
	guaranteed "twice what the table holds" $where --sport 0 --dport 0 \
		--count 6400 -s 10.0.0.1+128 -d 198.51.100.129+64
	guaranteed "few, of both families" $where --sport 0 --count 6000 \
		-s 10.0.0.1+3 -s 2001:db8:f::1+5 -d $SINK4 -d $SINK6
	guaranteed "big packets" $where --sport 0 --count 500 --flags ack \
		--payload 30000 --gso 1000 -s 10.0.0.1+100:zipf=1.1 -d $SINK4
done

# A flood of new addresses costs no memory.
before_flood=$(awk '/^Percpu:/ { print $2 }' /proc/meminfo)
counted "a flood from new addresses" send_all --sport 0 --count "$PACKETS" \
	-s 10.0.0.1+16000000:random -d $SINK4
ktap_equal "percpu memory is the same after it" \
	"$(awk '/^Percpu:/ { print $2 }' /proc/meminfo)" "$before_flood"

# Windows: what was now is last after a minute, and gone after two, whether the place of
# the last but one is taken by then or not.
[ -z "${QUICK-}" ] || { ktap_skip "windows" "it takes two minutes"; ktap_finish; }

# sources: in which window how many packets of sources are listed
sources()
{
	awk '$2 == "src" { printf "%s%s %s", sep, $1, $5; sep = ", " }' "$file"
}

# next_window: wait for it
next_window()
{
	until [ "$(window)" -gt $((began + WINDOW / 2)) ]; do
		pause 0.5
	done
	began=$(window)
}

afresh
began=$(window)
counted "for the windows" send4 --sport 0 --count 500
ktap_equal "counted now" "$(sources)" "now 500"
next_window
ktap_equal "a window later it is the last one" "$(sources)" "last 500"
counted "for the next" send4 --sport 0 --count 300
ktap_equal "beside the next" "$(sources)" "now 300, last 500"
next_window
ktap_equal "two windows later it is gone" "$(sources)" "last 300"
counted "for the third" send4 --sport 0 --count 200
ktap_equal "and another in its place" "$(sources)" "now 200, last 300"

ktap_finish
