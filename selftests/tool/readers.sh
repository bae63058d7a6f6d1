#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What other readers of captures count of the stream with every class in it: the
# figures in selftests/network/README.md.

# shellcheck source=../lib/ktap.sh
. "$(dirname "$0")/../lib/ktap.sh"
# shellcheck source=../lib/others.sh
. "$(dirname "$0")/../lib/others.sh"

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
ktap_begin
for program in tcpdump tshark nfpcapd nfcapd nfdump softflowd ss; do
	command -v $program > /dev/null || ktap_skip_all "$program is not installed"
done

# captured COMMAND...: lines that it prints for each of the two filters
captured()
{
	local port

	for port in src dst; do
		"${@//PORT/$port}" 2> /dev/null | wc -l
	done | xargs
}

# flows DIRECTORY: packets in its flows
flows()
{
	local port

	for port in src dst; do
		nfdump -R "$1" "proto tcp and $port port 0" |
			sed -n 's/.*total packets: \([0-9]*\),.*/\1/p'
	done | xargs
}

# exported CAPTURE: as a router exports flows, and a collector keeps them
collected=$((20000 + RANDOM % 20000))
exported()
{
	local collector i

	rm -rf "$tmp/flows"
	mkdir "$tmp/flows"
	nfcapd -w "$tmp/flows" -p "$collected" -b 127.0.0.1 > "$tmp/nfcapd" 2>&1 &
	collector=$!
	for ((i = 0; i < 100; i++)); do
		[[ $(ss -Hlun "sport = $collected") != *$collected* ]] || break
		sleep 0.1
	done
	softflowd -r "$1" -n 127.0.0.1:$collected -v 9 -d > "$tmp/softflowd" 2>&1
	sleep 1
	kill $collector
	wait $collector
	flows "$tmp/flows"
}

"$pzsend" -s 192.0.2.2 -s 2001:db8:1::2 -d 198.51.100.129 -d 2001:db8:2:1::1 --mix every --pad \
	--pcap "$tmp/every.pcap" || exit 1
readonly WHOLE=(-o ip.defragment:TRUE -o ipv6.defragment:TRUE)
readonly PIECES=(-o ip.defragment:FALSE -o ipv6.defragment:FALSE)
# shellcheck disable=SC2046
{
	row "tcpdump" $(captured tcpdump -nr "$tmp/every.pcap" "tcp PORT port 0")
	row "tshark" $(captured tshark -nr "$tmp/every.pcap" "${PIECES[@]}" -Y "tcp.PORTport == 0")
	row "tshark, reassembling" $(captured tshark -nr "$tmp/every.pcap" "${WHOLE[@]}" -Y "tcp.PORTport == 0")
	mkdir "$tmp/nfpcapd"
	nfpcapd -r "$tmp/every.pcap" -w "$tmp/nfpcapd" > /dev/null 2>&1
	row "nfpcapd and nfdump" $(flows "$tmp/nfpcapd")
	row "softflowd, nfcapd and nfdump" $(exported "$tmp/every.pcap")
}
"$pzsend" -s 192.0.2.2 -d 198.51.100.129 --sport 1234 --dport 80 --payload 100 --frag 24:24 \
	--count 10 --pcap "$tmp/fragments.pcap"
ktap_equal "softflowd takes 40 later fragments for port zero" \
	"$(exported "$tmp/fragments.pcap")" "40 40"
ktap_finish
