#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who reads the talkers waits for no other CPU, however busy: neither for one that
# a real-time thread has for itself, nor for one that counts without a pause. And
# what is read while it is being written is whole.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

# Seconds after which the hog lets go whatever happens, so that a reader who waits
# for it shows.
readonly HOG=40
readonly PACKETS=20000 READS=20

begin "$@"
need chrt taskset
topology
file=/proc/${holder[$GATEWAY]}/net/nf_portzero_talkers
[ ${#sender[@]} -gt 1 ] || ktap_skip_all "this takes two processors"
taskset -cp 0 $$ > /dev/null

# on_second ARGUMENT...: a stream from the second processor, which counts it
on_second()
{
	echo "$*" >&"${sender_in[1]}"
}

# What is asked while the hog has its processor starts no program: a kernel whose
# interrupts are threads may have none left to read a file from the disk.

# ran PID: how long a process has had a processor so far, in ticks, is in "ran", and
# how often it has lost it in "lost": whoever has it for less than a tick loses it.
ran()
{
	local stat name number

	read -ra stat < "/proc/$1/stat" || return
	ran=$((stat[13] + stat[14]))
	lost=0
	while read -r name number; do
		[[ $name != *voluntary_ctxt_switches: ]] || lost=$((lost + number))
	done < "/proc/$1/status"
}

# is_fifo PID: it is a real-time process, first in, first out
is_fifo()
{
	local stat

	read -ra stat < "/proc/$1/stat" && [ "${stat[40]}" = 1 ]
}

# How often this process has waited for something so far is in "waited".
waited()
{
	local name number

	while read -r name number; do
		[ "$name" != voluntary_ctxt_switches: ] || waited=$number
	done < "/proc/$$/status"
}

# --- read while it is written ---

# More sources than the table holds, and all on one CPU: the counts of a table
# that is whole add up to its total.
on_second --sport 0 --count $PACKETS -s 10.0.0.1+1000 -d $SINK4
wrong='' reads=0
while ! read -rt 0 -u "${sender_out[1]}" || [ $reads -lt $READS ]; do
	wrong+=$(awk '
		/^# now: / { total = $5 }
		$1 == "now" && $2 == "src" { sum += $5 }
		END { if (sum != total) print sum " packets listed of " total }' "$file")
	reads=$((reads + 1))
done
add_expected <&"${sender_out[1]}"
ktap_say "$reads reads"
ktap_equal "what is read while it is written adds up" "$wrong" ""
[ "$(awk '$1 == "now" || $1 == "last"' "$file" | wc -l)" -gt 0 ]
ktap_result $? "the second processor's talkers are there"

# --- while somebody has the processor for himself ---

# an ordinary process there, which would run if it could
taskset -c 1 bash -c 'while :; do :; done' &
canary=$!
ran=0
while [ "$ran" = 0 ]; do
	pause 0.01
	ran $canary || break
done
# Nothing is left to ordinary tasks beside the hog: neither by the limit of all
# real-time ones nor, lately, by the scheduler's fair server. Linux 6.12 stops that one
# for the change only where such a task runs, and warns if it was still at work.
throttle=$(sysctl -n kernel.sched_rt_runtime_us)
sysctl -qw kernel.sched_rt_runtime_us=-1
server=/sys/kernel/debug/sched/fair_server/cpu1/runtime
if [ -e "$server" ]; then
	share=$(cat "$server")
	echo 0 > "$server"
fi
taskset -c 1 chrt -f 99 bash -c "while [ \$SECONDS -lt $HOG ]; do :; done" &
hog=$!
# until it has the processor, or has let go of it
was=
until ran $canary && [ "$was" = "$ran $lost" ] && is_fifo $hog; do
	kill -0 $hog 2> /dev/null || break
	was="$ran $lost"
	pause 0.2
done
exec {open}< "$file"
waited
before_waited=$waited
started=${EPOCHREALTIME/[.,]/}
mapfile -u $open -t lines
took=$((${EPOCHREALTIME/[.,]/} - started))
waited
kill -0 $hog 2>/dev/null
held=$?
ran $canary || ran=gone
kill $hog 2>/dev/null
wait $hog
sysctl -qw kernel.sched_rt_runtime_us="$throttle"
[ ! -e "$server" ] || echo "$share" > "$server"
kill $canary 2>/dev/null
wait $canary
ktap_result $held "a reader is done while a real-time thread has the other processor"
ktap_equal "which it has not left for a moment" "$ran $lost" "$was"
ktap_equal "and has waited for nothing" "$waited" "$before_waited"
ktap_say "read in $took microseconds"
[ ${#lines[@]} -gt 60 ]
ktap_result $? "and it has read that processor's talkers"

ktap_finish
