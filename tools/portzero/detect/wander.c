// SPDX-License-Identifier: GPL-2.0
/*
 * How the rate wanders about its forecast.
 *
 * Forecasts are compared with what came, block by block. What they miss beyond
 * chance is how far the rate wanders; what neighbouring blocks miss together, how
 * long it stays there. Where the rate is by now is followed as far as that lasts, and
 * as far as it has been seen to wander (Kalman, "A new approach to linear filtering
 * and prediction problems", J. Basic Eng. 82, 1960, of an autoregression of the first
 * order). A rate that hasn't been seen to wander is not followed: that would be an
 * attack.
 */
#include <math.h>

#include "detect/square.h"
#include "detect/wander.h"

/*
 * Forecasts are compared with what came over this many seconds. Where a rate wanders
 * by 0.7 in hours, blocks of ten minutes left 88 warnings a year, of five 26, of two
 * 5, of one 4.
 */
#define BLOCK		120

/*
 * A forecast is held to be wrong by this part of it at most, and as if there had
 * been this many of them, three days' worth.
 */
#define MISSED_MOST	0.5
#define FORETOLD_LEAST	2160

/*
 * The rate is followed no further than this many standard deviations. 2.75, 3 and
 * 3.25 leave 11, 5 and 4 warnings a year where it wanders by 0.7, and 4, 2 and 2
 * where by 0.3; but of ramps of six hours 12, 24 and 34 % are missed there.
 */
#define FOLLOWED_MOST	3.0

/* How much of it is left a block later, at most: some five and a half hours. */
#define PERSISTS_MOST	0.994

/* Blocks whose ends are further apart than so many of them are no neighbours. */
#define NEIGHBOURS	1.5

/* How much is left at @time of what the last block said. */
static double kept_at(const struct wander *w, double time)
{
	if (w->seconds <= 0)
		return 0;
	/* It spoke for its middle. */
	return pow(w->persists, 0.5 + fmax(0, (time - w->time) / w->seconds));
}

static double variance_at(const struct wander *w, double kept)
{
	return w->variance * (1 - square(kept)) + w->doubt * square(kept);
}

/*
 * The variance of what the blocks would have told, had they told all: of the logarithm
 * of a rate that wanders by 0.1 to 0.7 this is within 15 %.
 */
static double unclipped(double variance)
{
	return variance / fmax(0.1, 1 - variance / square(MISSED_MOST));
}

double wander_factor(const struct wander *w, double time, double *variance)
{
	/* Below its forecast a rate is not followed: it may be back at any time. */
	double kept = w->now > 0 ? kept_at(w, time) : 0;
	double far = FOLLOWED_MOST * sqrt(unclipped(w->variance));

	if (variance)
		*variance = variance_at(w, kept);
	return exp(kept * fmin(far, w->now));
}

double wander_mean(const struct wander *w, double seconds)
{
	double together = (1 + w->persists) / (1 - w->persists);

	return w->variance * fmin(1, together * fmax(w->seconds, BLOCK) / seconds);
}

/* The block that ends at @time: where is the rate now? */
static void follow(struct wander *w, double time, double count, double expected,
		   double dispersion)
{
	double seen = log((count + dispersion) / (expected + dispersion));
	double kept = kept_at(w, time - w->block_seconds / 2);
	double guess = kept * w->now;
	double variance = variance_at(w, kept);
	double chance = dispersion / (expected * exp(guess) + dispersion);
	double gain = variance / (variance + chance);

	w->now = guess + gain * (seen - guess);
	w->doubt = (1 - gain) * variance;
}

void wander_learn(struct wander *w, double time, double seconds, double count,
		  double expected, double dispersion)
{
	double noise, error, most;

	w->block_count += count;
	w->block_seconds += seconds;
	w->block_expected += expected;
	if (w->block_seconds < BLOCK)
		return;

	count = w->block_count;
	expected = w->block_expected;
	noise = dispersion * expected;
	/* A block tells of wandering, not more than so much: a ramp is none. */
	most = sqrt(square(MISSED_MOST * expected) + noise);
	error = fmax(-most, fmin(count - expected, most));
	w->missed += square(error) - noise;
	w->missed_noise += 2 * square(noise) + dispersion * noise;
	w->foretold += square(expected);
	if (w->seconds > 0 && time - w->time < NEIGHBOURS * w->block_seconds) {
		w->together += error * w->error;
		w->together_noise += noise * w->error_noise;
	}
	follow(w, time, count, expected, dispersion);
	w->error = error;
	w->error_noise = noise;
	w->time = time;
	w->seconds = w->block_seconds;
	w->block_count = 0;
	w->block_expected = 0;
	w->block_seconds = 0;
}

void wander_fade(struct wander *w, double part)
{
	w->missed *= part;
	w->missed_noise *= part;
	w->foretold *= part;
	w->together *= part;
	w->together_noise *= part;
}

void wander_move(struct wander *w, double factor)
{
	/* Of silence nothing was learned but what chance makes of it. */
	double squared = w->variance > 0 ? square(factor) : 0;

	*w = (struct wander) {
		.missed = squared * w->missed,
		.missed_noise = square(squared) * w->missed_noise,
		.foretold = squared * w->foretold,
		.together = squared * w->together,
		.together_noise = square(squared) * w->together_noise,
	};
}

void wander_refresh(struct wander *w, double rate)
{
	/* Rows may be longer than blocks. */
	double blocks = fmax(1, w->seconds / BLOCK);
	/* As if the forecasts before the first had all been right. */
	double foretold = fmax(w->foretold,
			       FORETOLD_LEAST * blocks * square(rate * BLOCK));
	double sure = w->missed - 2 * sqrt(w->missed_noise);

	w->variance = foretold > 0 ? fmax(0, sure / foretold) : 0;
	w->persists = 0;
	/* Blocks are more alike than moments that are as far apart, by half. */
	if (w->variance > 0 && w->together > 2 * sqrt(w->together_noise)) {
		double differ = 1.5 * (1 - w->together / w->missed);

		w->persists = fmax(0, fmin(1 - differ, pow(PERSISTS_MOST, blocks)));
	}
}
