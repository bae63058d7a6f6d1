/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counters: one row per CPU, written by that CPU alone.
 */
#ifndef _PORTZERO_COUNTERS_H
#define _PORTZERO_COUNTERS_H

#include <linux/cache.h>
#include <linux/irqflags.h>
#include <linux/netfilter/nf_portzero.h>
#include <linux/percpu.h>
#include <linux/seqlock.h>

/**
 * struct portzero_counters - a CPU's row
 * @value: by enum nf_portzero_counter
 * @seq: odd while a value is being written, where that takes two steps
 *
 * Aligned, so that no other CPU's data shares its cache lines.
 */
struct portzero_counters {
	u64 value[NF_PORTZERO_COUNTERS];
#ifndef CONFIG_64BIT
	seqcount_t seq;
#endif
} ____cacheline_aligned;

/**
 * portzero_add - count on this CPU
 * @counters: the namespace's
 * @which: the counter
 * @n: how much
 *
 * Context: any; needs neither preemption nor softirqs disabled.
 */
static __always_inline void
portzero_add(struct portzero_counters __percpu *counters,
	     enum nf_portzero_counter which, u64 n)
{
#ifdef CONFIG_64BIT
	this_cpu_add(counters->value[which], n);
#else
	struct portzero_counters *row;
	unsigned long flags;

	local_irq_save(flags);
	row = this_cpu_ptr(counters);
	raw_write_seqcount_begin(&row->seq);
	row->value[which] += n;
	raw_write_seqcount_end(&row->seq);
	local_irq_restore(flags);
#endif
}

/**
 * portzero_value - read a CPU's counter
 * @row: the CPU's row
 * @which: the counter
 *
 * Return: its value, never half written.
 */
static inline u64 portzero_value(const struct portzero_counters *row,
				 enum nf_portzero_counter which)
{
#ifdef CONFIG_64BIT
	return READ_ONCE(row->value[which]);
#else
	unsigned int seq;
	u64 value;

	do {
		seq = raw_read_seqcount_begin(&row->seq);
		value = row->value[which];
	} while (read_seqcount_retry(&row->seq, seq));
	return value;
#endif
}

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
		sum += portzero_value(per_cpu_ptr(counters, cpu), which);
	return sum;
}

#endif /* _PORTZERO_COUNTERS_H */
