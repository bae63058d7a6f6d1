#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Damaged packets: bytes changed, packets cut, fragments and chains of extension
# headers of any kind up to the MTU. What the module counts of them is what
# 'portzero pcap' counts of the same stream, to the packet. Every other seed's lie in
# memory in pieces, as from network cards that split headers.
#
# COUNT says how many (100000, or if QUICK 20000), SEED which ones (1).

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly COUNT=${COUNT:-$([ -n "${QUICK-}" ] && echo 20000 || echo 100000)}
readonly ROUND=${ROUND:-10000}

begin "$@"
need jq
topology

capture=$tmp/mutated.pcap
declare -A all=()

# Frames of one seed to the gateway and into the capture, which says what to expect.
mutated()
{
	local name value pieces=

	# Nobody follows where they go from the gateway.
	ignore=arrived
	# No checksum is cheap to know of what is in pieces.
	[ $(($1 % 2)) = 0 ] || pieces=--pieces ignore="arrived badcsum"
	# Where it is received, so that it has been read before the next but one is sent.
	outside taskset -c 0 "$pzsend" ${pieces:+$pieces} -i o0 --smac "$MAC_O0" --dmac "$MAC_OUT0" \
		-s "$OUTSIDE4" -d "$SINK4" -s "$OUTSIDE6" -d "$SINK6" --mix every --mutate --seed "$1" --count "$2" \
		--pcap "$capture" || return
	"$portzero" pcap --json "$capture" > "$tmp/counted" || return
	while read -r name value; do
		expected[$name]=$value
		all[$name]=$((${all[$name]:-0} + value))
	done < <(jq -r '.counters | to_entries[] | "\(.key) \(.value)"' "$tmp/counted")
	[ "$dropping" = 0 ] ||
		expected[dropped]=$((expected[src] + expected[dst] + expected[both] + expected[hidden]))
}

seed=${SEED:-1}
for ((left = COUNT; left > 0; left -= ROUND)); do
	drop $((seed / 2 % 2))
	counted "seed $seed, drop $((seed / 2 % 2))" mutated "$seed" $((left < ROUND ? left : ROUND))
	seed=$((seed + 1))
done

for kind in src dst both syn synack rst ack odd payload badhdr badcsum ipv6 frag short hidden echo; do
	[ "${all[$kind]}" -gt 0 ]
	ktap_result $? "among them $kind: ${all[$kind]}"
done
ktap_finish
