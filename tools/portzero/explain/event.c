// SPDX-License-Identifier: GPL-2.0
/*
 * An event in progress, as the evidence for it gathers.
 */
#include <math.h>
#include <string.h>

#include "explain/event.h"

/* Seconds between looks at the talkers. */
#define LOOK	1

void event_begin(struct event *event, double since, const struct moment *onset)
{
	event->active = true;
	event->since = since;
	event->onset = *onset;
	event->busiest.n = 0;
	event->packets = 0;
	event->looked = -INFINITY;
}

bool event_warns(const struct event *event)
{
	return event->active && event->severity == DETECT_WARNING;
}

/* Keep the talkers of the busiest time: they explain the event best. */
void event_look(struct event *event, const struct row *row)
{
	struct talkers seen = { 0 };
	uint64_t packets = 0;

	if (!row->talkers || fabs(row->time - event->looked) < LOOK ||
	    (event->packets && !true_packets(row->delta)))
		return;
	event->looked = row->time;
	if (!row->talkers(row->context, &seen)) {
		/* They may reach back to before it; whole seconds are known. */
		talkers_since(&seen, event->since - 1);
		for (size_t i = 0; i < seen.n && seen.v[i].source; i++)
			packets += seen.v[i].count;
	}
	if (packets && packets >= event->packets) {
		talkers_free(&event->busiest);
		event->busiest = seen;
		event->packets = packets;
	} else {
		talkers_free(&seen);
	}
}

void event_gather(const struct event *event, const struct history *history,
		  const struct labels *labels, struct evidence *e)
{
	memset(e, 0, sizeof(*e));
	e->seconds = history->seconds - event->onset.seconds;
	for (int i = 0; i < NF_PORTZERO_COUNTERS; i++)
		e->counts.value[i] = history->total.value[i] -
				     event->onset.total.value[i];
	evidence_talkers(e, &event->busiest, labels);
}

void event_free(struct event *event)
{
	talkers_free(&event->busiest);
}
