// SPDX-License-Identifier: GPL-2.0
/*
 * The learned background, number by number, where the truth is known: what is
 * counted for which hour, what fades, how far off forecasts were, and the shrinking.
 */
#include <math.h>

#include "harness.h"

#include "about.h"
#include "detect/baseline.h"

#define HOUR	3600.0
#define KEEP	(13.0 / 14)

/* A row in an hour goes to that hour, a longer one to each by its part. */
TEST(hours_have_what_came_in_them)
{
	struct baseline b;

	baseline_init(&b, KEEP);
	baseline_learn(&b, 5 * HOUR + 600, 300, 30, 0);
	EXPECT_EQ(30, b.count[5]);
	EXPECT_EQ(300, b.seconds[5]);
	baseline_learn(&b, 7 * HOUR + 1200, 7200, 72, 0);
	ABOUT(30 + 24, b.count[5]);
	ABOUT(2700, b.seconds[5]);
	ABOUT(36, b.count[6]);
	ABOUT(12, b.count[7]);
	EXPECT_EQ(1200, b.seconds[7]);
	EXPECT_EQ(7500, b.age);
	EXPECT_EQ(7, b.hour);
	EXPECT_EQ(0, b.count[8] + b.count[4]);

	/* of two days only the last one, at half the packets */
	baseline_init(&b, KEEP);
	baseline_learn(&b, 72 * HOUR, 48 * HOUR, 4800, 0);
	for (int h = 0; h < BASELINE_HOURS; h++) {
		ABOUT(100, b.count[h]);
		ABOUT(HOUR, b.seconds[h]);
	}
	EXPECT_EQ(48 * HOUR, b.age);

	/* before the epoch, too */
	baseline_init(&b, KEEP);
	baseline_learn(&b, -HOUR + 1, 1, 7, 0);
	EXPECT_EQ(7, b.count[23]);
}

TEST(the_same_hour_fades)
{
	struct baseline b;
	double fade = 1 - 1 / 14.0 / 24;

	baseline_init(&b, KEEP);
	baseline_learn(&b, HOUR + 60, 60, 70, 0);
	b.squares = 3;
	b.pairs = 4;
	b.wander.missed = 5;
	baseline_gap(&b);
	baseline_learn(&b, 25 * HOUR + 60, 60, 14, 0);
	ABOUT(70 * KEEP + 14, b.count[1]);
	ABOUT(60 * KEEP + 60, b.seconds[1]);
	/* what is for all hours fades by the hour, of which one was entered */
	ABOUT(3 * fade, b.squares);
	ABOUT(4 * fade, b.pairs);
	ABOUT(5 * fade, b.wander.missed);
}

/* From the first week on, an hour of the week is compared with the level then. */
TEST(the_week_is_learned_from_its_second)
{
	struct baseline b;
	double week = 7 * BASELINE_DAY;

	baseline_init(&b, KEEP);
	b.age = week - 1;
	b.level = 2;
	baseline_learn(&b, 30 * HOUR, 1, 9, 0);
	EXPECT_EQ(0, b.now_count);
	/* ten hours later, two hours at once */
	baseline_learn(&b, 40 * HOUR, 2 * HOUR, 7200, 0);
	EXPECT_EQ(3600, b.week_count[38]);
	EXPECT_EQ(7200, b.week_level[38]);
	EXPECT_EQ(3600, b.now_count);
	EXPECT_EQ(7200, b.now_level);
	EXPECT_EQ(0, b.week_count[39]);
	baseline_learn(&b, 40 * HOUR + week, 60, 1, 0);
	EXPECT_EQ(3600, b.week_count[39]);
	EXPECT_EQ(1, b.now_count);
	baseline_learn(&b, 41 * HOUR + week, 60, 1, 0);
	ABOUT(3600 * pow(KEEP, 7) + 1, b.week_count[39]);
	ABOUT(7200 * pow(KEEP, 7) + 120, b.week_level[39]);
}

/* From neighbouring rows: d^2/2 over their mean. */
TEST(dispersion_is_von_neumanns)
{
	struct baseline b;

	baseline_init(&b, KEEP);
	EXPECT_EQ(4, b.dispersion);
	baseline_learn(&b, 10, 10, 20, 0);
	EXPECT_EQ(0, b.pairs);
	baseline_learn(&b, 30, 20, 100, 0);
	/* rates of 2 and 5, over 10 and 20 seconds */
	ABOUT(9 * 200 / 2, b.squares);
	ABOUT(120 / 2, b.pairs);
	baseline_refresh(&b);
	ABOUT((40 + 900) / (10 + 60.0), b.dispersion);
	baseline_gap(&b);
	baseline_learn(&b, 40, 10, 700, 0);
	ABOUT(60, b.pairs);
	baseline_learn(&b, 50, 10, 0, 0);
	ABOUT(60 + 350, b.pairs);
	baseline_learn(&b, 60, 10, 0, 0);
	ABOUT(60 + 350, b.pairs);
	baseline_learn(&b, 70, 10, 1, 0);
	ABOUT(60 + 350 + 0.5, b.pairs);
	ABOUT(900 + 70 * 70 * 50 + 0.01 * 50, b.squares);

	/* as even as clockwork is still Poisson */
	baseline_init(&b, KEEP);
	for (int i = 1; i < 100; i++)
		baseline_learn(&b, i, 1, 10, 0);
	baseline_refresh(&b);
	EXPECT_EQ(1, b.dispersion);
}

/* The first forecasts are guesses. */
TEST(misses_count_after_ten_minutes)
{
	struct baseline b;

	baseline_init(&b, KEEP);
	b.dispersion = 2;
	b.age = 599;
	baseline_miss(&b, 600, 600, 1, 100);
	EXPECT_EQ(0, b.wander.foretold);
	b.age = 600;
	baseline_miss(&b, 1200, 600, 130, 100);
	EXPECT_EQ(10000, b.wander.foretold);
	ABOUT(30 * 30 - 200, b.wander.missed);
}

/* Of the level, of the hours that nobody knows, and of where the rate wandered to. */
TEST(doubt_is_of_three_kinds)
{
	struct baseline b;
	double first, rate, doubt;

	baseline_init(&b, KEEP);
	ABOUT(0.25 + 4 / 0.5, b.common);
	baseline_learn(&b, 1000, 1000, 999.5, 0);
	baseline_refresh(&b);
	ABOUT(1, b.level);
	first = 4 / 1000.0 + 0.25 * pow(4, -1000 / BASELINE_DAY);
	ABOUT(first, b.common);
	baseline_rate(&b, 1000, 0, &doubt);
	ABOUT(sqrt(log1p(first)), doubt);
	b.wander.missed = 5000000;
	baseline_refresh(&b);
	b.wander.seconds = 600;
	b.wander.persists = 0.25;
	b.wander.now = 0.02;
	b.wander.time = 1000;
	ABOUT(first, b.common);
	rate = baseline_rate(&b, 1000, 0, &doubt);
	ABOUT(exp(0.01), rate);
	ABOUT(sqrt(log1p(first + 0.75 * 5000000 / (2160 * 14400.0))), doubt);
}

/*
 * A day by hand: twice as much in the first half. Of each hour's own is believed
 * what the cycle is worth beside the dispersion.
 */
TEST(hours_are_shrunk_towards_the_day)
{
	const double level = (36 * 3600 + 0.5) / BASELINE_DAY;
	const double expected = level * HOUR;
	double errors = 0, cycle, part, doubt;
	struct baseline b;

	baseline_init(&b, KEEP);
	for (int h = 0; h < BASELINE_HOURS; h++) {
		baseline_gap(&b);
		baseline_learn(&b, (h + 1) * HOUR, HOUR, h < 12 ? 7200 : 3600, 0);
		errors += pow((h < 12 ? 7200 : 3600) - expected, 2) - 4 * expected;
	}
	baseline_refresh(&b);
	ABOUT(level, b.level);
	EXPECT_EQ(4, b.dispersion);
	cycle = errors / (24 * expected * expected) -
		4 * sqrt(2 / (24 * expected * expected));
	ABOUT(cycle, b.cycle);
	EXPECT_EQ(0, b.week);

	/* in the middle of an hour it is the hour's */
	part = cycle * expected / (cycle * expected + 4);
	ABOUT(part * 2 + (1 - part) * level, baseline_rate(&b, 5.5 * HOUR, 0, &doubt));
	ABOUT(sqrt(log1p(b.common + cycle * (1 - part))), doubt);
	ABOUT(part * 1 + (1 - part) * level, baseline_rate(&b, 44.5 * HOUR, 0, NULL));
	/* and all through it, where the one before is alike: what changes, changes then */
	ABOUT(part * 2 + (1 - part) * level,
	      baseline_rate(&b, 11.99 * HOUR, 0, NULL));
	ABOUT(part * 1 + (1 - part) * level,
	      baseline_rate(&b, 12.01 * HOUR, 0, NULL));
	/* so it does from the week's last hour to its first */
	ABOUT(part * 1 + (1 - part) * level,
	      baseline_rate(&b, 167.99 * HOUR, 0, NULL));
	ABOUT(part * 2 + (1 - part) * level,
	      baseline_rate(&b, 168.01 * HOUR, 0, NULL));
	/* of a row, as long as it lasts; a day is the whole level */
	ABOUT(part * 1.5 + (1 - part) * level,
	      baseline_rate(&b, 12.5 * HOUR, HOUR, NULL));
	ABOUT(part * 1.5 + (1 - part) * level,
	      baseline_rate(&b, 100 * HOUR, 30 * BASELINE_DAY, NULL));
}

/* An hour that is unknown is at the level, and in doubt as the hours differ. */
TEST(unknown_hours_are_at_the_level)
{
	struct baseline b;
	double doubt, known;

	baseline_init(&b, KEEP);
	ABOUT(0.5, baseline_rate(&b, 100, 10, &doubt));
	b.level = 3;
	b.cycle = 0.2;
	b.common = 0.1;
	ABOUT(3, baseline_rate(&b, 100, 10, &doubt));
	ABOUT(sqrt(log1p(0.1 + 0.2)), doubt);
	/* the hour's own doubt counts: only hour 5 is known */
	b.count[5] = 10800;
	b.seconds[5] = HOUR;
	baseline_rate(&b, 4.99 * HOUR, 0, &doubt);
	ABOUT(sqrt(log1p(0.1 + 0.2)), doubt);
	baseline_rate(&b, 5.5 * HOUR, 0, &known);
	EXPECT_LT(known, doubt);
	baseline_rate(&b, 5.01 * HOUR, 0, &doubt);
	ABOUT(known, doubt);
	baseline_rate(&b, 5.99 * HOUR, 0, &doubt);
	ABOUT(known, doubt);
	baseline_rate(&b, 6.01 * HOUR, 0, &doubt);
	ABOUT(sqrt(log1p(0.1 + 0.2)), doubt);
}

/* A rising rate rises within the hour, as fast as on its flatter side. */
TEST(a_smooth_cycle_is_smooth)
{
	double rate[BASELINE_HOURS];
	struct baseline b;

	baseline_init(&b, KEEP);
	for (int h = 0; h < BASELINE_HOURS; h++) {
		baseline_gap(&b);
		baseline_learn(&b, (h + 1) * HOUR, HOUR, 3600 * (1 + h * h), 0);
	}
	baseline_refresh(&b);
	for (int h = 0; h < BASELINE_HOURS; h++)
		rate[h] = baseline_rate(&b, (h + 0.5) * HOUR, 0, NULL);
	for (int h = 1; h + 1 < BASELINE_HOURS; h++) {
		ABOUT(rate[h] + 0.25 * (rate[h] - rate[h - 1]),
		      baseline_rate(&b, (h + 0.75) * HOUR, 0, NULL));
		ABOUT(rate[h] - 0.25 * (rate[h] - rate[h - 1]),
		      baseline_rate(&b, (h + 0.25) * HOUR, 0, NULL));
	}
	/* the last is a peak, and the first a trough */
	ABOUT(rate[23], baseline_rate(&b, 23.75 * HOUR, 0, NULL));
	ABOUT(rate[0], baseline_rate(&b, 0.25 * HOUR, 0, NULL));
}

/* Hours of the week towards those of the day: Sunday nights are quiet, say. */
TEST(the_week_is_shrunk_towards_the_day)
{
	const double level = (24 * 7200 + 0.5) / BASELINE_DAY;
	double errors = 0, squares = 0, doubt, own, part;
	struct baseline b;

	baseline_init(&b, KEEP);
	for (int h = 0; h < BASELINE_HOURS; h++) {
		b.count[h] = 7200;
		b.seconds[h] = HOUR;
	}
	for (int w = 0; w < BASELINE_WEEK; w++) {
		b.week_level[w] = 7200 + w;
		b.week_count[w] = w == 30 ? 1000 : 7200;
		errors += pow(b.week_count[w] - b.week_level[w], 2) -
			  4 * b.week_level[w];
		squares += pow(b.week_level[w], 2);
	}
	baseline_refresh(&b);
	EXPECT_EQ(0, b.cycle);
	ABOUT(errors / squares - 4 * sqrt(2 / squares), b.week);
	part = b.week * 7230 / (b.week * 7230 + 4);
	own = part * level * 1000 / 7230 + (1 - part) * level;
	ABOUT(own, baseline_rate(&b, 30.5 * HOUR, 0, &doubt));
	ABOUT(own, baseline_rate(&b, (30.5 + 3 * BASELINE_WEEK) * HOUR, 0, NULL));
	part = b.week * 7231 / (b.week * 7231 + 4);
	ABOUT(sqrt(log1p(b.common + b.week * 4 / (b.week * 7230 + 4))), doubt);
	ABOUT(part * level * 7200 / 7231 + (1 - part) * level,
	      baseline_rate(&b, 31.5 * HOUR, 0, NULL));
	/* Saturday's last hour is beside Sunday's first */
	EXPECT_LT(fabs(level - baseline_rate(&b, 168 * HOUR, 0, NULL)), 0.05);
}

/* Where the rate wanders, the packets of an hour are one accident, not thousands. */
TEST(wandering_is_no_cycle)
{
	struct baseline b, still;

	baseline_init(&b, KEEP);
	for (int h = 0; h < BASELINE_HOURS; h++) {
		b.count[h] = h < 12 ? 7200 : 3600;
		b.seconds[h] = 2 * HOUR;
	}
	still = b;
	baseline_refresh(&still);
	EXPECT_GT(still.cycle, 0.1);
	/* by two days of wandering, 0.04 of the hours' 0.11 */
	b.wander.foretold = 1e9;
	b.wander.missed = 0.08 * 1e9;
	baseline_refresh(&b);
	ABOUT(0.08, b.wander.variance);
	EXPECT_LT(fabs(still.cycle - 0.04 * (1 + sqrt(2 / 24.0)) - b.cycle), 0.001);
	EXPECT_LT(baseline_rate(&b, 5.5 * HOUR, 0, NULL),
		  baseline_rate(&still, 5.5 * HOUR, 0, NULL));
	b.wander.missed = 0.2 * 1e9;
	baseline_refresh(&b);
	EXPECT_EQ(0, b.cycle);
}

TEST_HARNESS_MAIN
