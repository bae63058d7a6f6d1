# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# tree.sh: a /proc tree of our own making and the tool in front of it, for
# scripts to source. Everything is below $tmp, which goes at the exit.

# shellcheck source=../lib/ktap.sh
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"

[ -x "$portzero" ] || ktap_skip_all "no $portzero: make tool"

tmp=$(mktemp -d) || exit 1
chmod 0755 "$tmp"
proc=$tmp/proc
out=$tmp/out
err=$tmp/err
mounted=

# shellcheck disable=SC2317 # called at the exit
cleanup()
{
	[ -z "$mounted" ] || umount "$mounted"
	rm -rf "$tmp"
}
trap cleanup EXIT

readonly NAMES="tcp src dst both syn synack rst ack odd payload badhdr badcsum
	ipv6 frag short hidden echo bytes out dropped leak leak_echo echo_ipv6
	leak_local leak_ipv6 leak_echo_local leak_echo_ipv6"

# table [NAMES] ROW...: what the module would write. A row is "name=value ...",
# the other columns are 0.
table()
{
	local names=$NAMES row name value

	case $1 in
	*=*) ;;
	*)
		names=$1
		shift
		;;
	esac
	# shellcheck disable=SC2086
	printf '%s ' $names
	echo
	for row; do
		for name in $names; do
			value=0
			case " $row " in
			*" $name="*)
				value=" $row"
				value=${value##*" $name="}
				value=${value%% *}
				;;
			esac
			printf '%08x ' "$value"
		done
		echo
	done
}

# counters ARGUMENTS-OF-TABLE: in place at once, as a reader must see it
counters()
{
	mkdir -p "$proc/net/stat"
	table "$@" >"$proc/net/stat/.new"
	mv "$proc/net/stat/.new" "$proc/net/stat/nf_portzero"
}

# readers_wait: whoever reads the counters from now on, until somebody writes them
readers_wait()
{
	mkfifo "$proc/net/stat/.pipe"
	mv "$proc/net/stat/.pipe" "$proc/net/stat/nf_portzero"
}

# counters_once ROW...: what the counters are when they are read the next time.
# Returns when somebody has begun to, who reads after that waits for another.
counters_once()
{
	local file=$proc/net/stat/nf_portzero

	[ -p "$file" ] || readers_wait
	exec 3>"$file"
	readers_wait
	table "$@" >&3
	exec 3>&-
}

# counters_stay ROW...: after some that were there once, and from then on
counters_stay()
{
	local file=$proc/net/stat/nf_portzero

	exec 3>"$file"
	counters "$@"
	table "$@" >&3
	exec 3>&-
}

# switch NAME [VALUE]: sets one, or prints it
switch()
{
	local file=$proc/sys/net/netfilter/nf_portzero_$1

	if [ $# -eq 1 ]; then
		cat "$file"
	else
		echo "$2" >"$file"
	fi
}

fresh()
{
	rm -rf "$proc"
	mkdir -p "$proc/net/stat" "$proc/sys/net/netfilter"
	switch enable 1
	switch drop 0
	switch audit 0
	counters tcp=0
	printf '%s\n' '# nf_portzero talkers: 64 of each kind, windows of 60 s' \
		'# window kind address port count error last_seen' \
		>"$proc/net/nf_portzero_talkers"
}

tool()
{
	PORTZERO_PROC=$proc "$portzero" "$@" >"$out" 2>"$err" </dev/null
}

# expect WHAT STATUS ARGUMENT...: the tool exits with that
expect()
{
	local status

	tool "${@:3}"
	status=$?
	[ "$status" = "$2" ] || ktap_say "$(cat "$out" "$err")"
	ktap_equal "$1" "$status" "$2"
}

said()
{
	ktap_equal "$1" "$(cat "$err")" "$2"
}

# contains WHAT FILE TEXT
contains()
{
	if grep -qF -- "$3" "$2"; then
		ktap_pass "$1"
	else
		ktap_say "$(cat "$2")" "should contain: $3"
		ktap_fail "$1"
	fi
}

lines()
{
	grep -cF -- "$2" "$1"
}

# value JSON-FILE PATH: a value out of JSON
value()
{
	jq -r "$2" "$1"
}

# until_is VALUE COMMAND...: it prints that, or so much time has passed that it
# never will
until_is()
{
	local i

	for ((i = 0; i < 6000; i++)); do
		[ "$("${@:2}")" = "$1" ] && break
		sleep 0.1
	done
}

# look_during COMMAND...: the watch reads the counters as they are, unless it ends
# instead; that takes as long as the command
look_during()
{
	local file=$proc/net/stat/nf_portzero feeder

	cp "$file" "$file.now"
	readers_wait
	{
		"$@"
		mv "$file.now" "$file"
		cat "$file"
	} >"$file" &
	feeder=$!
	{
		wait -n "$feeder" "$watcher"
		# a shell that has only just begun would clean up if it could
		kill -KILL "$feeder" && wait "$feeder"
	} 2>/dev/null
	[ ! -e "$file.now" ] || mv "$file.now" "$file"
}

look()
{
	look_during true
}

# looked: it has done what it does with them, and with signals before
looked()
{
	look
	look
}

# watch ARGUMENT...: in the background, until it has begun to
watch()
{
	[ ! -e "$tmp/learned" ] || cp "$tmp/learned" "$tmp/state"
	PORTZERO_PROC=$proc "$portzero" watch --interval 100ms "$@" \
		>"$out" 2>"$err" </dev/null &
	watcher=$!
	look
	looked
}

# ended WHAT STATUS: the watch ends by itself with that
ended()
{
	wait "$watcher"
	ktap_equal "$1" $? "$2"
}

# finish WHAT STATUS: the same when it is told to
finish()
{
	kill "$watcher"
	ended "$@"
}

# learn: that nothing is normal, from two hours of it up to now
learn()
{
	local now

	now=$(date +%s)
	{
		echo "time,true,phantom,echo"
		seq $((now - 7200)) 10 "$now" | sed 's/$/,0,0,0/'
	} >"$tmp/quiet.csv"
	expect "learn from a recording" 0 watch --replay "$tmp/quiet.csv" \
		--state "$tmp/learned"
}

# syns_by HOW N: so many have come from port zero by now, as one of counters,
# counters_once and counters_stay says it
syns_by()
{
	"$1" "tcp=$2 src=$2 syn=$2"
}

# syns N: the same, and the watch has seen them
syns()
{
	syns_by counters "$1"
	look
}

# spike_of PACKETS: so many in each of ten ticks
spike_of()
{
	local i

	for i in $(seq 1 10); do
		syns $((i * $1))
	done
	look
}

# spike: enough packets to be beyond any doubt, however long a tick takes
spike()
{
	spike_of 150000
}

# run_part DIRECTORY FUNCTION...: the functions, one after the other, with a tree
# there that is fresh for each
run_part()
{
	local step

	tmp=$1 proc=$1/proc out=$1/out err=$1/err
	mkdir -m 0755 "$tmp"
	for step in "${@:2}"; do
		fresh
		"$step"
	done
	echo finished
}

# part FUNCTION...: the same beside the other parts
parts=()
part()
{
	local log=$tmp/part.${#parts[@]}

	run_part "$log.d" "$@" >"$log" 2>&1 &
	parts+=("$!")
}

# parts_finish: their results, as if they had been had one after the other
parts_finish()
{
	local i line

	for i in "${!parts[@]}"; do
		wait "${parts[i]}"
		while read -r line; do
			case $line in
			"ok "*" # SKIP "*)
				line=${line#ok * }
				ktap_skip "${line%% # SKIP *}" "${line#* # SKIP }"
				;;
			"ok "*) ktap_pass "${line#ok * }" ;;
			"not ok "*) ktap_fail "${line#not ok * }" ;;
			finished) ;;
			*) echo "$line" ;;
			esac
		done <"$tmp/part.$i"
		[ "$(tail -n 1 "$tmp/part.$i")" = finished ] ||
			ktap_fail "part $i: not finished"
	done
}
