#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The clock is set while portzero watches: what passes meanwhile is measured by a
# clock that nobody sets, so it makes no warning and hides none.

# shellcheck source=../lib/tree.sh
. "$(dirname "$0")/../lib/tree.sh"

preload=$(faketime -f +0 printenv LD_PRELOAD 2>/dev/null) ||
	ktap_skip_all "no faketime"
[[ $portzero != */build/@(sanitize|valgrind|user-*)/* ]] ||
	ktap_skip_all "who watches the tool comes first, or it is another machine's"

# The watch's clock, by as much from the real one
clock()
{
	echo "$1" >"$tmp/clock.new"
	mv "$tmp/clock.new" "$tmp/clock"
}

# clocked ARGUMENT...: a watch that goes by it
clocked()
{
	clock +0
	LD_PRELOAD=$preload FAKETIME_TIMESTAMP_FILE=$tmp/clock FAKETIME_NO_CACHE=1 \
		FAKETIME_DONT_FAKE_MONOTONIC=1 watch --json --state "$tmp/state" "$@"
}

# set_clock OFFSET: and the watch has seen it
set_clock()
{
	clock "$1"
	looked
}

readonly SETS="+1h -1h +1d -1d +400d -400d -15y +10y +0"

test_quiet()
{
	local offset

	clocked
	for offset in $SETS; do
		set_clock "$offset"
	done
	finish "a watch whose clock is set, again and again" 0
	ktap_equal "has nothing to say" "$(cat "$out" "$err")" ""
}

# told EVENT: the signals that have had one
told()
{
	jq -r "select(.event == \"$1\") | .signal" "$out" | xargs
}

# What all the spikes came to
starts='' ends='' counted=0

# spike_ends: the watch has told so, and is no longer needed
spike_ends()
{
	until_is true told end
	starts+="$(told start) "
	ends+="$(told end) "
	counted=$((counted + $(jq -s 'map(select(.event == "end") | .counters.src) | add' "$out")))
	kill "$watcher"
	wait "$watcher"
	[ ! -s "$err" ] || ktap_say "$(cat "$err")"
}

# all_told WHAT PACKETS: each began once and ended once, and with so many
all_told()
{
	local once

	# shellcheck disable=SC2086 # the offsets are words
	once=$(printf 'true %.0s' $SETS)
	ktap_equal "$1 begins once" "$starts" "$once"
	ktap_equal "and ends once" "$ends" "$once"
	ktap_equal "and has every packet" "$counted" $(($(wc -w <<<"$SETS") * $2))
	starts='' ends='' counted=0
}

# Between the readings of a spike there is none, however long one takes.

# Each time anew, so that it is not the learning that a later one depends on
test_spike_after()
{
	local offset now i wrong=0

	for offset in $SETS; do
		counters tcp=0
		clocked --hold 300ms
		set_clock "$offset"
		now=$(faketime -f "$offset" date +%s)
		for i in 1 2 3 4 5 6 7 8 9; do
			syns_by counters_once $((i * 15000))
		done
		syns_by counters_stay 150000
		spike_ends
		jq -se "any(.event == \"start\" and .time - .since < 60 and
			.since >= $now - 60)" "$out" >/dev/null || wrong=$((wrong + 1))
	done
	ktap_equal "the onset of a spike is by the clock as it was set" $wrong 0
	all_told "a spike after each" 150000
}

# Packets go on while it is set.
test_spike_over()
{
	local offset i

	for offset in $SETS; do
		counters tcp=0
		clocked --hold 300ms
		for i in 1 2 3 4 5; do
			[ $i != 4 ] || clock "$offset"
			syns_by counters_once $((i * 15000))
		done
		syns_by counters_stay 90000
		spike_ends
	done
	all_told "a spike during which it is set" 90000
}

fresh
learn
test_quiet
fresh
test_spike_after
fresh
test_spike_over
ktap_finish
