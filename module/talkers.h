/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The talkers: who sends true port zero, and where to.
 */
#ifndef _PORTZERO_TALKERS_H
#define _PORTZERO_TALKERS_H

#include <linux/netfilter/nf_portzero.h>
#include <linux/cache.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/seqlock.h>
#include <linux/types.h>

#include "summary.h"

struct portzero_net;

enum portzero_kind {
	PORTZERO_SOURCES,
	PORTZERO_DESTINATIONS,
	PORTZERO_KINDS
};

enum portzero_window {
	PORTZERO_NOW,
	PORTZERO_LAST,
	PORTZERO_WINDOWS
};

/**
 * struct portzero_top - the talkers of one window and kind, over all CPUs
 * @total: true packets in the window
 * @used: how many entries follow
 * @entry: the talkers, most packets first; seen in jiffies, as 32 bits
 */
struct portzero_top {
	u64 total;
	unsigned int used;
	struct summary_entry entry[NF_PORTZERO_TALKERS];
};

/**
 * struct portzero_report - what the talkers file shows
 * @now: when it was made, in jiffies
 * @began: when the current window began, in jiffies
 * @top: the talkers
 */
struct portzero_report {
	u64 now;
	u64 began;
	struct portzero_top top[PORTZERO_WINDOWS][PORTZERO_KINDS];
};

void portzero_talkers_seed(void);
int portzero_talkers_alloc(struct portzero_net *pn);
void portzero_talkers_free(struct portzero_net *pn);
int portzero_talkers_report(struct portzero_net *pn,
			    struct portzero_report *report);

/**
 * struct portzero_talkers - a CPU's summaries
 * @seq: odd while the CPU writes; readers elsewhere try again
 * @began: when the window that it counts in began, in jiffies; 0, long ago,
 *	before the first
 * @now: that window's summaries
 * @summary: window number w is in the slot w % PORTZERO_WINDOWS
 */
struct portzero_talkers {
	seqcount_t seq;
	u64 began;
	struct summary *now;
	struct summary summary[PORTZERO_WINDOWS][PORTZERO_KINDS];
} ____cacheline_aligned;

extern struct summary_key portzero_key;

void portzero_talkers_turn(struct portzero_talkers *t, u64 now);
/**
 * portzero_talkers_count - count the talkers of a true packet
 * @talkers: the namespace's
 * @src: where it comes from
 * @dst: where it goes
 * @packets: how many it stands for
 *
 * Nothing else on this CPU writes meanwhile, and the CPU does nothing else: on
 * PREEMPT_RT a softirq is a thread that can be preempted, and a reader might wait
 * for ever. The time is asked for in here; from before, it could be older than
 * another's that came in between.
 *
 * Context: softirqs disabled.
 */
static __always_inline void
portzero_talkers_count(struct portzero_talkers __percpu *talkers,
		       struct portzero_talker src, struct portzero_talker dst,
		       u64 packets)
{
	struct portzero_talkers *t;
	struct summary *summary;
	u64 now;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_disable();
	t = this_cpu_ptr(talkers);
	now = get_jiffies_64();
	write_seqcount_begin(&t->seq);
	if (unlikely(summary_over(t->began, now, NF_PORTZERO_WINDOW * HZ)))
		portzero_talkers_turn(t, now);
	summary = t->now;
	summary_add(&summary[PORTZERO_SOURCES], src, &portzero_key, packets,
		    now);
	summary_add(&summary[PORTZERO_DESTINATIONS], dst, &portzero_key,
		    packets, now);
	write_seqcount_end(&t->seq);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_enable();
}

#endif /* _PORTZERO_TALKERS_H */
