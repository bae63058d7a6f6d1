#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How much memory namespaces take: as much as the README says, on the account of
# who makes them, no more than he may have, and none of it stays. With
# NAMESPACES (1000) of them, where CPUS says how many processors are possible.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly NAMESPACES=${NAMESPACES:-1000}

# Bytes for each possible CPU, as the README says.
COUNTERS=$(sed -nE 's/.*a namespace takes ([0-9]+) bytes per CPU.*/\1/p' "$top/README.md")
TALKERS=$(sed -nE 's/.*, and ([0-9.]+) KiB more per CPU.*/\1 * 1024/p' "$top/README.md" | bc)
TALKERS=${TALKERS%.*}
readonly CGROUP=/sys/fs/cgroup

begin "$@"
need unshare bc
[ -n "$COUNTERS$TALKERS" ] || ktap_skip_all "the README does not say"
[ -n "$loaded" ] || ktap_skip_all "the module was loaded already"
cpus=$(tail -n +2 /proc/net/stat/nf_portzero | wc -l)
ktap_equal "all possible CPUs have their counters" "$cpus" "${CPUS:-$cpus}"

# Of all per-CPU memory, in bytes.
percpu()
{
	awk '$1 == "Percpu:" { print $2 * 1024 }' /proc/meminfo
}

# at_most BYTES: whether no more of it is taken
# shellcheck disable=SC2317
at_most()
{
	[ "$(percpu)" -le "$1" ]
}

# in_turn COMMAND: for each of the namespaces' names
in_turn()
{
	seq -f "$1" "$NAMESPACES" | ip -batch -
}

cleanup_namespaces()
{
	in_turn "netns del pz-many%g" 2>/dev/null
	cleanup
}
trap cleanup_namespaces EXIT

# What a namespace costs without the module.
rmmod nf_portzero
empty=$(percpu)
in_turn "netns add pz-many%g"
ktap_result $? "$NAMESPACES namespaces"
without=$(percpu)
insmod "$(module_file)"
ktap_result $? "the module is loaded into all of them"
counters=$(percpu)
enabled=0
for ns in /run/netns/pz-many*; do
	nsenter --net="$ns" sh -c 'echo 1 > /proc/sys/net/netfilter/nf_portzero_enable' || break
	enabled=$((enabled + 1))
done
ktap_equal "and enabled in all of them" $enabled "$NAMESPACES"
talkers=$(percpu)
first=$(((COUNTERS + TALKERS) * cpus))	# the initial one's

# Per-CPU memory is taken by the page, one for each possible CPU at once. One more or
# less has other reasons, and up to four are kept ready.
pages=$((4 * 4096 * cpus))
slack=$((1048576 + pages))
took=$((counters - without - first))
ktap_say "$cpus CPUs: $((took / NAMESPACES)) bytes for each namespace"
said=$((NAMESPACES * COUNTERS * cpus))
if [ $said -gt $((2 * pages)) ]; then
	[ $took -le $((said * 5 / 4 + 262144 + pages)) ] && [ $took -ge $((said / 4)) ]
	ktap_result $? "as much memory for their counters as is said"
else
	ktap_skip "as much memory for their counters as is said" "so few may lie in pages of others"
fi
took=$((talkers - counters))
ktap_say "$cpus CPUs: $((took / NAMESPACES)) bytes more for each that was enabled"
[ $took -le $((NAMESPACES * TALKERS * cpus * 5 / 4 + slack)) ] &&
	[ $took -ge $((NAMESPACES * TALKERS * cpus * 3 / 4)) ]
ktap_result $? "as much memory for their talkers as is said"

time_of_read=$(TIMEFORMAT=%R; { time cat /proc/net/nf_portzero_talkers > /dev/null; } 2>&1)
ktap_say "the talkers of $cpus CPUs are read in $time_of_read s"
in_turn "netns del pz-many%g"
# They go in the background. Per-CPU memory is given back by large pieces, in which
# something else may be left.
until_done at_most $((empty + first + (talkers - counters) / 2))
ktap_result $? "it is given back with them"
ktap_say "per-CPU memory: $empty bytes before, $talkers with them, $(percpu) after"
rmmod nf_portzero
insmod "$(module_file)"

# --- on whose account ---

if grep -qw memory $CGROUP/cgroup.controllers 2>/dev/null; then
	echo +memory > $CGROUP/cgroup.subtree_control
	mkdir $CGROUP/pz-maker
	cost()
	{
		awk '$1 == "percpu" { print $2 }' $CGROUP/pz-maker/memory.stat
	}
	maker()
	{
		bash -c "echo \$\$ > $CGROUP/pz-maker/cgroup.procs; $1"
	}
	mkfifo "$tmp/end"
	maker "exec unshare --net sh -c 'echo 1 > /proc/sys/net/netfilter/nf_portzero_enable; read _ < $tmp/end'" &
	# shellcheck disable=SC2317
	paid()
	{
		[ "$(cost)" -ge "$1" ]
	}
	until_done paid $(((COUNTERS + TALKERS) * cpus))
	ktap_result $? "the maker's control group pays for a namespace"
	# and the kernel's own account of it: as for one or two CPUs more
	[ "$(cost)" -le $(((COUNTERS + TALKERS) * (cpus + 4))) ]
	ktap_result $? "as much as is said, and no more"
	ktap_say "$(cost) bytes per-CPU are on the maker's account"
	echo > "$tmp/end"
	wait $!

	# heard ALL LEVEL: of what the kernel says, on the console
	heard()
	{
		echo "$1" > /sys/module/printk/parameters/ignore_loglevel
		echo "$2" > /proc/sys/kernel/printk
	}

	# One who is root in a user namespace only, and wants all there is. The kernel
	# warns of whom it ends for that; an error would still be heard.
	limit=$((32 << 20))
	echo $limit > $CGROUP/pz-maker/memory.max
	heard N 4
	had=$(percpu) most=0
	maker "exec setpriv --reuid 65534 --regid 65534 --clear-groups \
		unshare --user --map-root-user --net --mount bash -c '
			mount -t tmpfs none /run && mkdir /run/netns || exit 2
			for ((n = 1; n <= 20000; n++)); do
				ip netns add \$n && nsenter --net=/run/netns/\$n \
					sh -c \"echo 1 > /proc/sys/net/netfilter/nf_portzero_enable\" || exit 1
				echo \$n
			done'" > "$tmp/made" 2> "$tmp/ended" &
	while kill -0 $! 2>/dev/null; do
		taken=$(percpu)
		most=$((taken > most ? taken : most))
		pause 0.1
	done
	wait $!
	status=$?
	heard Y 5
	made=$(tail -n 1 "$tmp/made")
	ktap_say "$made namespaces, then status $status, $(tail -n 1 "$tmp/ended")"
	[ "$status" != 0 ] && [ "$status" != 2 ] && [ "${made:-0}" -ge 2 ] &&
		[ "$(awk '$1 == "max" { print $2 }' $CGROUP/pz-maker/memory.events)" -gt 0 ]
	ktap_result $? "he makes no more than his control group may have"
	[ $((most - had)) -le $((limit + slack)) ]
	ktap_result $? "which is all that is taken, $(((most - had) >> 20)) MiB per-CPU"
	until_done at_most $((had + (most - had) / 5 + slack))
	ktap_result $? "and gone with him"

	rmdir $CGROUP/pz-maker
else
	ktap_skip "the maker's control group pays for a namespace" "no memory controller"
fi

ktap_finish
