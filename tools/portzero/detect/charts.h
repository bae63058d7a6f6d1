/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bank of CUSUM charts over one signal, each tuned to a growth of the rate by
 * another factor.
 */
#ifndef PORTZERO_CHARTS_H
#define PORTZERO_CHARTS_H

#include <stdbool.h>

#define CHARTS		9

/**
 * struct charts_model - what a row is expected to be, and what charts need of it
 * @mean: packets
 * @doubt: how sure that is: the standard deviation of its logarithm
 * @seconds: in this time
 * @patience: mean time between false alarms that is put up with, seconds
 * @dispersion: variance over mean
 * @size: each chart's size of the negative binomial, 0 for Poisson
 * @idle: each chart's score for no packet
 * @norm: each chart's constant of the score for some packets
 * @need: the score that each chart needs for an alarm
 */
struct charts_model {
	double mean;
	double doubt;
	double seconds;
	double patience;
	double dispersion;
	double size[CHARTS];
	double idle[CHARTS];
	double norm[CHARTS];
	double need[CHARTS];
};

/* Where a chart stood when it left zero: its estimate of the onset. */
struct charts_mark {
	double time;
	double seconds;
	double count;
	double expected;
};

/**
 * struct charts - the bank
 * @model: what the next row is expected to be
 * @score: log-likelihood ratio since the onset that each chart supposes, in nats
 * @mark: that onset
 * @rising: whether any score is above zero
 * @seconds: seen so far, for the marks to refer to
 * @count: packets in it
 * @expected: packets that were expected in it
 */
struct charts {
	struct charts_model model;
	double score[CHARTS];
	struct charts_mark mark[CHARTS];
	bool rising;
	double seconds;
	double count;
	double expected;
};

/**
 * charts_expect - prepare for rows of a kind
 * @c: the charts
 * @mean: packets expected
 * @doubt: the standard deviation of its logarithm
 * @dispersion: variance of the count over its mean
 * @seconds: length of the row
 * @patience: seconds between false alarms, on average, that are put up with
 */
void charts_expect(struct charts *c, double mean, double doubt,
		   double dispersion, double seconds, double patience);

/**
 * charts_feed - score a row
 * @c: the charts, prepared by charts_expect()
 * @time: end of the row
 * @seconds: its length
 * @count: packets in it
 */
void charts_feed(struct charts *c, double time, double seconds, double count);

/**
 * struct charts_verdict - what the charts say
 * @chart: the one with the strongest evidence
 * @score: its score
 * @surplus: that less what an alarm needs: 0 and above is an alarm, and each
 *	further nat makes chance e times as unlikely
 */
struct charts_verdict {
	int chart;
	double score;
	double surplus;
};

/**
 * charts_judge - is there an alarm?
 * @c: the charts
 * @least: packets above the expected ones that it takes
 * @verdict: filled in if there is
 */
bool charts_judge(const struct charts *c, double least,
		  struct charts_verdict *verdict);

/* Whether no chart is halfway to an alarm. */
bool charts_calm(const struct charts *c);

/* Forget the evidence gathered so far. */
void charts_reset(struct charts *c);

/**
 * charts_score - log-likelihood ratio of a row: @ratio times the rate against it
 * @count: packets
 * @mean: expected
 * @dispersion: variance over mean
 * @ratio: growth of the rate
 */
double charts_score(double count, double mean, double dispersion, double ratio);

#endif /* PORTZERO_CHARTS_H */
