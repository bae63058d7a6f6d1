// SPDX-License-Identifier: GPL-2.0
/*
 * A month, and what happens in it. Rows go into the detector as the tool feeds
 * them: by detector_feed(), with the settings that everyone gets.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/detector.h"
#include "optimum.h"
#include "trial.h"

/* Forks of a change, in seconds of time at most: the optima differ widely. */
#define FORKED_MAX	(16 * DAY)
#define FORKS_APART	(2 * 3600.0)

/* A change lasts ten rows at the least. */
#define ROWS_LEAST	10

bool warned(enum detect_event event, const struct detection *said)
{
	return said->severity == DETECT_WARNING &&
	       (event == DETECT_START ||
		(event == DETECT_UPDATE && said->escalated));
}

void years_play(struct years *y, const struct background *b, unsigned long seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct background slow = *b;
	struct detector detector;
	struct detection said;
	struct traffic traffic;
	double begin;

	slow.row = fmax(b->row, YEARS_ROW);
	gsl_rng_set(rng, seed);
	traffic_init(&traffic, &slow, rng);
	detector_init(&detector, NULL);
	begin = traffic.time;
	memset(y, 0, sizeof(*y));
	while (traffic.time < begin + (SETTLE_DAYS + 365.25) * DAY) {
		double count = traffic_next(&traffic);
		enum detect_event event = detector_feed(&detector, traffic.time,
							slow.row, count, &said);
		bool settled = traffic.time > begin + SETTLE_DAYS * DAY;

		if (event == DETECT_START && said.severity == DETECT_NOTICE)
			y->notices += settled;
		if (warned(event, &said))
			*(settled ? &y->warnings : &y->first) += 1;
		y->levels += settled && event == DETECT_LEVEL;
	}
	gsl_rng_free(rng);
}

static void *grown(void *old, size_t size)
{
	void *new = realloc(old, size);

	if (!new) {
		perror("bench-detect");
		exit(2);
	}
	return new;
}

static void add_step(struct month *m, int alarm, int rows, float value)
{
	if (m->stepped == m->room) {
		m->room = m->room ? 2 * m->room : 4096;
		m->steps = grown(m->steps, m->room * sizeof(*m->steps));
	}
	m->steps[m->stepped++] = (struct step) { alarm, rows, value };
}

/*
 * What comes after the change: the detector until it warns, the peers to the
 * end, for their thresholds are only chosen when all is over.
 */
static void play_fork(struct month *m, struct fork *f, struct detector d,
		      struct peers p, struct traffic traffic)
{
	const struct background *b = traffic.background;
	float highest[PEER_ALARMS] = { 0 };
	struct detection out;
	int rows = 0, i;
	double into;

	f->delay = INFINITY;
	f->first = m->stepped;
	for (into = b->row; into < f->lasts + b->row; into += b->row) {
		double expected = background_expects(b, traffic.time);
		double count = traffic_next(&traffic);

		rows++;
		if (isinf(f->delay)) {
			m->rows++;
			enum detect_event event =
				detector_feed(&d, traffic.time, b->row, count,
					      &out);

			if (warned(event, &out))
				f->delay = into;
		}
		peers_feed(&p, count, expected);
		for (i = 0; i < PEER_ALARMS; i++) {
			if (p.value[i] <= highest[i])
				continue;
			highest[i] = p.value[i];
			add_step(m, i, rows, highest[i]);
		}
	}
	f->steps = m->stepped - f->first;
}

static double ratio_of(enum change_kind change, double rate)
{
	return change == RAMP ? 5 : changed_rate(change, rate, 0) / rate;
}

static void new_fork(struct month *m, enum change_kind change,
		     const struct detector *d, const struct peers *p,
		     const struct traffic *now, unsigned long seed)
{
	const struct background *b = now->background;
	double rate = background_rate(b, now->time);
	struct forks *forks = &m->forks[change];
	struct traffic traffic = *now;
	struct fork *f;

	forks->fork = grown(forks->fork,
			    (forks->count + 1) * sizeof(*forks->fork));
	f = &forks->fork[forks->count++];
	f->bound = optimum(rate, ratio_of(change, rate), b->dispersion,
			   b->row).delay;
	f->lasts = fmax(change_lasts(change, f->bound),
			change == BURST ? 0 : ROWS_LEAST * b->row);

	traffic.rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(traffic.rng, seed + 1000 * change + 100000 * forks->count);
	traffic.change = change;
	traffic.change_at = now->time;
	play_fork(m, f, *d, *p, traffic);
	gsl_rng_free(traffic.rng);
}

/* The time between forks of a change: often if they are short. */
static double fork_every(const struct background *b, enum change_kind change)
{
	double bound = optimum(b->rate, ratio_of(change, b->rate), b->dispersion,
			       b->row).delay;
	double lasts = change_lasts(change, bound);
	double forks = fmax(4, FORKED_MAX / lasts);

	return fmax(FORKS_APART, (DAYS - LEARN_DAYS) * DAY / forks);
}

void month_play(struct month *m, const struct background *b,
		unsigned long seed, enum change_kind first,
		enum change_kind last)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double next[CHANGES], begin, learned;
	struct detector detector;
	struct detection out;
	enum detect_event event;
	struct traffic traffic;
	struct peers peers;
	long row, rows = lround(DAYS * DAY / b->row);
	int i;

	memset(m, 0, sizeof(*m));
	gsl_rng_set(rng, seed);
	traffic_init(&traffic, b, rng);
	detector_init(&detector, NULL);
	peers_init(&peers, b->row, b->dispersion);
	begin = traffic.time;
	learned = begin + LEARN_DAYS * DAY;
	for (i = 0; i < CHANGES; i++)
		next[i] = i >= (int)first && i <= (int)last ? learned : INFINITY;

	for (row = 0; row < rows; row++) {
		double expected = background_expects(b, traffic.time);
		double count = traffic_next(&traffic);
		double into = traffic.time - begin;
		int hour = fmin(HOURS - 1, (into - b->row / 2) / 3600);

		event = detector_feed(&detector, traffic.time, b->row, count,
				      &out);
		if (warned(event, &out)) {
			m->alarms++;
			m->early += into < EARLY_DAYS * DAY;
		}
		m->levels += event == DETECT_LEVEL;
		peers_feed(&peers, count, expected);
		if (into > EARLY_DAYS * DAY)
			for (i = 0; i < PEER_ALARMS; i++)
				if (peers.value[i] > m->highest[i][hour])
					m->highest[i][hour] = peers.value[i];

		/* Nothing new can be seen while a false alarm goes on. */
		for (i = 0; i < CHANGES; i++) {
			if (traffic.time < next[i] || detector.spike.active)
				continue;
			new_fork(m, i, &detector, &peers, &traffic, seed);
			next[i] += fork_every(b, i);
		}
	}
	m->rows += rows;
	gsl_rng_free(rng);
}

void month_peer_delays(const struct month *m, const struct fork *f, double row,
		       const double threshold[PEER_ALARMS],
		       double delay[PEER_ALARMS])
{
	size_t i;

	for (i = 0; i < PEER_ALARMS; i++)
		delay[i] = INFINITY;
	for (i = f->first; i < f->first + f->steps; i++) {
		const struct step *s = &m->steps[i];

		if (s->value >= threshold[s->alarm] && isinf(delay[s->alarm]))
			delay[s->alarm] = s->rows * row;
	}
}

void month_free(struct month *m)
{
	int i;

	for (i = 0; i < CHANGES; i++)
		free(m->forks[i].fork);
	free(m->steps);
}
