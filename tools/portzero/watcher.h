/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From counters to warnings: reads the module at every tick, feeds the
 * detectors, and hands on what they say together with the evidence.
 */
#ifndef PORTZERO_WATCHER_H
#define PORTZERO_WATCHER_H

#include <stdbool.h>

#include "counters.h"
#include "detect.h"
#include "evidence.h"
#include "labels.h"
#include "replay.h"
#include "warning.h"

/**
 * struct event - an event in progress, as the evidence for it gathers
 * @active: it goes on
 * @since: when it began, seconds since the epoch
 * @onset: what had been counted when it began
 * @busiest: the talkers when most packets were seen
 * @packets: how many that was
 * @looked: when the talkers were read last, seconds since the epoch
 */
struct event {
	bool active;
	double since;
	struct moment onset;
	struct talkers busiest;
	uint64_t packets;
	double looked;
};

/**
 * struct watcher - a watch over the module's counters, or over recorded ones
 * @detector: one for each signal
 * @event: their events in progress
 * @rate: packets per second in the last interval
 * @labels: names of prefixes; the caller's
 * @raise: called with every warning
 * @context: handed to @raise
 */
struct watcher {
	struct detector detector[SIGNALS];
	struct event event[SIGNALS];
	double rate[SIGNALS];
	const struct labels *labels;
	void (*raise)(const struct warning *w, void *context);
	void *context;

	/* private: how it gets from one tick to the next */
	struct history history;
	struct snapshot snap[2];
	unsigned int now;
	bool started;
	int trouble;
	unsigned int ticks;
	bool enabled;
	bool audit;
	bool disabled;
	bool auditing;
	struct talkers talkers;
};

/**
 * watcher_init() - start with nothing learned
 * @w: the watcher
 * @config: the detectors' settings
 */
void watcher_init(struct watcher *w, const struct detector_config *config);

/**
 * watcher_resume() - go on after the detectors were loaded from a file
 * @w: the watcher
 */
void watcher_resume(struct watcher *w);

/**
 * watcher_tick() - read the counters and judge the interval since last time
 * @w: the watcher
 *
 * A module that goes away is complained of once, and so is its return.
 *
 * Return: 0, or a negative errno while the counters can't be read.
 */
int watcher_tick(struct watcher *w);

/**
 * watcher_replay() - judge a recorded interval
 * @w: the watcher
 * @replay: where it comes from
 * @row: the interval
 */
void watcher_replay(struct watcher *w, const struct replay *replay,
		    const struct replay_row *row);

/**
 * watcher_active() - is any event in progress?
 * @w: the watcher
 *
 * Return: true if so.
 */
bool watcher_active(const struct watcher *w);

/**
 * watcher_free() - give back what the watcher holds
 * @w: the watcher
 */
void watcher_free(struct watcher *w);

#endif /* PORTZERO_WATCHER_H */
