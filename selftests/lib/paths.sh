# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# paths.sh: the same packets by many paths through the gateway of gateway.sh,
# for tests to source.
#
# By each path comes every kind of packet three times: let through, dropped by the
# module, and stopped by a firewall, the last from a source of its own, which the
# firewall knows. Each time all counters grow as they should and as many frames
# arrive. The audit is on, so that what "portzero verify" says is right, too.

# shellcheck source=gateway.sh
. "$(dirname "${BASH_SOURCE[0]}")/gateway.sh"

readonly EACH=10	# packets of each kind
KINDS=(
	"--sport 0"
	"--dport 0 --flags fin+psh+urg --payload 8"
	"--sport 0 --dport 0 --flags rst --csum bad"
	"--flags ack"
	"--proto echo"
)

# Sources, behind the outside: let through, and stopped.
readonly FREE4=10.0.0.1 FREE6=2001:db8:f::1
readonly STOPPED4=10.0.0.2 STOPPED6=2001:db8:f::2

# What is special about a path: how many frames arrive for each that passes, how many
# copies survive, and how many of these are for the host itself; that nobody looks at
# their checksum any more, that the hooks see ordinary TCP once more; how many bytes
# more each packet has than was sent. That the host's own TCP comes in again.
arrives=1 copies=1 ours=0 checked='' twice='' more=0 looped=''

# A second pair of devices in the outside, o9 and feed9: what is sent on o9 comes
# in at feed9, and the outside routes it. Answers end there.
# shellcheck disable=SC2034
readonly FEED=(-i o9 --smac 02:00:00:00:09:02 --dmac 02:00:00:00:09:01)

# long: skip everything unless tests may take long
long()
{
	[ -z "${QUICK-}" ] || ktap_skip_all "it takes long, and is run by --full"
}

# paths: what every test of paths does first
paths()
{
	topology
	quiet $OUTSIDE net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	ip -n $OUTSIDE -batch - <<-END || exit 1
		link add feed9 address 02:00:00:00:09:01 type veth peer name o9 address 02:00:00:00:09:02
		link set feed9 up
		link set o9 up
		route add blackhole 10.0.0.0/8
		route add blackhole 2001:db8:f::/48
	END
	gateway nft -f - <<-END || exit 1
		table inet stop {
			chain port_zero {
				tcp sport 0 drop
				tcp dport 0 drop
			}
			chain known {
				ip saddr $STOPPED4 jump port_zero
				ip6 saddr $STOPPED6 jump port_zero
			}
			chain input {
				type filter hook input priority 0;
				jump known
			}
			chain forward {
				type filter hook forward priority 0;
				jump known
			}
		}
	END
	switch audit 1
	settle
}

# every_kind SOURCE DESTINATION ARGUMENT...: each kind of packet
every_kind()
{
	local kind

	for kind in "${KINDS[@]}"; do
		# shellcheck disable=SC2086
		send $kind --count $EACH -s "$1" -d "$2" "${@:3}" || return
	done
}

# path_once WHAT STATE SOURCE DESTINATION ARGUMENT...
path_once()
{
	local true_ones

	expected=()
	snapshot
	if ! every_kind "${@:3}"; then
		ktap_fail "$1, $2: sending failed"
		return
	fi
	true_ones=$((expected[src] + expected[dst] + expected[both]))
	[ "$2" != stopped ] || expected[arrived]=$((expected[arrived] - true_ones))
	expected[arrived]=$((expected[arrived] * arrives))
	expected[bytes]=$((expected[bytes] + true_ones * more))
	[ -z "$checked" ] || expected[badcsum]=0
	[ -z "$twice" ] || expected[tcp]=$((2 * expected[tcp] - true_ones))
	expected[leak_echo]=$((expected[echo] * copies))
	expected[leak_echo_ipv6]=$((expected[echo_ipv6] * copies))
	expected[leak_echo_local]=$((expected[echo] * ours))
	if [ "$2" = open ]; then
		expected[leak]=$((true_ones * copies))
		expected[leak_ipv6]=$((expected[ipv6] * copies))
		expected[leak_local]=$((true_ones * ours))
	fi
	agree "$1, $2"
}

# path WHAT DESTINATION ARGUMENT...: by this path, all three ways
path()
{
	local free=$FREE4 stopped=$STOPPED4

	[[ $2 != *:* ]] || free=$FREE6 stopped=$STOPPED6
	path_once "$1" open $free "${@:2}"
	switch drop 1
	dropping=1
	path_once "$1" dropped $free "${@:2}"
	switch drop 0
	dropping=0
	path_once "$1" stopped $stopped "${@:2}"
}

# both WHAT ARGUMENT...: forwarded, IPv4 and IPv6
both()
{
	path "$1, IPv4" $SINK4 "${@:2}"
	path "$1, IPv6" $SINK6 "${@:2}"
}

# to_host WHAT ADDRESS... -- ARGUMENT...: for the host itself, which answers
to_host()
{
	local what=$1 address addresses=()

	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		addresses+=("$1")
		shift
	done
	ignore=out
	arrives=0 ours=1
	for address in "${addresses[@]}"; do
		path "$what to the host, $address" "$address" "${@:2}"
	done
	arrives=1 ours=0
	ignore=
}

# unseen WHAT ARGUMENT...: it is forwarded, and nothing is counted
unseen()
{
	local pair

	for pair in "$FREE4 $SINK4" "$FREE6 $SINK6"; do
		expected=()
		snapshot
		# shellcheck disable=SC2086
		every_kind ${pair/ */} ${pair/* /} "${@:2}"
		pair=${expected[arrived]}
		expected=([arrived]=$pair)
		agree "$1: not counted, nor stopped"
	done
}

# own WHAT ARGUMENT...: what the host itself sends is counted so, once, and is no leak
own()
{
	expected=([out]=$EACH)
	[ -z "$looped" ] || expected[tcp]=$EACH
	ignore=arrived
	snapshot
	gateway "$pzsend" --raw --sport 0 --flags rst --count $EACH "${@:2}"
	agree "$1, the host's own"
	ignore=
}

# in_gateway, in_outside: ip's commands, from standard input
in_gateway()
{
	ip -n $GATEWAY -batch - || ktap_fail "the gateway's ip refuses a command"
}

in_outside()
{
	ip -n $OUTSIDE -batch - || ktap_fail "the outside's ip refuses a command"
}

# serve COMMAND...: a program in the gateway, from when it says that it is ready, until
# unserve. Without it nothing comes of the rest.
serve()
{
	exec {serving}< <(exec nsenter --net=/run/netns/$GATEWAY -- "$@")
	server=$!
	read -r _ <&"$serving" || ktap_fail "$1 is not ready"
}

unserve()
{
	exec {serving}<&-
	wait "$server"
}

# reader WHAT-IT-SAYS NUMBER PATH WHAT...: a path on which a queue's reader says what
# becomes of packets, and gets as many of each kind
reader()
{
	local queued

	# shellcheck disable=SC2086
	serve "$built/selftests/network/queue" $1
	"${@:3}"
	read -r _ _ _ _ _ _ _ queued _ < "/proc/${holder[$GATEWAY]}/net/netfilter/nfnetlink_queue"
	ktap_equal "$4, as many as should be" "$queued" $((EACH * $2))
	unserve
}

# module_there NAME WHAT: skip that unless the kernel has the module
module_there()
{
	modprobe -q "$1" && return
	ktap_skip "$2" "this kernel has no $1"
	return 1
}

# told WHAT PATTERN WORDS: what the tool says of ways past netfilter, whichever way
# it is asked
told()
{
	local ask

	[ -x "$portzero" ] || return
	for ask in "drop on" status "verify --for 100ms"; do
		# shellcheck disable=SC2086
		gateway "$portzero" $ask > "$tmp/said" 2> "$tmp/told"
		ktap_equal "$1: portzero $ask" "$(grep -o "$2" "$tmp/told")" "$3"
	done
	gateway "$portzero" drop off > "$tmp/said" 2> "$tmp/told"
	ktap_equal "$1: portzero drop off" "$(cat "$tmp/told")" ""
}
