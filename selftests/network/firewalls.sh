#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What other packet filters count of the stream with every class in it: the figures
# in README.md.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"
# shellcheck source=../lib/others.sh
. "$(dirname "$0")/../lib/others.sh"

# shellcheck disable=SC2317
every()
{
	send -s "$OUTSIDE4" -s "$OUTSIDE6" -d "$SINK4" -d "$SINK6" --mix every --pad
}

# begin_nft: rules that count and do nothing else
begin_nft()
{
	gateway nft -f - <<-END
		table inet others {
			set sources {
				type ipv4_addr
				size 1024
				flags dynamic
				counter
			}
			chain prerouting {
				type filter hook prerouting priority -450;
				tcp sport 0 update @sources { ip saddr }
				tcp sport 0 counter
				tcp dport 0 counter
			}
		}
		table netdev others {
			chain ingress {
				type filter hook ingress device out0 priority 0;
				tcp sport 0 counter
				tcp dport 0 counter
			}
		}
	END
}

# nft_counts FAMILY CHAIN: its two counters
nft_counts()
{
	gateway nft -j list chain "$1" others "$2" |
		jq -r '.. | .counter? // empty | .packets' | xargs
}

begin_u32()
{
	local prio=1 protocol port

	gateway tc qdisc add dev out0 clsact
	for port in sport dport; do
		for protocol in ip ip6; do
			gateway tc filter add dev out0 ingress prio $prio \
				protocol ${protocol/ip6/ipv6} u32 match $protocol protocol 6 0xff \
				match $protocol $port 0 0xffff action continue
			prio=$((prio + 1))
		done
	done
}

# u32_counts: IPv4 and IPv6 together
u32_counts()
{
	local prio

	for prio in 1 2 3 4; do
		gateway tc -s filter show dev out0 ingress prio $prio |
			sed -n 's/^.*Sent [0-9]* bytes \([0-9]*\) pkt.*/\1/p'
	done | xargs -n 2 | awk '{ printf "%s%d", sep, $1 + $2; sep = " " } END { print "" }'
}

# iptables_counts KIND: of its rules, IPv4 and IPv6 together; the stream's frames that
# did not arrive meanwhile are in "lost"
iptables_counts()
{
	local command port first

	for command in iptables-$1 ip6tables-$1; do
		for port in sport dport; do
			gateway "$command" -t raw -A PREROUTING -p tcp --$port 0
		done
	done
	settle
	first=${now[arrived]} expected=()
	every
	settle
	lost=$((expected[arrived] + first - now[arrived]))
	for command in iptables-$1 ip6tables-$1; do
		gateway "$command" -t raw -nvxL PREROUTING | awk 'NR > 2 { print $1 }'
		gateway "$command" -t raw -F
	done | xargs | awk '{ print $1 + $3, $2 + $4 }' > "$tmp/iptables"
}

# shellcheck disable=SC2119
begin
[[ $(uname -r) = 6.1.* ]] || ktap_skip_all "the figures are those of kernel 6.1"
need jq nft iptables-legacy tc
topology
begin_nft
begin_u32

counted "nf_portzero: to the packet" every
row "nf_portzero" $((grown[src] + grown[both])) $((grown[dst] + grown[both]))
# shellcheck disable=SC2046
row "nft, prerouting" $(nft_counts inet prerouting)
# shellcheck disable=SC2046
row "nft, netdev ingress" $(nft_counts netdev ingress)
ktap_equal "an nft set names the IPv4 source" "$(gateway nft -j list set inet others sources |
	jq -r '.. | .elem? // empty | .[].elem.val' 2> /dev/null)" $OUTSIDE4
# shellcheck disable=SC2046
row "tc u32" $(u32_counts)
gateway tc filter add dev out0 ingress prio 9 protocol ip flower ip_proto tcp src_port 0 \
	action drop 2> "$tmp/flower"
ktap_equal "tc flower refuses port 0" $? 1
ktap_say "$(< "$tmp/flower")"

for kind in nft legacy; do
	iptables_counts $kind
	# shellcheck disable=SC2046
	row "iptables-$kind, ip6tables-$kind, raw" $(< "$tmp/iptables")
	ktap_equal "frames that iptables-$kind drops, uncounted" $lost \
		"$(sed -n "s/.*iptables-$kind.* drops \([0-9]*\) frames.*/\1/p" "$table")"
done

ktap_finish
