/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The talkers: who sends true port zero, and where to.
 */
#ifndef _PORTZERO_TALKERS_H
#define _PORTZERO_TALKERS_H

#include <linux/netfilter/nf_portzero.h>
#include <linux/cache.h>
#include <linux/jiffies.h>
#include <linux/local_lock.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include "compat.h"
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
 * @lock: no lock but on PREEMPT_RT, where softirqs of a CPU may interleave
 * @summary: window number w is in the slot w % PORTZERO_WINDOWS
 */
struct portzero_talkers {
	local_lock_t lock;
	struct summary summary[PORTZERO_WINDOWS][PORTZERO_KINDS];
} ____cacheline_aligned;

extern struct summary_key portzero_key;

/* Jiffies are at hand; the window's number is the same on every CPU. */
static inline u32 portzero_window(u64 now)
{
	return div_u64(now, NF_PORTZERO_WINDOW * HZ);
}

/**
 * portzero_talkers_count - count the talkers of a true packet
 * @talkers: the namespace's
 * @src: where it comes from
 * @dst: where it goes
 * @packets: how many it stands for
 *
 * Context: softirqs disabled.
 */
static __always_inline void
portzero_talkers_count(struct portzero_talkers __percpu *talkers,
		       struct portzero_talker src, struct portzero_talker dst,
		       u64 packets)
{
	u64 now = get_jiffies_64();
	u32 window = portzero_window(now);
	struct summary *s;

	local_lock_nested_bh(&talkers->lock);
	s = this_cpu_ptr(talkers)->summary[window % PORTZERO_WINDOWS];
	if (unlikely(s->window != window)) {
		summary_clear(&s[PORTZERO_SOURCES], window);
		summary_clear(&s[PORTZERO_DESTINATIONS], window);
	}
	summary_add(&s[PORTZERO_SOURCES], src, &portzero_key, packets, now);
	summary_add(&s[PORTZERO_DESTINATIONS], dst, &portzero_key, packets,
		    now);
	local_unlock_nested_bh(&talkers->lock);
}

#endif /* _PORTZERO_TALKERS_H */
