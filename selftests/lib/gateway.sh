# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# gateway.sh: a gateway between two hosts, and exact counting, for tests to source.
#
#	outside  o0 --- out0  gateway  in0 --- i0  inside
#	192.0.2.2      192.0.2.1    198.51.100.1   198.51.100.2
#	2001:db8:1::2  2001:db8:1::1  2001:db8:2::1  2001:db8:2::2
#
# Three network namespaces, with static neighbours, so that only what a test
# sends is on the links. Addresses in 198.51.100.128/25 and 2001:db8:2:1::/64
# are the sink: packets to them are forwarded onto the inner link, where
# nobody answers, and counted there as they arrive.

# shellcheck source=../lib/ktap.sh
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"

readonly OUTSIDE=pz-outside GATEWAY=pz-gateway INSIDE=pz-inside
readonly OUTSIDE4=192.0.2.2 OUTSIDE6=2001:db8:1::2
# shellcheck disable=SC2034
readonly INSIDE4=198.51.100.2 INSIDE6=2001:db8:2::2
readonly GATEWAY4=192.0.2.1 GATEWAY6=2001:db8:1::1
readonly INNER4=198.51.100.1 INNER6=2001:db8:2::1
readonly SINK4=198.51.100.129 SINK6=2001:db8:2:1::1
readonly MAC_O0=02:00:00:00:01:02 MAC_OUT0=02:00:00:00:01:01
readonly MAC_IN0=02:00:00:00:02:01 MAC_I0=02:00:00:00:02:02
readonly MAC_NOBODY=02:00:00:00:02:99

# Seconds after which packets that are still on their way are lost, however busy
# the machine.
readonly PATIENCE=60

tmp=
loaded=
backlog=

# A process that holds each namespace, through which its /proc/net is read:
# starting a program is slow in an emulated machine.
declare -A holder=()

in_ns()
{
	nsenter --net="/run/netns/$1" -- "${@:2}"
}

outside() { in_ns $OUTSIDE "$@"; }
gateway() { in_ns $GATEWAY "$@"; }
inside() { in_ns $INSIDE "$@"; }

# Undone at the exit, whatever the reason.
cleanup()
{
	local ns

	[ ${#sender[@]} = 0 ] || kill "${sender[@]}"
	[ -z "$hand" ] || kill "$hand"
	[ ${#holder[@]} = 0 ] || kill "${holder[@]}"
	wait
	for ns in $OUTSIDE $GATEWAY $INSIDE; do
		[ ! -e "/run/netns/$ns" ] || ip netns del "$ns"
	done
	[ -z "$backlog" ] || sysctl -qw net.core.netdev_max_backlog="$backlog"
	[ -z "$loaded" ] || rmmod nf_portzero
	[ -z "$tmp" ] || rm -rf "$tmp"
}

# The module built for the running kernel, the latest one.
module_file()
{
	local file newest=

	for file in "$top/nf_portzero.ko" "$top/build/$(uname -r)/nf_portzero.ko"; do
		if [ -e "$file" ] && [ "$file" -nt "$newest" ] &&
			[ "$(modinfo -F vermagic "$file" | cut -d' ' -f1)" = "$(uname -r)" ]; then
			newest=$file
		fi
	done
	[ -n "$newest" ] || newest=$(modinfo -n nf_portzero 2>/dev/null)
	echo "$newest"
	[ -n "$newest" ]
}

module_loaded()
{
	[ -d /sys/module/nf_portzero ]
}

# reload [FILE]: the module anew, with new counters and talkers
reload()
{
	rmmod nf_portzero && insmod "${1-$(module_file)}" && switch enable 1
}

# unready WHY: nothing can be tested; a failure where everything was to be there
unready()
{
	[ -e /run/test-machine ] || ktap_skip_all "$@"
	ktap_fail "$@"
	ktap_finish
}

# Load the module unless it is, in which case it stays loaded.
load_module()
{
	local file

	! module_loaded || return 0
	file=$(module_file) || unready "no nf_portzero.ko for $(uname -r)"
	insmod "$file" "$@" || unready "this machine does not load modules"
	loaded=1
}

# kernel_from VERSION: whether the kernel is that or a later one
kernel_from()
{
	[ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" = "$1" ]
}

# need COMMAND...: skip everything if one isn't there
need()
{
	local command

	for command; do
		command -v "$command" >/dev/null || ktap_skip_all "$command is not installed"
	done
}

# begin [PARAMETER...]: what every test does first; for the module, if it loads it
begin()
{
	[ "$(id -u)" = 0 ] || ktap_skip_all "this needs root"
	[ -x "$pzsend" ] || unready "pzsend is not built"
	need ip nft nsenter sysctl
	trap cleanup EXIT
	trap 'exit 130' INT TERM
	tmp=$(mktemp -d /tmp/portzero-test.XXXXXX) || exit 1
	ktap_begin
	load_module "$@"
}

# Nothing on the links that nobody sent, and nothing filtered out. Programs
# are slow to start in an emulated machine, so one does it all.
quiet()
{
	in_ns "$1" sysctl -qw net.ipv6.conf.default.addr_gen_mode=1 \
		net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.default.accept_ra=0 \
		net.ipv6.conf.default.mldv1_unsolicited_report_interval=1 \
		net.ipv6.conf.default.mldv2_unsolicited_report_interval=1 \
		net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0 \
		net.ipv4.icmp_ratelimit=0 "${@:2}"
}

# Nor what routers and hosts say of the groups they join, which they do for every
# device as much as a second after it is up.
hush()
{
	in_ns "$1" nft -f - <<-END || exit 1
		table inet hush {
			chain output {
				type filter hook output priority 0;
				ip protocol igmp drop
				icmpv6 type mld-listener-report drop
				icmpv6 type mld-listener-done drop
				icmpv6 type mld2-listener-report drop
			}
		}
	END
}

# One hook of each kind stays, whoever else comes and goes. With the first and the
# last one the kernel patches its code, and with QEMU 7.2 an emulated processor may
# run into the breakpoint that was there meanwhile ("Oops: int3" in ip_rcv): rules of
# nft that come and go under traffic are enough for that, without our module.
keep_hooks()
{
	local hook

	{
		echo "add table inet keep"
		for hook in prerouting input forward output postrouting; do
			echo "add chain inet keep $hook { type filter hook $hook priority 0; }"
		done
	} | in_ns "$1" nft -f - || exit 1
}

# listen PORT ADDRESS: socat in the gateway, by one of its addresses for that port,
# until unlisten. It is the child itself: who kills a shell around it does not end it.
listen()
{
	nsenter --net=/run/netns/$GATEWAY -- socat "$2" /dev/null &> "$tmp/socat" &
	listener=$!
	until [ -n "$(gateway ss -Hltn sport = "$1")" ]; do
		pause 0.05
	done
}

unlisten()
{
	kill "$listener"
	wait "$listener"
}

# A pzsend for each of two processors, or for the only one, that waits for
# commands: its process, and where it reads and writes.
sender=()
sender_in=()
sender_out=()

start_senders()
{
	local cpu in out

	for cpu in 0 1; do
		[ -d "/sys/devices/system/cpu/cpu$cpu" ] || continue
		mkfifo "$tmp/in$cpu" "$tmp/out$cpu"
		nsenter --net="/run/netns/$OUTSIDE" -- taskset -c $cpu \
			"$pzsend" -i o0 --smac $MAC_O0 --dmac $MAC_OUT0 \
			--commands --expect - < "$tmp/in$cpu" > "$tmp/out$cpu" &
		sender[cpu]=$!
		exec {in}> "$tmp/in$cpu" {out}< "$tmp/out$cpu"
		sender_in[cpu]=$in
		sender_out[cpu]=$out
	done
}

# topology: the three namespaces, with the module enabled in the gateway
topology()
{
	local ns

	ip -batch - <<-END || exit 1
		netns add $OUTSIDE
		netns add $GATEWAY
		netns add $INSIDE
	END
	for ns in $OUTSIDE $GATEWAY $INSIDE; do
		nsenter --net="/run/netns/$ns" -- sleep infinity &
		holder[$ns]=$!
	done
	quiet $OUTSIDE
	quiet $INSIDE
	quiet $GATEWAY net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	hush $OUTSIDE
	hush $GATEWAY
	keep_hooks $INSIDE

	ip -n $GATEWAY -batch - <<-END || exit 1
		link set lo up
		link add out0 address $MAC_OUT0 type veth peer name o0 address $MAC_O0 netns $OUTSIDE
		link add in0 address $MAC_IN0 type veth peer name i0 address $MAC_I0 netns $INSIDE
		link set out0 up
		link set in0 up
		addr add $GATEWAY4/24 dev out0
		addr add $GATEWAY6/64 dev out0 nodad
		addr add $INNER4/25 dev in0
		addr add $INNER6/64 dev in0 nodad
		neigh add $OUTSIDE4 lladdr $MAC_O0 dev out0 nud permanent
		neigh add $OUTSIDE6 lladdr $MAC_O0 dev out0 nud permanent
		neigh add $INSIDE4 lladdr $MAC_I0 dev in0 nud permanent
		neigh add $INSIDE6 lladdr $MAC_I0 dev in0 nud permanent
		neigh add 198.51.100.3 lladdr $MAC_NOBODY dev in0 nud permanent
		neigh add 2001:db8:2::3 lladdr $MAC_NOBODY dev in0 nud permanent
		route add 198.51.100.128/25 via 198.51.100.3
		route add 2001:db8:2:1::/64 via 2001:db8:2::3
		route add 10.0.0.0/8 via $OUTSIDE4
		route add 2001:db8:f::/48 via $OUTSIDE6
	END
	ip -n $OUTSIDE -batch - <<-END || exit 1
		link set lo up
		link set o0 up
		addr add $OUTSIDE4/24 dev o0
		addr add $OUTSIDE6/64 dev o0 nodad
		neigh add $GATEWAY4 lladdr $MAC_OUT0 dev o0 nud permanent
		neigh add $GATEWAY6 lladdr $MAC_OUT0 dev o0 nud permanent
		route add default via $GATEWAY4
		route add default via $GATEWAY6
	END
	ip -n $INSIDE -batch - <<-END || exit 1
		link set lo up
		link set i0 up
		addr add $INSIDE4/25 dev i0
		addr add $INSIDE6/64 dev i0 nodad
		neigh add $INNER4 lladdr $MAC_IN0 dev i0 nud permanent
		neigh add $INNER6 lladdr $MAC_IN0 dev i0 nud permanent
		route add default via $INNER4
		route add default via $INNER6
	END

	# a burst must not be lost between sender and receiver
	backlog=$(sysctl -n net.core.netdev_max_backlog)
	sysctl -qw net.core.netdev_max_backlog=1000000

	start_hand
	start_senders
	switch enable 1
	settle
}

# A shell in the gateway that turns the module's switches there.
hand=
start_hand()
{
	mkfifo "$tmp/hand" "$tmp/done"
	# shellcheck disable=SC2016
	nsenter --net=/run/netns/$GATEWAY -- bash -c 'while read -r name value; do
		echo "$value" > "/proc/sys/net/netfilter/nf_portzero_$name"
		echo $?
	done' < "$tmp/hand" > "$tmp/done" &
	hand=$!
	exec {hand_in}> "$tmp/hand" {hand_out}< "$tmp/done"
}

# switch NAME VALUE: the module's sysctls in the gateway
switch()
{
	local status

	echo "$1 $2" >&"$hand_in"
	read -r status <&"$hand_out"
	return "$status"
}

# A pause without starting a program.
exec {never}<> <(:)

pause()
{
	read -rt "$1" -u "$never"
}

# Counter values at one moment, to look at growth from there.
declare -A before=() now=() expected=() grown=()

# read_into ARRAY: "name value" lines into an associative array
read_into()
{
	local -n array=$1
	local name value

	array=()
	while read -r name value; do
		# shellcheck disable=SC2034
		array["$name"]=$value
	done
}

# Where frames are counted as "arrived": a device of the inside.
arrival=i0

read_now()
{
	local line

	read_into now < "/proc/${holder[$GATEWAY]}/net/nf_portzero"
	while read -r line; do
		[[ $line != $arrival:* ]] || read -r _ _ "now[arrived]" _ <<< "$line"
	done < "/proc/${holder[$INSIDE]}/net/dev"
}

snapshot()
{
	local name

	read_now
	for name in "${!now[@]}"; do
		before[$name]=${now[$name]}
	done
}

# Growth of every counter since the snapshot.
growth()
{
	local name

	read_now
	for name in "${!now[@]}"; do
		grown[$name]=$((now[$name] - ${before[$name]:-0}))
	done
}

# Wait until nothing moves any more.
settle()
{
	local moved=1 name

	growth
	while [ $moved = 1 ]; do
		snapshot
		pause 0.05
		growth
		moved=0
		for name in "${!grown[@]}"; do
			[ "${grown[$name]}" = 0 ] || moved=1
		done
	done
}

# Counters that a test can say nothing about.
ignore=

# The counters whose growth isn't the expected one.
differences()
{
	local name

	for name in "${!expected[@]}"; do
		[[ " $ignore " = *" $name "* ]] ||
			[ "${grown[$name]:-no counter}" = "${expected[$name]}" ] ||
			echo "$name grew by ${grown[$name]:-?} instead of ${expected[$name]}"
	done
}

# agree WHAT: one result: all counters grew as expected, and no other did
agree()
{
	local name wrong='' end=$((SECONDS + PATIENCE))

	for name in "${!before[@]}"; do
		: "${expected[$name]:=0}"
	done
	while growth; wrong=$(differences); [ -n "$wrong" ]; do
		[ $SECONDS -lt $end ] || break
		pause 0.05
	done
	if [ -n "$wrong" ]; then
		ktap_say "$1: $wrong"
		ktap_fail "$1"
	else
		ktap_pass "$1"
	fi
}

# What the gateway is set to do with true port-zero packets.
dropping=0

drop()
{
	switch drop "$1"
	dropping=$1
}

# Whether it counts what survives, where all does that is not dropped.
auditing=0

# add_expected: pzsend's expectations from standard input, up to its "end",
# onto what is expected; frames and the like become what arrives
add_expected()
{
	local name value
	local -A sent=()

	while read -r name value && [ "$name" != end ]; do
		sent[$name]=$value
	done
	[ "$name" = end ] || return 1
	sent[arrived]=${sent[frames]}
	if [ "$dropping" = 1 ]; then
		sent[dropped]=${sent[droppable]}
		sent[arrived]=${sent[pass]}
	elif [ "$auditing" = 1 ]; then
		sent[leak]=$((sent[src] + sent[dst] + sent[both]))
		sent[leak_ipv6]=${sent[ipv6]}
	fi
	unset 'sent[frames]' 'sent[droppable]' 'sent[pass]'
	for name in "${!sent[@]}"; do
		expected[$name]=$((${expected[$name]:-0} + sent[$name]))
	done
}

# send ARGUMENT...: a stream from outside, and add what to expect from it
send()
{
	echo "$*" >&"${sender_in[0]}" && add_expected <&"${sender_out[0]}"
}

# sent_by COMMAND...: a pzsend of its own, and add what to expect from it
sent_by()
{
	"$@" --expect - > "$tmp/sent" && echo end >> "$tmp/sent" &&
		add_expected < "$tmp/sent"
}

# send_all ARGUMENT...: such a stream from each processor at once
send_all()
{
	local cpu

	for cpu in "${!sender[@]}"; do
		echo "$*" >&"${sender_in[cpu]}" || return
	done
	for cpu in "${!sender[@]}"; do
		add_expected <&"${sender_out[cpu]}" || return
	done
}

# send4, send6: the same to the sink
send4() { send -s $OUTSIDE4 -d $SINK4 "$@"; }
send6() { send -s $OUTSIDE6 -d $SINK6 "$@"; }

# counted WHAT COMMAND...: the counters grow as the command (send and its
# kind) says they should, and as many packets arrive
counted()
{
	expected=()
	snapshot
	if "${@:2}"; then
		agree "$1"
	else
		ktap_fail "$1: sending failed"
	fi
}

# counted_both WHAT ARGUMENT...: over IPv4, then over IPv6
counted_both()
{
	counted "$1, IPv4" send4 "${@:2}"
	counted "$1, IPv6" send6 "${@:2}"
}
