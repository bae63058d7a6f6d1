/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How counts are spread over the time of a capture: a bounded number of lines
 * for any stretch of time, each as short as that allows.
 */
#ifndef PORTZERO_TIMELINE_H
#define PORTZERO_TIMELINE_H

#include <stdint.h>

#include "classify.h"
#include "input/row.h"

#define TIMELINE_SLOTS		48
#define TIMELINE_SIGNALS	SIGNAL_LEAK	/* no capture tells of leaks */

/**
 * struct timeline - counts over time
 * @used: slots in use
 * @width: of a slot in seconds
 * @base: the time of the first slot, a multiple of @width
 * @slot: what was counted in each
 */
struct timeline {
	unsigned int used;
	int64_t width;
	int64_t base;
	struct timeline_slot {
		uint64_t count[TIMELINE_SIGNALS];
	} slot[TIMELINE_SLOTS];
};

/**
 * timeline_add() - count a packet, or only stretch to a time
 * @t: the timeline; start from a zeroed one
 * @time: seconds since the epoch, in any order
 * @signal: what the packet is
 * @packets: how many; 0 to stretch
 */
void timeline_add(struct timeline *t, int64_t time, enum portzero_signal signal,
		  uint64_t packets);

/**
 * timeline_class() - count a packet by its class
 * @t: the timeline
 * @time: seconds since the epoch
 * @class: what the packet is; not counted if it is of no signal
 */
void timeline_class(struct timeline *t, int64_t time,
		    enum portzero_class class);

#endif /* PORTZERO_TIMELINE_H */
