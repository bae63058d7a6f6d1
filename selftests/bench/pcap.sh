#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# pcap.sh: how fast 'portzero pcap' reads a capture, beside tcpdump and tshark.
#
# usage: selftests/bench/pcap.sh [PACKETS]
#
# A capture of PACKETS (10 million) is made below TMPDIR and removed again, and
# one of a fifth as many of the size that packets have on the internet, some 360
# bytes. Each program reads them from memory, in turns; its best time of five
# counts, its CPU time being the user's and the system's. tshark, which is slower
# and grows as it reads, gets a hundredth of the first. The last lines are for
# programs.

set -euo pipefail

here=$(dirname "$(realpath "$0")")
portzero=$here/../../tools/portzero/portzero
pzsend=$here/../pzsend/pzsend
packets=${1:-10000000}
slice=$((packets / 100))
large=$((packets / 5))
readonly RUNS=5

case $packets in
*[!0-9]* | '') sed -n '/^# usage/s/^# //p' "$0" >&2; exit 2 ;;
esac
for program in "$portzero" "$pzsend" tcpdump tshark mergecap; do
	command -v "$program" >/dev/null || { echo "pcap.sh: no $program" >&2; exit 1; }
done

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for program in repeat spent; do
	"${CC:-cc}" -O2 -o "$tmp/$program" "$here/$program.c" -lpcap
done

# Ordinary traffic, and one packet in four hundred of what is looked for; $1 of
# the packets in twenty thousand are large. The result is short.pcap.
make_mix()
{
	local v4="-s 192.0.2.0+200:random -d 198.51.100.0+200:random"
	local v6="-s 2001:db8:1::+200:random -d 2001:db8:2::+200:random"
	local tcp="--proto tcp --sport 1024-65535:random --dport 443 --flags ack"
	local n=0 stream

	while read -r stream; do
		n=$((n + 1))
		# shellcheck disable=SC2086
		"$pzsend" --pcap "$tmp/part$n" $stream
	done <<-END
		$v4 $tcp -c $((7000 - $1))
		$v4 $tcp --payload 120 -c 6000
		$v4 $tcp --payload 1400 -c $1
		$v6 $tcp --payload 100 -c 4000
		$v4 --proto udp --sport 1024-65535 --dport 53 --payload 60 -c 2900
		$v4 --proto echo --payload 56 -c 50
		$v4 $v6 --mix cert-polska -c 50
	END
	mergecap -F pcap -w "$tmp/short.pcap" "$tmp"/part*
}

make_captures()
{
	make_mix 1000
	"$tmp/repeat" "$tmp/short.pcap" "$tmp/long.pcap" "$packets"
	"$tmp/repeat" "$tmp/short.pcap" "$tmp/slice.pcap" "$slice"
	make_mix 3500
	"$tmp/repeat" "$tmp/short.pcap" "$tmp/large.pcap" "$large"
}

# run NAME COMMAND...
run()
{
	"$tmp/spent" "${@:2}" >>"$tmp/$1.runs" ||
		{ echo "pcap.sh: $1 failed" >&2; exit 1; }
}

# best NAME: its least seconds, least seconds of CPU, and largest size in KiB
best()
{
	awk 'NR == 1 { wall = $1; cpu = $2; kib = $3 }
		$1 < wall { wall = $1 }
		$2 < cpu { cpu = $2 }
		$3 > kib { kib = $3 }
		END { print wall, cpu, kib }' "$tmp/$1.runs"
}

# row NAME PACKETS OTHER PACKETS TEXT: beside what the other took of its packets
row()
{
	echo "$(best "$1") $(best "$3")" | awk -v n="$2" -v all="$4" -v text="$5" '{
		printf "%-44s %10d %7.3g %9.0f %7.3g %9.1f\n", text,
			n / $1, ($4 / all) / ($1 / n),
			$2 / n * 1e9, ($5 / all) / ($2 / n), $3 / 1024 }'
}

# fields NAME: for programs
fields()
{
	best "$1" | awk -v name="${1%-*}" '{
		printf " %s_s=%s %s_cpu_s=%s %s_kib=%s", name, $1, name, $2, name, $3 }'
}

# both FILE: portzero and tcpdump read it
both()
{
	cat "$tmp/$1.pcap" >/dev/null
	run "portzero-$1" "$portzero" pcap "$tmp/$1.pcap"
	run "tcpdump-$1" tcpdump -n -r "$tmp/$1.pcap" "tcp port 0"
}

# table FILE PACKETS
table()
{
	local size

	size=$(stat -c %s "$tmp/$1.pcap")
	printf '%s packets of %d bytes, %d MiB\n\n' "$2" $((size / $2 - 16)) $((size >> 20))
	printf '%-44s %10s %7s %9s %7s %9s\n' "" "packets/s" "times" "CPU ns" "times" "peak MiB"
	row "portzero-$1" "$2" "tcpdump-$1" "$2" "portzero pcap FILE"
	row "tcpdump-$1" "$2" "tcpdump-$1" "$2" "tcpdump -n -r FILE 'tcp port 0'"
}

echo "making captures of $packets and $large packets" >&2
make_captures
for ((i = 1; i <= RUNS; i++)); do
	echo "run $i of $RUNS" >&2
	both long
	both large
done
run tshark-long tshark -n -r "$tmp/slice.pcap" -Y "tcp.port == 0"

table long "$packets"
row tshark-long "$slice" tcpdump-long "$packets" "tshark -n -r FILE -Y 'tcp.port == 0' (1/100)"
echo
table large "$large"
printf '\ntimes: as fast as tcpdump; CPU ns: a packet'"'"'s share of CPU time\n'
printf 'pcap packets=%s%s%s tshark_packets=%s%s\n' "$packets" "$(fields portzero-long)" \
	"$(fields tcpdump-long)" "$slice" "$(fields tshark-long)"
printf 'pcap packets=%s%s%s\n' "$large" "$(fields portzero-large)" "$(fields tcpdump-large)"
