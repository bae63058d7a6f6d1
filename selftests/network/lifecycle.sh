#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module comes and goes, is enabled and disabled, and loses namespaces,
# all under full traffic: nothing leaks, and the kernel has nothing to say.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

# How often; half as often for a quick look, to which a leak has to be twice as
# large.
readonly CYCLES=${CYCLES:-$((${QUICK:+1} + 0 ? 100 : 200))}

# How much may differ for reasons that are not ours: less than what a leak of
# the smallest object in each cycle amounts to.
readonly SLAB_SLACK=400		# KiB

begin "$@"
[ -n "$loaded" ] || ktap_skip_all "the module was loaded already"
topology
module=$(module_file)

# Above info, that is notice and worse; but an emulated processor may be kept
# waiting, and says so.
messages()
{
	dmesg --level emerg,alert,crit,err,warn,notice |
		grep -v "hrtimer: interrupt took"
}

queues_empty()
{
	awk '$12 != "00000000" { exit 1 }' /proc/net/softnet_stat
}

# Without what is on its way, which is no leak: in front of a slow processor that is
# tens of thousands of packets.
memory()
{
	kill -STOP "${traffic[@]}"
	pause 0.5	# who sends stops a moment later
	until_done queues_empty || echo "lifecycle: packets are still on their way" >&2
	pause 0.5	# for what only waits for its grace period
	awk '/^(SUnreclaim|Percpu):/ { printf "%s ", $2 }' /proc/meminfo
	kill -CONT "${traffic[@]}"
}

# Traffic through the gateway until told to stop, most of it port zero, each
# from another source: all that one CPU can send, and some fragments from the
# other, where the module comes and goes.
traffic()
{
	local common=(-i o0 --smac "$MAC_O0" --dmac "$MAC_OUT0" -d "$SINK4"
		-d "$SINK6" -s 10.0.0.1+1000000:random
		-s 2001:db8:f::1+1000000:random --sport 0-2 --count 1000000000)

	nsenter --net="/run/netns/$OUTSIDE" -- taskset -c $((${#sender[@]} - 1)) \
		"$pzsend" "${common[@]}" &
	traffic=($!)
	nsenter --net="/run/netns/$OUTSIDE" -- taskset -c 0 \
		"$pzsend" "${common[@]}" --payload 64 --frag 32 --rate 1000 &
	traffic+=($!)
}

# shellcheck disable=SC2317
more_arrived()
{
	growth
	[ "${grown[arrived]}" -gt 0 ]
}

# Both of them live, and more arrives.
going_on()
{
	snapshot
	kill -0 "${traffic[@]}" 2> /dev/null && until_done more_arrived
	ktap_result $? "$1: there was traffic all the time"
}

# toggle TIMES
# shellcheck disable=SC2317
toggle()
{
	local i

	for ((i = 0; i < $1; i++)); do
		switch enable 0 && switch enable 1 && switch audit $((i % 2)) &&
			switch drop $((i / 2 % 2)) || return
	done
}

# A namespace with its own traffic ends while that goes on.
# shellcheck disable=SC2317
namespace()
{
	unshare --net bash -c "
		ip link set lo up
		echo 1 > /proc/sys/net/netfilter/nf_portzero_enable
		exec '$pzsend' --raw -s 127.0.0.1 -d 127.0.0.1 --sport 0 \
			--flags rst --count $1"
}

# Whether memory is back to where it was, in leak_free's variables.
# shellcheck disable=SC2317
back()
{
	read -r slab2 percpu2 <<< "$(memory)"
	[ $((slab2 - slab)) -le "$SLAB_SLACK" ] && [ "$percpu2" -le "$percpu" ]
}

# leak_free WHAT TIMES COMMAND...: a few times to warm up, then for good
leak_free()
{
	local what=$1 times=$2 slab percpu slab2 percpu2 said i

	shift 2
	for i in {1..5}; do
		"$@" || break
	done
	read -r slab percpu <<< "$(memory)"
	said=$(messages)
	for ((i = 0; i < times; i++)); do
		"$@" || break
		[ $((i % 50)) != 49 ] || ktap_say "$what: $((i + 1)) of $times"
	done
	ktap_equal "$what: $times times" "$i" "$times"
	ktap_equal "$what: no kernel message above info" "$(messages)" "$said"
	until_done back		# what waits for grace periods waits long on a slow kernel
	ktap_say "$what: slab $slab to $slab2 KiB, percpu $percpu to $percpu2 KiB"
	[ $((slab2 - slab)) -le $SLAB_SLACK ]
	ktap_result $? "$what: slab memory is back to where it was"
	[ "$percpu2" -le "$percpu" ]
	ktap_result $? "$what: percpu memory is back to where it was"
}

traffic
leak_free "loading and unloading" "$CYCLES" reload "$module"
going_on "loading and unloading"
leak_free "enabling and disabling, 10 times each" $((CYCLES / 10)) toggle 10
going_on "enabling and disabling"
leak_free "namespaces coming and going" $((CYCLES / 10)) namespace 200
going_on "namespaces coming and going"

# at the end the gateway itself goes, with its traffic
kill "${traffic[@]}"
wait "${traffic[@]}" 2> /dev/null
drop 0
switch audit 0
settle
counted_both "afterwards it counts as ever" --mix cert-polska --count 1000

ktap_finish
