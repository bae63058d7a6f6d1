// SPDX-License-Identifier: GPL-2.0
/*
 * A bank of CUSUM charts.
 *
 * One CUSUM (Page, "Continuous inspection schemes", Biometrika 41, 1954) is the
 * fastest way to see one known change (Lorden, "Procedures for reacting to a
 * change in distribution", Ann. Math. Stat. 42, 1971). A bank of them, tuned to
 * changes a factor apart, does nearly as well as the likelihood ratio maximised
 * over all changes and onsets (Lorden and Eisenberg, "Detection of failure rate
 * increases", Technometrics 15, 1973; Lai, JRSS B 57, 1995), takes a few
 * additions a row instead of a window of rows, and needs no time scale chosen:
 * the chart for a large factor sees a burst of seconds, that for a small one a
 * plateau of hours.
 *
 * Counts are negative binomial with a variance proportional to the mean, as
 * Höhle and Paul ("Count data regression charts for the monitoring of
 * surveillance time series", CSDA 52, 2008) do it for a given dispersion: clumps
 * of packets that arrive at random, which stays the same law in intervals of any
 * length. A growth means that more clumps arrive.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "detect/charts.h"

static const double ratios[CHARTS] = {
	1.3, 2, 5, 16, 60, 300, 2000, 20000, 200000
};

/*
 * The bank as a whole, and the approximations in set_needs(), make e to this
 * times as many false alarms, measured on noise of either kind.
 */
#define BANK_POISSON	0.2
#define BANK_CLUMPS	1.5

/* Rows that are long for the events in them overshoot more: fewer looks. */
#define ROWS_A_LOOK	2.5

/* The least evidence for an alarm, in nats, however few looks there are. */
#define LEAST_NEED	9.0

/* There is no rate of 0: one packet in thirty years. */
#define RATE_LEAST	(1 / 1e9)

/* Closer to Poisson than this is Poisson. */
#define POISSON		1.001

/* Of a rate that is in doubt, no more standard deviations than this are added. */
#define CAUTION		2.0

/* Up to here a product of ratios is quicker than gamma functions, and as exact. */
#define FEW		16

/*
 * What each chart needs to be wrong once in @patience only. A chart for the
 * ratio r has false alarms e^need / (I * z^2) apart, where I is its information
 * per second and z = E exp(-overshoot) (Siegmund, "Sequential Analysis", 1985,
 * chapter 10). Where events come one by one at rate l, I = l (r ln r - r + 1)
 * and z = (1 - 1/r) / ln r nearly; and rows limit how often it can look.
 */
static void set_needs(struct charts_model *m)
{
	double events = fmax(m->mean / m->seconds, RATE_LEAST);
	double bank = BANK_CLUMPS +
		      (BANK_POISSON - BANK_CLUMPS) / m->dispersion;
	int k;

	if (m->dispersion > 1)
		events *= log(m->dispersion) / (m->dispersion - 1);
	for (k = 0; k < CHARTS; k++) {
		double between = log(ratios[k]) / (ratios[k] * events);
		double looks = m->patience /
			       (ROWS_A_LOOK * m->seconds + between);

		m->need[k] = fmax(LEAST_NEED, bank + log(looks));
	}
}

/*
 * By how much to raise the rate that a chart takes for normal. Where the rate is
 * higher by a part d, a chart's false alarms come as if it needed only 1 - s d of
 * @need, s = (r - 1) / (r ln r - r + 1), from the root of the moment generating
 * function of its score. Averaged over a normal d that makes exp(a^2 / 2) times as
 * many, a = need s doubt, which a rate that is higher by a / 2 standard deviations
 * makes up for.
 */
static double raised(double ratio, double need, double doubt)
{
	double a = need * doubt * (ratio - 1) /
		   (ratio * log(ratio) - ratio + 1);

	return exp(fmin(CAUTION, a / 2) * doubt);
}

/* ln of gamma(n + a) gamma(b) / gamma(n + b) / gamma(a) */
static double rising(double n, double a, double b)
{
	double product = 1;
	int i;

	if (n > FEW)
		return lgamma(n + a) - lgamma(a) - lgamma(n + b) + lgamma(b);
	for (i = 0; i < n; i++)
		product *= (i + a) / (i + b);
	return log(product);
}

void charts_expect(struct charts *c, double mean, double doubt,
		   double dispersion, double seconds, double patience)
{
	struct charts_model *m = &c->model;
	int k;

	if (mean == m->mean && doubt == m->doubt && seconds == m->seconds &&
	    dispersion == m->dispersion && patience == m->patience)
		return;
	m->mean = mean;
	m->doubt = doubt;
	m->dispersion = dispersion;
	m->seconds = seconds;
	m->patience = patience;
	set_needs(m);

	for (k = 0; k < CHARTS; k++) {
		double high = mean * raised(ratios[k], m->need[k], doubt);

		if (dispersion < POISSON) {
			m->size[k] = 0;
			m->idle[k] = -high * (ratios[k] - 1);
			m->norm[k] = log(ratios[k]);
		} else {
			m->size[k] = high / (dispersion - 1);
			m->idle[k] = -m->size[k] * (ratios[k] - 1) *
				     log(dispersion);
		}
	}
}

static double score(const struct charts_model *m, int k, double count)
{
	if (count == 0)
		return m->idle[k];
	if (m->size[k] == 0)
		return count * m->norm[k] + m->idle[k];
	return rising(count, ratios[k] * m->size[k], m->size[k]) + m->idle[k];
}

double charts_score(double count, double mean, double dispersion, double ratio)
{
	double size = mean / (dispersion - 1);

	if (dispersion < POISSON)
		return count * log(ratio) - mean * (ratio - 1);
	return rising(count, ratio * size, size) -
	       (ratio - 1) * size * log(dispersion);
}

static double excess(const struct charts *c, int k)
{
	return (c->count - c->mark[k].count) -
	       (c->expected - c->mark[k].expected);
}

/*
 * Evidence without packets: a young baseline takes the traffic for clumped, and
 * many single packets, which are as many as expected, for many clumps.
 */
static bool unfounded(const struct charts *c, int k)
{
	return c->score[k] > c->model.need[k] && excess(c, k) <= 0;
}

void charts_feed(struct charts *c, double time, double seconds, double count)
{
	const struct charts_model *m = &c->model;
	bool above = false;
	int k;

	if (count > 0 || c->rising) {
		for (k = 0; k < CHARTS; k++) {
			double s = score(m, k, count);

			if (c->score[k] == 0 && s > 0) {
				c->mark[k].time = time - seconds;
				c->mark[k].seconds = c->seconds;
				c->mark[k].count = c->count;
				c->mark[k].expected = c->expected;
			}
			s += c->score[k];
			c->score[k] = s > 0 ? s : 0;
			if (c->score[k] > 0)
				above = true;
		}
		c->rising = above;
	}
	c->seconds += seconds;
	c->count += count;
	c->expected += m->mean;
	for (k = 0; c->rising && k < CHARTS; k++)
		if (unfounded(c, k))
			c->score[k] = 0;
}

bool charts_judge(const struct charts *c, double least,
		  struct charts_verdict *verdict)
{
	bool alarm = false;
	int k;

	verdict->surplus = 0;
	for (k = 0; k < CHARTS; k++) {
		double surplus = c->score[k] - c->model.need[k];

		if (surplus < verdict->surplus || excess(c, k) < least)
			continue;
		verdict->chart = k;
		verdict->score = c->score[k];
		verdict->surplus = surplus;
		alarm = true;
	}
	return alarm;
}

bool charts_calm(const struct charts *c)
{
	int k;

	for (k = 0; k < CHARTS; k++)
		if (c->score[k] > c->model.need[k] / 2)
			return false;
	return true;
}

void charts_reset(struct charts *c)
{
	memset(c->score, 0, sizeof(c->score));
	c->rising = false;
}
