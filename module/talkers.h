/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The talkers: who sends true port zero, and where to.
 */
#ifndef _PORTZERO_TALKERS_H
#define _PORTZERO_TALKERS_H

#include <linux/netfilter/nf_portzero.h>
#include <linux/types.h>

#include "classify.h"
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
void portzero_talkers_count(struct portzero_net *pn, const void *ip_header,
			    const struct portzero_match *m, u64 packets);
int portzero_talkers_report(struct portzero_net *pn,
			    struct portzero_report *report);

#endif /* _PORTZERO_TALKERS_H */
