/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How it stands with a signal: what is normal, what goes on, what is usual.
 */
#ifndef PORTZERO_STANDING_H
#define PORTZERO_STANDING_H

#include <stdbool.h>

#include "detect/detector.h"

/* So many groups of usual events are told, the largest. */
#define STANDING_USUAL	8

/**
 * struct standing - how it stands
 * @rate: packets per second in the last interval, NAN if it is not known of it
 * @baseline: those that are normal, NAN while nothing was learned
 * @learning: that is still being learned
 * @active: an event is in progress
 * @event: its facts; a warning or a notice
 * @groups: how many groups of usual events there are
 * @usual: an event within one of them is a notice
 */
struct standing {
	double rate;
	double baseline;
	bool learning;
	bool active;
	struct detection event;
	size_t groups;
	struct detect_usual usual[STANDING_USUAL];
};

/**
 * standing_of() - how it stands by what a detector knows
 * @d: the detector
 * @time: now, seconds since the epoch
 * @s: the result; its rate is unknown
 */
void standing_of(const struct detector *d, double time, struct standing *s);

#endif /* PORTZERO_STANDING_H */
