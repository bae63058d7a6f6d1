// SPDX-License-Identifier: GPL-2.0
/*
 * From rows to warnings.
 */
#include <math.h>
#include <string.h>

#include "explain/judge.h"

/* The signals whose talkers are known: they are of true port zero. */
#define NAMED	(SIGNAL(SIGNAL_TRUE) | SIGNAL(SIGNAL_LEAK))

void judge_init(struct judge *j, const struct detector_config *config)
{
	struct detector_config any = *config;

	memset(j, 0, sizeof(*j));
	/* Of pings and fragments, no rate is too high to be somebody's usual one. */
	any.prior = 0;
	for (int s = 0; s < SIGNALS; s++)
		detector_init(&j->detector[s],
			      NAMED & SIGNAL(s) ? config : &any);
}

void judge_resume(struct judge *j)
{
	static const struct moment unknown;
	struct detection facts;

	for (int s = 0; s < SIGNALS; s++) {
		if (!detector_now(&j->detector[s], &facts))
			continue;
		event_begin(&j->event[s], facts.since, &unknown);
		j->event[s].severity = facts.severity;
	}
}

/* Tell of an event; with evidence where more is known than counts. */
static void tell(struct judge *j, enum portzero_signal signal,
		 enum detect_event what, const struct detection *facts,
		 struct event *event, const struct row *row)
{
	struct evidence evidence;
	struct warning warning = {
		.event = what,
		.signal = signal,
		.facts = *facts,
		.patience = j->detector[signal].config.patience,
		.present = row->present,
		.labels = j->labels,
		.reading.kind = reading_of_counts(signal),
	};

	event->severity = facts->severity;
	if (row->delta && event->active) {
		event_gather(event, &j->history, j->labels, &evidence);
		evidence.captured = row->captured;
		evidence.rate = fmax(facts->peak, facts->rate);
		evidence.begun = what == DETECT_START &&
				 2 * (double)row->counts[signal] > facts->count;
		evidence.echo_expected = what == DETECT_NONE ? NAN :
			evidence.seconds *
			detector_baseline(&j->detector[SIGNAL_ECHO], row->time);
		reading_of(signal, &evidence, &warning.reading);
		warning.evidence = &evidence;
		if (NAMED & SIGNAL(signal))
			warning.talkers = &event->busiest;
	}
	if (what == DETECT_END || what == DETECT_LEVEL)
		event->active = false;
	j->raise(&warning, j->context);
}

static void feed(struct judge *j, enum portzero_signal signal,
		 const struct row *row)
{
	const uint64_t count = row->counts[signal];
	struct event *event = &j->event[signal];
	struct detection facts;
	enum detect_event what;

	j->rate[signal] = row->seconds > 0 ? (double)count / row->seconds : 0;
	j->peak[signal] = fmax(j->peak[signal], j->rate[signal]);
	if (row->gap || !(j->known & SIGNAL(signal)))
		detector_gap(&j->detector[signal]);
	what = detector_feed(&j->detector[signal], row->time, row->seconds,
			     count, &facts);
	if (what == DETECT_START)
		event_begin(event, facts.since,
			    history_at(&j->history, facts.since));
	if (event->active && NAMED & SIGNAL(signal))
		event_look(event, row);
	if (what == DETECT_NONE)
		return;
	j->told |= SIGNAL(signal);
	tell(j, signal, what, &facts, event, row);
}

void judge_row(struct judge *j, const struct row *row)
{
	if (row->delta)
		history_add(&j->history, row->time, row->seconds, row->delta);
	for (int s = 0; s < SIGNALS; s++) {
		if (row->known & SIGNAL(s))
			feed(j, (enum portzero_signal)s, row);
	}
	j->known = row->known;
}

void judge_end(struct judge *j, const struct row *row)
{
	struct detection facts;

	for (int s = 0; s < SIGNALS; s++) {
		if (j->event[s].active && detector_now(&j->detector[s], &facts))
			tell(j, (enum portzero_signal)s, DETECT_UPDATE, &facts,
			     &j->event[s], row);
	}
}

void judge_whole(struct judge *j, const struct row *whole)
{
	static const struct moment nothing;
	struct event event = { 0 };

	event_begin(&event, whole->time - whole->seconds, &nothing);
	event_look(&event, whole);
	for (int s = 0; s < SIGNALS; s++) {
		const double count = (double)whole->counts[s];
		const struct detection facts = {
			.time = whole->time,
			.since = event.since,
			.until = whole->time,
			.rate = count / whole->seconds,
			.baseline = NAN,
			.peak = j->peak[s],
			.count = count,
			.excess = NAN,
			.evidence = NAN,
			.chance = NAN,
			.learning = detector_learning(&j->detector[s]),
		};

		if (whole->counts[s] && whole->known & ~j->told & SIGNAL(s))
			tell(j, (enum portzero_signal)s, DETECT_NONE, &facts,
			     &event, whole);
	}
	event_free(&event);
}

void judge_standing(const struct judge *j, enum portzero_signal signal,
		    double time, struct standing *s)
{
	standing_of(&j->detector[signal], time, s);
	if (j->known & SIGNAL(signal))
		s->rate = j->rate[signal];
}

bool judge_active(const struct judge *j)
{
	for (int s = 0; s < SIGNALS; s++) {
		if (event_warns(&j->event[s]))
			return true;
	}
	return false;
}

void judge_free(struct judge *j)
{
	for (int s = 0; s < SIGNALS; s++)
		event_free(&j->event[s]);
}
