#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tracepoint: one event for each true port-zero packet and each hidden
# one, with what it says; none when it is off.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

begin "$@"
tracefs=/sys/kernel/tracing
[ -e $tracefs/trace ] || mount -t tracefs tracefs $tracefs 2> /dev/null ||
	ktap_skip_all "no tracefs"
event=$tracefs/events/nf_portzero/nf_portzero_match
[ -d $event ]
ktap_result $? "the event is there"
topology

# events: what is in the buffer, equal lines counted; and empty it
events()
{
	grep -o 'nf_portzero_match: .*' $tracefs/trace | sort | uniq -c |
		sed 's/^ *//; s/nf_portzero_match: //' > "$tmp/events"
	echo > $tracefs/trace
}

# traced WHAT LINE COMMAND...: the command makes 20 events that read like that
traced()
{
	counted "$1" "${@:3}"
	events
	ktap_equal "$1: the event" "$(< "$tmp/events")" "20 $2"
}

echo > $tracefs/trace
echo 1 > $event/enable

traced "source, IPv4" "dev=out0 ipv4 src=::ffff:192.0.2.2 sport=0 dst=::ffff:198.51.100.129 dport=445 class=src flags=0x02 len=40 hook=0 verdict=accept" \
	send4 --sport 0 --count 20
traced "destination, IPv6" "dev=out0 ipv6 src=$OUTSIDE6 sport=40000 dst=$SINK6 dport=0 class=dst flags=0x29 len=61 hook=0 verdict=accept" \
	send6 --dport 0 --flags fin+psh+urg --payload 1 --count 20
traced "hidden" "dev=out0 ipv6 src=$OUTSIDE6 sport=0 dst=$SINK6 dport=0 class=hidden flags=0x00 len=580 hook=0 verdict=accept" \
	send6 --ext "dst*65" --count 20
drop 1
traced "both, dropped" "dev=out0 ipv4 src=::ffff:192.0.2.2 sport=0 dst=::ffff:198.51.100.129 dport=0 class=both flags=0x12 len=40 hook=0 verdict=drop" \
	send4 --sport 0 --dport 0 --flags syn+ack --count 20
drop 0

counted_both "ordinary packets" --count 20
counted_both "later fragments" --payload 100 --frag 64 --frag-order later --count 20
counted_both "short packets" --cut 3 --count 20
events
ktap_equal "make no events" "$(< "$tmp/events")" ""

counted "every class" send -s $OUTSIDE4 -s $OUTSIDE6 -d $SINK4 -d $SINK6 \
	--mix every
ktap_equal "makes an event for each true and each hidden one" \
	"$(grep -c 'nf_portzero_match: ' $tracefs/trace)" \
	$((grown[src] + grown[dst] + grown[both] + grown[hidden]))
echo > $tracefs/trace

echo 0 > $event/enable
counted_both "the event off" --sport 0 --count 20
events
ktap_equal "makes none" "$(< "$tmp/events")" ""

ktap_finish
