/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counters: one row per CPU, written by that CPU alone.
 */
#ifndef _PORTZERO_COUNTERS_H
#define _PORTZERO_COUNTERS_H

#include <linux/cache.h>
#include <linux/netfilter/nf_portzero.h>
#include <linux/percpu.h>

/* A 64-bit counter must not be read half written. */
#ifndef CONFIG_64BIT
#error "nf_portzero needs a 64-bit kernel"
#endif

/**
 * struct portzero_counters - a CPU's row
 * @value: by enum nf_portzero_counter
 *
 * Aligned, so that no other CPU's data shares its cache lines.
 */
struct portzero_counters {
	u64 value[NF_PORTZERO_COUNTERS];
} ____cacheline_aligned;

/**
 * portzero_add - count on this CPU
 * @counters: the namespace's
 * @which: the counter
 * @n: how much
 *
 * Context: any; needs neither preemption nor softirqs disabled.
 */
#define portzero_add(counters, which, n) \
	this_cpu_add((counters)->value[which], n)

/**
 * portzero_sum_cpus - a counter over all CPUs that ever were
 * @counters: the namespace's
 * @which: the counter
 *
 * Return: the sum; each CPU's part is exact, taken one after the other.
 */
static inline u64 portzero_sum_cpus(struct portzero_counters __percpu *counters,
				    enum nf_portzero_counter which)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(counters, cpu)->value[which]);
	return sum;
}

#endif /* _PORTZERO_COUNTERS_H */
