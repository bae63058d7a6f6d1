// SPDX-License-Identifier: GPL-2.0
/*
 * From months to figures.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optimum.h"
#include "summary.h"

/* A peer's false alarms: hours in a row that reach the threshold are one. */
static unsigned int alarms_at(const struct month *months, unsigned int count,
			      unsigned int peer, double threshold)
{
	unsigned int alarms = 0, i;
	int hour;

	for (i = 0; i < count; i++) {
		bool before = false;

		for (hour = 0; hour < HOURS; hour++) {
			bool now = months[i].highest[peer][hour] >= threshold;

			alarms += now && !before;
			before = now;
		}
	}
	return alarms;
}

static int descending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x < y) - (x > y);
}

/* With hindsight: the lowest threshold with no more than so many alarms. */
static double tuned(const struct month *months, unsigned int count,
		    unsigned int peer, unsigned int alarms)
{
	size_t size = (size_t)count * HOURS, i;
	float *values = malloc(size * sizeof(*values));
	double threshold = INFINITY;

	if (!values) {
		perror("bench-detect");
		exit(2);
	}
	for (i = 0; i < count; i++)
		memcpy(values + i * HOURS, months[i].highest[peer],
		       HOURS * sizeof(*values));
	qsort(values, size, sizeof(*values), descending);
	threshold = nextafterf(values[0], INFINITY);
	for (i = 0; i < size; i++) {
		if (alarms_at(months, count, peer, values[i]) > alarms)
			break;
		threshold = values[i];
		/* Between two values the lower threshold is as good. */
		if (i + 1 < size)
			threshold = nextafterf(values[i + 1], INFINITY);
	}
	free(values);
	return threshold;
}

static void see(struct sight *sight, const struct fork *f, double delay)
{
	sight->forks++;
	sight->missed += isinf(delay);
	sight->delay += fmin(delay, f->lasts);
}

static bool better(const struct sight *a, const struct sight *b)
{
	return a->delay < b->delay ||
	       (a->delay == b->delay && a->missed < b->missed);
}

/* How a change was seen: by ours, and by each kind of peer with its best window. */
static void compare(struct summary *s, const struct month *months,
		    unsigned int count, enum change_kind change)
{
	struct sight sights[PEER_ALARMS] = { 0 };
	double delay[PEER_ALARMS];
	unsigned int i, peer;
	size_t n;

	for (i = 0; i < count; i++) {
		const struct forks *forks = &months[i].forks[change];

		for (n = 0; n < forks->count; n++) {
			const struct fork *f = &forks->fork[n];

			s->bound[change] += f->bound;
			see(&s->ours[change], f, f->delay);
			month_peer_delays(&months[i], f, s->background->row,
					  s->threshold, delay);
			for (peer = 0; peer < PEER_ALARMS; peer++)
				see(&sights[peer], f, delay[peer]);
		}
	}
	s->forks[change] = s->ours[change].forks;
	if (!s->forks[change])
		return;
	s->bound[change] /= s->forks[change];
	s->ours[change].delay /= s->forks[change];
	for (peer = 0; peer < PEER_ALARMS; peer++) {
		struct sight *best = &s->peers[peer_alarms[peer].kind][change];

		sights[peer].alarm = peer;
		sights[peer].delay /= s->forks[change];
		if (!best->forks || better(&sights[peer], best))
			*best = sights[peer];
	}
}

void summarize(struct summary *s, const struct background *b,
	       const struct month *months, unsigned int count)
{
	unsigned int i, alarms = 0, late = 0, peer;
	enum change_kind change;

	memset(s, 0, sizeof(*s));
	s->background = b;
	for (i = 0; i < count; i++) {
		alarms += months[i].alarms;
		late += months[i].alarms - months[i].early;
		s->early += months[i].early / (double)count;
		s->levels += months[i].levels / (double)count;
	}
	s->alarms = (double)alarms / count;
	for (peer = 0; peer < PEER_ALARMS; peer++) {
		double usual = peer_usual[peer_alarms[peer].kind];

		if (peer >= PEER_CUSUM)
			usual = optimum(b->rate, changed_rate(peer - PEER_CUSUM, 1, 0),
					b->dispersion, b->row).threshold;
		if (usual)
			s->usual_alarms[peer] =
				(double)alarms_at(months, count, peer, usual) / count;
		s->threshold[peer] = tuned(months, count, peer, late);
	}
	for (change = 0; change < CHANGES; change++)
		compare(s, months, count, change);
}

/* Even the largest of these changes may leave its first row unremarkable. */
#define ROW_SLACK	1.02

double allowed(const struct summary *s, enum change_kind change, double bar)
{
	return fmax(ROW_SLACK * s->background->row, bar * s->bound[change]);
}

double optimum_warnings(const struct summary *s, enum change_kind change)
{
	return s->usual_alarms[PEER_CUSUM + change] * DETECT_SIGNALS * 365.25 /
	       (DAYS - EARLY_DAYS);
}

struct yearly yearly(unsigned int warnings, unsigned int years)
{
	const double z = 1.96, a_warning = (double)DETECT_SIGNALS / years;
	double few = warnings, many = few + 1;

	return (struct yearly) {
		.mean = a_warning * few,
		.low = warnings ? a_warning * few *
		       pow(1 - 1 / (9 * few) - z / (3 * sqrt(few)), 3) : 0,
		.high = a_warning * many *
			pow(1 - 1 / (9 * many) + z / (3 * sqrt(many)), 3),
	};
}
