/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was counted in one interval: the form in which live counters, recorded
 * counts and captured packets come to be judged.
 */
#ifndef PORTZERO_ROW_H
#define PORTZERO_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "input/counters.h"
#include "input/talkers.h"

/* What is watched. Each signal has a baseline of its own. */
enum portzero_signal {
	SIGNAL_TRUE,
	SIGNAL_PHANTOM,
	SIGNAL_ECHO,
	SIGNAL_LEAK,
	SIGNALS
};

/* "true", "phantom", "echo", "leak" */
extern const char *const signal_names[SIGNALS];

/* A set of signals, a bit for each. */
#define SIGNAL(signal)	(1u << (signal))
#define ALL_SIGNALS	(SIGNAL(SIGNALS) - 1)

/**
 * struct row - what was counted in an interval
 * @time: its end, seconds since the epoch
 * @seconds: its length
 * @gap: nothing is known of what came before it
 * @known: the signals that are known of it
 * @counts: packets of each, 0 for those that aren't
 * @delta: all that was counted, or NULL (recorded counts have no more)
 * @present: bit n is set if the source of @delta has column n
 * @captured: it is from a capture, which holds the packets themselves
 * @talkers: tells who talked in the last minute or two, into talkers that were
 *	zeroed or used before, and returns 0 or a negative errno; NULL where
 *	nothing can tell
 * @context: for @talkers
 */
struct row {
	double time;
	double seconds;
	bool gap;
	unsigned int known;
	uint64_t counts[SIGNALS];
	const struct counters *delta;
	uint64_t present;
	bool captured;
	int (*talkers)(const void *context, struct talkers *talkers);
	const void *context;
};

/**
 * row_count() - fill in a row's counts by its delta
 * @row: the row, with its @delta
 *
 * What counts as true port zero is what came in, or what the host itself sends
 * where that is more. Its answers to what came in are no news.
 */
void row_count(struct row *row);

#endif /* PORTZERO_ROW_H */
