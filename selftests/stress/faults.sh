#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every allocation that the module makes fails once: loading, enabling, a new
# namespace and reading end with ENOMEM, leave nothing behind, and work the next
# time. It takes the debug kernel.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly SWITCH=/proc/sys/net/netfilter/nf_portzero
readonly FAULTS=/sys/kernel/debug/failslab

failnth=/dev/shm/failnth

begin "$@"
[ -n "$loaded" ] || ktap_skip_all "the module was loaded already"
[ -e $FAULTS ] || ktap_skip_all "this kernel has no fault injection"
# Away from the file systems of the test machine, which failures would confuse.
module=/dev/shm/nf_portzero.ko
cp "$(module_file)" $module
cp "$top/selftests/stress/failnth" $failnth
percpu=$top/build/$(uname -r)/failpercpu/failpercpu.ko
[ -e "$percpu" ] || unready "failpercpu is not built"
insmod "$percpu" || unready "failpercpu does not load"

# Those that may sleep, too, which is all of ours; and no words about each.
for kind in failslab fail_page_alloc; do
	echo N > "/sys/kernel/debug/$kind/ignore-gfp-wait"
	echo 0 > "/sys/kernel/debug/$kind/verbose"
done
echo N > /sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
echo 0 > /sys/kernel/debug/fail_page_alloc/min-order

# failing WHAT LEAST OPTIONS ACTION...: at least so many of its allocations matter
failing()
{
	local said

	# shellcheck disable=SC2086
	said=$("$failnth" $3 "${@:4}" 2>&1 < /dev/null)
	ktap_result $? "$1"
	ktap_say "$said"
	[ "${said%% *}" -ge "$2" ] 2>/dev/null
	ktap_result $? "$1: at least $2 times with ENOMEM"
}

# each WHAT SLAB PERCPU ACTION...
each()
{
	failing "$1, each allocation failing" "$2" "" "${@:4}"
	failing "$1, each per-CPU allocation failing" "$3" \
		"-p /sys/module/failpercpu/parameters/nth" "${@:4}"
}

ready=$(wc -l < /proc/net/nf_portzero)
each "reading the counters" 1 0 read /proc/net/nf_portzero
each "reading the CPUs' counters" 1 0 read /proc/net/stat/nf_portzero
each "reading the talkers" 1 0 read /proc/net/nf_portzero_talkers
# Where others fail, too, and one says ENODEV. Without each tunnel's fallback device,
# which fail hundreds of times for nothing.
sysctl -qw net.core.fb_tunnels_only_for_init_net=2
each "a new namespace" 10 1 -a netns
each "enabling" 4 1 write ${SWITCH}_enable 1
each "auditing" 4 0 write ${SWITCH}_enable 1 ${SWITCH}_audit 1
rmmod nf_portzero
# With a second namespace: the first is ready by then and has to be unmade.
ip netns add second
each "loading" 20 3 load "$module" audit=1
ip netns del second
insmod "$module"
ktap_result $? "it loads when none fails"
ktap_equal "and shows its counters" "$(wc -l < /proc/net/nf_portzero)" "$ready"
rmmod failpercpu
ktap_result $? "what made them fail is gone"

leaks=$("$top/selftests/vm/leaks" 2>&1)
ktap_equal "nothing is left behind" "$? $leaks" "0 "

topology
counted_both "and it counts as ever" --mix cert-polska --count 1000

ktap_finish
