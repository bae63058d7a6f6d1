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

# told EVENT: the warnings, as event and signal
told()
{
	jq -r "select(.event == \"$1\") | .signal" "$out" | xargs
}

# Each time anew, so that it is not the learning that a later one depends on
test_spike_after()
{
	local offset now started=0 ended=0 wrong=0 counted=0

	for offset in $SETS; do
		counters tcp=0
		clocked --hold 300ms
		set_clock "$offset"
		now=$(faketime -f "$offset" date +%s)
		spike_of 15000
		until_is true told end
		[ "$(told start)" != true ] || started=$((started + 1))
		[ "$(told end)" != true ] || ended=$((ended + 1))
		jq -se "any(.event == \"start\" and .time - .since < 60 and
			.since >= $now - 60)" "$out" >/dev/null || wrong=$((wrong + 1))
		counted=$((counted + $(jq -s 'map(select(.event == "end") |
			.counters.src) | add' "$out")))
		kill "$watcher"
		wait "$watcher"
		[ ! -s "$err" ] || ktap_say "$offset: $(cat "$err")"
	done
	ktap_equal "a spike after each is warned of" "$started of $(wc -w <<<"$SETS")" "9 of 9"
	ktap_equal "and ends" $ended 9
	ktap_equal "with an onset by the new clock" $wrong 0
	ktap_equal "and every packet of it" $counted $((9 * 150000))
}

# Packets go on while it is set.
test_spike_over()
{
	local offset n i starts=0 ends=0 counted=0

	for offset in $SETS; do
		counters tcp=0
		clocked --hold 300ms
		n=0
		for i in 1 2 3 4 5 6; do
			[ $i != 4 ] || clock "$offset"
			n=$((n + 15000))
			counters "tcp=$n src=$n syn=$n"
			look
		done
		look
		until_is true told end
		starts=$((starts + $(told start | wc -w)))
		ends=$((ends + $(told end | wc -w)))
		counted=$((counted + $(jq -s 'map(select(.event == "end") |
			.counters.src) | add' "$out")))
		kill "$watcher"
		wait "$watcher"
		[ ! -s "$err" ] || ktap_say "$offset: $(cat "$err")"
	done
	ktap_equal "a spike during which it is set begins once" $starts 9
	ktap_equal "ends once" $ends 9
	ktap_equal "and loses no packet" $counted $((9 * 90000))
}

fresh
learn
test_quiet
fresh
test_spike_after
fresh
test_spike_over
ktap_finish
