#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tunnels between the outside and the gateway: what is in them is counted when it
# comes out of them, once, and what it comes in is not.

# shellcheck source=../lib/paths.sh
. "$(dirname "$0")/../lib/paths.sh"

# The tunnel's ends, t0 in the gateway and t1 in the outside, and behind the latter.
readonly END4=172.16.9.1 END6=2001:db8:9::1
readonly BEHIND4=172.16.9.9 BEHIND6=2001:db8:9::9

# tunnel WHAT FAMILIES [FRAMES]: by t0 and t1, which are there; with a third
# argument they hold frames, and those have addresses
tunnel()
{
	local family end behind sink

	in_gateway <<-END
		link set t0 up
		addr add $END4/24 dev t0
		addr add $END6/64 dev t0 nodad
	END
	in_outside <<-END
		link set t1 up
		addr add 172.16.9.2/24 dev t1
		addr add 2001:db8:9::2/64 dev t1 nodad
		route add $SINK4 via $END4 dev t1
		route add $SINK6 via $END6 dev t1
		route add blackhole $BEHIND4
		route add blackhole $BEHIND6
	END
	if [ -n "${3-}" ]; then
		in_gateway <<-END
			neigh add $BEHIND4 lladdr 02:00:00:00:09:11 dev t0 nud permanent
			neigh add $BEHIND6 lladdr 02:00:00:00:09:11 dev t0 nud permanent
		END
		in_outside <<-END
			neigh add $END4 lladdr 02:00:00:00:09:10 dev t1 nud permanent
			neigh add $END6 lladdr 02:00:00:00:09:10 dev t1 nud permanent
		END
	fi
	settle
	for family in $2; do
		end=END$family behind=BEHIND$family sink=SINK$family
		path "$1, IPv$family" "${!sink}" "${FEED[@]}"
		to_host "$1" "${!end}" -- "${FEED[@]}"
		own "$1, IPv$family" -s "${!end}" -d "${!behind}"
		arrives=0 checked=''
		path "into $1, IPv$family" "${!behind}"
		arrives=1 checked=${4-}
	done
	ip -n $GATEWAY link del t0
	in_outside <<-END
		link del t1
		route del blackhole $BEHIND4
		route del blackhole $BEHIND6
	END
	settle
}

# ip_tunnel WHAT FAMILIES TYPE [OPTION...]: over IPv4, or over IPv6 if it is told to
ip_tunnel()
{
	local here=$GATEWAY4 there=$OUTSIDE4

	[[ $3 != ip6* ]] || here=$GATEWAY6 there=$OUTSIDE6
	ip -n $GATEWAY link add t0 type "$3" local $here remote $there "${@:4}" &&
		ip -n $OUTSIDE link add t1 type "$3" local $there remote $here "${@:4}" &&
		tunnel "$1" "$2"
}

long
begin "$@"
paths

! module_there ip_gre GRE || ip_tunnel GRE "4 6" gre
! module_there ip6_gre "GRE over IPv6" || ip_tunnel "GRE over IPv6" "4 6" ip6gre encaplimit none
! module_there ipip IPIP || ip_tunnel IPIP 4 ipip
! module_there sit 6in4 || ip_tunnel 6in4 6 sit
! module_there ip6_tunnel "IPv6 tunnel" ||
	ip_tunnel "IPv6 tunnel" "4 6" ip6tnl mode any encaplimit none

if module_there vxlan VXLAN; then
	ip -n $GATEWAY link add t0 address 02:00:00:00:09:10 type vxlan \
		id 9 local $GATEWAY4 remote $OUTSIDE4 dstport 4789
	ip -n $OUTSIDE link add t1 address 02:00:00:00:09:11 type vxlan \
		id 9 local $OUTSIDE4 remote $GATEWAY4 dstport 4789
	tunnel VXLAN "4 6" frames
fi

if ! command -v wg > /dev/null; then
	ktap_skip WireGuard "wg is not installed"
elif module_there wireguard WireGuard; then
	for end in 0 1; do
		(umask 077; wg genkey > "$tmp/key$end")
	done
	ip -n $GATEWAY link add t0 type wireguard
	ip -n $OUTSIDE link add t1 type wireguard
	gateway wg set t0 private-key "$tmp/key0" listen-port 51820 \
		peer "$(wg pubkey < "$tmp/key1")" allowed-ips 0.0.0.0/0,::/0 \
		endpoint $OUTSIDE4:51820
	outside wg set t1 private-key "$tmp/key1" listen-port 51820 \
		peer "$(wg pubkey < "$tmp/key0")" allowed-ips 0.0.0.0/0,::/0 \
		endpoint $GATEWAY4:51820
	# what has been decrypted needs no checksum
	checked=1
	tunnel WireGuard "4 6" "" 1
	checked=
fi

# --- SRv6 ---

# Decapsulation makes no PRE_ROUTING, but where nf_hooks_lwtunnel is on.
readonly SEG4=2001:db8:1::d4 SEG6=2001:db8:1::d6
srv6()
{
	local name

	for name in all out0; do
		gateway sysctl -qw net.ipv6.conf.$name.seg6_enabled=1
	done
	in_gateway <<-END
		route add $SEG4/128 encap seg6local action End.DX4 nh4 0.0.0.0 dev out0
		route add $SEG6/128 encap seg6local action End.DX6 nh6 2001:db8:2::3 dev out0
	END
	in_outside <<-END
		sr tunsrc set $OUTSIDE6
		neigh add $SEG4 lladdr $MAC_OUT0 dev o0 nud permanent
		neigh add $SEG6 lladdr $MAC_OUT0 dev o0 nud permanent
		route add $SINK4 encap seg6 mode encap segs $SEG4 dev o0
		route add $SINK6 encap seg6 mode encap segs $SEG6 dev o0
	END
	settle
}

# past_netfilter WHAT SOURCE DESTINATION: it gets through, drop or not, and only the
# audit sees it
past_netfilter()
{
	local drop sent

	for drop in 0 1; do
		switch drop $drop
		expected=()
		snapshot
		every_kind "$2" "$3" "${FEED[@]}"
		sent=$((expected[src] + expected[dst] + expected[both]))
		expected=([arrived]=${expected[arrived]} [leak]=$sent
			[leak_ipv6]=$((expected[ipv6])) [leak_echo]=${expected[echo]}
			[leak_echo_ipv6]=$((expected[echo_ipv6])))
		agree "$1 without nf_hooks_lwtunnel, drop=$drop: not seen"
	done
	switch drop 0
}

told "no SRv6" "SRv6" ""
modprobe -q nf_conntrack
hooks=/proc/sys/net/netfilter/nf_hooks_lwtunnel
srv6
past_netfilter "SRv6 End.DX4" $FREE4 $SINK4
past_netfilter "SRv6 End.DX6" $FREE6 $SINK6
told "SRv6 without nf_hooks_lwtunnel" "SRv6 (End.D.)" "SRv6 (End.DX)"
if [ ! -e $hooks ]; then
	ktap_skip "SRv6 with nf_hooks_lwtunnel" "this kernel has no such sysctl"
else
	echo 1 > $hooks
	path "SRv6 End.DX4" $SINK4 "${FEED[@]}"
	path "SRv6 End.DX6" $SINK6 "${FEED[@]}"
	told "SRv6 with nf_hooks_lwtunnel" "SRv6" ""
fi
ip -n $GATEWAY route add 2001:db8:1::d7/128 encap seg6local action End.DT6 table 254 dev out0
told "SRv6 that looks up a table" "SRv6 (End.DT)" "SRv6 (End.DT)"

ktap_finish
