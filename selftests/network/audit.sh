#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What survives the firewall is a leak, whatever the ruleset: ones that stop
# port zero and ping, ones that only seem to, and ones that rewrite port 0.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly EACH=10	# packets of each kind

begin "$@"
need nft iptables ip6tables
topology
switch audit 1
# the host's answers to what is let through
ignore="out arrived"

# Everything: forwarded and for the host itself, both families: SYN from port
# 0, SYN to port 0, odd ones from and to it, and echo requests.
# shellcheck disable=SC2317
everything()
{
	local pair

	for pair in "$OUTSIDE4 $SINK4" "$OUTSIDE4 $GATEWAY4" \
			"$OUTSIDE6 $SINK6" "$OUTSIDE6 $GATEWAY6"; do
		pair="-s ${pair/ / -d } --count $EACH"
		# shellcheck disable=SC2086
		send $pair --sport 0 && send $pair --dport 0 &&
			send $pair --sport 0 --dport 0 --flags fin+psh+urg &&
			send $pair --proto echo && send $pair || return
	done
}

# leaks RULESET TRUE LOCAL IPV6 ECHO LOCAL IPV6: kinds of packets that are
# counted as leaks, of them for the host itself, and over IPv6
leaks()
{
	expected=()
	snapshot
	everything || ktap_fail "$1: sending failed"
	expected[leak]=$(($2 * EACH))
	expected[leak_local]=$(($3 * EACH))
	expected[leak_ipv6]=$(($4 * EACH))
	expected[leak_echo]=$(($5 * EACH))
	expected[leak_echo_local]=$(($6 * EACH))
	expected[leak_echo_ipv6]=$(($7 * EACH))
	agree "$1"
	gateway nft flush ruleset
}

rules()
{
	gateway nft -f - || ktap_fail "nft did not take the rules"
}

restore()
{
	gateway "$1-restore" || ktap_fail "$1 did not take the rules"
}

#                                 true local v6  echo local v6
leaks "no firewall"               12 6 6  4 2 2

rules <<-'END'
	table inet t {
		chain c {
		type filter hook prerouting priority raw;
		tcp sport 0 drop
		tcp dport 0 drop
		icmp type echo-request drop
		icmpv6 type echo-request drop
	}
	}
END
leaks "nft: all stopped before routing" 0 0 0  0 0 0

readonly BLOCK="
	tcp sport 0 drop
	tcp dport 0 drop
	icmp type echo-request drop
	icmpv6 type echo-request drop"

rules <<-END
	table inet t {
		chain in { type filter hook input priority 0; $BLOCK
		}
		chain forward { type filter hook forward priority 0; $BLOCK
		}
	}
END
leaks "nft: all stopped in input and forward" 0 0 0  0 0 0

rules <<-END
	table inet t {
		chain in { type filter hook input priority 0; $BLOCK
	}
	}
END
leaks "nft: only input"           6 0 3  2 0 1

rules <<-END
	table inet t {
		chain f { type filter hook forward priority 0; $BLOCK
	}
	}
END
leaks "nft: only forward"         6 6 3  2 2 1

rules <<-'END'
	table ip t {
		chain c {
		type filter hook prerouting priority raw;
		tcp sport 0 drop
		tcp dport 0 drop
		icmp type echo-request drop
	}
	}
END
leaks "nft: only IPv4"            6 3 6  2 1 2

rules <<-'END'
	table inet t {
		chain c {
		type filter hook prerouting priority raw;
		tcp dport 0 drop
	}
	}
END
leaks "nft: only to port 0"       4 2 2  4 2 2

rules <<-'END'
	table inet t {
		chain c {
		type filter hook prerouting priority raw;
		tcp flags & (fin | syn | rst | ack) == syn tcp sport 0 drop
		tcp flags & (fin | syn | rst | ack) == syn tcp dport 0 drop
		icmp type echo-request drop
	}
	}
END
leaks "nft: only SYN, and ping over IPv4" 4 2 2  2 1 2

rules <<-END
	table inet t {
		chain out { type filter hook postrouting priority 0; $BLOCK
	}
	}
END
leaks "nft: only what is forwarded, at the very end" 6 6 3  2 2 1

rules <<-'END'
	table inet t {
		chain c {
		type nat hook postrouting priority srcnat;
		oifname in0 masquerade fully-random
	}
	}
END
leaks "nft: masquerade, which rewrites port 0" 12 6 6  4 2 2

rules <<-'END'
	table inet t {
		chain f {
			type filter hook forward priority 0;
			ct state invalid drop
		}
		chain n {
			type nat hook postrouting priority srcnat;
			oifname in0 masquerade fully-random
		}
	}
END
leaks "nft: masquerade, and invalid ones stopped" 10 6 5  4 2 2

for command in iptables ip6tables; do
	icmp=$([ $command = iptables ] && echo "icmp --icmp-type" || echo "icmpv6 --icmpv6-type")
	cat > "$tmp/$command" <<-END
		*filter
		-A INPUT -p tcp --sport 0 -j DROP
		-A INPUT -p tcp --dport 0 -j DROP
		-A INPUT -p $icmp echo-request -j DROP
		-A FORWARD -p tcp --sport 0 -j DROP
		-A FORWARD -p tcp --dport 0 -j DROP
		-A FORWARD -p $icmp echo-request -j DROP
		COMMIT
	END
done
restore iptables < "$tmp/iptables"
restore ip6tables < "$tmp/ip6tables"
leaks "iptables and ip6tables: all stopped" 0 0 0  0 0 0

restore iptables < "$tmp/iptables"
leaks "iptables: only IPv4"       6 3 6  2 1 2

restore iptables <<-'END'
	*nat
	-A POSTROUTING -o in0 -j MASQUERADE --random-fully
	COMMIT
END
leaks "iptables: masquerade"      12 6 6  4 2 2

# our own drop comes before any firewall
drop 1
leaks "no firewall, but drop on"  0 0 0  4 2 2
drop 0

switch audit 0
leaks "audit off"                 0 0 0  0 0 0

# what the host itself sends has not survived anything
switch audit 1
expected=([out]=20)
snapshot
gateway "$pzsend" --raw -s $INNER4 -d $SINK4 --sport 0 --count 20
agree "the host's own packets are no leak"

ktap_finish
