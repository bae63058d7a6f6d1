/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event in progress, as the evidence for it gathers.
 */
#ifndef PORTZERO_EVENT_H
#define PORTZERO_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "detect/detector.h"
#include "explain/evidence.h"
#include "explain/history.h"
#include "input/labels.h"
#include "input/row.h"

/**
 * struct event - an event of one signal
 * @active: it goes on
 * @severity: as it was told last
 * @since: when it began, seconds since the epoch
 * @onset: what had been counted when it began
 * @busiest: the talkers when most packets were seen
 * @packets: how many that was
 * @looked: when the talkers were read last, seconds since the epoch
 */
struct event {
	bool active;
	enum detect_severity severity;
	double since;
	struct moment onset;
	struct talkers busiest;
	uint64_t packets;
	double looked;
};

/**
 * event_begin() - an event begins
 * @event: the event; its talkers are used again
 * @since: when it began, seconds since the epoch
 * @onset: what had been counted then
 */
void event_begin(struct event *event, double since, const struct moment *onset);

/**
 * event_warns() - is it in progress, and more than usual?
 * @event: the event
 */
bool event_warns(const struct event *event);

/**
 * event_look() - see who talks, unless it was seen a moment ago
 * @event: the event
 * @row: what was counted last
 */
void event_look(struct event *event, const struct row *row);

/**
 * event_gather() - what is known about the event by now
 * @event: the event
 * @history: what has been counted
 * @labels: names of known sources
 * @e: the evidence; what the detector knows is the caller's to fill in
 */
void event_gather(const struct event *event, const struct history *history,
		  const struct labels *labels, struct evidence *e);

/**
 * event_free() - give back what the event holds
 * @event: the event, reusable afterwards
 */
void event_free(struct event *event);

#endif /* PORTZERO_EVENT_H */
