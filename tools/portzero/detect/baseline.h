/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The learned background of one signal: how many packets a second are normal
 * at an hour of the day, how sure that is, and how clumped they come.
 *
 * Rows are learned at once; what follows from them, the fields below @level,
 * only by baseline_refresh().
 */
#ifndef PORTZERO_BASELINE_H
#define PORTZERO_BASELINE_H

#include <stdint.h>

#include "detect/wander.h"

#define BASELINE_HOURS	24
#define BASELINE_WEEK	168
#define BASELINE_DAY	86400.0

/**
 * struct baseline - a learned background
 * @keep: the share of what an hour of the day has taught that is kept when the
 *	same hour comes again: 0 remembers a day, 13/14 about two weeks
 * @hour: the hour that is being learned, counted from the epoch
 * @count: packets seen, for each hour of the day (UTC)
 * @seconds: time they were seen in
 * @week_count: packets seen, for each hour of the week
 * @week_level: those that there would have been at @level, as it was then: an hour
 *	of last week is compared with the level of last week
 * @now_count: as @week_count, for @hour, until it is over
 * @now_level: as @week_level
 * @age: seconds learned from in all
 * @last_rate: of the row before, for @squares
 * @last_seconds: of the row before
 * @squares: sum of the squared differences of neighbouring rows, scaled so that
 *	its ratio to @pairs is the dispersion
 * @pairs: packets in those rows
 * @wander: how the rate wanders about all that
 * @level: packets per second, over all hours
 * @dispersion: variance of a count over its mean: 1 for Poisson
 * @cycle: variance of the factors of the hours of the day
 * @week: variance of the factors of the hours of the week over those of the day
 * @common: variance of the rate that all hours share, over its square
 */
struct baseline {
	double keep;
	int64_t hour;
	double count[BASELINE_HOURS];
	double seconds[BASELINE_HOURS];
	double week_count[BASELINE_WEEK];
	double week_level[BASELINE_WEEK];
	double now_count;
	double now_level;
	double age;

	double last_rate;
	double last_seconds;
	double squares;
	double pairs;

	struct wander wander;

	double level;
	double dispersion;
	double cycle;
	double week;
	double common;
};

/**
 * baseline_init - knowing nothing
 * @b: the baseline
 * @keep: see struct baseline
 */
void baseline_init(struct baseline *b, double keep);

/**
 * baseline_learn - take a row in
 * @b: the baseline
 * @time: end of its interval
 * @seconds: length of its interval
 * @count: packets
 * @expected: packets that were foretold, if the rate didn't wander
 */
void baseline_learn(struct baseline *b, double time, double seconds,
		    double count, double expected);

/**
 * baseline_miss - take in how far off a forecast was, and nothing else
 * @b: the baseline
 * @time: end of a row
 * @seconds: its length
 * @count: packets
 * @expected: packets that were foretold, if the rate didn't wander
 */
void baseline_miss(struct baseline *b, double time, double seconds,
		   double count, double expected);

/* The next row isn't a neighbour of the last one. */
void baseline_gap(struct baseline *b);

/* Work out the rates and how sure they are from what was learned. */
void baseline_refresh(struct baseline *b);

/**
 * baseline_rate - packets per second that are normal
 * @b: the baseline
 * @time: end of an interval, seconds since the epoch
 * @seconds: its length
 * @doubt: if not NULL: the standard deviation of the logarithm of that
 */
double baseline_rate(const struct baseline *b, double time, double seconds,
		     double *doubt);

#endif /* PORTZERO_BASELINE_H */
