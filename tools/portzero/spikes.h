/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Spikes over a capture's timeline: the detectors of `portzero watch`, fed with
 * rows of a second in recorded time.
 */
#ifndef PORTZERO_SPIKES_H
#define PORTZERO_SPIKES_H

#include <stdbool.h>
#include <stdint.h>

#include "detect.h"
#include "evidence.h"
#include "labels.h"
#include "tally.h"
#include "timeline.h"
#include "warning.h"

/**
 * struct spikes_event - an event in progress
 * @active: it goes on
 * @onset: what had been counted when it began
 * @busiest: the talkers when most packets were seen
 * @packets: how many that was
 * @looked: when the talkers were looked at last
 */
struct spikes_event {
	bool active;
	struct moment onset;
	struct talkers busiest;
	uint64_t packets;
	int64_t looked;
};

/**
 * struct spikes - a watch over captured packets
 * @tally: what has been counted; the caller's
 * @labels: names of prefixes; the caller's
 * @raise: called with every warning
 * @context: handed to @raise
 * @back: how often the time of the capture went back
 * @started: there was a packet
 * @second: the second that is being counted
 * @count: packets in it
 * @before: the counters when it began
 * @history: the counters at moments before
 * @detector: one for each signal
 * @event: their events in progress
 */
struct spikes {
	const struct tally *tally;
	const struct labels *labels;
	void (*raise)(const struct warning *w, void *context);
	void *context;
	unsigned int back;
	bool started;
	int64_t second;
	uint64_t count[TIMELINE_SIGNALS];
	struct counters before;
	struct history history;
	struct detector detector[TIMELINE_SIGNALS];
	struct spikes_event event[TIMELINE_SIGNALS];
};

/**
 * spikes_init() - start with nothing learned
 * @s: the watch
 */
void spikes_init(struct spikes *s);

/**
 * spikes_advance() - time goes on; call it before the tally
 * @s: the watch
 * @time: of the next packet, seconds since the epoch
 *
 * Packets that come a little late count with those that came on time. When
 * time goes back further than that, the watch starts anew from there; what
 * was learned is kept.
 */
void spikes_advance(struct spikes *s, int64_t time);

/**
 * spikes_pause() - nothing is known of the time to the next packet
 * @s: the watch
 * @time: of the next packet
 *
 * For the next of several files, which may follow on the one before or not.
 */
void spikes_pause(struct spikes *s, int64_t time);

/**
 * spikes_add() - count a packet
 * @s: the watch, advanced to the packet's time
 * @signal: what it is
 */
static inline void spikes_add(struct spikes *s, enum portzero_signal signal)
{
	s->count[signal]++;
}

/**
 * spikes_end() - the last packet has been counted
 * @s: the watch
 */
void spikes_end(struct spikes *s);

#endif /* PORTZERO_SPIKES_H */
