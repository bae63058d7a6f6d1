#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the host itself sends is counted once, as "out", on the loopback too.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

begin "$@"
topology

# own COUNT-AS-TCP ARGUMENT...: the gateway's own packets
# shellcheck disable=SC2317
own()
{
	sent_by gateway "$pzsend" --raw "${@:2}" || return
	expected[tcp]=$1
}

for drop in 0 1 0; do
	drop $drop
	word=$([ $drop = 0 ] && echo off || echo on)
	# no answer is sent to a reset
	counted "drop $word: forwarded from the host itself, IPv4" \
		own 0 -s $INNER4 -d $SINK4 --sport 0 --flags rst,syn --count 200
	counted "drop $word: forwarded from the host itself, IPv6" \
		own 0 -s $INNER6 -d $SINK6 --dport 0 --flags rst,syn --count 200
	ignore=arrived
	came=$([ $drop = 0 ] && echo 200 || echo 0)
	counted "drop $word: on the loopback, IPv4" \
		own "$came" -s 127.0.0.1 -d 127.0.0.1 --sport 0 --flags rst --count 200
	counted "drop $word: on the loopback, IPv6" \
		own "$came" -s ::1 -d ::1 --dport 0 --flags rst --count 200
	counted "drop $word: to an address of its own, IPv4" \
		own "$came" -s $INNER4 -d $GATEWAY4 --sport 0 --dport 0 --flags rst --count 200
	counted "drop $word: to an address of its own, IPv6" \
		own "$came" -s $INNER6 -d $GATEWAY6 --sport 0 --dport 0 --flags rst --count 200
	counted "drop $word: ordinary ones on the loopback" \
		own 200 -s 127.0.0.1 -d 127.0.0.1 --flags rst --count 200
	ignore=
done

# an answer to a probe is the host's own, not another probe
ignore=arrived
expected=()
snapshot
send -s $OUTSIDE4 -d $GATEWAY4 --sport 0 --dport 9 --count 30
expected[out]=30
agree "a probe to the host and its answer, IPv4"
expected=()
snapshot
send -s $OUTSIDE6 -d $GATEWAY6 --sport 0 --dport 9 --count 30
expected[out]=30
agree "a probe to the host and its answer, IPv6"

expected=([echo]=5)
snapshot
gateway ping -q -c 5 -i 0.01 127.0.0.1 > /dev/null
agree "echo requests on the loopback, IPv4"
expected=([echo]=5 [echo_ipv6]=5)
snapshot
gateway ping -q -c 5 -i 0.01 ::1 > /dev/null
agree "echo requests on the loopback, IPv6"

ktap_finish
