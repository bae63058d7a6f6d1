#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The host answers a SYN from port 0 as any other: the answer is its own, counted
# once, whoever makes it: a listener, SYN cookies, or MPTCP.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly PORT=8080 PROBES=20

begin "$@"
need socat ss
topology
# each answer once
gateway sysctl -qw net.ipv4.tcp_synack_retries=0
for prefix in 10.0.0.0/8 2001:db8:f::/48; do
	ip -n $OUTSIDE route add blackhole "$prefix"
done

# answered WHAT: a SYN-ACK for each SYN
answered()
{
	local pair

	for pair in "10.0.0.1 $GATEWAY4" "2001:db8:f::1 $GATEWAY6"; do
		expected=()
		snapshot
		send -s "${pair% *}+$PROBES" -d "${pair#* }" --sport 0 --dport $PORT \
			--count $PROBES
		expected[arrived]=0
		expected[out]=$PROBES
		agree "$1, ${pair#* }"
	done
	ktap_equal "$1: they were answered with SYN-ACK" "$(answers)" $((2 * PROBES))
}

# SYN-ACKs since the last time, as the firewall counts them
answers()
{
	gateway nft reset counters table inet t | sed -n 's/.*packets \([0-9]*\) .*/\1/p'
}

gateway nft -f - <<-END
	table inet t {
		counter synacks { }
		chain c {
			type filter hook output priority 0;
			tcp dport 0 tcp flags & (syn|ack|rst) == syn|ack counter name synacks
		}
	}
END

listen $PORT TCP6-LISTEN:$PORT,ipv6only=0,backlog=100,fork
answered "a listener"
gateway sysctl -qw net.ipv4.tcp_syncookies=2
answered "SYN cookies"
gateway sysctl -qw net.ipv4.tcp_syncookies=1
unlisten

# any address, in struct sockaddr_in6 after the family
readonly ANY=x1f9000000000000000000000000000000000000000000000000000
if gateway sysctl -qw net.mptcp.enabled=1 2> /dev/null; then
	listen $PORT SOCKET-LISTEN:10:262:$ANY,backlog=100,fork
	answered "MPTCP"
	unlisten
else
	ktap_skip "MPTCP" "this kernel has none"
fi

ktap_finish
