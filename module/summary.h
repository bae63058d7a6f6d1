/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The heavy hitters of a stream in fixed memory: Space-Saving (Metwally,
 * Agrawal, El Abbadi: Efficient computation of frequent and top-k elements in
 * data streams, ICDT 2005).
 *
 * A table of NF_PORTZERO_TALKERS entries. A talker that has none takes over
 * the entry with the smallest count, count included, and the error says how
 * much of it may be another's. So for each entry
 *
 *	count - error <= packets of the talker <= count
 *
 * and whoever sent more than 1/NF_PORTZERO_TALKERS of all packets is in it.
 *
 * Pure C for the kernel and the tool. The caller serialises.
 */
#ifndef _PORTZERO_SUMMARY_H
#define _PORTZERO_SUMMARY_H

#ifdef __KERNEL__
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <string.h>
#include <linux/types.h>
#endif

#include <linux/netfilter/nf_portzero.h>

#define SUMMARY_BUCKETS		(2 * NF_PORTZERO_TALKERS)
#define SUMMARY_NONE		0xff

/**
 * struct portzero_talker - who is counted
 * @addr: the address in network order; IPv4 in the first word, 0 in the rest
 * @port: of a destination, in network order; 0 for sources
 * @family: 4 or 6
 * @pad: 0
 *
 * Compared and hashed as bytes.
 */
struct portzero_talker {
	__be32 addr[4];
	__be16 port;
	__u8 family;
	__u8 pad;
};

/**
 * struct summary_entry - a talker and its packets
 * @who: the talker
 * @seen: when its last packet came, as the caller counts time
 * @count: its packets, or more
 * @error: at most how many more
 * @bucket: the hash chain that it is in
 * @next: the next entry in that chain, or SUMMARY_NONE
 */
struct summary_entry {
	struct portzero_talker who;
	__u32 seen;
	__u64 count;
	__u64 error;
	__u8 bucket;
	__u8 next;
};

/**
 * struct summary - a Space-Saving summary
 * @total: packets counted
 * @min: the smallest count when an entry was last taken over: no talker that
 *	is not in the table sent more
 * @window: which stretch of time it is about, as the caller counts it
 * @used: entries in use
 * @hand: where the search for the smallest count goes on
 * @bucket: the first entry of each hash chain, or SUMMARY_NONE
 * @entry: the entries
 */
struct summary {
	__u64 total;
	__u64 min;
	__u32 window;
	__u8 used;
	__u8 hand;
	__u8 bucket[SUMMARY_BUCKETS];
	struct summary_entry entry[NF_PORTZERO_TALKERS];
};

/**
 * summary_clear - empty a summary
 * @s: the summary
 * @window: what it will be about
 */
static inline void summary_clear(struct summary *s, __u32 window)
{
	s->total = 0;
	s->min = 0;
	s->window = window;
	s->used = 0;
	s->hand = 0;
	memset(s->bucket, SUMMARY_NONE, sizeof(s->bucket));
}

static inline void summary_unlink(struct summary *s, __u8 i)
{
	__u8 *link = &s->bucket[s->entry[i].bucket];

	while (*link != i)
		link = &s->entry[*link].next;
	*link = s->entry[i].next;
}

/*
 * Counts only grow, so an entry once passed by the hand is never the smallest
 * again until the hand comes round: one step for most packets, two rounds for
 * the worst.
 */
static inline __u8 summary_smallest(struct summary *s)
{
	__u8 i;

	for (;;) {
		while (s->hand < NF_PORTZERO_TALKERS) {
			i = s->hand++;
			if (s->entry[i].count == s->min)
				return i;
		}
		s->hand = 0;
		s->min = s->entry[0].count;
		for (i = 1; i < NF_PORTZERO_TALKERS; i++)
			if (s->entry[i].count < s->min)
				s->min = s->entry[i].count;
	}
}

/**
 * summary_add - count packets of a talker
 * @s: the summary
 * @who: the talker
 * @hash: a hash of @who that an attacker can not guess
 * @packets: how many
 * @now: the time, for the entry
 *
 * Bounded: at worst a chain of all entries and two rounds of the table.
 */
static inline void summary_add(struct summary *s,
			       const struct portzero_talker *who, __u32 hash,
			       __u64 packets, __u32 now)
{
	__u8 bucket = hash % SUMMARY_BUCKETS;
	struct summary_entry *e;
	__u8 i;

	s->total += packets;
	for (i = s->bucket[bucket]; i != SUMMARY_NONE; i = e->next) {
		e = &s->entry[i];
		if (memcmp(&e->who, who, sizeof(*who)) == 0) {
			e->count += packets;
			e->seen = now;
			return;
		}
	}

	if (s->used < NF_PORTZERO_TALKERS) {
		i = s->used++;
		e = &s->entry[i];
		e->error = 0;
	} else {
		i = summary_smallest(s);
		summary_unlink(s, i);
		e = &s->entry[i];
		e->error = s->min;
	}
	e->who = *who;
	e->seen = now;
	e->count = e->error + packets;
	e->bucket = bucket;
	e->next = s->bucket[bucket];
	s->bucket[bucket] = i;
}

#endif /* _PORTZERO_SUMMARY_H */
