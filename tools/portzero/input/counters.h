/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's per-CPU counters, read at one moment, and what happened
 * between two moments.
 */
#ifndef PORTZERO_COUNTERS_H
#define PORTZERO_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/netfilter/nf_portzero.h>

#include "input/proc.h"

extern const char *const counter_names[NF_PORTZERO_COUNTERS];

/**
 * struct counters - one value for each column
 * @value: by enum nf_portzero_counter; 0 where the module has no such column
 */
struct counters {
	uint64_t value[NF_PORTZERO_COUNTERS];
};

/**
 * struct snapshot - the counters at one moment
 * @realtime: when, in seconds since the epoch
 * @boottime: when, on a clock that nobody sets and that counts suspension
 * @monotonic: when, on a clock that nobody sets and that stops for suspension
 * @present: bit n is set if the module has column n
 * @sum: over all CPUs
 * @cpus: rows in @cpu
 * @cpu: a row for each CPU
 * @room: rows that @cpu has room for
 * @text: the file
 */
struct snapshot {
	double realtime;
	double boottime;
	double monotonic;
	uint64_t present;
	struct counters sum;
	unsigned int cpus;
	struct counters *cpu;
	unsigned int room;
	struct text text;
};

/**
 * snapshot_read() - read the counters now
 * @s: the snapshot; start from a zeroed one, reuse it at will
 *
 * Columns are found by their names: those this tool doesn't know are passed
 * over, those an older module doesn't have read 0 and are not @present.
 *
 * Return: 0 or a negative errno; -EBADMSG if the file is cut short or no table.
 */
int snapshot_read(struct snapshot *s);

/**
 * snapshot_parse() - the same from the text of the file
 * @s: the snapshot; only its text need be set
 *
 * Return: 0 or -EBADMSG or -ENOMEM.
 */
int snapshot_parse(struct snapshot *s);

/**
 * snapshot_free() - give back what snapshot_read() took
 * @s: the snapshot, reusable afterwards
 */
void snapshot_free(struct snapshot *s);

/**
 * counters_between() - what was counted from one snapshot to a later one
 * @from: the earlier
 * @to: the later
 * @delta: the difference, over all CPUs
 *
 * A counter that went backwards means that all began anew in between (the
 * module was reloaded): then everything in @to was counted since, and is the
 * difference. A CPU that came counts from 0, one that went counts no more.
 *
 * Return: true if the counters went on, false if they began anew.
 */
bool counters_between(const struct snapshot *from, const struct snapshot *to,
		      struct counters *delta);

/**
 * counters_add() - add up
 * @sum: what is added to
 * @more: what is added
 */
void counters_add(struct counters *sum, const struct counters *more);

/**
 * true_packets() - true port zero: source, destination or both
 * @c: the counters
 *
 * Return: the sum.
 */
static inline uint64_t true_packets(const struct counters *c)
{
	return c->value[NF_PORTZERO_SRC] + c->value[NF_PORTZERO_DST] +
	       c->value[NF_PORTZERO_BOTH];
}

/**
 * phantom_packets() - what other tools may show as port zero
 * @c: the counters
 *
 * Return: the sum.
 */
static inline uint64_t phantom_packets(const struct counters *c)
{
	return c->value[NF_PORTZERO_FRAG] + c->value[NF_PORTZERO_SHORT] +
	       c->value[NF_PORTZERO_HIDDEN];
}

#endif /* PORTZERO_COUNTERS_H */
