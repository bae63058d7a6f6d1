#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A flood as fast as this machine can send it, from every processor, half of it port
# zero from sources that are all new: each packet is counted, none of the
# ordinary half is lost, drop off and on, with the hooks at least half as many a
# second go through as without, and 'portzero watch' misses no second that others
# get to run in.
#
# COUNT is how many packets each processor sends at a time (20000), SECONDS_OF_WATCH
# how long it goes on (30).

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly COUNT=${COUNT:-20000} DURATION=${SECONDS_OF_WATCH:-30}

begin "$@"
need strace
topology

rate=0 best=0	# packets a second

# shellcheck disable=SC2317
flood()
{
	local began=${EPOCHREALTIME/[.,]/}

	send_all -s 10.0.0.1+1000000:random -s 2001:db8:f::1+1000000:random \
		-d $SINK4 -d $SINK6 --sport 0-1 --count "$COUNT" || return
	rate=$((${#sender[@]} * COUNT * 1000000 / (${EPOCHREALTIME/[.,]/} - began)))
	# what is dropped has half of the way
	[ "$dropping" = 1 ] || best=$((rate > best ? rate : best))
	ktap_say "$rate packets a second"
}

# awake SECONDS: in how many of them a process gets to run that only sleeps
awake()
{
	local began=${EPOCHREALTIME/[.,]/} past second=-1 n=0

	while past=$((${EPOCHREALTIME/[.,]/} - began)); [ $past -lt $(($1 * 1000000)) ]; do
		[ $((past / 1000000)) -eq $second ] || n=$((n + 1))
		second=$((past / 1000000)) past=$((1000000 - past % 1000000))
		pause "$(printf "%d.%06d" $((past / 1000000)) $((past % 1000000)))"
	done
	echo $n
}

switch enable 0
ktap_say "without the module's hooks:"
flood
ktap_result $? "a flood"
without=$rate best=0
switch enable 1
settle

gateway strace -f -e trace=openat -o "$tmp/opened" \
	"$portzero" watch --quiet --for "${DURATION}s" > "$tmp/warnings" 2>&1 &
watch=$!
awake "$DURATION" > "$tmp/awake" &
other=$!
while kill -0 $watch 2> /dev/null; do
	for drop in 0 1; do
		drop $drop
		counted "sent is counted, drop $drop, on ${#sender[@]} processors" flood
	done
done
wait $watch
status=$?
[ $status -le 1 ]
ktap_result $? "portzero watch ends well"
[ "$without" -gt 0 ] && [ $((best * 2)) -ge "$without" ]
ktap_result $? "at best $best a second with the hooks, $without without"
# One more is to see that the module is there; the last may be late for the end.
wait $other
reads=$(grep -c stat/nf_portzero "$tmp/opened") awake=$(< "$tmp/awake")
ktap_say "$reads readings in $DURATION s, in $awake of which others got to run"
[ "$awake" -ge $((DURATION / 2)) ] && [ "$reads" -gt "$awake" ] && [ "$reads" -le $((DURATION + 5)) ]
ktap_result $? "and has read once in each of them"
ktap_finish
