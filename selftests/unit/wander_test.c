// SPDX-License-Identifier: GPL-2.0
/*
 * How a rate wanders, by hand: what blocks miss, alone and together, and how far the
 * forecast follows.
 */
#include <math.h>

#include "harness.h"

#include "about.h"
#include "detect/wander.h"

/* Two minutes at a time, beyond chance, and no more than half of what was expected. */
TEST(misses_are_counted_in_blocks)
{
	struct wander w = { 0 };

	wander_learn(&w, 119, 119, 100, 80, 2);
	EXPECT_EQ(0, w.foretold);
	EXPECT_EQ(80, w.block_expected);
	wander_learn(&w, 120, 1, 30, 20, 2);
	ABOUT(30 * 30 - 200, w.missed);
	ABOUT(2 * 200 * 200 + 2 * 200, w.missed_noise);
	EXPECT_EQ(10000, w.foretold);
	EXPECT_EQ(0, w.block_count + w.block_expected + w.block_seconds);
	EXPECT_EQ(120, w.time);
	EXPECT_EQ(120, w.seconds);
	EXPECT_EQ(0, w.together);
	/* the rest of the error is a ramp's */
	wander_learn(&w, 240, 120, 1100, 100, 2);
	ABOUT(700 + 50 * 50, w.missed);
	EXPECT_EQ(20000, w.foretold);
	/* both ways */
	wander_learn(&w, 360, 120, 0, 100, 2);
	ABOUT(700 + 2 * 50 * 50, w.missed);
}

TEST(neighbours_miss_together)
{
	struct wander w = { 0 };

	wander_learn(&w, 600, 600, 130, 100, 1);
	wander_learn(&w, 1200, 600, 80, 100, 1);
	ABOUT(-20 * 30, w.together);
	ABOUT(100 * 100, w.together_noise);
	wander_learn(&w, 1800, 600, 90, 100, 1);
	ABOUT(-20 * 30 + 10 * 20, w.together);
	/* after a pause of five minutes they are none */
	wander_learn(&w, 2700, 600, 150, 100, 1);
	ABOUT(-20 * 30 + 10 * 20, w.together);
	/* and a second less is none */
	wander_learn(&w, 3599, 600, 110, 100, 1);
	ABOUT(-20 * 30 + 10 * 20 + 10 * 50, w.together);
	ABOUT(3 * 100 * 100, w.together_noise);
}

TEST(all_of_it_fades)
{
	struct wander w = {
		.missed = 1, .missed_noise = 2, .foretold = 3, .together = 4,
		.together_noise = 5, .now = 6
	};

	wander_fade(&w, 0.5);
	ABOUT(0.5, w.missed);
	ABOUT(1, w.missed_noise);
	ABOUT(1.5, w.foretold);
	ABOUT(2, w.together);
	ABOUT(2.5, w.together_noise);
	ABOUT(6, w.now);
}

TEST(what_is_known_moves_with_the_level)
{
	struct wander w = {
		.missed = 5000000, .missed_noise = 1e12, .foretold = 1e9,
		.together = 4900000, .block_count = 1, .block_expected = 1,
		.block_seconds = 1, .time = 1000, .seconds = 120, .now = 1
	};
	double variance, persists;

	wander_refresh(&w, 1);
	variance = w.variance;
	persists = w.persists;
	EXPECT_LT(0, persists);
	EXPECT_LT(1, wander_factor(&w, 1000, NULL));
	wander_move(&w, 3);
	wander_refresh(&w, 3);
	ABOUT(9e9, w.foretold);
	ABOUT(variance, w.variance);
	ABOUT(persists, w.persists);
	EXPECT_EQ(0, w.block_count + w.block_expected + w.block_seconds);
	/* where it was is about the level before */
	EXPECT_EQ(1, wander_factor(&w, 1000, NULL));
	/* and so is the last error */
	wander_learn(&w, 1120, 120, 200, 100, 1);
	ABOUT(4900000 * 9.0, w.together);
}

/* Where nothing is known of wandering but how little chance there was, nothing moves. */
TEST(what_is_unknown_does_not_move)
{
	struct wander w = { .missed = 100, .missed_noise = 1e4, .foretold = 1 };

	wander_move(&w, 1000);
	EXPECT_EQ(0, w.missed);
	EXPECT_EQ(0, w.missed_noise);
	EXPECT_EQ(0, w.foretold);
}

TEST(a_mean_wanders_less)
{
	struct wander w = { .variance = 0.04, .seconds = 120 };

	ABOUT(0.04 * 120 / 1200, wander_mean(&w, 1200));
	w.persists = 0.5;
	ABOUT(3 * 0.04 * 120 / 1200, wander_mean(&w, 1200));
	w.seconds = 300;
	ABOUT(3 * 0.04 * 300 / 1200, wander_mean(&w, 1200));
	/* but no more than all of it */
	w.persists = 0.99;
	EXPECT_EQ(0.04, wander_mean(&w, 1200));
}

/* What was missed, less twice what chance can make it, over what was foretold. */
TEST(far_and_long_as_it_was_seen_to)
{
	struct wander w = { .missed = 5000000, .missed_noise = 1e12 };

	wander_refresh(&w, 1);
	ABOUT(3000000 / (2160 * 14400.0), w.variance);
	EXPECT_EQ(0, w.persists);
	w.foretold = 1e9;
	wander_refresh(&w, 1);
	ABOUT(0.003, w.variance);
	w.missed = 1999999;
	wander_refresh(&w, 1);
	EXPECT_EQ(0, w.variance);

	/* what neighbours share beyond chance lasts */
	w.missed = 5000000;
	w.together = 4500000;
	w.together_noise = 5.1e12;
	wander_refresh(&w, 1);
	EXPECT_EQ(0, w.persists);
	w.together_noise = 5e12;
	wander_refresh(&w, 1);
	ABOUT(1 - 1.5 * 0.1, w.persists);
	/* but no level that is learned for good */
	w.together = 4985000;
	wander_refresh(&w, 1);
	EXPECT_EQ(0.994, w.persists);
	w.together = 4975000;
	wander_refresh(&w, 1);
	ABOUT(1 - 1.5 * 0.005, w.persists);
	w.together = 1000000;
	w.together_noise = 0;
	wander_refresh(&w, 1);
	EXPECT_EQ(0, w.persists);
	/* rows that are longer than a block are as many */
	w = (struct wander){ .missed = 5000000, .missed_noise = 1e12, .seconds = 300 };
	wander_refresh(&w, 1);
	ABOUT(3000000 / (2160 / 2.5 * 90000.0), w.variance);
	w.together = 4999999;
	wander_refresh(&w, 1);
	ABOUT(pow(0.994, 2.5), w.persists);
	/* nothing is known of nothing */
	w = (struct wander){ 0 };
	wander_refresh(&w, 0);
	EXPECT_EQ(0, w.variance);
}

TEST(the_rate_is_followed)
{
	struct wander w = { .variance = 0.04, .persists = 0.81 };
	double variance, guess, gain, chance;

	ABOUT(1, wander_factor(&w, 0, &variance));
	ABOUT(0.04, variance);
	wander_learn(&w, 600, 600, 1499, 999, 1);
	gain = 0.04 / (0.04 + 1 / 1000.0);
	ABOUT(gain * log(1.5), w.now);
	ABOUT((1 - gain) * 0.04, w.doubt);
	/* from its middle on, as far as that lasts */
	ABOUT(exp(0.9 * w.now), wander_factor(&w, 600, &variance));
	ABOUT(0.04 * (1 - 0.81) + w.doubt * 0.81, variance);
	ABOUT(exp(0.9 * w.now), wander_factor(&w, 300, NULL));
	ABOUT(exp(0.729 * w.now), wander_factor(&w, 1200, NULL));
	ABOUT(1, wander_factor(&w, 1e6, &variance));
	ABOUT(0.04, variance);
	/* the next block is weighed against what was foretold for its middle */
	guess = 0.81 * w.now;
	variance = 0.04 * (1 - 0.81 * 0.81) + w.doubt * 0.81 * 0.81;
	chance = 1 / (999 * exp(guess) + 1);
	gain = variance / (variance + chance);
	wander_learn(&w, 1200, 600, 499, 999, 1);
	ABOUT(guess + gain * (log(0.5) - guess), w.now);
	ABOUT((1 - gain) * variance, w.doubt);
	/* four standard deviations and no further */
	w.time = 1500;
	w.persists = 1;
	w.now = 0.9;
	ABOUT(exp(3 * sqrt(0.04 / (1 - 0.04 / 0.25))), wander_factor(&w, 1500, NULL));
}

/* A quiet weekend is over on Monday. */
TEST(a_low_rate_is_not_followed)
{
	struct wander w = { .variance = 0.04, .persists = 0.9 };
	double variance;

	wander_learn(&w, 600, 600, 100, 999, 1);
	EXPECT_GT(0, w.now);
	ABOUT(1, wander_factor(&w, 600, &variance));
	ABOUT(0.04, variance);
}

/* A rate that doesn't wander isn't followed, whatever comes. */
TEST(an_attack_is_not_followed)
{
	struct wander w = { 0 };

	wander_learn(&w, 600, 600, 5000, 100, 1);
	EXPECT_EQ(0, w.now);
	EXPECT_EQ(1, wander_factor(&w, 600, NULL));
}

TEST_HARNESS_MAIN
