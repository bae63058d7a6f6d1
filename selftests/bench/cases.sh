# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# cases.sh: what is measured. For each case a function CASE_on and one that
# takes everything back, CASE_off. They see $objects, where modules and programs
# are, and the devices in and inbulk of network.sh.
#
# The peers do what the module does with drop on: count and drop TCP from and to
# port 0, IPv4 and IPv6.

# shellcheck disable=SC2154 # objects is what its user has

# The cases in order: the name, the packets it is measured with (ordinary ones,
# port zero, all, or many sources), whether it drops port zero, what the report
# calls it. Of a case that is measured more than once the medians count: the hash
# of the talkers has another key whenever the module is loaded, and is luckier
# with some.
cases()
{
	cat <<-'END'
	warmup   all      pass nothing, for the first time
	base     all      pass nothing
	empty    ordinary pass an empty hook
	off      ordinary pass nf_portzero, enable=0
	count    all      pass nf_portzero
	drop     all      drop nf_portzero, drop=1
	drop     sources  drop nf_portzero, drop=1
	drop     sources  drop nf_portzero, drop=1
	drop     sources  drop nf_portzero, drop=1
	drop     sources  drop nf_portzero, drop=1
	drop     sources  drop nf_portzero, drop=1
	drop     sources  drop nf_portzero, drop=1
	audit    ordinary pass nf_portzero, audit=1
	notrace  all      drop nf_portzero, drop=1, built without its tracepoint
	empty2   ordinary pass two empty hooks
	second   ordinary pass an empty hook and nf_portzero, drop=1
	nft      all      drop nft, prerouting
	ingress  all      drop nft, netdev ingress
	iptables all      drop iptables, raw
	flower   ordinary pass tc flower, for another port
	u32      all      drop tc u32
	xdp      all      drop XDP, generic
	floor    zero     drop tc, drop everything
	again    all      pass nothing, once more
	END
}

nothing() { :; }
warmup_on() { nothing; }
warmup_off() { nothing; }
base_on() { nothing; }
base_off() { nothing; }
again_on() { nothing; }
again_off() { nothing; }

empty_on() { insmod "$objects/empty_hook.ko"; }
empty_off() { rmmod empty_hook; }

empty2_on() { insmod "$objects/empty_hook.ko" twice=1; }
empty2_off() { rmmod empty_hook; }

off_on() { insmod "$objects/nf_portzero.ko" enable=0; }
off_off() { rmmod nf_portzero; }

count_on() { insmod "$objects/nf_portzero.ko"; }
count_off() { rmmod nf_portzero; }

drop_on() { insmod "$objects/nf_portzero.ko" drop=1; }
drop_off() { rmmod nf_portzero; }

audit_on() { insmod "$objects/nf_portzero.ko" audit=1; }
audit_off() { rmmod nf_portzero; }

notrace_on() { insmod "$objects/notrace.ko" drop=1; }
notrace_off() { rmmod nf_portzero; }

second_on() { empty_on; drop_on; }
second_off() { drop_off; empty_off; }

nft_on()
{
	nft -f - <<-'END'
	table inet bench {
		chain prerouting {
			type filter hook prerouting priority raw
			tcp sport 0 counter drop
			tcp dport 0 counter drop
		}
	}
	END
}
nft_off() { nft delete table inet bench; }

ingress_on()
{
	nft -f - <<-'END'
	table netdev bench {
		chain ingress {
			type filter hook ingress devices = { in, inbulk } priority -500
			tcp sport 0 counter drop
			tcp dport 0 counter drop
		}
	}
	END
}
ingress_off() { nft delete table netdev bench; }

# iptables in its first form, without nftables beneath.
xtables()
{
	local command

	for command in iptables-legacy ip6tables-legacy; do
		$command -t raw "$1" PREROUTING -p tcp --sport 0 -j DROP
		$command -t raw "$1" PREROUTING -p tcp --dport 0 -j DROP
	done
}
iptables_on() { xtables -A; }
iptables_off() { xtables -D; rmmod iptable_raw ip6table_raw; }

clsact()
{
	tc qdisc "$1" dev in clsact
	tc qdisc "$1" dev inbulk clsact
}

# flower refuses port 0: the nearest is the same filter for another port.
flower_on()
{
	local dev protocol port

	clsact add
	for dev in in inbulk; do
		for protocol in ip ipv6; do
			for port in src_port dst_port; do
				tc filter add dev $dev ingress protocol $protocol \
					flower ip_proto tcp $port 1 action drop
			done
		done
	done
}
flower_off() { clsact del; }

# u32 can say port 0, of packets without IP options or extension headers.
u32_on()
{
	local dev port

	clsact add
	for dev in in inbulk; do
		for port in sport dport; do
			tc filter add dev $dev ingress prio 1 protocol ip u32 \
				match ip protocol 6 0xff match ip $port 0 0xffff action drop
			tc filter add dev $dev ingress prio 2 protocol ipv6 u32 \
				match ip6 protocol 6 0xff match ip6 $port 0 0xffff action drop
		done
	done
}
u32_off() { clsact del; }

xdp_on()
{
	ip link set dev in xdpgeneric obj "$objects/xdp.o" sec xdp
	ip link set dev inbulk xdpgeneric obj "$objects/xdp.o" sec xdp
}
xdp_off()
{
	ip link set dev in xdpgeneric off
	ip link set dev inbulk xdpgeneric off
}

# The least that a drop in the network stack costs.
floor_on()
{
	clsact add
	tc filter add dev in ingress matchall action drop
	tc filter add dev inbulk ingress matchall action drop
}
floor_off() { clsact del; }
