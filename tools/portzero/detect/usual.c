// SPDX-License-Identifier: GPL-2.0
/*
 * The events of the last two weeks, and whether one is like them.
 *
 * An event is within another if it is no larger in any measure; and it is usual
 * if it is within three. So an event that is within three younger ones says
 * nothing that they don't, for as long as they are remembered: when there is no
 * room, such a one is forgotten (what stays is the 3-skyband of a sliding window:
 * Papadias et al., "Progressive skyline computation in database systems", ACM
 * TODS 30, 2005).
 */
#include <math.h>
#include <stdbool.h>

#include "detect/usual.h"

#define MEMORY		(14 * 86400.0)

/*
 * New records are no surprise: of events that come at random, whatever their
 * law, 3 in n exceed the third-highest of n before, 78 a year if n of them come
 * in two weeks, as many as there are. One a year exceeds 78^gamma times that, where
 * gamma is the index of a Pareto tail (Weissman, "Estimation of parameters and
 * large quantiles based on the k largest observations", JASA 73, 1978) by the mean
 * of the logarithms over the twentieth-highest (Hill, "A simple general approach to
 * inference about the tail of a distribution", Ann. Stat. 3, 1975). From k = 19
 * logarithms gamma is uncertain by a quarter, and what exceeds the reach is mostly
 * what came after too low a guess: allowing for that, x becomes exp(k (x^(1/k) - 1)).
 *
 * For one a year of each signal that is 134, for one of the four together 817, and
 * what is taken is between them: with 134, 500 and 817, Pareto bursts are warned of
 * 17, 11 and 9 times a year, lognormal ones 8, 4 and twice; but among bursts of 1/s
 * x20 is told after 2.2, 3.9 and 4.6 s. (Of k = 9, 272 left 15 and 16, at 3.4 s.)
 */
#define TAIL		20
#define EXCEEDED	500.0

/*
 * Above many small events a few large ones of another kind, a scan a day, look like
 * a heavy tail. In such a tail the steps between neighbours, times their rank, are
 * alike (Renyi, "On the theory of order statistics", Acta Math. Acad. Sci. Hung. 4,
 * 1953), and one in 14,000 has a step that is half of their sum: that is a gap, and
 * the tail is what remains. Where bursts and a daily scan are usual, x20 is told after
 * 14 minutes by that, and after three hours without.
 */
#define GAP		0.5

/*
 * But a repetition is never exact; and in a tail of index 2/3, as the heaviest that
 * was tried has it, a reach beyond 40 spares no more warnings. Fewer than TAIL events
 * are no tail: three decoys, each ten times the one before, would buy all of it.
 */
#define REACH_LEAST	1.5
#define REACH_FEW	8.0
#define REACH_MOST	40.0

/*
 * A measure may be larger by this without meaning more: packets, seconds, a second.
 * A minute, as bursts that follow each other soon make one: with 10 s, hourly scanners
 * of 20 to 60 s were warned of 13 times a year for their length alone, with 30 s 6
 * times, with 60 s twice; bursts of 1/s 14, 8 and 5 times. Among such bursts a step of
 * x5 is told 10 to 20 s later; where there are none, as soon as before.
 */
static const double grain[USUAL_MEASURES] = { 5, 5, 60, 0.5 };

/* Alike, for people: within this factor. */
#define ALIKE		4.0

static bool remembered(const struct usual *u, int i, double now)
{
	return now - u->since[i] <= MEMORY;
}

static void forget(struct usual *u, int i)
{
	int last = --u->events;

	u->since[i] = u->since[last];
	u->expected[i] = u->expected[last];
	u->learned[i] = u->learned[last];
	for (int m = 0; m < USUAL_MEASURES; m++)
		u->measure[m][i] = u->measure[m][last];
}

static bool within(const struct usual *u, int i, int other)
{
	for (int m = 0; m < USUAL_MEASURES; m++)
		if (u->measure[m][i] > u->measure[m][other])
			return false;
	return true;
}

/* Among the events, the oldest that three younger ones stand for, or the oldest. */
static int spare(const struct usual *u)
{
	int oldest = 0, spare = -1;

	for (int i = 0; i < u->events; i++) {
		int younger = 0;

		if (u->since[i] < u->since[oldest])
			oldest = i;
		if (spare >= 0 && u->since[i] >= u->since[spare])
			continue;
		for (int j = 0; j < u->events && younger < DETECT_REPEATS; j++)
			younger += u->since[j] > u->since[i] && within(u, i, j);
		if (younger == DETECT_REPEATS)
			spare = i;
	}
	return spare >= 0 ? spare : oldest;
}

void usual_refresh(struct usual *u)
{
	for (int m = 0; m < USUAL_MEASURES; m++) {
		double high[TAIL] = { 0 }, sum = 0, gap = 0, reach = 1;
		int n = 0;

		for (int i = 0; i < u->events; i++) {
			double x = u->learned[i] ? 0 :
						   u->measure[m][i] + grain[m];

			for (int j = 0; j < TAIL; j++) {
				if (x > high[j]) {
					double lower = high[j];

					high[j] = x;
					x = lower;
				}
			}
		}
		while (n < TAIL && high[n] > 0)
			n++;
		for (int j = 1; j < n; j++) {
			double step = j * log(high[j - 1] / high[j]);

			sum += step;
			gap = fmax(gap, step);
		}
		if (n == TAIL && gap > GAP * sum)
			reach = pow(EXCEEDED, (sum - gap) / (n - 2));
		else if (n > 1)
			reach = pow(EXCEEDED, sum / (n - 1));
		u->reach[m] = fmin(fmax(reach, REACH_LEAST),
				   n < TAIL ? REACH_FEW : REACH_MOST);
	}
}

void usual_add(struct usual *u, double now, double since, double expected,
	       const double measure[USUAL_MEASURES])
{
	int i = 0;

	while (i < u->events) {
		if (remembered(u, i, now))
			i++;
		else
			forget(u, i);
	}
	if (u->events == USUAL_EVENTS)
		forget(u, spare(u));
	u->since[u->events] = since;
	u->expected[u->events] = expected;
	u->learned[u->events] = false;
	for (int m = 0; m < USUAL_MEASURES; m++)
		u->measure[m][u->events] = (float)measure[m];
	u->events++;
	usual_refresh(u);
}

void usual_shift(struct usual *u, double by)
{
	for (int i = 0; i < u->events; i++)
		u->since[i] += by;
}

unsigned int usual_alike(const struct usual *u, double now,
			 const double measure[USUAL_MEASURES], double *first)
{
	unsigned int alike = 0;

	for (int i = 0; i < u->events; i++) {
		bool inside = remembered(u, i, now) && !u->learned[i];

		for (int m = 0; inside && m < USUAL_MEASURES; m++)
			inside = measure[m] <= u->measure[m][i] * u->reach[m] +
					       grain[m];
		if (!inside)
			continue;
		if (!alike || u->since[i] < *first)
			*first = u->since[i];
		alike++;
	}
	return alike;
}

static bool similar(double x, double largest, double least)
{
	return (x + least) * ALIKE >= largest + least;
}

size_t usual_groups(const struct usual *u, double now, struct detect_usual *out,
		    size_t n)
{
	bool grouped[USUAL_EVENTS] = { false };
	size_t groups = 0;

	for (;;) {
		struct detect_usual g = { 0 };
		int top = -1;

		for (int i = 0; i < u->events; i++)
			if (!grouped[i] && remembered(u, i, now) &&
			    (top < 0 || u->measure[USUAL_SIZE][i] >
					u->measure[USUAL_SIZE][top]))
				top = i;
		if (top < 0 || groups == n)
			return groups;
		for (int i = 0; i < u->events; i++) {
			bool alike = !grouped[i] && remembered(u, i, now);

			for (int m = 0; alike && i != top && m < USUAL_MEASURES; m++)
				alike = m == USUAL_REST ||
					(similar(u->measure[m][i],
						 u->measure[m][top], grain[m]) &&
					 similar(u->measure[m][top],
						 u->measure[m][i], grain[m]));
			if (!alike)
				continue;
			grouped[i] = true;
			g.first = g.events ? fmin(g.first, u->since[i]) : u->since[i];
			g.last = g.events ? fmax(g.last, u->since[i]) : u->since[i];
			g.size = fmax(g.size, u->measure[USUAL_SIZE][i]);
			g.length = fmax(g.length, u->measure[USUAL_LENGTH][i]);
			g.peak = fmax(g.peak, u->measure[USUAL_PEAK][i]);
			g.events++;
		}
		if (g.events >= DETECT_REPEATS)
			out[groups++] = g;
	}
}
