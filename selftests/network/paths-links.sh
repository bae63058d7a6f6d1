#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ways in below IP: a VRF, bridges, macvlan and ipvlan. Packets are counted once,
# in the namespace and as coming by the device that IP says.

# shellcheck source=../lib/paths.sh
. "$(dirname "$0")/../lib/paths.sh"

# Another link to the outside, from o1 to the gateway's p1, which is made for each.
readonly MAC_O1=02:00:00:00:03:02 MAC_P1=02:00:00:00:03:01 MAC_TOP=02:00:00:00:03:11
readonly MAC_I1=02:00:00:00:04:02
readonly TO_P1=(-i o1 --smac "$MAC_O1" --dmac "$MAC_P1")
readonly TO_TOP=(-i o1 --smac "$MAC_O1" --dmac "$MAC_TOP")
readonly TO_I1=(-i o1 --smac "$MAC_O1" --dmac "$MAC_I1")

link()
{
	in_gateway <<-END
		link add p1 address $MAC_P1 type veth peer name o1 address $MAC_O1 netns $OUTSIDE
		link set p1 up
	END
	ip -n $OUTSIDE link set o1 up
}

# unlink [DEVICE...]: and those on top of it
unlink()
{
	local device

	for device in "$@" p1; do
		ip -n $GATEWAY link del "$device"
	done
	settle
}

# host_on DEVICE [TABLE]: the host's addresses, and routes back to who sends
readonly TOP4=192.0.2.130 TOP6=2001:db8:3::1
host_on()
{
	in_gateway <<-END
		addr add $TOP4/25 dev $1
		addr add $TOP6/64 dev $1 nodad
		neigh add 192.0.2.131 lladdr $MAC_O1 dev $1 nud permanent
		neigh add 2001:db8:3::2 lladdr $MAC_O1 dev $1 nud permanent
	END
}

begin "$@"
paths

both "a router"
to_host "a router" $GATEWAY4 $GATEWAY6

# --- VRF ---

# in_vrf DEVICE: a VRF that it belongs to, and by which in0 is reached, too
in_vrf()
{
	in_gateway <<-END
		link add red type vrf table 10
		link set red up
		link set $1 master red
		route replace 198.51.100.128/25 via 198.51.100.3 dev in0 table 10
		route replace 2001:db8:2:1::/64 via 2001:db8:2::3 dev in0 table 10
	END
	host_on "$1"
	in_gateway <<-END
		route add 10.0.0.0/8 via 192.0.2.131 dev $1 table 10
		route add 2001:db8:f::/48 via 2001:db8:3::2 dev $1 table 10
	END
}

if module_there vrf VRF; then
	link
	in_vrf p1
	both "VRF" "${TO_P1[@]}"
	to_host "VRF" $TOP4 $TOP6 -- "${TO_P1[@]}"
	for qdisc in noqueue pfifo; do
		gateway tc qdisc replace dev red root $qdisc
		own "VRF with $qdisc" -i red -s $TOP4 -d $FREE4
		own "VRF with $qdisc" -i red -s $TOP6 -d $FREE6
		own "VRF with $qdisc" -i red -s $TOP4 -d $TOP4
	done
	unlink red
fi

# --- bridges ---

# The inner port is i1, in the inside, where frames arrive.
bridge()
{
	link
	in_gateway <<-END
		link add br0 address $MAC_TOP type bridge mcast_snooping 0 $*
		link set p1 master br0
		link add q1 type veth peer name i1 address $MAC_I1 netns $INSIDE
		link set q1 master br0
		link set q1 up
		link set br0 up
	END
	ip -n $INSIDE link set i1 up
}

# br_netfilter 0|1: whether the bridges of the gateway ask it
br_netfilter()
{
	gateway sysctl -qw net.bridge.bridge-nf-call-iptables="$1" \
		net.bridge.bridge-nf-call-ip6tables="$1"
}

if module_there bridge "bridges"; then
	bridge
	host_on br0
	both "to a bridge" "${TO_TOP[@]}"
	to_host "to a bridge" $TOP4 $TOP6 -- "${TO_TOP[@]}"
	arrival=i1
	settle
	# where it is built in
	! gateway test -e /proc/sys/net/bridge || br_netfilter 0
	unseen "through a bridge without br_netfilter" "${TO_I1[@]}"
	if module_there br_netfilter "br_netfilter"; then
		br_netfilter 1
		both "through a bridge with br_netfilter" "${TO_I1[@]}"
		if module_there nfnetlink_queue NFQUEUE; then
			gateway nft -f - <<-END
				table bridge waiting {
					chain c {
						type filter hook prerouting priority -300;
						meta l4proto tcp queue num 0
					}
				}
			END
			reader accept 24 both "through a bridge with NFQUEUE" "${TO_I1[@]}"
			gateway nft delete table bridge waiting
		fi
		arrival=i0
		settle
		both "to a bridge with br_netfilter" "${TO_TOP[@]}"
		to_host "to a bridge with br_netfilter" $TOP4 $TOP6 -- "${TO_TOP[@]}"
		unlink q1 br0
		bridge vlan_filtering 1
		in_gateway <<-END
			link add br0.7 link br0 type vlan id 7
			link set br0.7 up
		END
		host_on br0.7
		gateway bridge vlan add dev p1 vid 7 pvid untagged
		gateway bridge vlan add dev q1 vid 7 pvid untagged
		gateway bridge vlan add dev br0 vid 7 self
		arrival=i1
		settle
		both "through a VLAN-aware bridge" "${TO_I1[@]}"
		arrival=i0
		settle
		both "to a VLAN-aware bridge's interface" "${TO_TOP[@]}"
		to_host "to a VLAN-aware bridge's interface" $TOP4 $TOP6 -- "${TO_TOP[@]}"
	fi
	unlink q1 br0
fi

# ip_sabotage_in() does not spare a VRF's devices a second PRE_ROUTING.
if module_there vrf "a bridge in a VRF" && module_there br_netfilter "a bridge in a VRF"; then
	bridge
	in_vrf br0
	twice=1
	both "a bridge in a VRF with br_netfilter" "${TO_TOP[@]}"
	to_host "a bridge in a VRF with br_netfilter" $TOP4 $TOP6 -- "${TO_TOP[@]}"
	twice=
	unlink q1 br0 red
fi

# --- macvlan, ipvlan ---

if module_there macvlan macvlan; then
	link
	in_gateway <<-END
		link add mac0 address $MAC_TOP link p1 type macvlan mode bridge
		link set mac0 up
	END
	host_on mac0
	both "macvlan" "${TO_TOP[@]}"
	to_host "macvlan" $TOP4 $TOP6 -- "${TO_TOP[@]}"
	unlink mac0
fi

# Only what is for its address comes by an ipvlan, here and in another namespace.
for mode in l2 l3 l3s; do
	module_there ipvlan "ipvlan $mode" || continue
	link
	in_gateway <<-END
		link add ipv0 link p1 type ipvlan mode $mode
		link set ipv0 up
	END
	host_on ipv0
	to_host "ipvlan $mode" $TOP4 $TOP6 -- "${TO_P1[@]}"
	unlink ipv0
done

# As l3s has it, the gateway's netfilter is asked for another namespace.
if module_there ipvlan "ipvlan l3s of another namespace"; then
	link
	in_gateway <<-END
		link add ipv0 link p1 netns $INSIDE type ipvlan mode l3s
	END
	ip -n $INSIDE -batch - <<-END
		link set ipv0 up
		addr add $TOP4/25 dev ipv0
		addr add $TOP6/64 dev ipv0 nodad
		route add blackhole 10.0.0.0/8
		route add blackhole 2001:db8:f::/48
	END
	to_host "ipvlan l3s of another namespace" $TOP4 $TOP6 -- "${TO_P1[@]}"
	ip -n $INSIDE link del ipv0
	unlink
fi

ktap_finish
