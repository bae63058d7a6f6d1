/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Switches drop on while true port zero is warned of, and takes back only
 * what it did itself.
 */
#ifndef PORTZERO_AUTODROP_H
#define PORTZERO_AUTODROP_H

#include <stdbool.h>

#define AUTODROP_HOLD	600

/**
 * struct autodrop - who switched drop on, and until when it is to stay on
 * @hold: seconds that drop stays on after the warning's end
 * @ours: we switched it on, and nobody has touched it since
 * @warning: a warning is active
 * @until: when to switch it off once no warning is, CLOCK_MONOTONIC
 */
struct autodrop {
	double hold;
	bool ours;
	bool warning;
	double until;
};

/**
 * autodrop_start() - a warning of true port zero began
 * @a: the state
 */
void autodrop_start(struct autodrop *a);

/**
 * autodrop_end() - it ended
 * @a: the state
 * @now: CLOCK_MONOTONIC
 */
void autodrop_end(struct autodrop *a, double now);

/**
 * autodrop_tick() - see whether somebody else switched, or the time is up
 * @a: the state
 * @now: CLOCK_MONOTONIC
 */
void autodrop_tick(struct autodrop *a, double now);

/**
 * autodrop_finish() - nobody will be there to switch it off: do it now
 * @a: the state
 */
void autodrop_finish(struct autodrop *a);

#endif /* PORTZERO_AUTODROP_H */
