/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the rate wanders about its forecast, and where it has wandered to.
 */
#ifndef PORTZERO_WANDER_H
#define PORTZERO_WANDER_H

/**
 * struct wander - a rate's way about its forecast, in blocks of two minutes or a row
 * @block_count: packets since the last block's end
 * @block_expected: those that were expected
 * @block_seconds: the time since
 * @missed: over all blocks, the squared error of the forecast beyond chance
 * @missed_noise: the variance of @missed by chance
 * @foretold: the squared forecasts
 * @together: over all pairs of neighbours, the product of their errors
 * @together_noise: the variance of @together by chance
 * @error: of the last block, and
 * @error_noise: its variance by chance
 * @time: when that block ended
 * @seconds: how long it took; 0 before the first
 * @now: the logarithm of the rate there over its forecast, estimated
 * @doubt: the variance of that
 * @variance: of the rate over its forecast, beyond chance
 * @persists: how much of @now is left a block later
 */
struct wander {
	double block_count;
	double block_expected;
	double block_seconds;
	double missed;
	double missed_noise;
	double foretold;
	double together;
	double together_noise;
	double error;
	double error_noise;
	double time;
	double seconds;
	double now;
	double doubt;

	double variance;
	double persists;
};

/**
 * wander_learn - take in how far off a forecast was
 * @w: the way so far
 * @time: end of a row
 * @seconds: its length
 * @count: packets
 * @expected: packets that were foretold, if nothing wandered
 * @dispersion: variance of a count over its mean
 */
void wander_learn(struct wander *w, double time, double seconds, double count,
		  double expected, double dispersion);

/* Of what it has learned, keep this part. */
void wander_fade(struct wander *w, double part);

/**
 * wander_move - the forecast is another from now on
 * @w: the way so far; how far and how long it wanders stays, as a part of the rate,
 *	if that was known, where it was does not
 * @factor: the forecast over that before
 */
void wander_move(struct wander *w, double factor);

/**
 * wander_refresh - work out how far it wanders and how long that lasts
 * @w: the way so far
 * @rate: packets per second that are normal
 */
void wander_refresh(struct wander *w, double rate);

/**
 * wander_factor - the rate over its forecast
 * @w: the way so far
 * @time: when
 * @variance: if not NULL: of its logarithm
 */
double wander_factor(const struct wander *w, double time, double *variance);

/**
 * wander_mean - the variance of a mean rate over its forecast
 * @w: the way so far
 * @seconds: what it is the mean of
 */
double wander_mean(const struct wander *w, double seconds);

#endif /* PORTZERO_WANDER_H */
