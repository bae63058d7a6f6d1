#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What README.md says is so: each command of a gateway does what is shown there, or
# at least succeeds; what is to be made can be made; each place that it names exists,
# and each source has a place in it.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"
# shellcheck source=../lib/page.sh
. "$(dirname "$0")/../lib/page.sh"

page=$top/README.md

# blocks PROMPT: the lines of the indented blocks that begin with it
blocks()
{
	awk -v prompt="$1" '
		/^    / {
			if (!inside)
				shown = (/^    # / ? "# " : "") == prompt
			while (inside && blank-- > 0 && shown)
				print ""
			inside = 1
			blank = 0
			if (shown)
				print substr($0, 5)
			next
		}
		/^$/ { blank++; next }
		{ inside = blank = 0 }' "$page"
}

# What stands between backticks.
quoted()
{
	# shellcheck disable=SC2016 # they are no commands here
	grep -o '`[^`]*`' "$page" | tr -d '`' | sort -u
}

# Commands in the text whose output is not shown.
mentioned()
{
	quoted | grep -E '^(portzero|lnstat|perf|sysctl|man|modprobe|cat) ' |
		grep -vxFf <(blocks "# " | sed -n 's/^# //p')
}

# succeeds COMMAND: as root types it
succeeds()
{
	local pid=

	if [ -n "${QUICK-}" ]; then
		ktap_skip "$1" "--full runs what is only mentioned"
		return
	fi
	obey "$1" && ktap_pass "$1" && return
	ktap_say "$(< "$tmp/said")"
	ktap_fail "$1"
}

targets()
{
	{
		blocks "" | sed 's/#.*//'
		quoted
	} | sed -nE 's/^(sudo )?make ([a-z].*)$/\2/p' | tr ' ' '\n' | sort -u | sed '/^$/d'
}

makeable()
{
	case $1 in
	deps-*) [[ " $("$top/selftests/deps" --list "${1#deps-}" 2>&1) " != *"no group"* ]] ;;
	*) grep -qE "^(## $1 |$1:)" "$top/Makefile" ;;
	esac
}

places()
{
	sed -nE 's/.*\]\(([a-z][^):#]*)(#[^)]*)?\).*/\1/p' "$page"
	quoted | grep -E '^(selftests|module|tools|uapi)/[^ *]*$'
	blocks "" | sed -nE 's,^((module|uapi|tools|selftests)/[^ ]*) .*,\1,p'
}

# Sources that the map leaves out.
unnamed()
{
	local file

	for file in "$top"/module/*.[ch] "$top"/tools/portzero/*/ "$top"/selftests/*/; do
		grep -qE "[ /]$(basename "$file")[/ ]" <(blocks "") || echo "${file#"$top"/}"
	done
}

# The scan that the page's figures are of: three sources, and later fragments.
scene()
{
	send -s 203.0.113.77+3 -d 198.51.100.130+30 --sport 0 --dport 445 --flags none --count 400 &&
		send -s 203.0.113.77 -d 198.51.100.130+30 --sport 0 --dport 445 --flags syn --count 12 &&
		send -s 203.0.113.78 -d 198.51.100.130+30 --sport 40000 --dport 0 --flags syn --count 30 &&
		send -s 192.0.2.7 -d $SINK4 --frag 24:24 --payload 100 --count 15 &&
		send -s 203.0.113.77 -d 198.51.100.130+30 --proto echo --count 20
}

# Where modprobe and man look for what is not installed, and a capture to read.
furnish()
{
	local modules manual

	modules=$tmp/root/lib/modules/$(uname -r)
	mkdir -p "$tmp/desk" "$modules"
	cp "$(module_file)" "$modules"
	cp "$(module_file)" "$tmp/desk/nf_portzero.ko"
	depmod -b "$tmp/root" 2> /dev/null	# it misses what comes with a kernel
	for manual in "$top"/tools/portzero/share/*.[478]; do
		install -D -t "$tmp/man/man${manual##*.}" "$manual"
	done
	"$pzsend" -s 203.0.113.77 -d 198.51.100.130 --sport 0 --pcap "$tmp/desk/capture.pcapng"
	export MODPROBE_OPTIONS="-d $tmp/root" MANPATH=$tmp/man TERM=xterm
}

# shellcheck disable=SC2119
begin
need lnstat perf script man
[ -x "$portzero" ] || ktap_skip_all "the tool is not built"
topology
furnish

follow < <(blocks "# ")
while read -r command <&3; do
	succeeds "$command" < /dev/null
done 3< <(mentioned)
for target in $(targets); do
	makeable "$target"
	ktap_result $? "make $target"
done
for place in $(places); do
	[ -e "$top/$place" ] || ktap_fail "$place is there"
done
ktap_equal "every source has its place" "$(unnamed)" ""
ktap_finish
