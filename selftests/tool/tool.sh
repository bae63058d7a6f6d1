#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tool against /proc trees of our own making: what it says, how it exits,
# what it leaves alone. Needs no module; without root some parts are skipped.

# shellcheck source=../lib/tree.sh
. "$(dirname "$0")/../lib/tree.sh"

readonly GONE="portzero: the module is not loaded: modprobe nf_portzero"
readonly SIGNED="; this kernel takes signed ones only, see SECURE BOOT in nf_portzero(4)"
readonly NOBODY=65534

test_usage()
{
	local command

	expect "without a command" 2
	expect "unknown command" 2 frobnicate
	said "unknown command is named" \
		"portzero: no command 'frobnicate': try 'portzero --help'"
	expect "--help" 0 --help
	expect "--version" 0 --version
	for command in status watch top drop verify pcap export; do
		expect "$command --help" 0 "$command" --help
		contains "$command --help tells the usage" "$out" \
			"usage: portzero $command"
		cp "$out" "$tmp/help"
		expect "$command -h" 0 "$command" -h
		ktap_equal "$command -h tells the same" "$(cat "$out")" \
			"$(cat "$tmp/help")"
		expect "help $command" 0 help "$command"
		ktap_equal "help $command tells the same" "$(cat "$out")" \
			"$(cat "$tmp/help")"
		expect "$command --frob" 2 "$command" --frob
		said "$command --frob is named" \
			"portzero: $command: cannot take '--frob': see 'portzero $command --help'"
	done
	expect "an option without its value" 2 status --labels
	said "it is named" "portzero: status: --labels needs a value"
	expect "a word before the bad option" 2 status twice --frob
	contains "is not taken for it" "$err" "cannot take '--frob'"
	expect "a bad letter" 2 drop -jx on
	contains "is named" "$err" "cannot take '-x'"
	expect "a value that is none" 2 status --talkers 1x
	said "is named" "portzero: status: --talkers wants a number, not '1x'"
	expect "help on nothing known" 2 help frobnicate
	"$portzero" --help >"$tmp/help"
	for command in "help" "help help" "help --help" "help -h"; do
		# shellcheck disable=SC2086
		expect "$command" 0 $command
		ktap_equal "$command tells the commands" "$(cat "$out")" \
			"$(cat "$tmp/help")"
	done
	for command in "help status" "help help" --help; do
		# shellcheck disable=SC2086
		expect "$command on a word more" 2 $command extra
	done
	expect "too many words" 2 status twice
	expect "drop without on or off" 2 drop
	expect "drop maybe" 2 drop maybe
	expect "interval 0" 2 watch --interval 0
	expect "interval of nonsense" 2 watch --interval 1parsec
	expect "min-count 0" 2 watch --min-count 0
	for command in watch "pcap -"; do
		# shellcheck disable=SC2086
		expect "$command: patience of a minute" 2 $command --patience 60s
		said "wants more" \
			"portzero: ${command% -}: --patience wants a time from 1h to 1000y, such as 30d, not '60s'"
	done
	expect "patience without end" 2 watch --patience 1001y
	expect "patience of nonsense" 2 watch --patience long
	expect "replay with auto-drop" 2 watch --replay /dev/null --auto-drop
	expect "an abbreviated command" 0 st --json
	ktap_equal "is the whole one" "$(value "$out" .counters.tcp)" 0
}

# The options of a command, as its help, completion and manual have them.
help_options()
{
	"$portzero" "$1" --help | sed -n 's/^  [ -][ jh][ ,] --\([a-z-]*\).*/\1/p' | sort
}

complete_words()
{
	local COMP_WORDS=(portzero "$@") COMP_CWORD=$# COMPREPLY=()

	_portzero
	printf '%s\n' "${COMPREPLY[@]}" | sort
}

synopsis_options()
{
	sed -n "/^\.Cm $1\$/,/^\.Nm\|^\.Sh/s/^\.Op Fl -\([a-z-]*\).*/\1/p" \
		"$top/tools/portzero/share/portzero.8" | sort
}

manual_options()
{
	sed -n "/^\.Ss $1\$/,/^\.S[sh]/s/^\.It Fl -\([a-z-]*\).*/\1/p" \
		"$top/tools/portzero/share/portzero.8" | sort
}

# What each command takes is in its table, which its help is printed from.
test_options()
{
	local commands command options option

	compopt() { :; }
	# shellcheck source=../../tools/portzero/share/portzero.bash
	. "$top/tools/portzero/share/portzero.bash"
	commands=$("$portzero" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | sort)
	ktap_equal "commands there are" "$(wc -w <<<"$commands")" 7
	ktap_equal "are completed" "$(complete_words "")" \
		"$(sort <<<"$commands"$'\nhelp\n--help\n--version')"
	ktap_equal "and after help" "$(complete_words help "")" "$commands"
	for command in $commands; do
		options=$(help_options "$command")
		# shellcheck disable=SC2086
		ktap_equal "completion knows $command's options" \
			"$(complete_words "$command" --)" \
			"$(printf -- '--%s\n' $options | sort)"
		ktap_equal "and so does the manual" "$(manual_options "$command")" \
			"$(grep -vx help <<<"$options")"
		ktap_equal "in its synopsis, too" "$(synopsis_options "$command")" \
			"$(grep -vx help <<<"$options")"
		# What an option wants is not another option.
		for option in $("$portzero" "$command" --help |
			sed -n 's/^      \(--[a-z-]*\) [A-Z].*/\1/p'); do
			ktap_equal "$command $option wants no option" \
				"$(complete_words "$command" "$option" --)" ""
		done
	done
}

test_missing()
{
	local command line

	rm -rf "$proc"
	mkdir "$proc"
	for command in status "drop on" "watch --for 1s" top "verify --for 1s" \
		export; do
		# shellcheck disable=SC2086
		expect "no module: $command" 3 $command
		said "no module: $command says so" "$GONE"
	done
	mkdir -p "$tmp/sys/kernel/security"
	while IFS='|' read -r command line; do
		echo "$command" >"$tmp/sys/kernel/security/lockdown"
		PORTZERO_SYS=$tmp/sys tool status
		said "no module on a kernel with lockdown '$command'" "$GONE$line"
	done <<-END
		[none] integrity confidentiality|
		none [integrity] confidentiality|$SIGNED
		none integrity [confidentiality]|$SIGNED
	END
	rm "$tmp/sys/kernel/security/lockdown"
	mkdir -p "$tmp/sys/module/module/parameters"
	echo Y >"$tmp/sys/module/module/parameters/sig_enforce"
	PORTZERO_SYS=$tmp/sys tool status
	said "no module where sig_enforce is on" "$GONE$SIGNED"
	rm -r "$tmp/sys"
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

# What the watch learned, with a warning that goes on.
test_status_learned()
{
	local state=$tmp/state.status

	{
		echo "time,true,echo"
		seq 600 60 86400 | sed 's/$/,30,6/'
		seq 86460 60 86700 | sed 's/$/,9000,6/'
	} >"$tmp/learned.csv"
	expect "a state with a warning" 1 watch --replay "$tmp/learned.csv" --quiet \
		--state "$state"
	cp "$state" "$state.before"
	expect "status with what was learned" 0 status --json --state "$state"
	ktap_equal "has the baselines and the warning" "$(jq -c '.learned.signals |
		[.true, .echo, .leak] | map([(.baseline | if . then . * 100 | round else . end), .learning, .active])' "$out")" \
		'[[50,true,"warning"],[10,true,null],[null,true,null]]'
	ktap_equal "and when it was so" \
		"$(jq -c '.time - .learned.time | . >= 0 and . < 60' "$out")" true
	expect "the same for people" 0 status --state "$state"
	ktap_equal "a line for each signal" \
		"$(grep -A5 '^learned, as it was .* ago$' "$out" | tail -n 4)" \
		"true                -       0.50/s  warning since 1970-01-02 00:00:00 UTC, still learning
phantom             -            -  quiet, still learning
echo                -       0.10/s  quiet, still learning
leak                -            -  quiet, still learning"
	cmp "$state" "$state.before"
	ktap_result $? "the file is as it was"
	expect "nothing learned" 0 status --json --state "$tmp/no/state"
	ktap_equal "is no error" "$(jq -c .learned "$out")$(cat "$err")" null
	echo "somebody else's" >"$state"
	expect "a foreign file" 2 status --json --state "$state"
	said "is said to be one" \
		"portzero: $state: that is somebody else's file, and is left alone"
	ktap_equal "the rest is shown" "$(jq -c '[.learned, .counters.tcp]' "$out")" "[null,0]"
	echo "portzero state 1" >"$state"
	expect "an older one" 2 status --state "$state"
	said "is said to be one" "portzero: $state: it is of another version"
	ktap_equal "and stays" "$(cat "$state")" "portzero state 1"
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
	ktap_equal "every cut table is refused" "$bad" 0

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
	expect "drop on again" 0 drop on -j
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
	PORTZERO_PROC=$proc setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups \
		"$portzero" status >"$out" 2>"$err"
	ktap_equal "status without rights" $? 0
	contains "says why there are no talkers" "$out" \
		"talkers: only root may read them"
	PORTZERO_PROC=$proc setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups \
		"$portzero" drop on >"$out" 2>"$err"
	ktap_equal "drop without rights" $? 3
	said "says so" \
		"portzero: $proc/sys/net/netfilter/nf_portzero_drop: permission denied: run as root"
	ktap_equal "nothing changed" "$(switch drop)" 0
	mkdir -m 0700 "$tmp/private"
	touch "$tmp/private/state"
	PORTZERO_PROC=$proc setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups \
		"$portzero" status --state "$tmp/private/state" >"$out" 2>"$err"
	ktap_equal "what was learned without rights" "$?$(cat "$err")" 0
	contains "is not shown, and why" "$out" "learned: only root may read it"
	chmod 0000 "$proc/net/stat/nf_portzero"
	PORTZERO_PROC=$proc setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups \
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

	expect "no talkers asked for" 0 status --talkers 0
	ktap_equal "are not said to be none" "$(grep -cE 'sources|destinations' "$out")" 0

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
	table "src dst both" "src=1" >"$proc/net/stat/nf_portzero"
	expect "an older module" 0 export
	ktap_equal "has no tcp" "$(lines "$out" tcp_packets)" 0

	counters "tcp=5 src=1" "tcp=7 both=2"
	expect "the sum of all CPUs" 0 export --total
	ktap_equal "is one series each" "$(grep -c '^portzero_tcp_packets_total' "$out")" 1
	contains "without a CPU" "$out" 'portzero_tcp_packets_total 12'
	contains "but with its kind" "$out" \
		'portzero_true_packets_total{zero="both"} 2'
	expect "OpenMetrics" 0 export --openmetrics
	contains "names a counter without its suffix" "$out" \
		'# TYPE portzero_true_packets counter'
	contains "and its unit" "$out" '# UNIT portzero_true_packets packets'
	ktap_equal "and ends" "$(tail -n 1 "$out")" "# EOF"
	expect "which no textfile is" 2 export --openmetrics --textfile "$tmp/file.prom"
	cat >"$proc/net/nf_portzero_talkers" <<-E
		# nf_portzero talkers: 64 of each kind, windows of 60 s
		# window kind address port count error last_seen
		now src 192.0.2.1 - 10 1 1795370000
		now src 192.0.2.2 - 5 0 1795370000
		last src 192.0.2.1 - 100 2 1795369940
		now dst 2001:db8::7 445 9 0 1795370000
	E
	printf '192.0.2.0/24 a "quoted" \\ name\n' >"$tmp/labels"
	expect "nobody asked for talkers" 0 export
	ktap_equal "gets none" "$(lines "$out" talker)" 0
	expect "one talker" 0 export --talkers 1 --labels "$tmp/labels"
	ktap_equal "is one of each" "$(grep ^portzero_talker "$out")" \
		'portzero_talker_packets{kind="source",address="192.0.2.1",label="a \"quoted\" \\ name"} 110
portzero_talker_packets{kind="destination",address="2001:db8::7",port="445"} 9'
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
	echo "# HELP portzero_old" >"$tmp/full/file.prom"
	dd if=/dev/zero of="$tmp/full/rest" 2>/dev/null
	expect "textfile on a full disk" 2 export --textfile "$tmp/full/file.prom"
	contains "is complained of" "$err" "No space left on device"
	ktap_equal "the old file is whole" "$(cat "$tmp/full/file.prom")" \
		"# HELP portzero_old"
	ktap_equal "nothing is left behind" "$(find "$tmp/full" -type f | wc -l)" 2
	expect "state on a full disk" 2 watch --for 1s --state "$tmp/full/state"
	contains "is complained of" "$err" "cannot save what was learned"
	ktap_equal "and leaves nothing" "$(find "$tmp/full" -type f | wc -l)" 2
	mount -o remount,size=64k "$tmp/full"
	expect "with room again" 0 watch --for 1s --state "$tmp/full/state"
	cp "$tmp/full/state" "$tmp/before"
	mount -o remount,ro "$tmp/full"
	expect "state on a read-only disk" 2 watch --for 1s --state "$tmp/full/state"
	contains "is complained of" "$err" "Read-only file system"
	cmp "$tmp/full/state" "$tmp/before"
	ktap_result $? "and stays as it was"
	umount "$mounted"
	mounted=
}

test_watch_trouble()
{
	counters "tcp=100 src=50" "tcp=100 src=50"
	watch --json
	counters "tcp=100 src=50" "tcp=100 src=50" "tcp=1"
	looked
	ktap_equal "a CPU more is nothing to say" "$(cat "$err")" ""
	counters "tcp=2 src=1" "tcp=100 src=50"
	looked
	said "counters that go backwards" \
		"portzero: the counters began anew: was the module reloaded? Going on from there"
	rm "$proc/net/stat/nf_portzero"
	until_is 1 lines "$err" "$GONE"
	counters "tcp=1 src=1"
	looked
	finish "a watch through all that" 0
	ktap_equal "no event" "$(cat "$out")" ""
	ktap_equal "says once that the module is gone" "$(lines "$err" "$GONE")" 1
	ktap_equal "and that it is back" \
		"$(lines "$err" "the module is back")" 1

	counters "tcp=1"
	watch
	switch enable 0
	until_is 1 lines "$err" "the module counts nothing here"
	switch enable 1
	until_is 1 lines "$err" "the module counts again"
	finish "a watch while disabled" 0
	ktap_equal "says so" "$(sed 's/:.*sysctl.*//' "$err" | wc -l)" 2
	contains "and that it counts again" "$err" "the module counts again"

	watch
	finish "SIGTERM ends it" 0
	watch
	kill -INT "$watcher"
	ended "SIGINT ends it" 0
	expect "no labels, no watch" 2 watch --labels "$tmp/labels.watch"
	echo "192.0.2.0/24 one" >"$tmp/labels.watch"
	watch --labels "$tmp/labels.watch" --json
	echo "198.51.100.0/24 two" >>"$tmp/labels.watch"
	kill -HUP "$watcher"
	looked
	said "SIGHUP reads the labels again" "portzero: read again: settings, 2 labels"
	echo "nonsense" >>"$tmp/labels.watch"
	kill -HUP "$watcher"
	looked
	contains "bad ones are told" "$err" "labels.watch:3: not an address"
	contains "and the old ones stay" "$err" "the labels stay as they were"
	kill -USR1 "$watcher"
	looked
	ktap_equal "SIGUSR1 prints the state" \
		"$(jq -c '[.event, (.signals | keys[])]' "$out")" \
		'["state","echo","leak","phantom","true"]'
	finish "and it goes on" 0
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
		now src 192.0.2.1 - 1500000 0 $((now + 7200))
		now dst 198.51.100.7 80 1500000 0 $((now + 7200))
		last src 192.0.2.77 - 9999999 0 $((now - 60))
	E
	# shellcheck disable=SC2016
	watch --state "$tmp/state" --json --exec "$tmp/hook a\$(b) 'c"
	spike
	finish "a warning is active at the end" 1
	ktap_equal "one start" "$(lines "$out" '"event":"start"')" 1
	ktap_equal "of the right signal, and of no other" \
		"$(jq -r .signal "$out" | sort -u)" "true"
	ktap_equal "with its fields" \
		"$(jq -c 'select(.event == "start") | [(.time, .rate, .baseline) | type]' "$out")" \
		'["number","number","number"]'
	ktap_equal "and its reading" \
		"$(jq -r 'select(.event == "start") | .reading' "$out")" flood
	ktap_equal "on who talked since it began" \
		"$(jq -c 'select(.event == "start") | [.sources[].address]' "$out")" \
		'["192.0.2.1"]'
	ktap_equal "the command got the same" "$(jq -c . "$seen")" "$(jq -c . "$out")"
	ktap_equal "and its words untouched by a shell" \
		"$(head -n 1 "$seen.words")" "2 a\$(b) 'c"
	ktap_equal "without complaint" "$(cat "$err")" ""

	counters "tcp=0"
	watch --state "$tmp/state" --exec false
	spike
	finish "a command that fails" 1
	contains "is told of" "$err" "--exec false: exit status 1"
	contains "the text says where to look" "$out" "WARNING"
	expect "a command that is not there" 2 watch --exec /no/such
	said "is told of at once" \
		"portzero: --exec /no/such: No such file or directory"
}

# After a tick that came late the next one comes soon. So many packets are a spike in
# two seconds, and were none in the tenth of one that is left.
test_late_tick()
{
	watch --interval 2s --state "$tmp/state"
	look_during sleep 1.9
	counters "tcp=60 src=60 syn=60"
	looked
	finish "a tick soon after a late one" 1
	contains "takes no packets out of a spike" "$out" "WARNING"
}

# metric SERIES: its value in the watch's file for Prometheus
metric()
{
	awk -v series="$1" '$1 == series { print $2 }' "$tmp/watch.prom"
}

test_watch_textfile()
{
	watch --state "$tmp/state" --textfile "$tmp/watch.prom" --talkers 1
	ktap_equal "a file at once" "$(metric portzero_up)" 1
	spike
	until_is 1 metric 'portzero_signal_warning{signal="true"}'
	ktap_equal "a warning is in it soon" \
		"$(metric 'portzero_signal_warning{signal="true"}')" 1
	ktap_equal "and no notice" "$(metric 'portzero_signal_notice{signal="true"}')" 0
	ktap_equal "nor a leak nobody looks for" \
		"$(metric 'portzero_signal_warning{signal="leak"}')" ""
	ktap_equal "and the sum of the counters" \
		"$(grep -c ^portzero_tcp_packets_total "$tmp/watch.prom")" 1
	finish "a watch with a file" 1
	expect "recorded counts" 2 watch --replay /dev/null --textfile "$tmp/watch.prom"
	expect "talkers for nothing" 2 watch --talkers 3

	counters tcp=0
	watch --textfile "$tmp/no/file.prom"
	finish "a file that cannot be written" 0
	contains "is complained of" "$err" "--textfile: $tmp/no/file.prom: No such file"
	ktap_equal "once" "$(lines "$err" textfile)" 1
}

test_exec_hangs()
{
	watch --state "$tmp/state" --json --exec "sleep 1000"
	spike
	finish "a command that hangs" 1
	contains "is killed" "$err" "--exec sleep: not done after 10 s, killed"
	ktap_equal "counting went on" "$(lines "$out" '"event":"start"')" 1
}

test_auto_drop()
{
	watch --state "$tmp/state" --auto-drop
	spike
	until_is 1 switch drop
	ktap_equal "auto-drop switches on" "$(switch drop)" 1
	finish "a watch that drops" 1
	ktap_equal "and off when it ends" "$(switch drop)" 0

	counters tcp=0
	switch drop 1
	watch --state "$tmp/state" --auto-drop
	spike
	finish "drop that was on" 1
	ktap_equal "stays on" "$(switch drop)" 1
	contains "and auto-drop says so" "$err" "drop is on already, and stays"

	counters tcp=0
	switch drop 0
	watch --state "$tmp/state" --auto-drop
	spike
	until_is 1 switch drop
	switch drop 0
	looked
	finish "drop that somebody switched off" 1
	ktap_equal "stays off" "$(switch drop)" 0
	contains "and auto-drop says so" "$err" "somebody switched drop off"

	counters tcp=0
	: >"$tmp/conf"
	watch --state "$tmp/state" --config "$tmp/conf"
	spike
	ktap_equal "without auto-drop drop stays off" "$(switch drop)" 0
	echo auto-drop >"$tmp/conf"
	kill -HUP "$watcher"
	until_is 1 switch drop
	ktap_equal "and goes on when a reload asks for it in an attack" "$(switch drop)" 1
	finish "such a watch" 1
}

# own_run WHAT: there can be a /run that nobody else sees, or WHAT is skipped
own_run()
{
	command -v socat >/dev/null && unshare -m true 2>/dev/null && return
	ktap_skip "$1" "no socat, or not root"
	return 1
}

# logged FILE: the events that are in it
logged()
{
	grep -ao "PORTZERO_EVENT=[a-z]*" "$1" | cut -d= -f2 | xargs
}

# A journal and a service manager of our own, in a /run that nobody else sees.
test_service()
{
	own_run "journal and service manager" || return
	cp "$tmp/learned" "$tmp/state"
	export tmp proc portzero
	# shellcheck disable=SC2016
	unshare -m bash -c '
		mount -t tmpfs none /run && mkdir -p /run/systemd/journal
		socat -u UNIX-RECV:/run/systemd/journal/socket "OPEN:$tmp/journal,creat" &
		journal=$!
		socat -u UNIX-RECV:/run/notify "OPEN:$tmp/notify,creat" &
		notify=$!
		until [ -S /run/systemd/journal/socket ] && [ -S /run/notify ]; do
			sleep 0.1
		done
		NOTIFY_SOCKET=/run/notify WATCHDOG_USEC=500000 PORTZERO_PROC=$proc \
			"$portzero" watch --interval 100ms --quiet --syslog \
			--state "$tmp/state" &
		echo $! >"$tmp/service"
		wait $!
		echo $? >"$tmp/status"
		until grep -qs STOPPING=1 "$tmp/notify"; do
			sleep 0.1
		done
		kill "$journal" "$notify"
	' >"$out" 2>"$err" &
	watcher=$!
	looked
	spike
	until_is 1 grep -ac PORTZERO_EVENT=start "$tmp/journal"
	kill "$(cat "$tmp/service")"
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

# Who takes the messages goes and comes back, in a /run and a /dev of our own.
test_journal_gone()
{
	local rounds=0

	own_run "a journal that is gone" || return
	cp "$tmp/learned" "$tmp/state"
	mkdir "$tmp/dev"
	export tmp proc portzero
	# shellcheck disable=SC2016
	unshare -m bash -c '
		mount -t tmpfs none /run && mkdir -p /run/systemd/journal
		mount --bind /dev "$tmp/dev" && mount -t tmpfs none /dev
		for device in null zero urandom; do
			touch /dev/$device && mount --bind "$tmp/dev/$device" /dev/$device
		done
		# take SOCKET FILE: what is sent there goes to the file
		take()
		{
			rm -f "$1"
			socat -u "UNIX-RECV:$1,unlink-close=0" "OPEN:$2,creat,append" &
			taker=$!
			until [ -S "$1" ]; do sleep 0.1; done
		}
		# told N FILE: another start and end, so it has had so many by now
		told()
		{
			for ((i = 0; i < 6000; i++)); do
				[ "$(grep -ao "PORTZERO_EVENT=" "$2" | wc -l)" != "$1" ] || break
				sleep 0.1
			done
			touch "$tmp/told"
		}
		take /dev/log "$tmp/syslog"
		syslog=$taker
		PORTZERO_PROC=$proc "$portzero" watch --interval 100ms --quiet --syslog \
			--hold 300ms --state "$tmp/state" &
		watch=$!
		told 2 "$tmp/syslog"
		take /run/systemd/journal/socket "$tmp/journal"
		told 2 "$tmp/journal"
		kill $taker
		told 4 "$tmp/syslog"
		take /run/systemd/journal/socket "$tmp/journal"
		told 4 "$tmp/journal"
		kill $watch $taker $syslog
		wait
	' >"$out" 2>"$err" &
	watcher=$!
	looked
	while kill -0 "$watcher" 2>/dev/null; do
		# all at once: on a busy machine the hold time may be over between two ticks
		rounds=$((rounds + 1))
		syns $((rounds * 1500000))
		until [ -e "$tmp/told" ] || ! kill -0 "$watcher" 2>/dev/null; do
			sleep 0.1
		done
		rm -f "$tmp/told"
	done
	wait "$watcher"
	ktap_equal "without a journal the syslog has it, and while it is gone" \
		"$(logged "$tmp/syslog")" "start end start end"
	ktap_equal "where there is one it has it, and when it is back" \
		"$(logged "$tmp/journal")" "start end start end"
	ktap_equal "that it was gone is told" "$(cat "$err")" \
		"$(printf 'portzero: journald: Connection refused\n%.0s' 1 2)"
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
	printf 'quiet\n\0json\n' >"$tmp/bad.conf"
	expect "a NUL in a file of settings" 2 watch --config "$tmp/bad.conf"
	said "is complained of" "portzero: $tmp/bad.conf:2: there is a NUL in it"
	echo "config $tmp/other.conf" >"$tmp/bad.conf"
	expect "a file of settings that names another" 2 watch --config "$tmp/bad.conf"
	said "is complained of" "portzero: $tmp/bad.conf: config is no option in a file"
	expect "no file of settings" 2 watch --config "$tmp/none.conf"

	echo "exec /no/such" >"$tmp/watch.conf"
	expect "what the file says counts" 2 watch --config "$tmp/watch.conf"
	expect "the command line counts for more" 0 watch --for 1s \
		--config "$tmp/watch.conf" --exec true

	echo "json" >"$tmp/watch.conf"
	watch --state "$tmp/state" --config "$tmp/watch.conf"
	echo "frob" >>"$tmp/watch.conf"
	kill -HUP "$watcher"
	looked
	contains "bad settings are told" "$err" "watch.conf:2: frob is no option"
	contains "and the old ones stay" "$err" "the settings stay as they were"
	printf 'json\nexec %s/again\n' "$tmp" >"$tmp/watch.conf"
	printf '#!/bin/sh\ncat >>%s\n' "$tmp/got" >"$tmp/again"
	chmod 0755 "$tmp/again"
	kill -HUP "$watcher"
	looked
	spike
	finish "a watch with other settings than it began with" 1
	ktap_equal "uses them" "$(jq -c . "$tmp/got")" "$(jq -c . "$out")"
}

# terminal COMMAND: on one of its own; what is written to the pipe is typed
terminal()
{
	rm -f "$tmp/keys"
	mkfifo "$tmp/keys"
	PORTZERO_PROC=$proc TERM=xterm LC_ALL=C env --default-signal script -qefc "echo \$\$ >'$tmp/pid'; $1" \
		/dev/null >"$out" 2>"$err" <"$tmp/keys" &
	script=$!
	exec 4>"$tmp/keys"
	until_is 1 drawn
}

# Has the screen been drawn once?
drawn()
{
	grep -c destinations "$out" | sed 's/^[1-9].*/1/'
}

# gone PID: has it ended?
gone()
{
	kill -0 "$1" 2>/dev/null || echo yes
}

test_top_ends()
{
	local key cols

	for key in '\003' q; do
		terminal "exec '$portzero' top"
		# shellcheck disable=SC2059
		printf "$key" >&4
		exec 4>&-
		wait "$script"
		ktap_equal "top ended by $key" $? 0
	done
	terminal "exec '$portzero' top"
	kill "$(cat "$tmp/pid")"
	wait "$script"
	ktap_equal "top ended by SIGTERM" $? 0
	exec 4>&-
	terminal "trap '' HUP; exec '$portzero' top --interval 1h"
	kill -KILL "$script"
	exec 4>&-
	until_is yes gone "$(cat "$tmp/pid")"
	ktap_equal "top whose terminal went ends" "$(gone "$(cat "$tmp/pid")")" yes
	[ -n "$(gone "$(cat "$tmp/pid")")" ] || kill "$(cat "$tmp/pid")"
	for cols in 80 51 36; do
		terminal "stty rows 40 cols $cols; exec '$portzero' top"
		printf q >&4
		exec 4>&-
		wait "$script"
		contains "all switches in $cols columns" \
			<(sed 's/\x1b[[(][0-9;?]*[a-zA-Z]//g; s/\x0f//g' "$out") \
			"counting on  drop off  audit off"
	done
}

# On a terminal of its own.
test_top()
{
	echo "now src 192.0.2.1 - 7 0 1795370000" >>"$proc/net/nf_portzero_talkers"
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
	reader=$!
	cp "$tmp/learned" "$tmp/state"
	PORTZERO_PROC=$proc "$portzero" watch --interval 100ms \
		--state "$tmp/state" --auto-drop >"$fifo" 2>"$err" &
	watcher=$!
	looked
	spike
	until_is 1 switch drop
	ktap_equal "drop is on" "$(switch drop)" 1
	wait "$reader"
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

# verify ROW OPTION...: while that comes in; then its verdict
verify()
{
	# It waits for its counters.
	rm -f "$proc/net/stat/nf_portzero"
	mkfifo "$proc/net/stat/nf_portzero"
	PORTZERO_PROC=$proc "$portzero" verify --for 1ms "${@:2}" \
		>"$out" 2>"$err" &
	watcher=$!
	counters_once tcp=0
	audited=$(switch audit)
	counters_once "$1"
	wait "$watcher"
	status=$?
	verdict="$status $(sed -n 's/^Verdict: //p' "$out")"
}

# All that may become of the two kinds, with pings let in or not.
test_verdicts()
{
	local port echo allow is=""

	for port in 0 30 "30 leak=12"; do
		for echo in 0 9 "9 leak_echo=4"; do
			for allow in "" --allow-echo; do
				# shellcheck disable=SC2086
				verify "src=$port echo=$echo" $allow
				is+="$port, $echo${allow:+, allowed}: $verdict, audit $audited $(switch audit)$(cat "$err")"$'\n'
			done
		done
	done
	ktap_equal "all verdicts" "$is" "\
0, 0: 2 nothing came in, audit 1 0
0, 0, allowed: 2 nothing came in, audit 1 0
0, 9: 0 stopped, audit 1 0
0, 9, allowed: 2 nothing to judge by, audit 1 0
0, 9 leak_echo=4: 1 leak, audit 1 0
0, 9 leak_echo=4, allowed: 2 nothing to judge by, audit 1 0
30, 0: 0 stopped, audit 1 0
30, 0, allowed: 0 stopped, audit 1 0
30, 9: 0 stopped, audit 1 0
30, 9, allowed: 0 stopped, audit 1 0
30, 9 leak_echo=4: 1 leak, audit 1 0
30, 9 leak_echo=4, allowed: 0 stopped, audit 1 0
30 leak=12, 0: 1 leak, audit 1 0
30 leak=12, 0, allowed: 1 leak, audit 1 0
30 leak=12, 9: 1 leak, audit 1 0
30 leak=12, 9, allowed: 1 leak, audit 1 0
30 leak=12, 9 leak_echo=4: 1 leak, audit 1 0
30 leak=12, 9 leak_echo=4, allowed: 1 leak, audit 1 0
"
	ktap_equal "and the manual has these and no other" \
		"$(sed -n '/^\.Ss verify/,/^\.Ss pcap/s/^\.Sy //p' "$top/tools/portzero/share/portzero.8" | sort)" \
		"$(sed -n 's/.*: [0-9] \(.*\), audit.*/\1/p' <<<"$is" | sort -u)"
}

# judged WHAT ROW LINE...: the lines between the table and the verdict
judged()
{
	verify "$2"
	ktap_equal "$1" "$(sed '1,/^$/d; /^Verdict/,$d' "$out")" \
		"$(printf '%s\n' "${@:3}")"
}

test_verify()
{
	local none="Not judged: no true port-zero packets came in."
	local echo="Not judged: no echo requests came in."

	judged "nothing came in" "src=0" "$none" "$echo"
	judged "only IPv4 came in" "src=30" \
		"Stopped: all 30 true port-zero packets that came in." \
		"  Not judged: none came in over IPv6." "$echo"
	judged "only IPv6 came in, both kinds" "src=3 ipv6=3 echo=5 echo_ipv6=5" \
		"Stopped: all 3 true port-zero packets that came in." \
		"  Not judged: none came in over IPv4." \
		"Stopped: all 5 echo requests that came in." \
		"  Not judged: none came in over IPv4."
	judged "only pings came in" "echo=5 echo_ipv6=2" "$none" \
		"Stopped: all 5 echo requests that came in."
	judged "IPv6 got through" \
		"src=30 ipv6=12 leak=12 leak_ipv6=12 leak_local=2" \
		"LEAK: 12 of 30 true port-zero packets survived the firewall, to this host itself and forwarded." \
		"  IPv4 was stopped and IPv6 was not: do the rules cover IPv6?" \
		"  (nft: family inet; iptables: ip6tables beside it)" "$echo"
	judged "IPv4 got through" "src=30 ipv6=12 leak=18" \
		"LEAK: 18 of 30 true port-zero packets survived the firewall, all forwarded." \
		"  IPv6 was stopped and IPv4 was not: do the rules cover IPv4?" "$echo"
	verify "src=30 dst=10 both=2 ipv6=12 leak=12 leak_ipv6=12 leak_local=2" --json
	ktap_equal "the same for programs" "$(jq -c '[.verdict, (.true | .came_in, .came_in_ipv6,
		.stopped, .survived, .survived_ipv6, .survived_local, .survived_forwarded)]' "$out")" \
		'["leak",42,12,30,12,12,2,10]'
	verify "echo=5 leak_echo=5" --allow-echo --json
	ktap_equal "and for what cannot be judged" "$status $(value "$out" .verdict)" \
		"2 nothing to judge by"

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

# The check of the tool's includes, on a copy: it passes, and each step against
# the order of the rooms fails it.
test_includes()
{
	local copy=$tmp/copy plant file

	mkdir -p "$copy/selftests/vm"
	cp -r "$top/tools" "$copy"
	cp "$top/selftests/check" "$copy/selftests"
	printf '#!/bin/sh\necho /\n' >"$copy/selftests/vm/kernel-source"
	chmod 0755 "$copy/selftests/vm/kernel-source"
	"$copy/selftests/check" includes >"$out" 2>"$err"
	ktap_equal "includes go one way" "$? $(grep '^# ' "$out")" "0 "
	for plant in "output/json.c cmd/cmd.h" "explain/event.c output/json.h" \
		"detect/charts.c lib/util.h" "detect/charts.h input/proc.h" \
		"detect/charts.c ../cmd/cmd.h" \
		"input/proc.c detect/charts.h" "input/proc.h explain/event.h" \
		"lib/print.c input/proc.h" "main.c output/json.h"; do
		file=$copy/tools/portzero/${plant% *}
		cp "$file" "$tmp/unplanted"
		echo "#include \"${plant#* }\"" >>"$file"
		"$copy/selftests/check" includes >"$out" 2>"$err"
		ktap_equal "but for ${plant/ / with }" "$? $(grep -c '^# ' "$out")" "1 1"
		cp "$tmp/unplanted" "$file"
	done
}

ktap_begin
# What waits, waits at the same time.
part test_watch_trouble
part learn test_watch_spike
part learn test_late_tick
part learn test_watch_textfile
part learn test_exec_hangs
part learn test_auto_drop
part learn test_service
part learn test_journal_gone
part learn test_config
part learn test_pipe
part test_full
part test_top
part test_top_ends
part test_verdicts test_verify
part test_includes test_usage test_options test_missing
part test_status test_status_learned test_cut test_switches test_not_root test_talkers test_export \
	test_replay
parts_finish
ktap_finish
