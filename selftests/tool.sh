#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tool against /proc trees of our own making: what it says, how it exits,
# what it leaves alone. Needs no module; without root some parts are skipped.

here=$(dirname "$(realpath "$0")")
# shellcheck source=ktap.sh
. "$here/ktap.sh"

portzero=$here/../tools/portzero/portzero
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
readonly GONE="portzero: the module is not loaded: modprobe nf_portzero"
readonly NOBODY=65534

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
				value=${row##*"$name="}
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

test_usage()
{
	local command

	expect "without a command" 2
	expect "unknown command" 2 frobnicate
	said "unknown command is named" \
		"portzero: no command 'frobnicate': try 'portzero --help'"
	expect "--help" 0 --help
	expect "--version" 0 --version
	for command in status watch top drop verify export; do
		expect "$command --help" 0 "$command" --help
		contains "$command --help tells the usage" "$out" \
			"usage: portzero $command"
		expect "$command --frob" 2 "$command" --frob
		said "$command --frob is named" \
			"portzero: $command: cannot take '--frob': see 'portzero $command --help'"
	done
	expect "an option without its value" 2 status --labels
	said "it is named" "portzero: status: --labels needs a value"
	expect "too many words" 2 status twice
	expect "drop without on or off" 2 drop
	expect "drop maybe" 2 drop maybe
	expect "interval 0" 2 watch --interval 0
	expect "interval of nonsense" 2 watch --interval 1parsec
	expect "min-count 0" 2 watch --min-count 0
	expect "replay with auto-drop" 2 watch --replay /dev/null --auto-drop
	expect "an abbreviated command" 0 st --json
	ktap_equal "is the whole one" "$(value "$out" .counters.tcp)" 0
}

test_missing()
{
	local command

	rm -rf "$proc"
	mkdir "$proc"
	for command in status "drop on" "watch --for 1s" top "verify --for 1s" \
		export; do
		# shellcheck disable=SC2086
		expect "no module: $command" 3 $command
		said "no module: $command says so" "$GONE"
	done
}

test_status()
{
	table "tcp src dst both extra frag echo" \
		"tcp=1000 src=1 dst=2 both=3 extra=4294967295 frag=5 echo=6" \
		"tcp=2000 src=10 dst=20 both=30 extra=7 frag=50 echo=60" \
		>"$proc/net/stat/nf_portzero"
	expect "unknown and missing columns" 0 status --json
	ktap_equal "summed by name" \
		"$(jq -c .counters "$out")" \
		'{"tcp":3000,"src":11,"dst":22,"both":33,"frag":55,"echo":66}'
	ktap_equal "each CPU" "$(jq -c '[.per_cpu[].both]' "$out")" "[3,30]"
	ktap_equal "switches" "$(jq -c '[.enable,.drop,.audit]' "$out")" \
		"[true,false,false]"

	counters "src=1" "src=0x1ffffffff" "dst=0xfffffffff"
	expect "64 bits" 0 status --json
	ktap_equal "no bit lost" "$(jq -c '[.counters.src,.counters.dst]' "$out")" \
		"[8589934592,68719476735]"

	# shellcheck disable=SC2046
	counters $(for i in $(seq 512); do echo "tcp=$i"; done)
	expect "512 CPUs" 0 status --json
	ktap_equal "are all there" \
		"$(jq -c '[.counters.tcp, (.per_cpu | length)]' "$out")" \
		"[131328,512]"

	counters "src=7"
	rm "$proc/net/nf_portzero_talkers"
	expect "text without talkers" 0 status
	contains "has the count" "$out" \
		"  src                    7  only the source port is 0"

	PORTZERO_PROC=$proc "$portzero" status >/dev/full 2>"$err"
	ktap_equal "output that cannot be written" $? 2
	said "is complained of" \
		"portzero: cannot write the output: No space left on device"
}

# Each beginning of the file is refused, and none of them is taken for less.
test_cut()
{
	local whole=$tmp/whole bad=0 len size status

	counters "tcp=1 src=2" "tcp=3 src=4"
	mv "$proc/net/stat/nf_portzero" "$whole"
	size=$(stat -c %s "$whole")
	# A whole number of lines is a table of fewer CPUs.
	for ((len = 0; len < size; len += 7)); do
		head -c "$len" "$whole" >"$proc/net/stat/nf_portzero"
		[ -z "$(tail -c 1 "$proc/net/stat/nf_portzero")" ] &&
			[ "$len" -gt 0 ] && continue
		tool status
		status=$?
		if [ "$status" -ne 3 ] ||
			! grep -qF "cut short, or not what nf_portzero writes" "$err"; then
			ktap_say "$len of $size bytes: $status $(cat "$err")"
			bad=$((bad + 1))
		fi
	done
	ktap_equal "every cut table is refused" $bad 0

	echo "not a table" >"$proc/net/stat/nf_portzero"
	expect "another file" 3 status
	printf 'src dst both \n0001 0002 zzzz \n' >"$proc/net/stat/nf_portzero"
	expect "a word that is no number" 3 status
	printf 'src dst both \n1 2 3 4 \n' >"$proc/net/stat/nf_portzero"
	expect "a word too many" 3 status
	printf 'src dst both \n1 2 11112222333344445 \n' >"$proc/net/stat/nf_portzero"
	expect "more than 64 bits" 3 status
}

test_switches()
{
	local bad

	expect "drop on" 0 drop on
	contains "says it changed" "$out" "drop is now on"
	ktap_equal "drop is on" "$(switch drop)" 1
	expect "drop on again" 0 drop on --json
	ktap_equal "nothing changed" "$(jq -c . "$out")" \
		'{"drop":true,"changed":false}'
	expect "drop off" 0 drop off --json
	ktap_equal "it changed" "$(jq -c . "$out")" '{"drop":false,"changed":true}'
	switch enable 0
	expect "drop on while disabled" 0 drop on
	said "says that nothing is dropped" \
		"portzero: nothing is dropped yet: sysctl net.netfilter.nf_portzero_enable=1"
	for bad in 2 "" yes 01; do
		switch drop "$bad"
		expect "a switch that reads '$bad'" 3 drop on
		ktap_equal "stays as it is" "$(switch drop)" "$bad"
		expect "and in status" 3 status --json
		ktap_equal "is unknown" "$(jq -c .drop "$out")" null
	done
}

test_not_root()
{
	if [ "$(id -u)" -ne 0 ]; then
		ktap_skip "without rights" "not root"
		return
	fi
	chmod 0400 "$proc/net/nf_portzero_talkers"
	PORTZERO_PROC=$proc setpriv --reuid $NOBODY --regid $NOBODY --clear-groups \
		"$portzero" status >"$out" 2>"$err"
	ktap_equal "status without rights" $? 0
	contains "says why there are no talkers" "$out" \
		"talkers: only root may read them"
	PORTZERO_PROC=$proc setpriv --reuid $NOBODY --regid $NOBODY --clear-groups \
		"$portzero" drop on >"$out" 2>"$err"
	ktap_equal "drop without rights" $? 3
	said "says so" \
		"portzero: $proc/sys/net/netfilter/nf_portzero_drop: permission denied: run as root"
	ktap_equal "nothing changed" "$(switch drop)" 0
	chmod 0000 "$proc/net/stat/nf_portzero"
	PORTZERO_PROC=$proc setpriv --reuid $NOBODY --regid $NOBODY --clear-groups \
		"$portzero" status >"$out" 2>"$err"
	ktap_equal "counters without rights" $? 3
	said "say so" \
		"portzero: $proc/net/stat/nf_portzero: permission denied: run as root"
}

test_talkers()
{
	cat >"$proc/net/nf_portzero_talkers" <<-E
		# nf_portzero talkers: 64 of each kind, windows of 60 s
		# window kind address port count error last_seen
		now src 192.0.2.1 - 10 1 1795370000
		now src 192.0.2.200 - 5 0 1795370000
		now src 2001:db8::1 - 3 0 1795370000
		last src 192.0.2.1 - 100 2 1795369940
		now dst 198.51.100.7 445 9 0 1795370000
		now dst 198.51.100.7 80 8 0 1795370000 appended
		last dst 2001:db8::2 445 7 0 1795369940
	E
	cat >"$tmp/labels" <<-E
		# research
		192.0.2.0/24	scanner of the example university
		192.0.2.128/25	its other half # a comment
		2001:db8::/32	six

		0.0.0.0/0 anybody
	E
	expect "talkers" 0 status --json --labels "$tmp/labels"
	ktap_equal "windows add up" \
		"$(jq -c '[.talkers.sources[] | [.address, .count, .error]]' "$out")" \
		'[["192.0.2.1",110,3],["192.0.2.200",5,0],["2001:db8::1",3,0]]'
	ktap_equal "the longest prefix names them" \
		"$(jq -r '[.talkers.sources[].label] | join(", ")' "$out")" \
		"scanner of the example university, its other half, six"
	ktap_equal "destinations by port" \
		"$(jq -c '[.talkers.destinations[] | [.address, .port, .count]]' "$out")" \
		'[["198.51.100.7",445,9],["198.51.100.7",80,8],["2001:db8::2",445,7]]'
	expect "one talker" 0 status --json --talkers 1
	ktap_equal "is one of each" \
		"$(jq -c '[.talkers[] | length]' "$out")" '[1,1]'

	printf '192.0.2.0/24 good\n192.0.2.1/24 bits\n\n1.2.3.4/33 long\nfe80:: \nbad name\n' \
		>"$tmp/labels"
	expect "bad labels" 2 status --labels "$tmp/labels"
	ktap_equal "are told by number" "$(sed 's,.*labels:,,' "$err")" \
		"2: the address has bits beyond the prefix
4: not a prefix length
5: no name after the prefix
6: not an address"
	expect "no labels" 2 status --labels "$tmp/none"
	said "are complained of" \
		"portzero: $tmp/none: No such file or directory"

	echo "now src 192.0.2.1 - 10" >>"$proc/net/nf_portzero_talkers"
	expect "talkers that don't parse" 0 status --json
	contains "are complained of" "$err" "nf_portzero_talkers: cut short"
	ktap_equal "and left out" "$(jq -c .talkers "$out")" null
}

test_export()
{
	counters "tcp=5 src=1" "tcp=7 both=2"
	expect "export" 0 export
	contains "each CPU a series" "$out" 'portzero_tcp_packets_total{cpu="1"} 7'
	contains "with its kind" "$out" \
		'portzero_true_packets_total{cpu="1",zero="both"} 2'
	if command -v promtool >/dev/null; then
		promtool check metrics <"$out" >"$err" 2>&1
		ktap_equal "promtool finds nothing" "$?$(cat "$err")" 0
	else
		ktap_skip "promtool finds nothing" "no promtool"
	fi
	table "src dst both" "src=1" >"$proc/net/stat/nf_portzero"
	expect "an older module" 0 export
	ktap_equal "has no tcp" "$(lines "$out" tcp_packets)" 0

	expect "textfile" 0 export --textfile "$tmp/file.prom"
	ktap_equal "is for all to read" "$(stat -c %a "$tmp/file.prom")" 644
	ktap_equal "and alone" "$(find "$tmp" -name 'file.prom*' | wc -l)" 1
	expect "textfile nowhere" 2 export --textfile "$tmp/no/file"
}

# A disk with no room left: what was there stays there.
test_full()
{
	if ! mkdir "$tmp/full" || ! mount -t tmpfs -o size=8k none "$tmp/full" 2>"$err"; then
		ktap_skip "a full disk" "cannot mount"
		return
	fi
	mounted=$tmp/full
	echo old >"$tmp/full/file.prom"
	dd if=/dev/zero of="$tmp/full/rest" 2>/dev/null
	expect "textfile on a full disk" 2 export --textfile "$tmp/full/file.prom"
	contains "is complained of" "$err" "No space left on device"
	ktap_equal "the old file is whole" "$(cat "$tmp/full/file.prom")" old
	ktap_equal "nothing is left behind" "$(find "$tmp/full" -type f | wc -l)" 2
	expect "state on a full disk" 0 watch --for 1s --state "$tmp/full/state"
	contains "is complained of" "$err" "cannot save what was learned"
	ktap_equal "and leaves nothing" "$(find "$tmp/full" -type f | wc -l)" 2
	umount "$mounted"
	mounted=
}

# until_is VALUE COMMAND...: it prints that, or ten seconds have passed
until_is()
{
	local i

	for ((i = 0; i < 100; i++)); do
		[ "$("${@:2}")" = "$1" ] && break
		sleep 0.1
	done
}

# watch ARGUMENT...: in the background, until it has read the counters
watch()
{
	[ ! -e "$tmp/learned" ] || cp "$tmp/learned" "$tmp/state"
	PORTZERO_PROC=$proc "$portzero" watch --interval 100ms "$@" \
		>"$out" 2>"$err" </dev/null &
	watcher=$!
	sleep 0.8
}

# finish WHAT STATUS: the watch ends by itself with that
finish()
{
	wait "$watcher"
	ktap_equal "$1" $? "$2"
}

test_watch_trouble()
{
	counters "tcp=100 src=50" "tcp=100 src=50"
	watch --for 4s --json
	counters "tcp=100 src=50" "tcp=100 src=50" "tcp=1"
	sleep 0.6
	ktap_equal "a CPU more is nothing to say" "$(cat "$err")" ""
	counters "tcp=2 src=1" "tcp=100 src=50"
	sleep 0.6
	said "counters that go backwards" \
		"portzero: the counters began anew: was the module reloaded? Going on from there"
	rm "$proc/net/stat/nf_portzero"
	sleep 0.6
	counters "tcp=1 src=1"
	finish "a watch through all that" 0
	ktap_equal "no event" "$(cat "$out")" ""
	ktap_equal "says once that the module is gone" "$(lines "$err" "$GONE")" 1
	ktap_equal "and that it is back" \
		"$(lines "$err" "the module is back")" 1

	counters "tcp=1"
	watch --for 4s
	switch enable 0
	sleep 1.2
	switch enable 1
	finish "a watch while disabled" 0
	ktap_equal "says so" "$(sed 's/:.*sysctl.*//' "$err" | wc -l)" 2
	contains "and that it counts again" "$err" "the module counts again"

	watch
	kill "$watcher"
	finish "SIGTERM ends it" 0
	watch
	kill -INT "$watcher"
	finish "SIGINT ends it" 0
	watch --labels "$tmp/labels.watch" 2>/dev/null
	finish "no labels, no watch" 2
	echo "192.0.2.0/24 one" >"$tmp/labels.watch"
	watch --labels "$tmp/labels.watch" --json
	echo "198.51.100.0/24 two" >>"$tmp/labels.watch"
	kill -HUP "$watcher"
	sleep 0.6
	said "SIGHUP reads the labels again" "portzero: read again: settings, 2 labels"
	echo "nonsense" >>"$tmp/labels.watch"
	kill -HUP "$watcher"
	sleep 0.6
	contains "bad ones are told" "$err" "labels.watch:3: not an address"
	contains "and the old ones stay" "$err" "the labels stay as they were"
	kill -USR1 "$watcher"
	sleep 0.6
	ktap_equal "SIGUSR1 prints the state" \
		"$(jq -c '[.event, (.signals | keys[])]' "$out")" \
		'["state","echo","leak","phantom","true"]'
	kill "$watcher"
	finish "and it goes on" 0
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

# spike: enough packets to be beyond any doubt, fifteen hundred a second
spike()
{
	local i

	for i in $(seq 1 10); do
		counters "tcp=$((i * 150)) src=$((i * 150)) syn=$((i * 150))"
		sleep 0.1
	done
}

test_watch_spike()
{
	local seen=$tmp/seen now

	now=$(date +%s)

	cat >"$tmp/hook" <<-E
		#!/bin/sh
		cat >>"$seen"
		echo "\$# \$*" >>"$seen.words"
	E
	chmod 0755 "$tmp/hook"
	cat >>"$proc/net/nf_portzero_talkers" <<-E
		now src 192.0.2.1 - 1500 0 $((now + 60))
		now dst 198.51.100.7 80 1500 0 $((now + 60))
		last src 192.0.2.77 - 9999 0 $((now - 60))
	E
	# shellcheck disable=SC2016
	watch --state "$tmp/state" --for 4s --json --exec "$tmp/hook a\$(b) 'c"
	sleep 1
	spike
	finish "a warning is active at the end" 1
	ktap_equal "one start" "$(lines "$out" '"event":"start"')" 1
	ktap_equal "of the right signal, and of no other" \
		"$(jq -r .signal "$out" | sort -u)" "true"
	ktap_equal "with its fields" \
		"$(jq -c 'select(.event == "start") | [(.time, .rate, .baseline) | type]' "$out")" \
		'["number","number","number"]'
	ktap_equal "and its reading" \
		"$(jq -r 'select(.event == "start") | .reading.kind' "$out")" flood
	ktap_equal "on who talked since it began" \
		"$(jq -c 'select(.event == "start") | [.sources[].address]' "$out")" \
		'["192.0.2.1"]'
	ktap_equal "the command got the same" "$(jq -c . "$seen")" "$(jq -c . "$out")"
	ktap_equal "and its words untouched by a shell" \
		"$(head -n 1 "$seen.words")" "2 a\$(b) 'c"
	ktap_equal "without complaint" "$(cat "$err")" ""

	counters "tcp=0"
	watch --state "$tmp/state" --for 3s --exec false
	spike
	finish "a command that fails" 1
	contains "is told of" "$err" "--exec false: exit status 1"
	contains "the text says where to look" "$out" "WARNING"
	expect "a command that is not there" 2 watch --exec /no/such
	said "is told of at once" \
		"portzero: --exec /no/such: No such file or directory"
}

test_exec_hangs()
{
	local began=$SECONDS

	watch --state "$tmp/state" --for 3s --json --exec "sleep 1000"
	spike
	finish "a command that hangs" 1
	contains "is killed" "$err" "--exec sleep: not done after 10 s, killed"
	ktap_equal "in its time" "$((SECONDS - began < 40))" 1
	ktap_equal "counting went on" "$(lines "$out" '"event":"start"')" 1
}

test_auto_drop()
{
	watch --state "$tmp/state" --for 4s --auto-drop
	spike
	until_is 1 switch drop
	ktap_equal "auto-drop switches on" "$(switch drop)" 1
	finish "a watch that drops" 1
	ktap_equal "and off when it ends" "$(switch drop)" 0

	counters tcp=0
	switch drop 1
	watch --state "$tmp/state" --for 4s --auto-drop
	spike
	finish "drop that was on" 1
	ktap_equal "stays on" "$(switch drop)" 1
	contains "and auto-drop says so" "$err" "drop is on already, and stays"

	counters tcp=0
	switch drop 0
	watch --state "$tmp/state" --for 4s --auto-drop
	spike
	until_is 1 switch drop
	switch drop 0
	finish "drop that somebody switched off" 1
	ktap_equal "stays off" "$(switch drop)" 0
	contains "and auto-drop says so" "$err" "somebody switched drop off"
}

# A journal and a service manager of our own, in a /run that nobody else sees.
test_service()
{
	if ! command -v socat >/dev/null || ! unshare -m true 2>/dev/null; then
		ktap_skip "journal and service manager" "no socat, or not root"
		return
	fi
	cp "$tmp/learned" "$tmp/state"
	export tmp proc portzero
	# shellcheck disable=SC2016
	unshare -m bash -c '
		mount -t tmpfs none /run && mkdir -p /run/systemd/journal
		socat -u UNIX-RECV:/run/systemd/journal/socket "OPEN:$tmp/journal,creat" &
		journal=$!
		socat -u UNIX-RECV:/run/notify "OPEN:$tmp/notify,creat" &
		notify=$!
		sleep 0.5
		NOTIFY_SOCKET=/run/notify WATCHDOG_USEC=500000 PORTZERO_PROC=$proc \
			"$portzero" watch --interval 100ms --for 4s --quiet --syslog \
			--state "$tmp/state"
		echo $? >"$tmp/status"
		sleep 0.3
		kill "$journal" "$notify"
	' >"$out" 2>"$err" &
	watcher=$!
	sleep 1.8
	spike
	wait "$watcher"
	ktap_equal "a watch as a service" "$(cat "$tmp/status" "$out" "$err")" 1
	contains "logs the signal" "$tmp/journal" "PORTZERO_SIGNAL=true"
	ktap_equal "once" "$(grep -ac PORTZERO_EVENT=start "$tmp/journal")" 1
	contains "with a priority" "$tmp/journal" "PRIORITY=4"
	contains "says when it is ready" "$tmp/notify" "READY=1"
	contains "and that it lives" "$tmp/notify" "WATCHDOG=1"
	contains "and what goes on" "$tmp/notify" "STATUS=A WARNING IS ACTIVE"
	contains "and when it stops" "$tmp/notify" "STOPPING=1"
}

test_config()
{
	printf 'min-count 5\n\n# a remark\nauto-drop\nfrob 1\nhold never\nquiet yes\nexec\n' \
		>"$tmp/bad.conf"
	expect "a bad file of settings" 2 watch --config "$tmp/bad.conf"
	ktap_equal "is told by number" "$(sed 's,.*conf:,,' "$err")" \
		"5: frob is no option
6: hold wants a time such as 10s or 5m
7: quiet takes no value
8: exec wants a value"
	expect "no file of settings" 2 watch --config "$tmp/none.conf"

	echo "exec /no/such" >"$tmp/watch.conf"
	expect "what the file says counts" 2 watch --config "$tmp/watch.conf"
	expect "the command line counts for more" 0 watch --for 1s \
		--config "$tmp/watch.conf" --exec true

	echo "json" >"$tmp/watch.conf"
	watch --state "$tmp/state" --for 5s --config "$tmp/watch.conf"
	echo "frob" >>"$tmp/watch.conf"
	kill -HUP "$watcher"
	sleep 0.6
	contains "bad settings are told" "$err" "watch.conf:2: frob is no option"
	contains "and the old ones stay" "$err" "the settings stay as they were"
	printf 'json\nexec %s/again\n' "$tmp" >"$tmp/watch.conf"
	printf '#!/bin/sh\ncat >>%s\n' "$tmp/got" >"$tmp/again"
	chmod 0755 "$tmp/again"
	kill -HUP "$watcher"
	sleep 0.6
	spike
	finish "a watch with other settings than it began with" 1
	ktap_equal "uses them" "$(jq -c . "$tmp/got")" "$(jq -c . "$out")"
}

# On a terminal of its own.
test_top()
{
	PORTZERO_PROC=$proc TERM=xterm LC_ALL=C script -qec \
		"stty rows 40 cols 100; '$portzero' top --for 1500ms --interval 500ms" \
		/dev/null >"$out" 2>"$err" </dev/null
	ktap_equal "top on a terminal" $? 0
	contains "shows the rates" "$out" "phantom"
	contains "and the talkers" "$out" "192.0.2.1"
	PORTZERO_PROC=$proc TERM=nonesuch script -qec "'$portzero' top" \
		/dev/null >"$out" 2>"$err" </dev/null
	ktap_equal "top on a terminal unknown" $? 2
	expect "top without a terminal" 2 top
	said "says what to do" \
		"portzero: top: this is no terminal; try 'portzero status'"
}

# A reader that goes away must not leave a switch behind.
test_pipe()
{
	local fifo=$tmp/fifo

	mkfifo "$fifo"
	head -n 1 <"$fifo" >"$tmp/head" &
	cp "$tmp/learned" "$tmp/state"
	PORTZERO_PROC=$proc "$portzero" watch --interval 100ms --for 30s \
		--state "$tmp/state" --auto-drop >"$fifo" 2>"$err" &
	watcher=$!
	sleep 0.8
	spike
	until_is 1 switch drop
	ktap_equal "drop is on" "$(switch drop)" 1
	sleep 0.6
	kill -USR1 "$watcher"
	wait "$watcher"
	ktap_equal "a watch whose reader went" $? 2
	ktap_equal "puts drop back" "$(switch drop)" 0
}

test_replay()
{
	printf 'time,true\n1000,0\nx,1\n' >"$tmp/bad.csv"
	expect "a bad line" 2 watch --replay "$tmp/bad.csv"
	contains "is told by number" "$err" "bad.csv:3:"
	expect "no recording" 2 watch --replay "$tmp/none.csv"
	{
		echo "time,true"
		seq 0 60 86400 | sed 's/$/,1/'
		seq 86460 60 90000 | sed 's/$/,500/'
	} >"$tmp/spike.csv"
	expect "a spike at the end" 1 watch --replay "$tmp/spike.csv" --json
	ktap_equal "is one event" "$(lines "$out" '"event":"start"')" 1
	ktap_equal "at its own time" \
		"$(jq -s '.[0].time >= 86460 and .[0].time <= 86640' "$out")" true
	{
		cat "$tmp/spike.csv"
		seq 90060 60 180000 | sed 's/$/,1/'
	} >"$tmp/over.csv"
	expect "a spike that is over" 0 watch --replay "$tmp/over.csv" --json
	ktap_equal "has one end" "$(lines "$out" '"event":"end"')" 1
	PORTZERO_PROC=$proc "$portzero" watch --replay - --json \
		<"$tmp/over.csv" >"$tmp/piped"
	ktap_equal "the same through a pipe" "$(cat "$tmp/piped")" "$(cat "$out")"
}

# verify while NAME=VALUE... come in; then its verdict
verify()
{
	counters tcp=0
	PORTZERO_PROC=$proc "$portzero" verify --for 2s --json "${@:2}" \
		>"$out" 2>"$err" &
	watcher=$!
	until_is 1 switch audit
	sleep 0.5
	ktap_equal "the audit is on meanwhile" "$(switch audit)" 1
	counters "$1"
	wait "$watcher"
	verdict="$? $(value "$out" .verdict)"
	ktap_equal "and off again" "$(switch audit)" 0
}

test_verify()
{
	verify "src=0"
	ktap_equal "nothing came in" "$verdict" "2 nothing came in"
	verify "echo=5"
	ktap_equal "only pings came in, and stopped" "$verdict" "0 stopped"
	verify "src=30 dst=10 both=2 ipv6=12"
	ktap_equal "all stopped" "$verdict" "0 stopped"
	ktap_equal "counted" "$(jq -c '[.true | .came_in, .stopped, .survived]' "$out")" \
		"[42,42,0]"
	verify "src=30 ipv6=12 leak=12 leak_ipv6=12 leak_local=2"
	ktap_equal "IPv6 got through" "$verdict" "1 leak"
	ktap_equal "counted by way and version" \
		"$(jq -c '.true | [.came_in, .came_in_ipv6, .stopped, .survived, .survived_ipv6, .survived_local, .survived_forwarded]' "$out")" \
		"[30,12,18,12,12,2,10]"
	verify "src=30 echo=9 leak_echo=9"
	ktap_equal "pings got through" "$verdict" "1 leak"
	verify "src=30 echo=9 leak_echo=9" --allow-echo
	ktap_equal "and were meant to" "$verdict" "0 stopped"

	counters "src=0"
	PORTZERO_PROC=$proc "$portzero" verify --for 1h >"$out" 2>"$err" &
	watcher=$!
	until_is 1 switch audit
	kill -INT "$watcher"
	wait "$watcher"
	ktap_equal "interrupted" $? 2
	ktap_equal "the audit is put back" "$(switch audit)" 0
	switch audit 1
	expect "an audit that was on" 2 verify --for 1s
	ktap_equal "stays on" "$(switch audit)" 1
	switch enable 0
	expect "a module that counts nothing" 3 verify --for 1s
}

ktap_begin
fresh; test_usage
test_missing
fresh; test_status
fresh; test_cut
fresh; test_switches
fresh; test_not_root
fresh; test_talkers
fresh; test_export
fresh; test_full
fresh; test_watch_trouble
learn
fresh; test_watch_spike
fresh; test_exec_hangs
fresh; test_auto_drop
fresh; test_service
fresh; test_config
fresh; echo "now src 192.0.2.1 - 7 0 1795370000" >>"$proc/net/nf_portzero_talkers"
test_top
fresh; test_pipe
fresh; test_replay
fresh; test_verify
ktap_finish
