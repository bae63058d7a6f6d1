#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One stream with every class, every flag class and every fault, IPv4 and
# IPv6: counted to the packet, and its capture gives the same table.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"


# shellcheck disable=SC2317
every()
{
	send -s "$OUTSIDE4" -s "$OUTSIDE6" -d "$SINK4" -d "$SINK6" --mix every "$@"
}

begin "$@"
topology

for drop in 0 1 0; do
	drop $drop
	counted "every class, drop $([ $drop = 0 ] && echo off || echo on)" every
done
counted "every class, short frames padded" every --pad --pcap "$tmp/every.pcap"
for kind in src dst both syn synack rst ack odd payload badhdr badcsum ipv6 \
		frag short hidden echo; do
	[ "${grown[$kind]}" -gt 0 ]
	ktap_result $? "the stream has $kind"
done
ktap_equal "the ports' classes add up" \
	$((grown[src] + grown[dst] + grown[both])) \
	$((grown[syn] + grown[synack] + grown[rst] + grown[ack] + grown[odd]))

counted "CERT Polska's mix" send4 --mix cert-polska --count 15000
ktap_equal "CERT Polska's bad headers" "${grown[badhdr]}" 4773
ktap_equal "CERT Polska's packets from port 0 too" "${grown[both]}" 14200
counted_both "Cisco's mix" --mix cisco --count 2000

if ! command -v jq > /dev/null || ! "$portzero" pcap --help > /dev/null 2>&1; then
	ktap_skip "the capture's table" "no portzero pcap, or no jq"
	ktap_finish
fi
"$portzero" pcap --json "$tmp/every.pcap" > "$tmp/every.json" 2> "$tmp/error"
ktap_result $? "portzero pcap reads the capture"
"$pzsend" -s $OUTSIDE4 -s $OUTSIDE6 -d $SINK4 -d $SINK6 --mix every \
	--pcap /dev/null --expect "$tmp/every" || exit 1
while read -r name value; do
	case $name in
	out | dropped | leak* | frames | droppable | pass) continue ;;
	esac
	ktap_equal "the capture's $name" \
		"$(jq "first(.. | .counters? // empty) | .$name" "$tmp/every.json")" "$value"
done < "$tmp/every"
ktap_finish
