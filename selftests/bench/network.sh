# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# network.sh: a gateway to measure, which is the test machine itself.
#
#   namespace src        the gateway
#   out     ---------->  in     --->  sink, a dummy device, to 192.0.2.2
#   outbulk ---------->  inbulk --->  sink
#   out1    ---------->  in1    --->  sink1, to 192.0.2.3
#
# inbulk puts segments together (GRO) in a thread of its own, which comes to run
# when the sender gives way.

readonly mac=02:00:00:00:00

# A way in from src.
way_in()
{
	ip link add "in$1" address $mac:02 type veth \
		peer name "out$1" address $mac:01 netns src
	ip -n src link set "out$1" up
	ip link set "in$1" up
	echo 0 > "/proc/sys/net/ipv4/conf/in$1/rp_filter"
}

# way_out NAME LAST: out by the device sink$1 to the hosts ending in $2
way_out()
{
	local address

	ip link add "sink$1" type dummy
	ip link set "sink$1" up
	for address in "192.0.2.$2" "2001:db8:2::$2"; do
		ip route add "$address" dev "sink$1"
		ip neigh add "$address" lladdr $mac:03 dev "sink$1" nud permanent
	done
}

network_up()
{
	echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter
	echo 1 > /proc/sys/net/ipv4/ip_forward
	echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
	ip netns add src
	way_in ''
	way_out '' 2
}

network_bulk_up()
{
	local pid

	way_in bulk
	ip netns exec src ethtool -K outbulk tso off
	ethtool -K inbulk gro on
	echo 1 > /sys/class/net/inbulk/threaded
	for pid in $(pgrep '^napi/inbulk'); do
		chrt --fifo --pid 1 "$pid"
	done
}

network_second_up()
{
	way_in 1
	way_out 1 3
}
