#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What takes packets off the ordinary way inside the gateway: policy routing,
# directed broadcast, transparent proxies, copies, queues, flowtables and IPVS.

# shellcheck source=../lib/paths.sh
. "$(dirname "$0")/../lib/paths.sh"

# Who watches gets copies, from here on into nothing.
readonly WATCHER4=203.0.113.2 WATCHER6=2001:db8:ff::2

rules()
{
	gateway nft -f - || ktap_fail "nft refuses the rules"
}

no_rules()
{
	gateway nft delete table "$@"
}

long
begin "$@"
paths
all=("${KINDS[@]}")
in_gateway <<-END
	link add watch type dummy
	link set watch up
	addr add 203.0.113.1/24 dev watch
	addr add 2001:db8:ff::1/64 dev watch nodad
	neigh add $WATCHER4 lladdr $MAC_NOBODY dev watch nud permanent
	neigh add $WATCHER6 lladdr $MAC_NOBODY dev watch nud permanent
END

# --- policy routing ---

ip -n $GATEWAY -6 rule add from 2001:db8:f::/48 iif out0 lookup 20
in_gateway <<-END
	rule add from 10.0.0.0/8 iif out0 lookup 20
	route add 203.0.113.128/25 via 198.51.100.3 table 20
	route add 2001:db8:ee::/64 via 2001:db8:2::3 table 20
END
path "policy routing, IPv4" 203.0.113.129
path "policy routing, IPv6" 2001:db8:ee::1

# --- a broadcast for the inner link ---

gateway sysctl -qw net.ipv4.conf.all.bc_forwarding=1 net.ipv4.conf.out0.bc_forwarding=1
path "directed broadcast" 198.51.100.127
gateway sysctl -qw net.ipv4.conf.all.bc_forwarding=0 net.ipv4.conf.out0.bc_forwarding=0

# --- copies ---

# copies ip|ip6 DESTINATION WATCHER: of what comes in for it, and of the host's own
copies()
{
	local hook

	for hook in prerouting output; do
		rules <<-END
			table $1 copies {
				chain $hook {
					type filter hook $hook priority 0;
					$1 daddr $2 dup to $3 device watch
				}
			}
		END
	done
}

copies ip $SINK4 $WATCHER4
copies ip6 $SINK6 $WATCHER6
both "nft dup"
own "nft dup, IPv4" -s $INNER4 -d $SINK4
own "nft dup, IPv6" -s $INNER6 -d $SINK6
no_rules ip copies
no_rules ip6 copies
if command -v iptables > /dev/null; then
	gateway iptables -t mangle -A FORWARD -j TEE --gateway $WATCHER4
	gateway ip6tables -t mangle -A FORWARD -j TEE --gateway $WATCHER6
	both "TEE"
	gateway iptables -t mangle -F
	gateway ip6tables -t mangle -F
else
	ktap_skip TEE "iptables is not installed"
fi

# --- a queue, whose reader in user space says what becomes of a packet ---

# queue HOOK PRIORITY: what comes there and is not marked waits for the reader
queue()
{
	rules <<-END
		table inet waiting {
			chain c {
				type filter hook $1 priority $2;
				mark != 1 queue num 0
			}
		}
	END
}

if module_there nfnetlink_queue NFQUEUE; then
	queue prerouting raw
	reader accept 24 both "NFQUEUE in prerouting"
	no_rules inet waiting
	queue forward 10
	reader repeat 18 both "NFQUEUE in forward, shown again"
	arrives=0 copies=0
	reader drop 18 both "NFQUEUE in forward, dropped by the reader"
	arrives=1 copies=1
	KINDS=("--sport 0 --flags ack --payload 40000 --gso 1400" "--flags ack --payload 40000 --gso 1400")
	ignore=arrived
	reader accept 232 both "NFQUEUE in forward, GSO in pieces"
	reader "accept whole" 8 both "NFQUEUE in forward, GSO"
	ignore=
	KINDS=("${all[@]}")
	no_rules inet waiting
	queue postrouting mangle
	reader rewrite 18 both "NFQUEUE in postrouting, rewritten"
	no_rules inet waiting
	queue input 10
	reader accept 18 to_host "NFQUEUE in input" $GATEWAY4 $GATEWAY6
	no_rules inet waiting
	queue output 0
	reader accept 1 own "NFQUEUE in output, IPv4" -s $INNER4 -d $SINK4
	reader accept 1 own "NFQUEUE in output, IPv6" -s $INNER6 -d $SINK6
	no_rules inet waiting
	if command -v iptables > /dev/null; then
		gateway iptables -t mangle -A FORWARD -j NFQUEUE --queue-num 0
		gateway ip6tables -t mangle -A FORWARD -j NFQUEUE --queue-num 0
		reader accept 24 both "NFQUEUE of iptables"
		gateway iptables -t mangle -F
		gateway ip6tables -t mangle -F
	else
		ktap_skip "NFQUEUE of iptables" "iptables is not installed"
	fi
fi

# --- a transparent proxy, which takes TCP for its own ---

KINDS=("${all[@]:0:4}")
if command -v socat > /dev/null; then
	listen 50080 TCP6-LISTEN:50080,ipv6only=0,fork,ip-transparent
	# each answer once
	gateway sysctl -qw net.ipv4.tcp_synack_retries=0
	in_gateway <<-END
		rule add fwmark 1 lookup 30
		route add local default dev lo table 30
		route add local ::/0 dev lo table 30
	END
	ip -n $GATEWAY -6 rule add fwmark 1 lookup 30
	rules <<-END
		table inet proxy {
			chain c {
				type filter hook prerouting priority mangle;
				meta nfproto ipv4 meta l4proto tcp tproxy ip to :50080 meta mark set 1 accept
				meta nfproto ipv6 meta l4proto tcp tproxy ip6 to :50080 meta mark set 1 accept
			}
		}
	END
	to_host "TPROXY" $SINK4 $SINK6
	no_rules inet proxy
	unlisten
else
	ktap_skip TPROXY "socat is not installed"
fi

# --- IPVS: all ports of the gateway's address are the sink's ---

# Connections begin with a SYN.
KINDS=("--sport 0" "--dport 0 --payload 8" "--sport 0 --dport 0 --csum bad" "--dport 80")

# ipvs WHAT OPTION
ipvs()
{
	local family here sink inner

	for family in 4 6; do
		here=GATEWAY$family sink=SINK$family inner=INNER$family
		here=${!here} sink=${!sink} inner=${!inner}
		if [ $family = 4 ]; then
			gateway ipvsadm -A -t "$here:0" -s rr -p 60
			gateway ipvsadm -a -t "$here:0" -r "$sink:0" "$2"
		else
			gateway ipvsadm -A -t "[$here]:0" -s rr -p 60
			gateway ipvsadm -a -t "[$here]:0" -r "[$sink]:0" "$2"
		fi
		path "$1, IPv$family" "$here"
		own "$1, IPv$family" -s "$inner" -d "$here" --flags syn
		gateway ipvsadm -C
	done
}

if ! command -v ipvsadm > /dev/null; then
	ktap_skip IPVS "ipvsadm is not installed"
elif module_there ip_vs IPVS; then
	ipvs "IPVS, NAT" -m
	ipvs "IPVS, direct routing" -g
fi
KINDS=("${all[@]}")

# --- a flowtable: port zero is seen until a flow is taken over ---

# What was sent gets through, and leaves from port 0 or for it.
survive()
{
	expected[leak]=$((expected[src] + expected[dst]))
	expected[leak_ipv6]=${expected[ipv6]}
}

# of_flow WHAT SENDER ARGUMENT...: of a flow to the sink, by what sends one way
of_flow()
{
	snapshot
	expected=()
	"${@:2}" || ktap_fail "$1: sending failed"
	survive
	agree "$1"
}

# How many from port zero the kernel has shown its hooks
hooked()
{
	gateway nft list chain inet flows hooked | sed -n 's/.*packets \([0-9]*\) .*/\1/p'
}

# at_edge WHAT SENDER ARGUMENT...: of a packet before which the flowtable may have
# taken the flow over (5.10: with the SYN+ACK) or may not yet have given it back (7.3:
# not with the RST). It is counted if any hook was shown it.
at_edge()
{
	local end=$((SECONDS + PATIENCE)) shown

	shown=$(hooked)
	snapshot
	expected=()
	"${@:2}" || ktap_fail "$1: sending failed"
	while growth; [ "${grown[arrived]}" = 0 ] && [ $SECONDS -lt $end ]; do
		pause 0.05
	done
	if [ "$(hooked)" = "$shown" ]; then
		expected=([arrived]=1)
		ktap_say "$1: past the hooks"
	else
		survive
	fi
	agree "$1"
}

# there, back FAMILY ARGUMENT...: of a connection from port 0
there()
{
	local free=FREE$1 sink=SINK$1

	send -s "${!free}" -d "${!sink}" --sport 0 --dport 80 "${@:2}"
}

back()
{
	local free=FREE$1 sink=SINK$1

	# frames that arrive elsewhere
	sent_by inside "$pzsend" -i i0 --smac "$MAC_I0" --dmac "$MAC_IN0" \
		-s "${!sink}" -d "${!free}" --sport 80 --dport 0 "${@:2}" &&
		expected[arrived]=0
}

# taken_over WHAT FAMILY: what belongs to the flow is forwarded, and nothing is counted
taken_over()
{
	snapshot
	expected=()
	there "$2" --flags psh+ack --payload 8 --count $EACH
	expected=([arrived]=$EACH)
	agree "$1: not counted, nor stopped"
}

told "no flowtable" flowtable ""
rules <<-END
	table inet flows {
		flowtable f {
			hook ingress priority 0;
			devices = { out0, in0 };
		}
		chain c {
			type filter hook forward priority 0;
			ct state established flow add @f
		}
		chain hooked {
			type filter hook prerouting priority 0;
			tcp sport 0 counter
		}
	}
END
both "a flowtable"
told "a flowtable" flowtable flowtable
# pzsend knows no sequence numbers
gateway sysctl -qw net.netfilter.nf_conntrack_tcp_be_liberal=1
# nor is a busy machine done in 30 seconds; before 5.14 it must be
gateway sysctl -eqw net.netfilter.nf_flowtable_tcp_timeout=3600
for family in 4 6; do
	flow="a flow from port 0, IPv$family"
	of_flow "$flow: SYN" there $family --flags syn
	of_flow "$flow: SYN+ACK" back $family --flags syn+ack
	at_edge "$flow: ACK" there $family --flags ack
	taken_over "$flow, taken over by the flowtable" $family
	switch drop 1
	taken_over "$flow, taken over, drop on" $family
	switch drop 0
	at_edge "$flow: RST" there $family --flags rst
	at_edge "$flow, after the RST" there $family --flags ack
done
no_rules inet flows
told "the flowtable is gone" flowtable ""

ktap_finish
