# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# scenarios.sh: what warnings are to be raised for, for tests to source; the same
# whether the packets are seen live or in a capture.

# From port zero.
# shellcheck disable=SC2317 # called by scenarios
many()
{
	send -s "$1" -d "$2" --sport 0 "${@:3}"
}

# shellcheck disable=SC2317 # called by scenarios
both()
{
	many 10.1.1.1 198.51.100.129+100 --dport 445 --flags syn --count 1000 \
		--rate 400 &&
	send -s 10.1.1.1 -d 198.51.100.129+100 --proto echo --count 400 \
		--rate 400
}

# Calls "scenario WHAT SIGNALS READING COMMAND..." for each: the signals that have
# a warning, the reading of the last of them, and what sends it with "send OPTION...".
scenarios()
{
	scenario "probe of one host" true host-probe \
		many 10.1.3.1 198.51.100.129 --dport 80 --flags syn --count 40 \
		--rate 20
	scenario "fingerprinting" true fingerprinting \
		many 10.1.5.1 198.51.100.129 --dport 80 \
		--flags none,syn+fin,fin+psh+urg,syn --count 60 --rate 20
	scenario "horizontal scan" true horizontal-scan \
		many 10.1.1.1+3 198.51.100.129+100 --dport 445 --flags syn \
		--doff 5,0,1,2 --count 2000 --rate 500
	scenario "vertical scan" true vertical-scan \
		many 10.1.2.1 198.51.100.129 --dport 1-1000 --flags syn \
		--count 1000 --rate 400
	scenario "flood" true flood \
		many 10.1.4.1 198.51.100.129 --dport 80 --flags syn --count 6000 \
		--rate 2000
	scenario "spoofed flood" true spoofed-flood \
		many 10.2.0.0+60000:random 198.51.100.129 --dport 80 --flags syn \
		--count 6000 --rate 2000
	scenario "backscatter" true backscatter \
		send -s 10.3.0.1+20 -d 198.51.100.129+60 --sport 443 --dport 0 \
		--flags syn+ack,rst+ack --count 1000 --rate 300
	scenario "reflection" true reflection \
		send -s 10.3.0.0+60000:random -d 198.51.100.129 --sport 443 --dport 0 \
		--flags syn+ack --count 6000 --rate 2000
	scenario "flood of odd flags" true flood \
		many 10.1.7.1 198.51.100.129 --dport 80 --flags none,syn+fin \
		--count 6000 --rate 2000
	scenario "scan over IPv6" true horizontal-scan \
		send -s 2001:db8:f::1 -d 2001:db8:2:1::1+100 --sport 0 --dport 22 \
		--flags syn --count 1000 --rate 300
	scenario "fragments" phantom phantoms \
		many 192.0.2.2 198.51.100.129 --dport 80 --frag 24:24 --frag-order later \
		--payload 400 --count 100 --rate 50
	scenario "pings beside a scan" "echo true" horizontal-scan both
	scenario "many to many" true unclear \
		many 10.4.0.0+5000 198.51.100.129+100 --dport 1-5000 --flags syn \
		--count 3000 --rate 1000
}
