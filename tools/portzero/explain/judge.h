/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From rows to warnings: feeds the detectors, follows the events that they
 * find, and tells of them with the evidence. The one place where it is judged,
 * whether the packets came live, from recorded counts or from a capture.
 */
#ifndef PORTZERO_JUDGE_H
#define PORTZERO_JUDGE_H

#include <stdbool.h>

#include "detect/detector.h"
#include "explain/event.h"
#include "explain/history.h"
#include "input/labels.h"
#include "explain/standing.h"
#include "explain/warning.h"
#include "input/row.h"

/**
 * struct judge - what is known of all signals
 * @detector: one for each signal
 * @event: their events in progress
 * @rate: packets per second in the last interval
 * @known: the signals known of the last row
 * @labels: names of prefixes; the caller's
 * @raise: called with every warning
 * @context: handed to @raise
 */
struct judge {
	struct detector detector[SIGNALS];
	struct event event[SIGNALS];
	double rate[SIGNALS];
	unsigned int known;
	const struct labels *labels;
	void (*raise)(struct warning *w, void *context);
	void *context;

	/* private: and the signals that had an event */
	struct history history;
	double peak[SIGNALS];
	unsigned int told;
};

/**
 * judge_init() - start with nothing learned
 * @j: the judge
 * @config: the detectors' settings, or NULL for the defaults
 */
void judge_init(struct judge *j, const struct detector_config *config);

/**
 * judge_resume() - go on after the detectors were loaded from a file
 * @j: the judge
 */
void judge_resume(struct judge *j);

/**
 * judge_row() - judge an interval
 * @j: the judge
 * @row: what was counted in it
 */
void judge_row(struct judge *j, const struct row *row);

/**
 * judge_end() - there is no more: tell once more of the events in progress, with
 *	all that is known of them by now
 * @j: the judge
 * @row: the last one, or the whole
 */
void judge_end(struct judge *j, const struct row *row);

/**
 * judge_whole() - tell of the whole as if it were an event
 * @j: the judge, to which all of it was fed
 * @whole: what was counted and who talked in all of it
 *
 * Of each signal that had packets and no event: either there was no baseline
 * that it could stand out from, or it didn't. No detector says what is usual, so
 * these warnings are of no event (DETECT_NONE), and what isn't known is NAN.
 */
void judge_whole(struct judge *j, const struct row *whole);

/**
 * judge_standing() - how it stands with a signal
 * @j: the judge
 * @signal: which
 * @time: now, seconds since the epoch
 * @s: the result
 */
void judge_standing(const struct judge *j, enum portzero_signal signal,
		    double time, struct standing *s);

/**
 * judge_active() - is a warning active, of any signal? Notices don't count
 * @j: the judge
 *
 * Return: true if so.
 */
bool judge_active(const struct judge *j);

/**
 * judge_free() - give back what the judge holds
 * @j: the judge
 */
void judge_free(struct judge *j);

#endif /* PORTZERO_JUDGE_H */
