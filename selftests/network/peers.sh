#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Real tools send port zero, and every packet of theirs is counted.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly PROBES=50

begin "$@"
need hping3 nmap
topology


# hping_counted WHAT COLUMNS ARGUMENT...: all its probes, in these columns
hping_counted()
{
	local column

	expected=([arrived]=$PROBES)
	for column in $2; do
		expected[$column]=$PROBES
	done
	snapshot
	outside hping3 -q -i u2000 -c $PROBES "${@:3}" $SINK4 > "$tmp/hping" 2>&1	# nobody answers
	grep -q "^$PROBES packets tr" "$tmp/hping" || ktap_say "$(< "$tmp/hping")"
	agree "hping3: $1"
}

ignore=bytes
hping_counted "SYN from port 0" "tcp src syn" -S -k -s 0 -p 445
hping_counted "SYN to port 0" "tcp dst syn" -S -k -s 40000 -p 0
hping_counted "SYN+ACK from and to port 0" "tcp both synack" -S -A -k -s 0 -p 0
hping_counted "reset to port 0" "tcp dst rst" -R -k -s 40000 -p 0
hping_counted "xmas to port 0" "tcp dst odd" -F -P -U -k -s 40000 -p 0
hping_counted "no flags, from port 0" "tcp src odd" -k -s 0 -p 80
hping_counted "data to port 0" "tcp dst ack payload" -A -d 100 -k -s 40000 -p 0
hping_counted "header length 0" "tcp both syn badhdr" -S -O 0 -k -s 0 -p 0
hping_counted "wrong checksum" "tcp both syn badcsum" -S -b -k -s 0 -p 0
hping_counted "echo requests" "echo" --icmp
hping_counted "UDP from and to port 0" "" --udp -k -s 0 -p 0

nmap_counted()
{
	local column

	expected=([arrived]=1)
	for column in $2; do
		expected[$column]=1
	done
	snapshot
	outside nmap -n -Pn --max-retries 0 --host-timeout 10m "${@:3}" > "$tmp/nmap" 2>&1 ||
		ktap_say "$(< "$tmp/nmap")"
	agree "nmap: $1"
}

nmap_counted "SYN scan of port 0" "tcp dst syn" -sS -p 0 $SINK4
nmap_counted "FIN scan of port 0" "tcp dst odd" -sF -p 0 $SINK4
nmap_counted "xmas scan of port 0" "tcp dst odd" -sX -p 0 $SINK4
nmap_counted "null scan of port 0" "tcp dst odd" -sN -p 0 $SINK4
nmap_counted "ACK scan of port 0" "tcp dst ack" -sA -p 0 $SINK4
nmap_counted "SYN scan of port 0, IPv6" "tcp dst syn ipv6" -6 -sS -p 0 $SINK6
ktap_finish
