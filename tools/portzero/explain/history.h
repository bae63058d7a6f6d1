/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What had been counted at moments of the last hour.
 */
#ifndef PORTZERO_HISTORY_H
#define PORTZERO_HISTORY_H

#include "input/counters.h"

/* Ten seconds apart for an hour: enough to look back to a spike's beginning. */
#define HISTORY_STEP	10
#define HISTORY_LENGTH	360

/**
 * struct history - what had been counted at moments of the last hour
 * @total: all that was counted so far, over any number of module reloads
 * @seconds: how much time that took
 * @n: moments kept
 * @next: where the next one goes
 * @moment: the ring of them
 */
struct history {
	struct counters total;
	double seconds;
	unsigned int n;
	unsigned int next;
	struct moment {
		double time;
		double seconds;
		struct counters total;
	} moment[HISTORY_LENGTH];
};

/**
 * history_add() - an interval's counts
 * @h: the history
 * @time: end of the interval, seconds since the epoch
 * @seconds: its length
 * @delta: what was counted in it
 */
void history_add(struct history *h, double time, double seconds,
		 const struct counters *delta);

/**
 * history_at() - the moment just before a time
 * @h: the history
 * @time: seconds since the epoch
 *
 * Return: the last moment not after @time, or the oldest one kept; before the
 * first history_add() one without anything.
 */
const struct moment *history_at(const struct history *h, double time);

#endif /* PORTZERO_HISTORY_H */
