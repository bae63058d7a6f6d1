// SPDX-License-Identifier: GPL-2.0
/*
 * Spikes over a capture's timeline.
 */
#include <string.h>

#include "reading.h"
#include "spikes.h"
#include "util.h"

/* Seconds that packets may be late without time going back. */
#define LATE		5
/* Seconds between looks at the talkers while an event goes on. */
#define LOOK		5
/* Seconds between two files that make them follow on each other. */
#define FOLLOWS		10
/* Silence is fed in rows of these seconds, the long one only where it fits. */
#define SILENCE		60
#define LONG_SILENCE	3600
/* A longer silence is none: nobody was capturing. */
#define SILENCE_MAX	(7 * 86400)

void spikes_init(struct spikes *s)
{
	memset(s, 0, sizeof(*s));
	for (int i = 0; i < TIMELINE_SIGNALS; i++)
		detector_init(&s->detector[i], NULL);
}

/* Keep the talkers of the busiest time: they explain the event best. */
static void look(struct spikes *s, struct spikes_event *event, int64_t time)
{
	struct talkers talkers = { 0 };
	struct evidence e = { 0 };

	event->looked = time;
	if (!tally_talkers(s->tally, true, &talkers)) {
		evidence_talkers(&e, &talkers, s->labels);
		if (e.packets >= event->packets &&
		    !talkers_copy(&event->busiest, &talkers))
			event->packets = e.packets;
	}
	talkers_free(&talkers);
}

static void gather(const struct spikes *s, const struct spikes_event *event,
		   double time, struct evidence *e)
{
	memset(e, 0, sizeof(*e));
	e->seconds = s->history.seconds - event->onset.seconds;
	for (int i = 0; i < NF_PORTZERO_COUNTERS; i++)
		e->counts.value[i] = s->history.total.value[i] -
				     event->onset.total.value[i];
	e->echo_expected = e->seconds *
		detector_baseline(&s->detector[SIGNAL_ECHO], time);
	evidence_talkers(e, &event->busiest, s->labels);
}

static void tell(struct spikes *s, enum portzero_signal signal,
		 enum detect_event what, const struct detection *facts)
{
	struct spikes_event *event = &s->event[signal];
	struct evidence evidence;
	struct warning warning = {
		.event = what,
		.signal = signal,
		.facts = *facts,
		.present = ~UINT64_C(0),
		.labels = s->labels,
	};

	if (what == DETECT_START) {
		event->active = true;
		event->packets = 0;
		event->busiest.n = 0;
		event->onset = *history_at(&s->history, facts->since);
	}
	if (event->active) {
		if (signal == SIGNAL_TRUE && what != DETECT_END)
			look(s, event, (int64_t)facts->time);
		gather(s, event, facts->time, &evidence);
		reading_of(signal, &evidence, &warning.reading);
		warning.evidence = &evidence;
		warning.talkers = &event->busiest;
	}
	if (what == DETECT_END || what == DETECT_LEVEL)
		event->active = false;
	s->raise(&warning, s->context);
}

/* A row that ends at a time, with what was counted since the row before. */
static void row(struct spikes *s, int64_t end, int64_t seconds)
{
	struct spikes_event *event = &s->event[SIGNAL_TRUE];
	struct counters delta;
	struct detection facts;
	enum detect_event what;

	for (int i = 0; i < NF_PORTZERO_COUNTERS; i++)
		delta.value[i] = s->tally->counters.value[i] -
				 s->before.value[i];
	s->before = s->tally->counters;
	history_add(&s->history, (double)end, (double)seconds, &delta);
	for (int i = 0; i < TIMELINE_SIGNALS; i++) {
		what = detector_feed(&s->detector[i], (double)end,
				     (double)seconds, s->count[i], &facts);
		s->count[i] = 0;
		if (what != DETECT_NONE)
			tell(s, (enum portzero_signal)i, what, &facts);
	}
	if (event->active && end - event->looked >= LOOK)
		look(s, event, end);
}

static void gap(struct spikes *s)
{
	for (int i = 0; i < TIMELINE_SIGNALS; i++)
		detector_gap(&s->detector[i]);
}

static void silence(struct spikes *s, int64_t from, int64_t to)
{
	while (from < to) {
		int64_t seconds = to - from;

		if (seconds >= 2 * LONG_SILENCE)
			seconds = LONG_SILENCE;
		else if (seconds > SILENCE)
			seconds = SILENCE;
		from += seconds;
		row(s, from, seconds);
	}
}

void spikes_advance(struct spikes *s, int64_t time)
{
	int64_t after = s->second + 1;

	if (!s->started) {
		s->started = true;
		s->second = time;
		return;
	}
	if (time <= s->second && s->second - time <= LATE)
		return;
	row(s, after, 1);
	if (time < s->second) {
		s->back++;
		gap(s);
	} else if (time - after > SILENCE_MAX) {
		gap(s);
	} else {
		silence(s, after, time);
	}
	s->second = time;
}

void spikes_pause(struct spikes *s, int64_t time)
{
	if (!s->started || time - s->second <= FOLLOWS)
		return;
	row(s, s->second + 1, 1);
	gap(s);
	s->second = time;
}

void spikes_end(struct spikes *s)
{
	if (s->started)
		row(s, s->second + 1, 1);
	for (int i = 0; i < TIMELINE_SIGNALS; i++)
		talkers_free(&s->event[i].busiest);
}
