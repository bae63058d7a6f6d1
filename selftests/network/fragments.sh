#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fragments: first ones carry the ports, later ones are phantoms, and IPv6
# header chains that stop before TCP are hidden; with and without conntrack,
# which puts packets together again.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

begin "$@"
need nft nstat
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

# Was anything put together in the gateway?
together()
{
	gateway nstat -as IpReasmOKs | grep -q IpReasmOKs
}

for drop in 0 1; do
	drop $drop
	streams "drop $([ $drop = 0 ] && echo off || echo on)"
done

! together
ktap_result $? "fragments go on as they came"

# conntrack's defragmentation comes after the first look: nothing changes but
# what gets through
gateway nft -f - <<-'END' || ktap_skip "conntrack" "nft cannot be used"
	table inet t {
		chain c {
			type filter hook prerouting priority 0;
			ct state new counter
		}
	}
END
ignore=arrived
drop 0
streams "with conntrack"
together
ktap_result $? "conntrack put them together"

ktap_finish
