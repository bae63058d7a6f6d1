#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The event of 2013 over ten gateways, and what arrives at the webhook. First a
# packet a minute at each, too little for any of them; then the scan itself. With
# SEE set a browser looks, too; KEEP names a file for what it sees.

# shellcheck source=fleet.sh
. "$(dirname "$0")/fleet.sh"

readonly GATEWAYS=10
count=() leaked=0

# talk N: who sent what it counted
talk()
{
	local now i

	now=$(date +%s)
	{
		echo "# nf_portzero talkers: 64 of each kind, windows of 60 s"
		echo "# window kind address port count error last_seen"
		for i in 1 2 3; do
			echo "now src 203.0.113.$((70 + i)) - $((count[$1] * (4 - i) / 6)) 0 $now"
			echo "now dst 198.51.100.$(($1 * 16 + i)) 445 $((count[$1] / 3)) 0 $now"
		done
	} >"$tmp/gateway-$1/proc/net/.new"
	mv "$tmp/gateway-$1/proc/net/.new" "$tmp/gateway-$1/proc/net/nf_portzero_talkers"
}

# see N PACKETS: gateway N sees so many more
see()
{
	count[$1]=$((${count[$1]:-0} + $2))
	talk "$1"
	gateway "$1" "tcp=$((count[$1] * 9)) src=${count[$1]} odd=${count[$1]} badhdr=${count[$1]} bytes=$((count[$1] * 40)) frag=$((count[$1] / 60)) leak=$([ "$1" = 1 ] && echo "$leaked" || echo 0)"
}

# One gateway after the other sees a packet, each once a minute.
test_below_any_warning()
{
	local began n second

	ktap_equal "nothing to say before" "$(cat "$tmp/webhook.log")" ""
	began=$(date +%s)
	for ((second = 0; second < 240; second += 60 / GATEWAYS)); do
		see $((second * GATEWAYS / 60 % GATEWAYS + 1)) 1
		[ -z "$(arrived PortZeroFleet)" ] || break
		sleep $((60 / GATEWAYS))
	done
	ktap_equal "the fleet's alert arrives" "$(arrived PortZeroFleet)" "-"
	ktap_equal "no gateway warned by itself" "$(arrived PortZeroWarning)" ""
	n=$(ask portzero:gateways_seeing | jq -r '.[0].value[1]')
	ktap_equal "at eight gateways at least" "$((n >= 8))" 1
	ktap_say "the fleet's alert, seconds after the first packet: $(arrival PortZeroFleet "$began")"
}

# Four packets at each, again and again: two a second at most.
test_scan()
{
	local began n i

	began=$(date +%s)
	echo 1 >"$tmp/gateway-1/proc/sys/net/netfilter/nf_portzero_audit"
	for ((i = 0; i < 240; i += 2)); do
		leaked=$((i / 10))
		for n in $(seq $GATEWAYS); do
			see "$n" 4
		done
		[ "$(arrived PortZeroWarning | wc -l)" -ge $GATEWAYS ] && [ -n "$(arrived PortZeroLeak)" ] &&
			[ "$(arrived PortZeroDropOff | wc -l)" -ge $GATEWAYS ] && break
		sleep 2
	done
	ktap_equal "each gateway's warning arrives" "$(arrived PortZeroWarning | wc -l)" $GATEWAYS
	ktap_equal "the leak's gateway" "$(arrived PortZeroLeak)" gateway-1
	ktap_equal "and that drop is off" "$(arrived PortZeroDropOff | wc -l)" $GATEWAYS
	ktap_say "warnings, seconds after the scan began: the first $(arrival PortZeroWarning "$began"), the last $(arrival PortZeroWarning "$began" $GATEWAYS)"
}

ktap_begin
start_fleet $GATEWAYS
for n in $(seq $GATEWAYS); do
	see "$n" 0
done
sleep 40
ktap_equal "Prometheus reads all gateways" "$(ask 'sum(portzero_up)' | jq -r '.[0].value[1]')" $GATEWAYS
ktap_equal "and remembers what is usual" \
	"$(ask 'portzero:gateways_seeing:usual > bool 0' | jq -r '.[0].value[1]')" 1
test_below_any_warning
test_scan
if [ -n "${SEE-}" ]; then
	# shellcheck source=look.sh
	. "$here/look.sh"
fi
ktap_finish
