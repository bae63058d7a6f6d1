// SPDX-License-Identifier: GPL-2.0
/*
 * From counters to warnings.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include <linux/netfilter/nf_portzero.h>

#include "say.h"
#include "watcher.h"

/* Seconds between looks at the talkers while an event goes on. */
#define LOOK		1
/* Ticks between looks at the switches: they cost as much as the counters. */
#define SWITCH_TICKS	5
/* Seconds that clocks may differ over a tick before it means something. */
#define CLOCK_SLACK	2

void watcher_init(struct watcher *w, const struct detector_config *config)
{
	memset(w, 0, sizeof(*w));
	for (int s = 0; s < SIGNALS; s++)
		detector_init(&w->detector[s], config);
}

void watcher_resume(struct watcher *w)
{
	struct detection facts;

	for (int s = 0; s < SIGNALS; s++) {
		detector_gap(&w->detector[s]);
		w->event[s].active = detector_now(&w->detector[s], &facts);
		if (w->event[s].active)
			w->event[s].since = facts.since;
	}
}

static void gap(struct watcher *w)
{
	for (int s = 0; s < SIGNALS; s++)
		detector_gap(&w->detector[s]);
}

/* Keep the talkers of the busiest time: they explain the event best. */
static void look(struct watcher *w, struct event *event, double time)
{
	struct evidence e = { 0 };

	event->looked = time;
	if (talkers_read(&w->talkers))
		return;
	/* The windows may reach back to before it; whole seconds are known. */
	talkers_since(&w->talkers, event->since - 1);
	evidence_talkers(&e, &w->talkers, w->labels);
	if (e.packets >= event->packets &&
	    !talkers_copy(&event->busiest, &w->talkers))
		event->packets = e.packets;
}

static void gather(struct watcher *w, enum portzero_signal signal,
		   const struct detection *facts, struct evidence *e)
{
	const struct event *event = &w->event[signal];
	const struct moment *from = &event->onset;

	memset(e, 0, sizeof(*e));
	e->seconds = w->history.seconds - from->seconds;
	e->rate = fmax(facts->peak, facts->rate);
	for (int i = 0; i < NF_PORTZERO_COUNTERS; i++)
		e->counts.value[i] = w->history.total.value[i] -
				     from->total.value[i];
	e->echo_expected = e->seconds *
		detector_baseline(&w->detector[SIGNAL_ECHO],
				  w->snap[w->now].realtime);
	evidence_talkers(e, &event->busiest, w->labels);
}

/* Tell what the detector says; with evidence only from live counters. */
static void tell(struct watcher *w, enum portzero_signal signal,
		 enum detect_event what, const struct detection *facts,
		 bool live)
{
	struct event *event = &w->event[signal];
	struct evidence evidence;
	struct warning warning = {
		.event = what,
		.signal = signal,
		.facts = *facts,
		.labels = w->labels,
	};

	if (what == DETECT_START) {
		event->active = true;
		event->since = facts->since;
		event->packets = 0;
		event->busiest.n = 0;
		if (live)
			event->onset = *history_at(&w->history, facts->since);
	}
	if (live && event->active) {
		if (what != DETECT_END &&
		    (signal == SIGNAL_TRUE || signal == SIGNAL_LEAK))
			look(w, event, facts->time);
		gather(w, signal, facts, &evidence);
		reading_of(signal, &evidence, &warning.reading);
		warning.evidence = &evidence;
		warning.present = w->snap[w->now].present;
		warning.talkers = &event->busiest;
		if (proc_get_switch(NF_PORTZERO_PROC_DROP, &warning.dropping))
			warning.dropping = false;
	}
	if (what == DETECT_END || what == DETECT_LEVEL)
		event->active = false;
	if (w->raise)
		w->raise(&warning, w->context);
}

static void feed(struct watcher *w, enum portzero_signal signal, double time,
		 double seconds, uint64_t count, bool live)
{
	struct detection facts;
	enum detect_event what;

	w->rate[signal] = seconds > 0 ? (double)count / seconds : 0;
	what = detector_feed(&w->detector[signal], time, seconds, count, &facts);
	if (what != DETECT_NONE)
		tell(w, signal, what, &facts, live);
}

/*
 * What counts as true port zero: what came in, or what the host itself sends
 * where that is more. Its answers to what came in are no news.
 */
static uint64_t true_signal(const struct counters *delta)
{
	uint64_t in = true_packets(delta);
	uint64_t out = delta->value[NF_PORTZERO_OUT];

	return in > out ? in : out;
}

static void read_switches(struct watcher *w)
{
	if (w->ticks++ % SWITCH_TICKS)
		return;
	if (proc_get_switch(NF_PORTZERO_PROC_ENABLE, &w->enabled))
		w->enabled = true;
	if (proc_get_switch(NF_PORTZERO_PROC_AUDIT, &w->audit))
		w->audit = false;
}

static void judge(struct watcher *w, const struct snapshot *from,
		  const struct snapshot *to)
{
	double awake = to->monotonic - from->monotonic;
	double passed = to->boottime - from->boottime;
	double clock = to->realtime - from->realtime;
	struct counters delta;

	if (!counters_between(from, to, &delta)) {
		complain("the counters began anew: was the module reloaded? Going on from there");
		/* How much of the interval they cover is not known. */
		history_add(&w->history, to->realtime, awake, &delta);
		gap(w);
		return;
	}
	history_add(&w->history, to->realtime, awake, &delta);
	if (passed - awake > CLOCK_SLACK || fabs(clock - passed) > CLOCK_SLACK)
		gap(w);

	read_switches(w);
	if (w->enabled == w->disabled) {
		w->disabled = !w->enabled;
		complain(w->enabled ? "the module counts again" :
			      "the module counts nothing here: sysctl net.netfilter.nf_portzero_enable=1");
	}
	if (!w->enabled) {
		gap(w);
		return;
	}
	feed(w, SIGNAL_TRUE, to->realtime, awake, true_signal(&delta), true);
	feed(w, SIGNAL_PHANTOM, to->realtime, awake, phantom_packets(&delta),
	     true);
	feed(w, SIGNAL_ECHO, to->realtime, awake,
	     delta.value[NF_PORTZERO_ECHO], true);

	/* Without the audit no leak is counted, which isn't to say there is none. */
	if (w->audit && w->auditing)
		feed(w, SIGNAL_LEAK, to->realtime, awake,
		     delta.value[NF_PORTZERO_LEAK], true);
	else
		detector_gap(&w->detector[SIGNAL_LEAK]);
	w->auditing = w->audit;
}

static void keep_looking(struct watcher *w, double time)
{
	static const enum portzero_signal named[] = { SIGNAL_TRUE, SIGNAL_LEAK };

	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		struct event *event = &w->event[named[i]];

		if (event->active && fabs(time - event->looked) >= LOOK)
			look(w, event, time);
	}
}

int watcher_tick(struct watcher *w)
{
	const struct snapshot *from = &w->snap[w->now];
	struct snapshot *to = &w->snap[!w->now];
	int error = snapshot_read(to);

	if (error) {
		if (error != w->trouble) {
			proc_complain(NF_PORTZERO_PROC_STAT, error);
			if (w->started)
				complain("nothing is watched until it is back");
		}
		w->trouble = error;
		return error;
	}
	w->now = !w->now;
	if (w->trouble && w->started) {
		complain("the module is back");
		gap(w);
	}
	if (w->started)
		judge(w, from, to);
	else
		history_add(&w->history, to->realtime, 0,
			    &(struct counters){ 0 });
	w->started = true;
	w->trouble = 0;
	keep_looking(w, to->realtime);
	return 0;
}

void watcher_replay(struct watcher *w, const struct replay *replay,
		    const struct replay_row *row)
{
	for (int s = 0; s < SIGNALS; s++) {
		if (replay_has(replay, (enum portzero_signal)s))
			feed(w, (enum portzero_signal)s, row->time,
			     row->seconds, row->counts[s], false);
	}
}

bool watcher_active(const struct watcher *w)
{
	for (int s = 0; s < SIGNALS; s++) {
		if (w->event[s].active)
			return true;
	}
	return false;
}

void watcher_free(struct watcher *w)
{
	for (int s = 0; s < SIGNALS; s++)
		talkers_free(&w->event[s].busiest);
	snapshot_free(&w->snap[0]);
	snapshot_free(&w->snap[1]);
	talkers_free(&w->talkers);
}
