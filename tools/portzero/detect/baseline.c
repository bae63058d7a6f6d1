// SPDX-License-Identifier: GPL-2.0
/*
 * The learned background.
 *
 * The rate is a Gamma-Poisson estimate of the overall level, times a factor for
 * each hour of the day. The factors are shrunk towards 1 as far as the hours
 * differ no more than chance makes them (empirical Bayes: Morris, "Parametric
 * empirical Bayes inference", JASA 78, 1983), so a signal without a daily cycle
 * pays next to nothing for our asking. In the same way the hours of the week are
 * shrunk towards those of the day.
 *
 * The dispersion comes from the differences of neighbouring rows (von Neumann,
 * "Distribution of the ratio of the mean square successive difference to the
 * variance", Ann. Math. Stat. 12, 1941): a level that shifts or drifts doesn't
 * look like noise to them.
 */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "detect/baseline.h"
#include "detect/square.h"

/* Before anything is known: clumps of this size, worth this many packets. */
#define PRIOR_DISPERSION	4.0
#define PRIOR_PACKETS		10.0

/*
 * Before a day is known, an hour may differ from those seen by this much
 * (standard deviation); each further day known makes that a quarter as much.
 */
#define PRIOR_CYCLE		0.5
#define PRIOR_CYCLE_FADES	4.0

/* Forecasts before so many seconds are guesses. */
#define GUESSES			600

void baseline_init(struct baseline *b, double keep)
{
	memset(b, 0, sizeof(*b));
	b->keep = keep;
	baseline_refresh(b);
}

void baseline_gap(struct baseline *b)
{
	b->last_seconds = 0;
}

static int hour_of(int64_t hour, int cycle)
{
	return (int)(((hour % cycle) + cycle) % cycle);
}

/* A new hour of the day fades what the same hour taught the days before. */
static void enter_hour(struct baseline *b, int64_t hour)
{
	int h = hour_of(hour, BASELINE_HOURS);
	int w = hour_of(b->hour, BASELINE_WEEK);
	double keep_week = pow(b->keep, 7);

	b->hour = hour;
	b->count[h] *= b->keep;
	b->seconds[h] *= b->keep;
	/* No hour of the week is judged by itself: it may be an attack's. */
	b->week_count[w] = keep_week * b->week_count[w] + b->now_count;
	b->week_level[w] = keep_week * b->week_level[w] + b->now_level;
	b->now_count = 0;
	b->now_level = 0;

	/* These have one memory for all hours: fade them by the hour. */
	double fade = 1 - (1 - b->keep) / BASELINE_HOURS;

	b->squares *= fade;
	b->pairs *= fade;
	wander_fade(&b->wander, fade);
}

static void learn_rate(struct baseline *b, double time, double seconds,
		       double count)
{
	double from = time - seconds;

	/* Of a row longer than a day only the last day tells hours apart. */
	if (seconds > BASELINE_DAY) {
		count *= BASELINE_DAY / seconds;
		from = time - BASELINE_DAY;
		seconds = BASELINE_DAY;
	}
	while (from < time) {
		int64_t hour = (int64_t)floor(from / 3600);
		double to = fmin(time, (hour + 1) * 3600.0);
		int h = hour_of(hour, BASELINE_HOURS);

		if (hour != b->hour)
			enter_hour(b, hour);
		b->count[h] += count * ((to - from) / seconds);
		b->seconds[h] += to - from;
		/* Before a week is known, its level may be a day's or a night's. */
		if (b->age >= 7 * BASELINE_DAY) {
			b->now_count += count * ((to - from) / seconds);
			b->now_level += b->level * (to - from);
		}
		from = to;
	}
}

static void learn_dispersion(struct baseline *b, double seconds, double count)
{
	double rate = count / seconds;

	if (b->last_seconds > 0 && (rate > 0 || b->last_rate > 0)) {
		b->squares += square(rate - b->last_rate) * seconds *
			      b->last_seconds / 2;
		b->pairs += (count + b->last_rate * b->last_seconds) / 2;
	}
	b->last_rate = rate;
	b->last_seconds = seconds;
}

void baseline_miss(struct baseline *b, double time, double seconds,
		   double count, double expected)
{
	/* The first forecasts are guesses, not to be held against it. */
	if (b->age >= GUESSES)
		wander_learn(&b->wander, time, seconds, count, expected,
			     b->dispersion);
}

void baseline_learn(struct baseline *b, double time, double seconds,
		    double count, double expected)
{
	learn_rate(b, time, seconds, count);
	learn_dispersion(b, seconds, count);
	baseline_miss(b, time, seconds, count, expected);
	b->age += seconds;
}

/*
 * The variance of an hour's factor by chance, if @expected packets came in @seconds:
 * where the rate wanders, all of an hour of one day is the same accident.
 */
static double by_chance(const struct baseline *b, double expected, double seconds)
{
	return expected > 0 ? b->dispersion / expected +
			      b->wander.variance * 3600 / seconds : INFINITY;
}

/* Sums over some hours, for the variance of their factors. */
struct spread {
	double errors;		/* squares of what is off, beyond chance */
	double squares;		/* of what was expected */
	double noise;		/* variance of @errors by chance */
};

static void spread_add(struct spread *s, const struct baseline *b, double count,
		       double expected, double seconds)
{
	double chance = by_chance(b, expected, seconds);

	if (expected <= 0)
		return;
	s->errors += square(count - expected) - square(expected) * chance;
	s->squares += square(expected);
	s->noise += 2 * square(square(expected) * chance);
}

/* The variance beyond chance, less its standard error. */
static double beyond_chance(const struct spread *s)
{
	if (s->squares == 0)
		return 0;
	return fmax(0, (s->errors - sqrt(s->noise)) / s->squares);
}

static double cycle_variance(const struct baseline *b)
{
	struct spread s = { 0 };
	int h;

	for (h = 0; h < BASELINE_HOURS; h++)
		spread_add(&s, b, b->count[h], b->level * b->seconds[h],
			   b->seconds[h]);
	return beyond_chance(&s);
}

/* How much of an hour's own to believe. */
static double own(double variance, double chance)
{
	return variance / (variance + chance);
}

/* The rate in the middle of an hour of the day, and the variance of its factor. */
static double day_rate(const struct baseline *b, int h, double *variance)
{
	double part = own(b->cycle, by_chance(b, b->level * b->seconds[h],
					      b->seconds[h]));
	double rate = b->seconds[h] > 0 ? b->count[h] / b->seconds[h] : 0;

	*variance = b->cycle * (1 - part);
	return part * rate + (1 - part) * b->level;
}

static double week_variance(const struct baseline *b)
{
	double factor[BASELINE_HOURS], unused;
	struct spread s = { 0 };
	int w, h;

	for (h = 0; h < BASELINE_HOURS; h++)
		factor[h] = day_rate(b, h, &unused) / b->level;
	for (w = 0, h = 0; w < BASELINE_WEEK; w++) {
		spread_add(&s, b, b->week_count[w], factor[h] * b->week_level[w],
			   b->week_level[w] / b->level);
		h = h + 1 < BASELINE_HOURS ? h + 1 : 0;
	}
	return beyond_chance(&s);
}

static double week_rate(const struct baseline *b, int w, double *variance)
{
	double rate = day_rate(b, w % BASELINE_HOURS, variance);
	double expected = rate / b->level * b->week_level[w];
	double part = own(b->week, by_chance(b, expected,
					     b->week_level[w] / b->level));

	*variance = *variance * (1 - part) + b->week * (1 - part);
	if (part == 0)
		return rate;
	return part * b->level * b->week_count[w] / b->week_level[w] +
	       (1 - part) * rate;
}

void baseline_refresh(struct baseline *b)
{
	double count = 0.5, seconds = 0;
	int h;

	for (h = 0; h < BASELINE_HOURS; h++) {
		count += b->count[h];
		seconds += b->seconds[h];
	}
	b->level = count / fmax(seconds, 1);
	b->dispersion = fmax(1, (PRIOR_DISPERSION * PRIOR_PACKETS + b->squares) /
				(PRIOR_PACKETS + b->pairs));
	wander_refresh(&b->wander, b->level);
	b->cycle = cycle_variance(b);
	b->week = week_variance(b);
	b->common = b->dispersion / count +
		    square(PRIOR_CYCLE) * pow(PRIOR_CYCLE_FADES,
					      -b->age / BASELINE_DAY);
}

/* The smaller of two slopes, and none where they differ in sign. */
static double minmod(double a, double b)
{
	return a * b <= 0 ? 0 : fabs(a) < fabs(b) ? a : b;
}

/*
 * Within an hour the rate is a straight line, as steep as the flatter of the lines
 * to the hours beside it (van Leer, "Towards the ultimate conservative difference
 * scheme V", J. Comput. Phys. 32, 1979): a smooth cycle stays smooth, and work that
 * begins at eight begins at eight.
 */
static double rate_at(const struct baseline *b, double time, double *variance)
{
	double hours = time / 3600, whole = floor(hours), unused;
	int w = hour_of((int64_t)whole, BASELINE_WEEK);
	double before = week_rate(b, w ? w - 1 : BASELINE_WEEK - 1, &unused);
	double after = week_rate(b, (w + 1) % BASELINE_WEEK, &unused);
	double rate = week_rate(b, w, variance);

	return rate + (hours - whole - 0.5) *
		      minmod(rate - before, after - rate);
}

double baseline_rate(const struct baseline *b, double time, double seconds,
		     double *doubt)
{
	/* Long rows in steps of half an hour at most, and of a day at most. */
	double span = fmin(seconds, BASELINE_DAY);
	int steps = (int)fmax(1, ceil(span / 1800)), i;
	double step = span / steps, rate = 0, most = 0, wandering;

	for (i = 0; i < steps; i++) {
		double variance;

		rate += rate_at(b, time - (i + 0.5) * step, &variance);
		most = fmax(most, variance);
	}
	rate *= wander_factor(&b->wander, time, &wandering) / steps;
	if (doubt)
		*doubt = sqrt(log1p(b->common + most + wandering));
	return rate;
}
