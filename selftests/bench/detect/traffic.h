/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Made-up traffic with a known truth: backgrounds, and the changes laid on them.
 */
#ifndef DETECT_TRAFFIC_H
#define DETECT_TRAFFIC_H

#include <stdbool.h>
#include <gsl/gsl_rng.h>

#define DAY	86400.0

/* What a background is, for the bars that hold on it. */
enum kind {
	POISSON,
	CLUMPED,	/* negative binomial */
	CYCLE,		/* Poisson with a daily cycle */
	BURSTS,		/* Poisson with short bursts at random */
	WEEK,		/* office hours: the cycle's high from 8 to 18, Monday to Friday */
	TREND,		/* Poisson that doubles in a year */
	WANDER,		/* the logarithm of the rate wanders, six hours' memory */
	PARETO,		/* bursts whose sizes have a Pareto tail of index 1.5 */
	LOGNORMAL,	/* bursts whose sizes and lengths are lognormal */
	ONOFF,		/* ×5 for half an hour at random */
	CRON,		/* the same burst each hour */
	CISCO		/* what sensors logged in November 2013 */
};

/**
 * struct background - the law that a row's count is drawn from
 * @name: for the table
 * @kind: its kind
 * @rate: packets per second, the mean over a day (without the bursts)
 * @dispersion: variance of a row over its mean
 * @cycle: the day's highest rate over its lowest
 * @bursts: bursts per day at random, each of 5 to 15 seconds
 * @burst_rate: packets per second more in a burst
 * @row: seconds in a row
 * @wander: standard deviation of the logarithm of the rate
 */
struct background {
	const char *name;
	enum kind kind;
	double rate;
	double dispersion;
	double cycle;
	double bursts;
	double burst_rate;
	double row;
	double wander;
};

/* The changes, in the order of the table. */
enum change_kind {
	STEP2,
	STEP5,
	STEP20,
	BURST,		/* ten seconds, ×20 or 3/s more, whichever is more */
	RAMP,		/* to ×5 over six hours, and staying there */
	SPIKE2013,	/* 100 packets an hour for three hours */
	CHANGES
};

extern const char *const change_names[CHANGES];

/* A source of rows. Fixed in size: copy it, with another rng, to fork it. */
struct traffic {
	const struct background *background;
	gsl_rng *rng;
	double time;		/* end of the row before */
	double burst_from;	/* the background's own burst, now or next */
	double burst_to;
	double burst_rate;
	double wandered;
	double change_at;	/* onset, or infinity */
	enum change_kind change;
};

void traffic_init(struct traffic *t, const struct background *b, gsl_rng *rng);

/* The count of the next row; moves the time on. */
double traffic_next(struct traffic *t);

/* The background's rate at a time. */
double background_rate(const struct background *b, double time);

/* The packets that it brings in a row from a time on, without its bursts. */
double background_expects(const struct background *b, double from);

/* The rate at some seconds into a change. */
double changed_rate(enum change_kind change, double rate, double into);

/* How long a change lasts, as far as the benchmark follows it. */
double change_lasts(enum change_kind change, double bound);

#endif
