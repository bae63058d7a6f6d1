/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Switches drop on while true port zero is warned of, and takes back only
 * what it did itself.
 */
#ifndef PORTZERO_AUTODROP_H
#define PORTZERO_AUTODROP_H

#include <stdbool.h>

#include "input/borrow.h"

#define AUTODROP_HOLD	600

/**
 * struct autodrop - drop, as long as it is switched on for a warning
 * @hold: seconds that drop stays on after the warning's end
 * @drop: the switch
 * @open: it is looked after
 * @warning: a warning is active
 */
struct autodrop {
	double hold;
	struct borrow drop;
	bool open;
	bool warning;
};

/**
 * autodrop_open() - be ready, and take over what one that was killed left on
 * @a: the state, with @hold set
 * @now: CLOCK_MONOTONIC
 *
 * Complains if it can't, and then does nothing ever after.
 */
void autodrop_open(struct autodrop *a, double now);

/**
 * autodrop_recover() - switch off what one that was killed left on
 *
 * For a watch that isn't to drop itself.
 */
void autodrop_recover(void);

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
