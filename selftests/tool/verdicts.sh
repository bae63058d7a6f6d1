#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What 'portzero pcap' makes of the scenarios that warnings.sh sends to a live
# gateway: the same signals, the same readings; and of captures that hold nothing
# else, and so no background. Needs neither root nor the module.

# shellcheck source=../lib/ktap.sh
. "$(dirname "$0")/../lib/ktap.sh"
# shellcheck source=scenarios.sh
. "$(dirname "$0")/scenarios.sh"

for program in "$portzero" "$pzsend" jq editcap mergecap; do
	command -v "$program" >/dev/null || ktap_skip_all "no $program"
done
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

# Two hours with a packet in two seconds of each kind
readonly USUAL=7200

parts=()

# send OPTION...: into a capture of its own, five seconds after the one before
send()
{
	local part=part${#parts[@]}

	"$pzsend" --pcap sent.pcap "$@" || return
	editcap -F pcap -t $((USUAL + 5 * ${#parts[@]})) sent.pcap "$part.pcap" || return
	parts+=("$part.pcap")
}

background()
{
	local ends="-s 10.9.0.0+200:random -d 198.51.100.129+100:random"
	local many="--count $((USUAL / 2)) --rate 0.5"

	# shellcheck disable=SC2086
	"$pzsend" --pcap true.pcap $ends --sport 0 --dport 80 --flags syn $many &&
		"$pzsend" --pcap echo.pcap $ends --proto echo $many &&
		"$pzsend" --pcap frag.pcap $ends --sport 0 --dport 80 --frag 24:24 \
			--frag-order later --payload 20 $many &&
		mergecap -F pcap -w usual.pcap true.pcap echo.pcap frag.pcap
}

# of PATH: a value from what was found
of()
{
	jq -r "$1" out
}

# scenario WHAT SIGNALS READING COMMAND...: with a background, and without
scenario()
{
	local signals=$2 reading=$3 signal=${2##* }

	parts=()
	"${@:4}" || ktap_say "$1: not written"
	"$portzero" pcap --json usual.pcap "${parts[@]}" >out 2>err
	ktap_equal "$1: one warning" "$? $(cat err)$(of '[.warnings[] |
		select(.event == "start") | .signal] | sort | join(" ")')" "0 $signals"
	ktap_say "$(jq -c '.warnings[] | [.event, .signal, .reading, .facts]' out)"
	ktap_equal "$1: its reading" "$(of "[.warnings[] |
		select(.signal == \"$signal\")][-1].reading")" "$reading"
	"$portzero" pcap --json "${parts[@]}" >out 2>err
	ktap_equal "$1: the reading without a background" \
		"$(of "[(.warnings, .whole)[] | select(.signal == \"$signal\")] | .[-1].reading,
			all(.untaught or .baseline == null)" | xargs)" \
		"$reading true"
	! of '.. | .next?, .facts?[]?' | grep -E 'portzero pcap|at least 0 %'
	ktap_result $? "$1: no advice to capture, nothing of at least 0 %"
}

ktap_begin
background || exit 1

"$portzero" pcap --json usual.pcap >out 2>err
ktap_equal "the background: no warning" "$? $(cat err)$(of '.warnings | length')" "0 0"

scenarios

parts=()
many 10.1.1.1+3 198.51.100.129 --dport 80 --frag 24:24 --frag-order later \
	--payload 20 --count 9000 --rate 1000
"$portzero" pcap "${parts[@]}" >text 2>err
ktap_equal "fragments alone, for people" \
	"$? $(cat err)$(grep -c 'WHOLE.* 9000 packets in 9 s, .*no baseline' text)" "0 1"
ktap_equal "fragments alone: how they read" \
	"$(grep -c 'reading *phantoms: ' text) $(grep -cE 'nothing|harmless' text)" "1 0"
many 10.1.1.1 198.51.100.129 --dport 80 --flags syn --count 1
"$portzero" pcap --json "${parts[1]}" >out 2>err
ktap_equal "a single packet is read, too" \
	"$(of '.whole[] | "\(.signal) \(.reading) \(.count)"')" "true unclear 1"
head -c 24 sent.pcap >none.pcap
"$portzero" pcap --json none.pcap >out 2>err
ktap_equal "no packet, no reading" "$? $(cat err)$(of '.whole | length')" "0 0"

ktap_finish
