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
	2, 5, 16, 60, 300, 2000, 20000, 200000
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

/*
 * What ordinary traffic reaches, times this, is what an alarm needs: a margin
 * that narrows with the number of shifts it is the third-highest of. Traffic is
 * rough when it reaches ROUGH times what the model says an alarm needs; its tail
 * is followed from the third-highest in two weeks to what comes once in two
 * months. By a power law that is log2(12) = 3.6 times as far as from the
 * sixth-highest to the third; less, for bursts have an end, and a step must not
 * pass for one.
 */
#define ABOVE_USUAL(n)	(1.2 + 3.0 / (n))
#define ROUGH		1.5
#define TAIL		2.2
#define TAIL_LIMIT	4.0

/*
 * For growth beyond FLOOD it is never more than this, in nats: some hundred
 * packets of a flood always count, however usual floods become.
 */
#define FLOOD		5.0
#define USUAL_LIMIT	400.0

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

void charts_expect(struct charts *c, double mean, double dispersion,
		   double seconds, double patience)
{
	struct charts_model *m = &c->model;
	double log_norm;
	int k;

	if (mean == m->mean && dispersion == m->dispersion &&
	    seconds == m->seconds && patience == m->patience)
		return;
	m->mean = mean;
	m->dispersion = dispersion;
	m->seconds = seconds;
	m->patience = patience;
	set_needs(m);

	if (dispersion < POISSON) {
		m->size = 0;
		for (k = 0; k < CHARTS; k++) {
			m->idle[k] = -mean * (ratios[k] - 1);
			m->norm[k] = log(ratios[k]);
		}
		return;
	}
	m->size = mean / (dispersion - 1);
	log_norm = lgamma(m->size);
	for (k = 0; k < CHARTS; k++) {
		double size = ratios[k] * m->size;

		m->idle[k] = (m->size - size) * log(dispersion);
		m->norm[k] = log_norm - lgamma(size) + m->idle[k];
	}
}

static double score(const struct charts_model *m, int k, double count,
		    double log_gamma)
{
	if (m->size == 0)
		return count * m->norm[k] + m->idle[k];
	if (count == 0)
		return m->idle[k];
	return lgamma(count + ratios[k] * m->size) - log_gamma + m->norm[k];
}

double charts_score(double count, double mean, double dispersion, double ratio)
{
	double size, more;

	if (dispersion < POISSON)
		return count * log(ratio) - mean * (ratio - 1);
	size = mean / (dispersion - 1);
	more = ratio * size;
	return lgamma(count + more) - lgamma(more) - lgamma(count + size) +
	       lgamma(size) - (more - size) * log(dispersion);
}

/* What did three of the shifts of two weeks reach, and what six? */
static void highest(const struct charts *c, int k, double *third, double *sixth)
{
	float high[6] = { 0 };
	int shift, i;

	for (shift = 0; shift < CHARTS_SHIFTS; shift++) {
		float x = c->shifts[shift][k];

		for (i = 0; i < 6; i++) {
			if (x > high[i]) {
				float lower = high[i];

				high[i] = x;
				x = lower;
			}
		}
	}
	*third = high[2];
	*sixth = high[5];
}

/*
 * What an alarm of a chart needs, by what ordinary traffic made of it. Where
 * that is clearly more than the model foresees, it may have a heavy tail: the
 * third- and the sixth-highest of the shifts tell how heavy (Hill, "A simple
 * general approach to inference about the tail", Ann. Stat. 3, 1975).
 */
static double usual(const struct charts *c, int k)
{
	double above = ABOVE_USUAL(c->worked_shifts), third, sixth;

	highest(c, k, &third, &sixth);
	if (third > ROUGH * c->model.need[k] && sixth > 0)
		above = fmax(above, fmin(pow(third / sixth, TAIL), TAIL_LIMIT));
	return above * third;
}

/*
 * At the end of a shift. What excites a chart excites those beside it too,
 * now more, now less: none is to be surer than its neighbours.
 */
static void end_shift(struct charts *c)
{
	double own[CHARTS];
	int k;

	if (c->worked_shifts < CHARTS_SHIFTS)
		c->worked_shifts++;

	memcpy(c->shifts[c->shift], c->top, sizeof(c->top));
	memset(c->top, 0, sizeof(c->top));
	c->shift = (c->shift + 1) % CHARTS_SHIFTS;
	c->worked = 0;

	for (k = 0; k < CHARTS; k++)
		own[k] = usual(c, k);
	for (k = 0; k < CHARTS; k++) {
		c->usual[k] = own[k];
		if (k > 0)
			c->usual[k] = fmax(c->usual[k], own[k - 1]);
		if (k + 1 < CHARTS)
			c->usual[k] = fmax(c->usual[k], own[k + 1]);
	}
}

/* Short shifts in the first days, to learn sooner what is usual. */
static double shift_length(const struct charts *c)
{
	return fmin(CHARTS_SHIFT, fmax(3600, c->seconds / 8));
}

void charts_feed(struct charts *c, double time, double seconds, double count,
		 bool ordinary)
{
	const struct charts_model *m = &c->model;
	double log_gamma = 0;
	bool rising = false;
	int k;

	if (ordinary) {
		c->worked += seconds;
		if (c->worked >= shift_length(c))
			end_shift(c);
	}

	if (count > 0 || c->rising) {
		if (count > 0 && m->size > 0)
			log_gamma = lgamma(count + m->size);
		for (k = 0; k < CHARTS; k++) {
			double s = score(m, k, count, log_gamma);

			if (c->score[k] == 0 && s > 0) {
				c->mark[k].time = time - seconds;
				c->mark[k].seconds = c->seconds;
				c->mark[k].count = c->count;
				c->mark[k].expected = c->expected;
			}
			s += c->score[k];
			c->score[k] = s > 0 ? s : 0;
			if (c->score[k] > 0)
				rising = true;
			if (c->score[k] > c->top[k])
				c->top[k] = c->score[k];
		}
		c->rising = rising;
	}
	c->seconds += seconds;
	c->count += count;
	c->expected += m->mean;
}

static double excess(const struct charts *c, int k)
{
	return (c->count - c->mark[k].count) -
	       (c->expected - c->mark[k].expected);
}

bool charts_judge(const struct charts *c, double least,
		  struct charts_verdict *verdict)
{
	bool alarm = false;
	int k;

	verdict->surplus = 0;
	for (k = 0; k < CHARTS; k++) {
		double need = c->model.need[k];
		double usual = ratios[k] > FLOOD ?
			       fmin(c->usual[k], USUAL_LIMIT) : c->usual[k];
		double score = c->score[k] * need / fmax(need, usual);

		if (score - need < verdict->surplus || excess(c, k) < least)
			continue;
		verdict->chart = k;
		verdict->score = score;
		verdict->surplus = score - need;
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
