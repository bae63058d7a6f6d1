/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows from captured packets: a second each, longer ones for silence.
 */
#ifndef PORTZERO_SECONDS_H
#define PORTZERO_SECONDS_H

#include <stdbool.h>
#include <stdint.h>

#include "input/row.h"
#include "input/tally.h"

/**
 * struct seconds - the time of a capture; start from a zeroed one
 * @tally: what has been counted; the caller's
 * @take: called with every row
 * @context: handed to @take
 * @back: how often the time of the capture went back
 */
struct seconds {
	const struct tally *tally;
	void (*take)(const struct row *row, void *context);
	void *context;
	unsigned int back;

	/* private: the second that is being counted, the counters before it */
	bool started;
	bool gap;
	int64_t second;
	double covered;
	struct counters before;
};

/**
 * seconds_advance() - time goes on; call it before the tally
 * @s: the time
 * @time: of the next packet, seconds since the epoch
 *
 * Packets that come a little late count with those that came on time. When
 * time goes back further than that, the rows start anew from there, after a
 * gap.
 */
void seconds_advance(struct seconds *s, int64_t time);

/**
 * seconds_pause() - nothing is known of the time to the next packet
 * @s: the time
 * @time: of the next packet
 *
 * For the next of several files, which may follow on the one before or not.
 */
void seconds_pause(struct seconds *s, int64_t time);

/**
 * seconds_end() - the last packet has been counted
 * @s: the time
 * @whole: the whole capture as one row, with the talkers of all of it; nothing
 *	is known of it if there was no packet
 */
void seconds_end(struct seconds *s, struct row *whole);

#endif /* PORTZERO_SECONDS_H */
