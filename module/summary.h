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
 * with an error of 1/NF_PORTZERO_TALKERS of all packets at most, and whoever sent
 * more than that is in it.
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
#include <sys/cdefs.h>
#include <linux/types.h>
#ifndef __force
#define __force
#endif
#endif

#include <linux/netfilter/nf_portzero.h>

#define SUMMARY_BUCKETS		128
#define SUMMARY_HASH_SHIFT	57	/* leaves 7 bits: 0 to 127 */
#define SUMMARY_NONE		0	/* where no entry is */

/**
 * struct portzero_talker - who is counted
 * @addr: IPv6: the address as in the packet; IPv4: as an integer, in network
 *	order, in the first word
 * @rest: the family, 4 or 6, above 16 bits of port in network order
 *
 * Passed by value, so that it can stay in registers.
 */
struct portzero_talker {
	__u64 addr[2];
	__u64 rest;
};

/* A source has port 0; so may a destination. */
static inline struct portzero_talker talker4(__be32 addr, __be16 port)
{
	return (struct portzero_talker){
		.addr = { (__force __u32)addr, 0 },
		.rest = 4ULL << 16 | (__force __u16)port,
	};
}

static inline struct portzero_talker talker6(const void *addr, __be16 port)
{
	struct portzero_talker who = {
		.rest = 6ULL << 16 | (__force __u16)port,
	};

	memcpy(who.addr, addr, sizeof(who.addr));
	return who;
}

/* 4 or 6 */
static inline unsigned int talker_family(const struct portzero_talker *who)
{
	return who->rest >> 16;
}

static inline __be16 talker_port(const struct portzero_talker *who)
{
	return (__force __be16)(__u16)who->rest;
}

/* The address, where the family is 4; where it is 6, it is in addr. */
static inline __be32 talker_addr4(const struct portzero_talker *who)
{
	return (__force __be32)(__u32)who->addr[0];
}

static inline bool talker_same(struct portzero_talker a,
			       struct portzero_talker b)
{
	return a.rest == b.rest && a.addr[0] == b.addr[0] &&
	       (b.rest >> 16 == 4 || a.addr[1] == b.addr[1]);
}

/**
 * struct summary_entry - a talker and its packets
 * @who: the talker
 * @count: its packets, or more
 * @error: at most how many more
 * @seen: when its last packet came, as the caller counts time
 * @next: where the next entry of its hash chain is, or SUMMARY_NONE
 * @bucket: the hash chain that it is in
 */
struct summary_entry {
	struct portzero_talker who;
	__u64 count;
	__u64 error;
	__u32 seen;
	__u16 next;
	__u8 bucket;
};

/**
 * struct summary - a Space-Saving summary
 *
 * The counts of all entries add up to all packets counted. Where an entry is, is
 * said in bytes from the beginning: a table can be copied, and the way down a
 * chain takes no multiplication.
 *
 * @min: the smallest count when an entry was last taken over: no talker that
 *	is not in the table sent more
 * @window: which stretch of time it is about, as the caller counts it
 * @used: entries in use
 * @hand: where the search for the smallest count goes on
 * @bucket: where the first entry of each hash chain is, or SUMMARY_NONE
 * @entry: the entries
 */
struct summary {
	__u64 min;
	__u32 window;
	__u8 used;
	__u8 hand;
	__u16 bucket[SUMMARY_BUCKETS];
	struct summary_entry entry[NF_PORTZERO_TALKERS];
};

static inline struct summary_entry *summary_at(struct summary *s, __u16 at)
{
	return (struct summary_entry *)((char *)s + at);
}

/**
 * summary_clear - empty a summary
 * @s: the summary
 * @window: what it will be about
 */
static inline void summary_clear(struct summary *s, __u32 window)
{
	s->min = 0;
	s->window = window;
	s->used = 0;
	s->hand = 0;
	memset(s->bucket, 0, sizeof(s->bucket));	/* SUMMARY_NONE */
}

/**
 * summary_over - is a window over
 * @began: when it began
 * @now: the time; somebody may have been slow to say it
 * @length: how long it lasts
 *
 * Return: whether a new one is to begin. Never at a time before it began.
 */
static inline bool summary_over(__u64 began, __u64 now, __u64 length)
{
	return (__s64)(now - began) >= (__s64)length;
}

/**
 * struct summary_key - what makes the hash one that nobody can guess
 * @word: random
 */
struct summary_key {
	__u64 word[3];
};

/* Multiply-shift: universal and cheap (Dietzfelbinger et al., J. Alg. 1997). */
static inline __u8 summary_hash(struct portzero_talker who,
				const struct summary_key *key)
{
	__u64 sum = who.addr[0] * key->word[0] + who.addr[1] * key->word[1] +
		    who.rest * key->word[2];

	/* once more: with some keys, addresses in sequence would share a bucket */
	return (sum ^ sum >> 32) * key->word[0] >> SUMMARY_HASH_SHIFT;
}

static inline void summary_unlink(struct summary *s, struct summary_entry *e)
{
	__u16 *link = &s->bucket[e->bucket];

	while (summary_at(s, *link) != e)
		link = &summary_at(s, *link)->next;
	*link = e->next;
}

/*
 * Counts only grow, so an entry once passed by the hand is never the smallest
 * again until the hand comes round: one step for most packets, two rounds for
 * the worst.
 */
static inline struct summary_entry *summary_smallest(struct summary *s)
{
	struct summary_entry *e;
	__u8 i;

	for (;;) {
		while (s->hand < NF_PORTZERO_TALKERS) {
			e = &s->entry[s->hand++];
			if (e->count == s->min)
				return e;
		}
		s->hand = 0;
		s->min = s->entry[0].count;
		for (i = 1; i < NF_PORTZERO_TALKERS; i++)
			if (s->entry[i].count < s->min)
				s->min = s->entry[i].count;
	}
}

/* An entry for a new talker: a free one, or that with the smallest count. */
static struct summary_entry *summary_take(struct summary *s, __u8 bucket)
{
	struct summary_entry *e;

	if (s->used < NF_PORTZERO_TALKERS) {
		e = &s->entry[s->used++];
		e->error = 0;
	} else {
		e = summary_smallest(s);
		summary_unlink(s, e);
		e->error = s->min;
	}
	e->count = e->error;
	e->bucket = bucket;
	e->next = s->bucket[bucket];
	s->bucket[bucket] = (char *)e - (char *)s;
	return e;
}

/**
 * summary_add - count packets of a talker
 * @s: the summary
 * @who: the talker
 * @key: for the hash, the same on every call
 * @packets: how many
 * @now: the time, for the entry
 *
 * Bounded: at worst a chain of all entries and two rounds of the table.
 */
static __always_inline void summary_add(struct summary *s,
					struct portzero_talker who,
					const struct summary_key *key,
					__u64 packets, __u32 now)
{
	__u8 bucket = summary_hash(who, key);
	struct summary_entry *e;
	__u16 at;

	for (at = s->bucket[bucket]; at != SUMMARY_NONE; at = e->next) {
		e = summary_at(s, at);
		if (talker_same(e->who, who))
			goto found;
	}
	e = summary_take(s, bucket);
	e->who = who;
found:
	e->count += packets;
	e->seen = now;
}

#endif /* _PORTZERO_SUMMARY_H */
