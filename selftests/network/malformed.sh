#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A malformed header never hides the ports: false data offsets, headers cut
# off after each byte, options that claim too much.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

begin "$@"
topology

for ports in "0 445" "40000 0" "0 0" "40000 445"; do
	read -r sport dport <<< "$ports"
	for bytes in 0 4 8 12 16; do
		counted_both "ports $sport and $dport, header length $bytes" \
			--sport "$sport" --dport "$dport" --doff $((bytes / 4)) \
			--count 256 --flags none,syn,syn+ack,rst,fin+psh+urg,0xff
	done
done

for cut in {0..21}; do
	counted_both "cut off after $cut bytes" --cut "$cut" --sport 0 \
		--flags syn+ack --doff 0,4,5,6,15 --count 40
	counted_both "cut off after $cut bytes and padded" --cut "$cut" --pad \
		--dport 0 --flags rst --count 4
done

for doff in {6..15}; do
	counted_both "options of $(((doff - 5) * 4)) bytes" --doff "$doff" \
		--sport 0 --dport 0 --payload 1 --count 4
	counted_both "options of $(((doff - 5) * 4)) bytes, the last cut off" \
		--doff "$doff" --cut $((doff * 4 - 1)) --sport 0 --count 4
done

for words in {1..10}; do
	hex=$(printf '01010101%.0s' $(seq "$words"))
	counted "IP options of $((words * 4)) bytes" \
		send4 --ip-options "$hex" --sport 0 --count 4
	counted "IP options of $((words * 4)) bytes, no ports" \
		send4 --ip-options "$hex" --cut 3 --sport 0 --count 4
done

for ext in hbh dst rt ah frag hbh,dst,rt,ah,dst "hbh,dst*8,rt*8,ah*8" "dst*64"; do
	counted "extension headers $ext" send6 --ext "$ext" --dport 0 --count 4
	counted "extension headers $ext, no ports" \
		send6 --ext "$ext" --cut 3 --dport 0 --count 4
done
counted "65 extension headers are too many" send6 --ext "dst*65" --dport 0

ktap_finish
