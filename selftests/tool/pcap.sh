#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 'portzero pcap' against what was put into the captures, and against tshark
# and tcpdump. Needs neither root nor the module.

# shellcheck source=../lib/ktap.sh
. "$(dirname "$0")/../lib/ktap.sh"

relink=$built/selftests/tool/relink
for program in "$portzero" "$pzsend" "$relink" jq tshark editcap mergecap tcpdump; do
	command -v "$program" >/dev/null || ktap_skip_all "no $program"
done

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

readonly COLUMNS="tcp src dst both syn synack rst ack odd payload badhdr badcsum
	ipv6 frag short hidden echo bytes echo_ipv6"
readonly V4="-s 192.0.2.2 -d 198.51.100.129"
readonly V6="-s 2001:db8:1::2 -d 2001:db8:2:1::1"
readonly SYN="--proto tcp --sport 0 --dport 445 --flags syn"

# send FILE OPTION...: a capture, and beside it what should be counted
send()
{
	"$pzsend" --pcap "$1" --expect "$1.expect" "${@:2}" || exit 1
}

# count FILE...: what the tool counts, and its exit status, in out, err, status
count()
{
	"$portzero" pcap --json "$@" >out 2>err
	status=$?
}

# of PATH: a value from what was counted
of()
{
	jq -r "$1" out
}

# The columns, a name and a number a line; those of a live gateway are 0.
columns()
{
	jq -r '.counters | to_entries[] | "\(.key) \(.value)"' "$1"
}

# The same from what the sender expects.
expected()
{
	grep -vE '^(frames|droppable|pass) ' "$1.expect"
}

# counts WHAT FILE...: the columns and nothing else were counted, without a word
counts()
{
	local what=$1 wanted=$2 got

	shift 2
	count "$@"
	got="$status $(of .cut) $(of .malformed) $(of .other) $(columns out)"
	ktap_equal "$what" "$got$(cat err)" "0 0 0 0 $wanted"
}

# fails WHAT PATTERN FILE...: exit status 2, and a message that fits
fails()
{
	local what=$1 pattern=$2

	shift 2
	count "$@"
	[ "$status" -eq 2 ] && grep -qE "$pattern" err
	local result=$?
	[ $result -eq 0 ] || ktap_say "status $status, $(cat err)"
	ktap_result $result "$what"
}

ktap_begin

#
# What was sent is what is counted.
#
# shellcheck disable=SC2086
{
	send every.pcap --mix every $V4 $V6 --rate 100
	send padded.pcap --mix every $V4 $V6 --rate 100 --pad
	send polska.pcap --mix cert-polska $V4 $V6 -c 3000 --rate 50
	send cisco.pcap --mix cisco $V4 -c 3000 --rate 50
}
for stream in every padded polska cisco; do
	counts "$stream: counted as sent" "$(expected $stream.pcap)" $stream.pcap
done

#
# tshark's reading. A filter for each column, in the words of the definition;
# where tshark's idea differs, the filter says what is different:
#
# - "long": of more than 64 extension headers we follow none to its end.
# - Slices like tcp[13], because tshark itself doesn't read the flags of a
#   header whose length is wrong, and neither the length of a fragment's.
# - tshark's own reassembly is off: a gateway sees the packets as they come.
#
readonly TRUE="(tcp.srcport == 0 || tcp.dstport == 0) && !(count(ipv6.dstopts.nxt) > 64)"
readonly FIRST="ipv6.fraghdr.more == 1 && !(ipv6.fraghdr.offset > 0)"
readonly LATER="(ip.frag_offset > 0 || ipv6.fraghdr.offset > 0)"

# any FORMAT: "or" of it over the valid data offsets, %1: in hex, %2: bytes
any()
{
	local doff text=

	for doff in 5 6 7 8 9 10 11 12 13 14 15; do
		# shellcheck disable=SC2059
		text="$text${text:+ || }$(printf "$1" $((doff * 16)) "$(($2 + doff * 4))")"
	done
	echo "($text)"
}

# A valid header: its last byte is there. Data: so is the one after it.
valid=$(any 'tcp[12] & 0xf0 == %x && tcp[%d]' -1)
data=$(any 'tcp[12] & 0xf0 == %x && tcp[%d]' 0)

filters=(
	tcp "tcp.dstport && !(count(ipv6.dstopts.nxt) > 64)"
	src "tcp.srcport == 0 && tcp.dstport != 0 && $TRUE"
	dst "tcp.dstport == 0 && tcp.srcport != 0 && $TRUE"
	both "tcp.srcport == 0 && tcp.dstport == 0 && $TRUE"
	syn "$TRUE && tcp[13] & 0x3f == 0x02"
	synack "$TRUE && tcp[13] & 0x17 == 0x12"
	rst "$TRUE && (tcp[13] & 0x3f == 0x04 || tcp[13] & 0x17 == 0x14)"
	ack "$TRUE && tcp[13] & 0x16 == 0x10"
	odd "$TRUE && !(tcp[13] & 0x3f == 0x02 || tcp[13] & 0x17 == 0x12 || tcp[13] & 0x3f == 0x04 || tcp[13] & 0x17 == 0x14 || tcp[13] & 0x16 == 0x10)"
	payload "$TRUE && $data"
	badhdr "$TRUE && !$valid"
	# only where it is cheap: up to 128 bytes of TCP
	badcsum "$TRUE && tcp.checksum.status == Bad && !tcp[128]"
	ipv6 "$TRUE && ipv6"
	frag "(ip.proto == 6 && ip.frag_offset > 0) || (ipv6.fraghdr.nxt == 6 && ipv6.fraghdr.offset > 0)"
	short "(ip.proto == 6 || (ipv6 && !icmpv6 && !udp)) && !tcp.dstport && !$LATER && !($FIRST)"
	# tshark shows a later fragment behind a header of ours as no TCP either
	hidden "($FIRST && !tcp.dstport && !icmpv6 && !udp) || count(ipv6.dstopts.nxt) > 64"
	# one byte says so, but tshark does not read ICMP of less than eight
	echo "icmp[0] == 8 || icmpv6[0] == 80 || (ip.proto == 1 && ip.len == 21 && frame[34] == 8)"
	echo_ipv6 "icmpv6[0] == 80"
)

# The bytes are those of the IP packets.
sums=(
	"SUM(ip.len)ip.len && $TRUE"
	"SUM(ipv6.plen)ipv6.plen && $TRUE"
)

# tshark_counts FILE: the filters' counts in their order, then the sums
tshark_counts()
{
	local stat="io,stat,0" i

	for ((i = 1; i < ${#filters[@]}; i += 2)); do
		stat="$stat,${filters[i]}"
	done
	for i in "${sums[@]}"; do
		stat="$stat,$i"
	done
	tshark -n -q -r "$1" -o ip.defragment:FALSE -o ipv6.defragment:FALSE \
		-o tcp.desegment_tcp_streams:FALSE -o tcp.check_checksum:TRUE \
		-z "$stat" 2>tshark.err | awk -F'|' '
			/<>/ {
				# frames and bytes for a filter, one value for a sum
				for (i = 3; i < NF - 2; i += 2)
					print $i + 0
				print $(NF - 2) + 0
				print $(NF - 1) + 0
			}'
}

for stream in every polska cisco; do
	count $stream.pcap
	mapfile -t theirs < <(tshark_counts $stream.pcap)
	for ((i = 0; i < ${#filters[@]}; i += 2)); do
		name=${filters[i]}
		ktap_equal "$stream: $name as tshark counts it" \
			"$(of ".counters.$name")" "${theirs[i / 2]-nothing}"
	done
	bytes=$((${theirs[-2]-0} + ${theirs[-1]-0} + 40 * $(of .counters.ipv6)))
	ktap_equal "$stream: bytes as tshark adds them up" "$(of .counters.bytes)" $bytes
done

#
# tcpdump is exact for whole packets without extension headers.
#
# shellcheck disable=SC2086
{
	send whole.pcap $V4 $V6 $SYN -c 500
	send other.pcap $V4 $V6 --proto tcp --sport 1024-65535 --dport 0-1 -c 500
}
for stream in whole other; do
	count $stream.pcap
	for filter in "tcp src port 0:.src + .both" "tcp dst port 0:.dst + .both" \
		"tcp port 0:.src + .dst + .both" "ip6 and tcp port 0:.ipv6" "tcp:.tcp"; do
		ktap_equal "$stream: as tcpdump counts '${filter%%:*}'" \
			"$(of ".counters | ${filter#*:}")" \
			"$(tcpdump -nr $stream.pcap "${filter%%:*}" 2>/dev/null | wc -l)"
	done
done

#
# Link types and file formats change nothing.
#
wanted=$(expected every.pcap)
for link in ethernet vlan qinq tags pppoe sll sll2 raw loop null null-swapped \
	null-macos null-freebsd ppp ppp-short; do
	"$relink" $link every.pcap link.pcap
	counts "link type $link" "$wanted" link.pcap
done
# These tshark reads as well ...
both=$(of '.counters | "\(.tcp) \(.src + .dst + .both)"')
for link in mpls snap llc vntag hsr pbb ppp-compressed ppp-serial ppp-cisco \
	ppp-ether chdlc ipoib nflog; do
	"$relink" $link every.pcap link.pcap
	counts "link type $link" "$wanted" link.pcap
	ktap_equal "link type $link: as tshark counts" "$both" "$(tshark -n -q \
		-r link.pcap -o ip.defragment:FALSE -o ipv6.defragment:FALSE \
		-z "io,stat,0,${filters[1]},$TRUE" 2>tshark.err |
		awk -F'|' '/<>/ { print $3 + 0, $5 + 0 }')"
done
# ... and these not.
for link in edsa-ethernet edsa dsa brcm brcm-prepend ipoib-rfc4391 nflog-layer2; do
	"$relink" $link every.pcap link.pcap
	counts "link type $link" "$wanted" link.pcap
done
for format in pcapng nsecpcap nseclibpcap; do
	editcap -F $format every.pcap format.pcap 2>/dev/null || continue
	counts "file format $format" "$wanted" format.pcap
done
counts "standard input" "$wanted" - <every.pcap
editcap -F pcapng -c 1000 every.pcap part.pcapng
counts "several files" "$wanted" part_*.pcapng
mergecap -F pcapng -w merged.pcapng part_*.pcapng
counts "several interfaces in one file" "$wanted" merged.pcapng

#
# What the capture cut is told apart, to the byte: Ethernet 14, IPv4 20.
#
# shellcheck disable=SC2086
{
	send syn.pcap $V4 $SYN -c 100
	send ordinary.pcap $V4 --proto tcp --sport 1024 --dport 80 -c 100
	send chain.pcap $V6 --ext dst --proto tcp --sport 1024 --dport 80 -c 100
	send udp.pcap $V4 --proto udp --sport 0 --dport 0 -c 100
	send echo.pcap $V4 --proto echo -c 100
}
# file, bytes kept, then tcp, src, echo, cut, cut_zero
while read -r file keep wanted; do
	"$relink" ethernet "$file.pcap" cut.pcap "$keep"
	count cut.pcap
	ktap_equal "$file cut to $keep bytes" \
		"$status $(of '.counters.tcp, .counters.src, .counters.echo, .cut, .cut_zero' | xargs)" \
		"0 $wanted"
done <<END
syn 54 100 100 0 0 0
syn 48 100 100 0 0 0
syn 47 0 0 0 100 100
syn 38 0 0 0 100 100
syn 37 0 0 0 100 0
syn 34 0 0 0 100 0
syn 33 0 0 0 100 0
syn 13 0 0 0 100 0
syn 0 0 0 0 100 0
ordinary 38 100 0 0 0 0
ordinary 37 0 0 0 100 0
chain 66 100 0 0 0 0
chain 65 0 0 0 100 0
chain 62 0 0 0 100 0
chain 57 0 0 0 100 0
udp 34 0 0 0 0 0
udp 33 0 0 0 100 0
echo 35 0 0 100 0 0
echo 34 0 0 0 100 0
END
# Whatever is cut: nothing is counted as something else, and the sums hold.
for keep in 14 20 34 36 40 50 54 60 70 80 100; do
	"$relink" ethernet every.pcap cut.pcap $keep
	count every.pcap
	mv out whole
	count cut.pcap
	# shellcheck disable=SC2016
	ktap_equal "all kinds cut to $keep bytes" "$(jq -n --slurpfile w whole --slurpfile c out '
		$w[0].counters as $w | $c[0].counters as $n |
		[($n | keys[] | select($n[.] > $w[.])),
		 ($n.src + $n.dst + $n.both - $n.syn - $n.synack - $n.rst - $n.ack - $n.odd),
		 ($w.tcp + $w.frag + $w.short + $w.hidden + $w.echo
		  - $n.tcp - $n.frag - $n.short - $n.hidden - $n.echo > $c[0].cut)]' -c)" \
		"[0,false]"
done

#
# Talkers, and their names.
#
# shellcheck disable=SC2086
send zipf.pcap -s 192.0.2.0+50:zipf=1.1 -d 198.51.100.0+60:zipf=1.1 $SYN -c 5000 \
	--expect-talkers talkers
count --talkers 64 zipf.pcap
ktap_equal "sources" "$(of '.talkers.sources[] | "src \(.address) - \(.count)"' | sort)" \
	"$(grep ^src talkers | sort)"
ktap_equal "destinations" \
	"$(of '.talkers.destinations[] | "dst \(.address) \(.port) \(.count)"' | sort)" \
	"$(grep ^dst talkers | sort)"
echo "192.0.2.0/24 a scanner we know" >labels
count --labels labels zipf.pcap
ktap_equal "labels" "$(of '[.talkers.sources[] | select(.label == "a scanner we know")] | length')" 10
# More sources than there is room for: who sends a 64th of all is there.
# shellcheck disable=SC2086
send crowd.pcap -s 10.0.0.0+5000:zipf=1.1 -d 198.51.100.129 $SYN -c 20000 \
	--expect-talkers talkers
count --talkers 64 crowd.pcap
of '.talkers.sources[] | "\(.address) \(.count) \(.error)"' >listed
ktap_equal "a crowd of sources" "$(awk '
	NR == FNR { count[$1] = $2; error[$1] = $3; next }
	$1 != "src" { next }
	$4 * 64 > 20000 && !($2 in count) { print $2, "is missing" }
	$2 in count && (count[$2] < $4 || count[$2] - error[$2] > $4) { print $2, "is wrong" }
	$4 * 64 > 20000 { n++ }
	END { if (!n) print "no such source" }' listed talkers)" ""

#
# Time: the timeline holds everything, and a spike is found where it is.
#
count every.pcap
ktap_equal "the timeline holds all" \
	"$(of '[.timeline | (map(.true) | add), (map(.phantom) | add), (map(.echo) | add)] | join(" ")')" \
	"$(of '.counters | "\(.src + .dst + .both) \(.frag + .short + .hidden) \(.echo)"')"
ktap_equal "and is no longer than the capture" \
	"$(of '.timeline[0].time <= .first and .first < .timeline[1].time and
	       .timeline[-1].time <= .last and .last < .timeline[-1].time + .timeline[-1].seconds')" true
editcap -t 7 every.pcap seven.pcap
count seven.pcap
ktap_equal "its lines begin at round times" \
	"$(of '[.timeline[] | select(.seconds == 1 or .time % .seconds != 0)] | length')" 0
# Eight hours of a packet every 50 seconds, in the seventh hour 20 a second
# shellcheck disable=SC2086
{
	send quiet.pcap $V4 $SYN -c 576 --rate 0.02
	send burst.pcap -s 203.0.113.7 -d 198.51.100.0+200 $SYN -c 2400 --rate 20
}
editcap -t 21600 burst.pcap later.pcap
mergecap -F pcap -w spike.pcap quiet.pcap later.pcap
count spike.pcap
ktap_equal "one spike, its start and end" \
	"$(of '[.warnings[] | select(.event != "update") | "\(.event) \(.signal)"] | join(", ")')" \
	"start true, end true"
ktap_equal "where it was" \
	"$(of '.warnings[0] | .time - .since < 60 and (.since - 1383354000 - 21600 | fabs) < 60')" true
ktap_equal "with its talker" "$(of '.warnings[-1].sources[0].address')" 203.0.113.7
count quiet.pcap
ktap_equal "no spike in silence" "$(of '.warnings | length')" 0
count later.pcap quiet.pcap
grep -q 'the time goes back' err
ktap_result $? "files out of order are noticed"

#
# Files that are no captures, or only to a point: what could be read is
# counted, the message names the file and the packet.
#
# shellcheck disable=SC2086
send ten.pcap $V4 $SYN -c 10
size=$(stat -c %s ten.pcap)
for less in 1 30 53 54 69; do
	head -c $((size - less)) ten.pcap >short.pcap
	fails "$less bytes missing" "short\.pcap: packet 10: .*truncated" short.pcap
	ktap_equal "$less bytes missing: nine are counted" "$(of .counters.src)" 9
done
head -c 10 ten.pcap >short.pcap
fails "a header cut off" "short\.pcap: .*truncated" short.pcap
: >empty.pcap
fails "an empty file" "empty\.pcap: " empty.pcap
head -c 4096 /dev/urandom | tr '\0-\377' 'A-Za-z' >garbage.pcap
fails "garbage" "garbage\.pcap: unknown file format" garbage.pcap
fails "a file that is not there" "nothere\.pcap: No such file" nothere.pcap
fails "a directory" "tmp|directory" "$tmp"
gzip -k ten.pcap
fails "a compressed file" "ten\.pcap\.gz: .*zcat" ten.pcap.gz
"$relink" wifi ten.pcap wifi.pcap
fails "an unknown link type" "wifi\.pcap: link type 105" wifi.pcap
fails "a bad file beside a good one" "nothere\.pcap" nothere.pcap ten.pcap
ktap_equal "the good one is counted" "$(of '"\(.counters.src) \(.complete)"')" "10 false"

# An empty packet between others: a record of 16 bytes, all lengths 0.
{
	head -c $((24 + 70)) ten.pcap
	head -c 16 /dev/zero
	tail -c +$((24 + 70 + 1)) ten.pcap
} >hole.pcap
fails "an empty packet" "hole\.pcap: packet 2 is empty" hole.pcap
ktap_equal "the others are counted" "$(of .counters.src)" 10
# A record that claims to be enormous
{
	head -c $((24 + 70)) ten.pcap
	head -c 64 /dev/zero | tr '\0' '\377'
} >huge.pcap
fails "an impossible record" "huge\.pcap: packet 2: " huge.pcap
ktap_equal "the one before it is counted" "$(of .counters.src)" 1
# Two sections of different link types in one file
"$relink" raw ten.pcap raw.pcap
editcap -F pcapng ten.pcap ten.pcapng
editcap -F pcapng raw.pcap raw.pcapng
cat ten.pcapng raw.pcapng >mixed.pcapng
fails "link types mixed in one file" "mixed\.pcapng: packet 11: .* type 101" mixed.pcapng
ktap_equal "those before are counted" "$(of .counters.src)" 10
# and what the message says to do does it
mergecap -F pcapng -w mixed.pcapng ten.pcap raw.pcap
count mixed.pcapng
sed -n 's/^portzero: \(tshark\|editcap\)/\1/p' err >advice
while read -r number name; do
	sed "s/NUMBER/$number/; s/NAME/$name/; s/FILE/mixed.pcapng/" advice > advised
	sh -e advised >/dev/null 2>split.err
	count one.pcap
	ktap_equal "link type $name by itself" "$status $(of .counters.src)" "0 10"
done <<END
1 ether
7 rawip
END

# A packet after the other, in the byte order of the one who wrote the file, and
# their link type: packet FILE TYPE BYTES
packet()
{
	local file=$1 len

	len=$(printf %08x $((${#3} / 2)))
	[ -e "$file" ] || hex a1b2c3d4000200040000000000000000 00040000 \
		"$(printf %08x "$2")" >"$file"
	hex 0000000000000000 "$len$len" "$3" >>"$file"
}

hex()
{
	local IFS=
	# shellcheck disable=SC2001
	printf %b "$(sed 's/../\\x&/g' <<<"$*")"
}

# The same of raw IP: raw FILE BYTES
raw()
{
	packet "$1" 101 "$2"
}

zeros=$(printf %0120d 0)
addresses4=c0000202c6336481
addresses6=20010db800010000000000000000000220010db8000200010000000000000001
segment=0000005000000001000000025002040000000000
# no stack would take these: they are no phantoms either
raw bad.pcap "4500000a0000000040060000$addresses4${zeros:0:40}"
raw bad.pcap "440000280000000040060000$addresses4${zeros:0:40}"
raw bad.pcap "450000000000000040060000$addresses4${zeros:0:40}"
count bad.pcap
ktap_equal "malformed IP" "$status $(of '.malformed, .counters.short, .counters.tcp' | xargs)" "0 3 0 0"
# on its way to be segmented: no length at all, the frame has it
raw tso.pcap "450000000000000040060000$addresses4$segment$zeros"
count tso.pcap
ktap_equal "IPv4 without a length" "$(of '.counters | .src, .syn, .payload, .bytes' | xargs)" "1 1 1 100"
# and so large that no field holds it
raw big.pcap "450000000000000040060000$addresses4$segment$(printf %0140000d 0)"
count big.pcap
ktap_equal "IPv4 of 70 kB without a length" \
	"$(of '.counters | .src, .bytes' | xargs)" "1 70040"
# a jumbogram, whose length is in the hop-by-hop header
raw jumbo.pcap "6000000000000040${addresses6}0600c20400000054$segment$zeros"
count jumbo.pcap
ktap_equal "a jumbogram" "$(of '.counters | .src, .syn, .payload, .bytes' | xargs)" "1 1 1 128"
# no length, and only padding behind the header: no ports
raw none.pcap "6000000000000640$addresses6${zeros:0:12}"
count none.pcap
ktap_equal "IPv6 without a length" "$(of '.counters | .src, .both, .short' | xargs)" "0 0 1"

# NFLOG from a machine of the other byte order; and where its rule logs less than
# a header, which is no fault of the packet
syn4=450000280000000040060000$addresses4$segment
packet nflog.pcap 239 "020000000009000a64726f7000000000002c0009$syn4"
count nflog.pcap
ktap_equal "NFLOG in the other byte order" "$status $(of '.counters.src, .cut' | xargs)" "0 1 0"
packet range.pcap 239 "0200000000140009${syn4:0:32}"
packet range.pcap 239 "02000000001c0009${syn4:0:48}"
count range.pcap
ktap_equal "NFLOG of a few bytes" "$(of '.cut, .malformed' | xargs)" "2 0"
# what is not IP, and what could be: neither is anything else
ethernet=020000000101020000000102
for other in 88470001014000000000$syn4 0026424203000000000000 884700 8864110100070000 \
	88641100000700028021 65580800 002baaaa03000000 89260000; do
	packet notip.pcap 1 "$ethernet$other"
done
count notip.pcap
ktap_equal "no IP was found" "$(of '.other, .cut, .malformed, .counters.tcp' | xargs)" "8 0 0 0"

# the seconds of a pcap file are 32 bits without a sign
# shellcheck disable=SC2086
send dated.pcap $V4 $SYN -c 10 --rate 1
count dated.pcap
first=$(of .first)
editcap -F pcap -t 2100000000 dated.pcap later.pcap
count later.pcap
ktap_equal "a time after 2038" "$status $(of '.first, (.warnings | length)' | xargs)" \
	"0 $((first + 2100000000)) 0"
# more warnings than anybody reads
perl -e '$packet = pack "H*", shift;
	print pack "VvvVVVV", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101;
	for (0..14999) {
		print pack "VVVV", 1300000000 + 86400 * int($_ / 100), 0, (length $packet) x 2;
		print $packet;
	}' "$syn4" >many.pcap
count many.pcap
ktap_equal "so many warnings are told" "$(of '.warnings | length')" 200
"$portzero" pcap many.pcap >text
ktap_equal "and how many are not, in text too" "$(of .more_warnings)" \
	"$(awk '$1 == "and" && $3 == "more" { print $2 }' text)"

#
# For people.
#
"$portzero" pcap every.pcap >text 2>err
ktap_equal "text: exit status and complaints" "$? $(cat err)" "0 "
for word in src dst both syn odd payload frag short hidden echo cut malformed other; do
	count every.pcap
	ktap_equal "text: $word" "$(awk -v w=$word '$1 == w { print $2; exit }' text)" \
		"$(of "if .counters.$word then .counters.$word else .$word end")"
done
"$portzero" pcap >text 2>err
ktap_equal "no file: bad usage" $? 2
"$portzero" pcap --help >text 2>err
ktap_equal "help" "$? $(cat err)" "0 "

ktap_finish
