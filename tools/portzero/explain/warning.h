/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A warning or a notice: all that is known about an event at one moment, as data.
 */
#ifndef PORTZERO_EXPLAIN_WARNING_H
#define PORTZERO_EXPLAIN_WARNING_H

#include "detect/detector.h"
#include "explain/evidence.h"
#include "input/labels.h"
#include "explain/reading.h"

/**
 * struct warning - an event's start, update or end, or a change of level
 * @event: which of them, or DETECT_NONE if the whole of a capture is told of
 * @signal: what it is about
 * @facts: what the detector says, whether this is a warning or a notice too
 * @patience: seconds between false warnings that are put up with, on average
 * @evidence: what was counted and who talked, or NULL (recorded counts)
 * @present: the counters the module has
 * @talkers: who talked, or NULL
 * @labels: names of prefixes
 * @reading: what it looks like; without @evidence its kind alone
 * @dropping: true packets are being dropped
 */
struct warning {
	enum detect_event event;
	enum portzero_signal signal;
	struct detection facts;
	double patience;
	const struct evidence *evidence;
	uint64_t present;
	const struct talkers *talkers;
	const struct labels *labels;
	struct reading reading;
	bool dropping;
};

#endif /* PORTZERO_EXPLAIN_WARNING_H */
