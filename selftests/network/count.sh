#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A hundred thousand packets of each kind through a gateway of two CPUs are
# counted exactly, before, during and after drop is toggled; what should get
# through does, and nothing else.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

# Packets of each kind; fewer for a quick look.
readonly PACKETS=${PACKETS:-$((${QUICK:+1} + 0 ? 20000 : 100000))}

# What each is called, and what pzsend is told.
readonly KINDS4="
SYN from port 0 | --sport 0 --flags syn
SYN+ACK to port 0 | --dport 0 --flags syn+ack
reset from and to port 0 | --sport 0 --dport 0 --flags rst
data from port 0 | --sport 0 --flags ack --payload 8
no flags to port 0 | --dport 0 --flags none
bad header | --sport 0 --doff 0,4,15
wrong checksum | --dport 0 --csum bad
later fragments | --payload 64 --frag 32 --frag-order later
too short | --cut 3
echo requests | --proto echo
ordinary | --flags ack
"
readonly KINDS6="$KINDS4
hidden | --ext frag,dst --frag 8
"

begin "$@"
topology
cpus=${#sender[@]}
each=$((PACKETS / cpus))

# row_sums: over the rows of all CPUs, a sum for each column, and how many
# CPUs have a part in "tcp"
row_sums()
{
	local row i

	sums=()
	busy=0
	{
		read -r _
		while read -ra row; do
			for i in "${!row[@]}"; do
				sums[i]=$((${sums[i]:-0} + 16#${row[i]}))
			done
			[ $((16#${row[0]})) = 0 ] || busy=$((busy + 1))
		done
	} < "/proc/${holder[$GATEWAY]}/net/stat/nf_portzero"
}

rows_agree()
{
	local name value totals=()

	while read -r name value; do
		totals+=("$value")
	done < "/proc/${holder[$GATEWAY]}/net/nf_portzero"
	row_sums
	ktap_equal "$1: the CPUs' rows sum to the totals" "${sums[*]}" "${totals[*]}"
}

# kinds FAMILY KINDS: every kind, from all CPUs at once
kinds()
{
	local name arguments

	while IFS='|' read -r name arguments; do
		[ -n "$name" ] || continue
		# shellcheck disable=SC2086
		counted "$with: $PACKETS, $name, IPv$1" \
			to_sink "$1" --count $each $arguments
	done <<< "$2"
}

# shellcheck disable=SC2317
to_sink()
{
	case $1 in
	4) send_all -s "$OUTSIDE4" -d "$SINK4" "${@:2}" ;;
	6) send_all -s "$OUTSIDE6" -d "$SINK6" "${@:2}" ;;
	esac
}

# phase: all kinds, IPv4 and IPv6
phase()
{
	kinds 4 "$KINDS4"
	kinds 6 "$KINDS6"
	rows_agree "$with"
}

with="drop off"
phase
ktap_equal "all CPUs had their part" "$busy" "$cpus"

# While drop is toggled nobody can say what is dropped; but what isn't,
# arrives, and everything is counted.
with="toggling"
expected=()
snapshot
for cpu in "${!sender[@]}"; do
	echo "-s $OUTSIDE4 -s $OUTSIDE6 -d $SINK4 -d $SINK6 --count $PACKETS \
--flags syn,rst,ack,none --sport 0-1" >&"${sender_in[cpu]}"
done
{
	toggled=0
	until [ -e "$tmp/stop" ]; do
		switch drop 1
		switch drop 0
		toggled=$((toggled + 2))
	done
	echo $toggled > "$tmp/toggled"
} &
toggler=$!
for cpu in "${!sender[@]}"; do
	add_expected <&"${sender_out[cpu]}"
done
touch "$tmp/stop"
wait $toggler
ktap_say "toggled $(< "$tmp/toggled") times"
ignore="arrived dropped"
agree "$with: counted exactly"
ignore=
growth
ktap_equal "$with: what was not dropped arrived" \
	"$((grown[arrived] + grown[dropped]))" "${expected[arrived]}"
[ "${grown[dropped]}" -gt 0 ] && [ "${grown[arrived]}" -gt "$((expected[arrived] / 2))" ]
ktap_result $? "$with: some were dropped, and none that are ordinary"
rows_agree "$with"

drop 1
with="drop on"
phase

drop 0
with="drop off again"
counted "$with: SYN from port 0, IPv4" to_sink 4 --count $each --sport 0
counted "$with: SYN from port 0, IPv6" to_sink 6 --count $each --sport 0
rows_agree "$with"

ktap_finish
