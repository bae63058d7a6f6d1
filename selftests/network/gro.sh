#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One big packet that stands for many counts as the many: sent so (GSO), or
# put together on the way in (GRO).

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

# Hold back what can be merged for so many nanoseconds.
readonly GRO_TIMEOUT=50000000

# Bytes that BIG TCP may merge, of packets so large that three are enough: what is old
# by a tick of the clock waits for no more, and a kernel that checks itself is slow.
readonly BIG=200000
readonly BIG_MTU=32000
readonly MAC_BIG=02:00:00:00:01:03

# Whether this kernel looks into big packets as they leave (7.1, and what it was
# taken over to). It takes what follows the hop-by-hop options for TCP's header, and
# drops a packet whose other extension headers do not look like one.
looks_into()
{
	grep -qs SKB_BAD_GSO /sys/kernel/tracing/events/skb/kfree_skb/format
}

# extended ARGUMENT...: over IPv6, with more headers than the hop-by-hop options
extended()
{
	send6 --ext hbh,dst "$@" || return
	! looks_into || expected[arrived]=0
}

begin "$@"
need ethtool
topology
switch audit 1
auditing=1

# A virtual machine behind the gateway does not say how many segments it hands over:
# the last of them has no more than a few bytes, or just as many as the others.
readonly MAC_T0=02:00:00:00:00:70
guest()
{
	sent_by gateway "$pzsend" --tap -i t0 --smac "$MAC_NOBODY" --dmac "$MAC_T0" \
		--flags ack --gso 1000 --count 8 "$@"
}

modprobe -q tun
gateway ip tuntap add t0 mode tap vnet_hdr
gateway ip link set t0 address $MAC_T0 up

for drop in 0 1; do
	drop $drop
	with="drop $([ $drop = 0 ] && echo off || echo on)"
	for size in 100 536 1400; do
		for payload in 1400 1401 2800 60000; do
			counted_both "$with: $payload bytes in segments of $size" \
				--sport 0 --flags ack --payload $payload --gso $size --count 8
		done
	done
	counted_both "$with: with TCP options" --dport 0 --flags psh+ack \
		--doff 8 --payload 40000 --gso 1400 --count 8
	counted_both "$with: ordinary ones" --payload 40000 --gso 1400 --flags ack --count 8
	counted_both "$with: checksum not filled in yet" --sport 0 --csum partial --count 50
	counted "$with: with hop-by-hop options" send6 --ext hbh --sport 0 \
		--flags ack --payload 40000 --gso 1300 --count 8
	counted "$with: with extension headers" extended --sport 0 \
		--flags ack --payload 40000 --gso 1300 --count 8
	for payload in 5000 5001 5999; do
		counted "$with: from a virtual machine, $payload bytes, IPv4" \
			guest -s $OUTSIDE4 -d $SINK4 --sport 0 --payload $payload
		counted "$with: from a virtual machine, $payload bytes, IPv6" \
			guest -s $OUTSIDE6 -d $SINK6 --sport 0 --payload $payload
	done
	counted "$with: from a virtual machine, with TCP options" \
		guest -s $OUTSIDE4 -d $SINK4 --dport 0 --doff 8 --payload 5001
	ignore=arrived	# where it would be cut, it is refused
	for doff in 5 15; do
		counted "$with: from a virtual machine, nothing to make segments of, offset $doff" \
			guest -s $OUTSIDE4 -d $SINK4 --dport 0 --doff $doff --payload 0 --gso 10
	done
	ignore=
done
gateway ip link del t0

if ! kernel_from 5.13; then
	ktap_skip "GRO" "veth merges nothing before 5.13"
	ktap_finish
fi

# Packets are merged only if they wait for each other.
drop 0
outside ethtool -K o0 tso off	# or veth sees no need for it
gateway ethtool -K out0 gro on
ip netns exec $GATEWAY sh -c \
	"echo $GRO_TIMEOUT > /sys/class/net/out0/gro_flush_timeout"
ignore=arrived
for case in "src --sport 0" "dst --dport 0" "both --sport 0 --dport 0" "none"; do
	read -r name ports <<< "$case"
	for family in 4 6; do
		# shellcheck disable=SC2086
		counted "GRO: $name, IPv$family" send$family $ports \
			--flags ack --payload 1400 --count 2000
	done
done
# the last ones wait until the time is over
pause 0.2
growth
ktap_say "2000 packets arrived as ${grown[arrived]}"
[ "${grown[arrived]}" -lt 1000 ]
ktap_result $? "they were merged indeed"

# --- BIG TCP: packets of more than 65,535 bytes ---
#
# IPv6 has them with an option that is never sent, IPv4 with a length of 0.

# Where they are merged, the kernel moves the headers by the option's 8 bytes, on 6.12
# without asking whether there is as much room before Ethernet's. A bridge makes it, for
# another port's sake that wants to put more headers there.
if ! ip -n $GATEWAY -batch - <<-END; then
	link add big address $MAC_BIG type bridge
	link add wants type gretap local $INNER4 remote $INSIDE4
	link set wants master big
	link set out0 master big mtu $BIG_MTU
	link set big up
	link set in0 mtu $BIG_MTU
END
	ktap_skip "BIG TCP" "this kernel has no bridge or no gretap"
	ktap_finish
fi
ip -n $OUTSIDE link set o0 mtu $BIG_MTU
ip -n $INSIDE link set i0 mtu $BIG_MTU
gateway nft -f - <<-END
	table netdev big {
		counter more { }
		chain c {
			type filter hook ingress device out0 priority 0;
			meta length > 65535 counter name more
		}
	}
END

# big FAMILY LIMIT
big()
{
	local drop ports number

	if ! ip -n $GATEWAY link set out0 "$2" $BIG 2> "$tmp/big"; then
		ktap_skip "BIG TCP, IPv$1" "the kernel or ip does not take $2 $BIG"
		return
	fi
	for drop in 0 1; do
		drop $drop
		for ports in "--sport 0" "--dport 0" "--sport 0 --dport 0" ""; do
			# shellcheck disable=SC2086
			counted "drop $drop: BIG TCP: ${ports:-ordinary}, IPv$1" send$1 $ports \
				--dmac $MAC_BIG --flags ack --payload 30000 --count 200
		done
		number=$(gateway nft reset counter netdev big more |
			awk '$1 == "packets" { print $2 }')
		ktap_say "$number packets were of more than 65535 bytes"
		[ "$number" -gt 0 ]
		ktap_result $? "drop $drop: BIG TCP, IPv$1: they were big indeed"
	done
}

big 6 gro_max_size
big 4 gro_ipv4_max_size

ktap_finish
