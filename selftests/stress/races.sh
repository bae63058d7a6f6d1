#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything at once, under a flood: switches, readers, namespaces, processors,
# links and rulesets come and go, readers stop in the middle of a file, and
# somebody keeps trying to unload the module. Then it counts as ever. A debug
# kernel says whether anything went wrong meanwhile.
#
# SECONDS_OF_STRESS says for how long (60).

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly DURATION=${SECONDS_OF_STRESS:-60}

begin "$@"
need nft unshare flock
[ -n "$loaded" ] || ktap_skip_all "the module was loaded already"
topology
module=$(module_file)
declare -A worker=()

# work NAME COMMAND...: until it is enough, each time that it succeeds noted by a dot
work()
{
	(
		trap - EXIT
		until [ -e "$tmp/enough" ]; do
			"${@:2}" > /dev/null 2>&1 && printf . >> "$tmp/did-$1"
		done
	) &
	worker[$1]=$!
}

stop_work()
{
	touch "$tmp/enough"
	wait "${worker[@]}"
}

# In the gateway, all switches in any combination.
toggle()
{
	local name

	for name in enable drop audit; do
		echo $((RANDOM % 2)) > /proc/sys/net/netfilter/"nf_portzero_$name"
	done
}

read_all()
{
	cat /proc/net/nf_portzero /proc/net/stat/nf_portzero /proc/net/nf_portzero_talkers
}

# Opens each file, reads a little, stops for a while, reads on, or never does.
read_halfway()
{
	local file fd

	for file in nf_portzero stat/nf_portzero nf_portzero_talkers; do
		exec {fd}< "/proc/net/$file" || return
		read -r -n 10 -u "$fd" _
		pause 0.3
		[ $((RANDOM % 2)) = 0 ] || cat <&"$fd"
		exec {fd}<&-
	done
}

# A namespace with its own traffic ends while that goes on.
namespace()
{
	unshare --net bash -c "
		ip link set lo up
		echo 1 > /proc/sys/net/netfilter/nf_portzero_enable
		echo 1 > /proc/sys/net/netfilter/nf_portzero_audit
		'$pzsend' --raw -s 127.0.0.1 -d 127.0.0.1 --sport 0 --count 500
		cat /proc/net/nf_portzero_talkers"
}

processor()
{
	pause 2
	echo 0 > /sys/devices/system/cpu/cpu1/online || return
	pause 0.5
	echo 1 > /sys/devices/system/cpu/cpu1/online
}

# What goes with a link comes back with it.
link()
{
	pause 0.5
	ip link set in0 down
	pause 0.2
	ip -batch - <<-END
		link set in0 up
		addr replace $INNER6/64 dev in0 nodad
		neigh replace 198.51.100.3 lladdr $MAC_NOBODY dev in0 nud permanent
		neigh replace 2001:db8:2::3 lladdr $MAC_NOBODY dev in0 nud permanent
		route replace 198.51.100.128/25 via 198.51.100.3
		route replace 2001:db8:2:1::/64 via 2001:db8:2::3
	END
}

ruleset()
{
	nft -f - <<-END || return
		table inet stress {
			chain pre { type filter hook prerouting priority raw; tcp sport 0 counter; }
			chain forward { type filter hook forward priority filter; tcp dport 0 counter drop; }
		}
	END
	pause 0.2
	nft flush ruleset
}

# Who opens an event's file as its module goes may find it freed: KASAN has seen that
# of Linux 6.1. Only the opening has to wait for that; the event may well be enabled.
event()
{
	flock -s "$tmp/lock" sh -c \
		"echo $1 > /sys/kernel/tracing/events/nf_portzero/nf_portzero_match/enable"
}

trace()
{
	event 1 || return
	pause 0.3
	head -n 20 /sys/kernel/tracing/trace
	event 0
	echo > /sys/kernel/tracing/trace
}

# Only where nobody else's traffic goes: the rest would go on without it.
reload()
{
	pause 1
	flock "$tmp/lock" rmmod nf_portzero && insmod "$module"
}

export -f toggle read_all read_halfway link ruleset pause
export INNER6 MAC_NOBODY

# in_gateway FUNCTION
in_gateway()
{
	gateway bash -c "exec {never}<> <(:); $1"
}

flood()
{
	outside "$pzsend" -i o0 --smac "$MAC_O0" \
		--dmac "$MAC_OUT0" -d "$SINK4" -d "$SINK6" -s 10.0.0.1+1000000:random \
		-s 2001:db8:f::1+1000000:random --count 20000 "$@"
}

work "flood of port zero" flood --sport 0-2
work "flood of the mix" flood --mix cert-polska
work "flood of fragments" flood --payload 64 --frag 32
work "switches turned" in_gateway toggle
work "files read" in_gateway read_all
work "files read halfway" in_gateway read_halfway
work "namespaces" namespace
work "links" in_gateway link
work "rulesets" in_gateway ruleset
work "traces" trace
work "unloading" reload
[ "$(nproc)" = 1 ] || work "processors unplugged" processor

end=$((SECONDS + DURATION))
while [ $SECONDS -lt $end ]; do
	pause 10
	ktap_say "$((end - SECONDS)) s left"
done
stop_work
for name in "${!worker[@]}"; do
	did=$(stat -c %s "$tmp/did-$name" 2>/dev/null)
	[ "${did:-0}" -gt 0 ]
	ktap_result $? "$name: ${did:-0} times"
done

echo 1 > /sys/devices/system/cpu/cpu1/online 2>/dev/null
module_loaded || insmod "$module"
echo 0 > /sys/kernel/tracing/events/nf_portzero/enable
in_gateway link
gateway nft flush ruleset
switch enable 1 && switch audit 0 && drop 0
ktap_result $? "the module is there, and its switches turn"
settle
counted_both "afterwards it counts as ever" --mix cert-polska --count 1000
drop 1
counted_both "and drops as ever" --mix cert-polska --count 1000

ktap_finish
