/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows from the live module: its counters, read at every tick.
 */
#ifndef PORTZERO_LIVE_H
#define PORTZERO_LIVE_H

#include <stdbool.h>

#include "input/row.h"

/**
 * struct live - a reading of the module; start from a zeroed one
 * @trouble: why the counters can't be read, a negative errno, or 0
 *
 * The rest is how it gets from one tick to the next.
 */
struct live {
	int trouble;

	/* private: */
	struct snapshot snap[2];
	struct counters delta;
	unsigned int now;
	unsigned int ticks;
	bool started;
	bool enabled;
	bool disabled;
	bool audit;
	bool auditing;
};

/**
 * live_read() - read the counters
 * @live: the reading
 * @row: what was counted since the last time
 *
 * A module that goes away is complained of once, and so is its return. A row in
 * which nothing is known still has its @delta: counters that began anew, and
 * those of a module that is switched off.
 *
 * Return: 1 for a row, which stays until the next time; 0 for none, because it
 * was the first time; a negative errno while the counters can't be read.
 */
int live_read(struct live *live, struct row *row);

/**
 * live_snapshot() - the counters as they were read last
 * @live: the reading
 *
 * Return: the snapshot, or NULL while the counters can't be read.
 */
const struct snapshot *live_snapshot(const struct live *live);

/**
 * live_free() - give back what the reading holds
 * @live: the reading
 */
void live_free(struct live *live);

#endif /* PORTZERO_LIVE_H */
