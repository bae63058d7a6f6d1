#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fragments: first ones carry the ports, later ones are phantoms, and IPv6
# header chains that stop before TCP are hidden; with and without conntrack,
# which puts packets together again.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

begin "$@"
need nft
topology

streams()
{
	local with=$1 first order

	for first in 8 16 24 64; do
		for order in forward reverse later; do
			counted_both "$with: first $first bytes, $order" \
				--sport 0 --payload 200 --frag $first:48 \
				--frag-order $order --count 20
		done
		counted_both "$with: first $first bytes, twice" \
			--dport 0 --payload 200 --frag $first:48 --frag-twice --count 20
		counted_both "$with: first $first bytes, overlapped" \
			--dport 0 --sport 0 --payload 200 --frag $first:48 \
			--frag-overlap 8 --count 20
		counted_both "$with: first $first bytes, ordinary ports" \
			--payload 200 --frag $first --count 20
		counted_both "$with: first $first bytes, UDP" \
			--proto udp --sport 0 --dport 0 --payload 200 --frag $first --count 20
	done
	counted "$with: IP options" \
		send4 --ip-options 01010101 --sport 0 --payload 64 --frag 24 --count 20
	for first in 0 8 16 24 32; do
		counted "$with: hidden by a header after the fragment header, first $first" \
			send6 --ext frag,dst*2 --frag $first --sport 0 --payload 64 --count 20
		counted "$with: headers before the fragment header, first $first" \
			send6 --ext hbh,dst,frag --frag $first --sport 0 --payload 64 --count 20
		counted "$with: AH after the fragment header, first $first" \
			send6 --ext frag,ah --frag $first --dport 0 --payload 64 --count 20
	done
	counted "$with: the only fragment" send6 --ext frag --sport 0 --count 20
	counted_both "$with: echo requests" --proto echo --payload 200 --frag 64 --count 20
}

# What is put together has its whole length there.
gateway nft -f - <<-'END'
	table inet t {
		counter whole4 { }
		counter whole6 { }
		chain c {
			type filter hook prerouting priority 0;
			meta nfproto ipv4 meta length 240 counter name whole4
			ip6 nexthdr tcp meta length 260 counter name whole6
		}
	}
END

# together FAMILY: how many packets were put together in the gateway
together()
{
	gateway nft list counter inet t "whole$1" | awk '$1 == "packets" { print $2 }'
}

for drop in 0 1; do
	drop $drop
	streams "drop $([ $drop = 0 ] && echo off || echo on)"
done

ktap_equal "fragments go on as they came, IPv4" "$(together 4)" 0
ktap_equal "fragments go on as they came, IPv6" "$(together 6)" 0

# conntrack's defragmentation comes after the first look: nothing changes but
# what gets through
gateway nft add rule inet t c ct state new counter
ignore=arrived
drop 0
streams "with conntrack"
for family in 4 6; do
	[ "$(together $family)" -gt 0 ]
	ktap_result $? "conntrack put them together, IPv$family"
done

ktap_finish
