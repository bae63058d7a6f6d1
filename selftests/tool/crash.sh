#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The switches end as they should, whenever the one that switched them is
# killed: at each of the system calls that change something, one after the
# other. And an administrator's own switch stays as it is.

# shellcheck source=../lib/tree.sh
. "$(dirname "$0")/../lib/tree.sh"

strace -o /dev/null true 2>/dev/null ||
	ktap_skip_all "no strace, or it may not trace"

[[ $portzero != */build/@(valgrind|user-*)/* ]] ||
	ktap_skip_all "the system calls are valgrind's or the emulator's"

# No leak can be looked for where a tracer is.
export ASAN_OPTIONS=${ASAN_OPTIONS+$ASAN_OPTIONS:detect_leaks=0}

# killed_at CALL N ARGUMENT...: the tool, until it makes that system call for the
# Nth time. Return: 137 if it was killed there, else its own status.
killed_at()
{
	{
		PORTZERO_PROC=$proc strace -qq -o /dev/null -e trace="$1" \
			-e inject="$1:signal=KILL:when=$2" \
			"$portzero" "${@:3}" >"$out" 2>"$err" </dev/null
	} 2>/dev/null # the shell's remark
}

notes()
{
	find "$proc/run" -type f -size +0 2>/dev/null | wc -l
}

# At each of the calls that it makes, in all its course.
test_verify()
{
	local call n status left=0 bad=0 lost=0 kills=0

	for call in openat mkdir write pwrite64 ftruncate flock inotify_add_watch close; do
		for ((n = 1; n < 100; n++)); do
			switch audit 0
			killed_at $call $n verify --for 20ms
			status=$?
			[ $status -eq 137 ] || break
			kills=$((kills + 1))
			left=$((left + $(switch audit)))
			tool verify --for 20ms
			[ "$(switch audit) $(notes)" = "0 0" ] || bad=$((bad + 1))

			switch audit 1
			killed_at $call $n verify --for 20ms
			tool verify --for 20ms
			[ "$(switch audit)" = 1 ] || lost=$((lost + 1))
		done
		ktap_equal "verify ends when it makes no more $call" $status 2
	done
	ktap_say "killed $kills times"
	[ $left -ge 4 ]
	ktap_result $? "a verify that was killed left the audit on, $left times"
	ktap_equal "the next one always puts it back" $bad 0
	ktap_equal "an audit that was on always stays on" $lost 0
}

test_others()
{
	switch audit 0
	PORTZERO_PROC=$proc "$portzero" verify --for 1h >"$out" 2>"$err" &
	watcher=$!
	until_is 1 switch audit
	expect "two verify at a time" 2 verify --for 20ms
	contains "is refused" "$err" "another one is at work"
	switch audit 0
	switch audit 1
	kill -INT $watcher
	wait $watcher
	ktap_equal "what somebody switched meanwhile stays" "$(switch audit)" 1
	contains "and is told" "$err" "somebody switched the audit on"
	switch audit 0
}

# Whether two files are the same but for when that was.
same()
{
	diff -q -I '^portzero_export_timestamp_seconds ' "$1" "$2" >/dev/null
}

# replaces FILE COMMAND...: killed anywhere, it leaves the file as it was, $tmp/old, or
# as it is to be, $tmp/new; and the next one leaves nothing about
replaces()
{
	local file=$1 call n status torn=0 left=0 kills=0

	shift
	for call in openat flock ftruncate write fchmod fsync renameat close; do
		for ((n = 1; n < 100; n++)); do
			cp "$tmp/old" "$file"
			killed_at $call $n "$@"
			status=$?
			[ $status -eq 137 ] || break
			kills=$((kills + 1))
			same "$file" "$tmp/old" || same "$file" "$tmp/new" ||
				torn=$((torn + 1))
			cp "$tmp/old" "$file"
			tool "$@"
			same "$file" "$tmp/new" &&
				[ "$(find "$(dirname "$file")" -type f | wc -l)" = 1 ] ||
				left=$((left + 1))
		done
		ktap_equal "$1 ends when it makes no more $call" $status 0
	done
	ktap_say "killed $kills times"
	[ $kills -ge 20 ]
	ktap_result $? "$1 was killed, $kills times"
	ktap_equal "its file is never torn" $torn 0
	ktap_equal "the next one writes all of it and leaves nothing beside it" $left 0
}

# rows FROM: recorded counts of ten minutes
rows()
{
	echo time,true
	awk -v from="$1" 'BEGIN { for (i = 0; i < 600; i++) print from + i ",3" }'
}

test_state()
{
	local again=(watch --replay "$tmp/later" --state "$tmp/kept/state" --quiet)

	mkdir "$tmp/kept"
	rows 1700000000 >"$tmp/earlier"
	rows 1700000600 >"$tmp/later"
	tool watch --replay "$tmp/earlier" --state "$tmp/old" --quiet
	cp "$tmp/old" "$tmp/kept/state"
	tool "${again[@]}"
	cp "$tmp/kept/state" "$tmp/new"
	! same "$tmp/old" "$tmp/new"
	ktap_result $? "more was learned"
	replaces "$tmp/kept/state" "${again[@]}"
}

test_textfile()
{
	local again=(export --textfile "$tmp/shown/portzero.prom")

	mkdir "$tmp/shown"
	counters src=1
	tool "${again[@]}"
	cp "$tmp/shown/portzero.prom" "$tmp/old"
	counters src=2
	tool "${again[@]}"
	cp "$tmp/shown/portzero.prom" "$tmp/new"
	! same "$tmp/old" "$tmp/new"
	ktap_result $? "more was counted"
	replaces "$tmp/shown/portzero.prom" "${again[@]}"
}

# Without any stream, none of the files becomes one and takes what is said.
test_closed()
{
	PORTZERO_PROC=$proc strace -qq -e trace=openat -o "$tmp/opened" \
		"$portzero" verify --for 20ms <&- >&- 2>&-
	ktap_equal "a verify that cannot say anything" $? 2
	ktap_equal "its files are not its streams" \
		"$(grep -F "$proc" "$tmp/opened" | grep -c ' = [0-2]$')" 0
	[ "$(grep -cF "$proc" "$tmp/opened")" -ge 3 ]
	ktap_result $? "and it had some"
}

# spikes: until the watch has ended, or drop is on
spikes()
{
	local n=0

	while kill -0 "$watcher" 2>/dev/null && [ "$(switch drop)" = 0 ]; do
		n=$((n + 150000))
		syns "$n"
	done
}

# The note about drop that there is when it is on.
test_auto_drop()
{
	local at bad=0 left=0 status=

	# The first write saves the state; the second is to the switch.
	for at in pwrite64:1 write:2 inotify_add_watch:1 write:3 pwrite64:2 ftruncate:1; do
		counters tcp=0
		switch drop 0
		cp "$tmp/learned" "$tmp/state"
		killed_at ${at%:*} ${at#*:} watch --interval 50ms --auto-drop=50ms \
			--hold 100ms --state "$tmp/state" --quiet &
		watcher=$!
		spikes
		wait $watcher
		status+="$? "
		left=$((left + $(switch drop)))
		counters tcp=0
		tool watch --interval 50ms --for 100ms --auto-drop=50ms --quiet
		[ "$(switch drop) $(notes)" = "0 0" ] || bad=$((bad + 1))
	done
	ktap_equal "every watch was killed" "$status" "137 137 137 137 137 137 "
	[ $left -ge 2 ]
	ktap_result $? "a watch that was killed left drop on, $left times"
	ktap_equal "the next one puts it back" $bad 0
}

# dropping: a watch that has switched drop on
dropping()
{
	counters tcp=0
	switch drop 0
	watch --state "$tmp/state" --auto-drop=1h --quiet
	spike
	until_is 1 switch drop
}

test_left()
{
	dropping
	kill -KILL $watcher
	wait $watcher 2>/dev/null
	ktap_equal "a kill leaves drop on" "$(switch drop)" 1
	counters tcp=0
	watch --auto-drop --quiet
	ktap_equal "the next watch keeps it on for its time" "$(switch drop)" 1
	contains "and says so" "$err" "a watch that was killed left drop on"
	kill -KILL $watcher
	wait $watcher 2>/dev/null
	expect "one that isn't to drop" 0 watch --for 100ms --quiet
	ktap_equal "switches it off" "$(switch drop)" 0

	dropping
	kill -KILL $watcher
	wait $watcher 2>/dev/null
	expect "drop on, after a kill" 0 drop on
	expect "and another watch" 0 watch --for 100ms --auto-drop --quiet
	ktap_equal "is somebody's own" "$(switch drop)" 1

	dropping
	expect "drop on, meanwhile" 0 drop on
	looked
	contains "is noticed" "$err" "somebody switched drop on, so on it stays"
	kill $watcher
	wait $watcher
	ktap_equal "and stays" "$(switch drop)" 1

	dropping
	switch drop 0
	switch drop 1
	looked
	kill $watcher
	wait $watcher
	ktap_equal "off and on in between, too" "$(switch drop)" 1
}

ktap_begin
fresh
test_verify
test_others
test_state
test_textfile
test_closed
learn
fresh
test_auto_drop
test_left
ktap_finish
