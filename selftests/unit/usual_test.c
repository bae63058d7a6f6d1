// SPDX-License-Identifier: GPL-2.0
/*
 * What is remembered of events, which is forgotten first, and which are alike.
 */
#include <math.h>
#include <string.h>

#include "harness.h"

#include "detect/usual.h"

#define DAY	86400.0
#define ABOUT(expected, is) EXPECT_LT(fabs((is) / (expected) - 1), 1 / 1e6)

static void add(struct usual *u, double since, double size, double rest,
		double length, double peak)
{
	usual_add(u, since, since, 1, (double[]){ size, rest, length, peak });
}

static unsigned int alike(const struct usual *u, double now, double size,
			  double rest, double length, double peak, double *first)
{
	return usual_alike(u, now, (double[]){ size, rest, length, peak }, first);
}

/* By the tail of the twenty largest, no less than 1.5 and no more than 40. */
TEST(the_reach_is_by_the_tail)
{
	struct usual u = { 0 };
	double sum = 0;

	usual_refresh(&u);
	for (int m = 0; m < USUAL_MEASURES; m++)
		EXPECT_EQ(1.5, u.reach[m]);
	/* 22 from 1000 to 3100, in no order */
	for (int i = 0; i < 22; i++)
		add(&u, i, 1000 + 100 * (i * 5 % 22), 1000, 1e5 / (i + 1),
		    0.3 + 0.01 * i);
	/* the twenty largest, with the grain of 5 on each */
	for (int i = 3; i < 22; i++)
		sum += log((1000 + 100 * i + 5) / 1205.0);
	ABOUT(pow(500, sum / 19), u.reach[USUAL_SIZE]);
	EXPECT_EQ(1.5, u.reach[USUAL_REST]);
	EXPECT_EQ(40, u.reach[USUAL_LENGTH]);

	/* as few as somebody may send for the purpose reach no further than 8 */
	memset(&u, 0, sizeof(u));
	add(&u, 1, 1000, 0, 10, 1);
	EXPECT_EQ(1.5, u.reach[USUAL_SIZE]);
	add(&u, 2, 1200, 0, 10, 1.2);
	ABOUT(pow(500, log(1205 / 1005.0)), u.reach[USUAL_SIZE]);
	ABOUT(pow(500, log(1.7 / 1.5)), u.reach[USUAL_PEAK]);
	add(&u, 3, 1100, 0, 10, 1.2);
	ABOUT(pow(500, log(1205 * 1105 / 1005.0 / 1005) / 2), u.reach[USUAL_SIZE]);
	for (int i = 4; i < 20; i++) {
		add(&u, i, 1000, 0, pow(10, i), 1);
		EXPECT_EQ(8, u.reach[USUAL_LENGTH]);
	}
	add(&u, 20, 1000, 0, 10, 1);
	EXPECT_EQ(40, u.reach[USUAL_LENGTH]);
}

/* Large ones of another kind make no tail: what is above the gap is as it is. */
TEST(a_gap_is_no_tail)
{
	struct usual u = { 0 };

	for (int i = 0; i < 40; i++)
		add(&u, i, i < 12 ? 1000 : 30 + i % 3, 0, 10, 1);
	EXPECT_EQ(1.5, u.reach[USUAL_SIZE]);
	/* with every step as large as the others it would be one */
	memset(&u, 0, sizeof(u));
	for (int i = 1; i <= 20; i++)
		add(&u, i, 100.0 / i, 0, 10, 1);
	EXPECT_EQ(40, u.reach[USUAL_SIZE]);
}

/* Up to the reach and a grain more, in every measure, for two weeks. */
TEST(alike_is_within_each_measure)
{
	static const double most[] = { 1505, 155, 210, 15.5 };
	struct usual u = { 0 };
	double first = -1;

	add(&u, 1000, 1000, 100, 100, 10);
	for (int m = 0; m < USUAL_MEASURES; m++) {
		double is[USUAL_MEASURES] = { 1, 1, 1, 1 };

		is[m] = most[m];
		EXPECT_EQ(1, usual_alike(&u, 1000, is, &first));
		is[m] = most[m] + 0.01;
		EXPECT_EQ(0, usual_alike(&u, 1000, is, &first));
	}
	EXPECT_EQ(1000, first);
	add(&u, 900, 1000, 100, 100, 10);
	add(&u, 2000, 1000, 100, 100, 10);
	EXPECT_EQ(3, alike(&u, 2000, 1, 1, 1, 1, &first));
	EXPECT_EQ(900, first);
	EXPECT_EQ(3, alike(&u, 900 + 14 * DAY, 1, 1, 1, 1, &first));
	EXPECT_EQ(2, alike(&u, 901 + 14 * DAY, 1, 1, 1, 1, &first));
	EXPECT_EQ(1000, first);
	EXPECT_EQ(1, alike(&u, 1001 + 14 * DAY, 1, 1, 1, 1, &first));
	EXPECT_EQ(0, alike(&u, 2001 + 14 * DAY, 1, 1, 1, 1, &first));
}

TEST(what_is_old_is_forgotten)
{
	struct usual u = { 0 };

	for (int i = 0; i < 5; i++)
		add(&u, i % 2 ? 100 : 200 + i, 10 + i, 0, 10, 1);
	usual_add(&u, 101 + 14 * DAY, 101 + 14 * DAY, 1, (double[]){ 99, 0, 10, 1 });
	ASSERT_EQ(4, u.events);
	/* those that began at 200, each with its own measures */
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(u.since[i] - 190, u.measure[USUAL_SIZE][i]);
	EXPECT_EQ(99, u.measure[USUAL_SIZE][3]);
}

static bool has(const struct usual *u, double since)
{
	for (int i = 0; i < u->events; i++)
		if (u->since[i] == since)
			return true;
	return false;
}

/* Of so many, the oldest goes for which three younger ones stand. */
TEST(what_says_least_goes_first)
{
	struct usual u = { 0 };

	/* each larger than all that come later: nobody stands for it */
	for (int i = 0; i < USUAL_EVENTS - 6; i++)
		add(&u, 100 + i, 10000 - i, 0, 10, 1);
	/* 50 is within three that are younger, 60 within two; 55 isn't in its peak */
	add(&u, 55, 5, 0, 10, 2);
	add(&u, 50, 5, 0, 10, 1);
	add(&u, 60, 9999.5, 0, 10, 1);
	add(&u, 400, 6, 0, 10, 1);
	add(&u, 401, 6, 0, 10, 1);
	add(&u, 402, 6, 0, 10, 1);
	ASSERT_EQ(USUAL_EVENTS, u.events);
	add(&u, 500, 1, 0, 10, 1);
	EXPECT_EQ(USUAL_EVENTS, u.events);
	EXPECT_FALSE(has(&u, 50));
	EXPECT_TRUE(has(&u, 55));
	EXPECT_TRUE(has(&u, 60));
	/* 400 has three larger before it, but only two as young as itself, and 500 */
	add(&u, 501, 1, 0, 10, 1);
	EXPECT_FALSE(has(&u, 55));
	add(&u, 502, 6, 0, 10, 1);
	EXPECT_FALSE(has(&u, 60));
	add(&u, 503, 6, 0, 10, 1);
	EXPECT_FALSE(has(&u, 400));
	EXPECT_TRUE(has(&u, 100));
}

/* So it does where it was remembered first, before one that began before it. */
TEST(the_first_may_go_first)
{
	struct usual u = { 0 };

	add(&u, 50, 5, 0, 10, 1);
	add(&u, 40, 1000, 0, 10, 1);
	for (int i = 2; i <= USUAL_EVENTS; i++)
		add(&u, 100 + i, 5, 0, 10, 1);
	EXPECT_EQ(USUAL_EVENTS, u.events);
	EXPECT_FALSE(has(&u, 50));
	EXPECT_TRUE(has(&u, 40));
	EXPECT_TRUE(has(&u, 102));
}

/* Within a factor of four, in all but the rest; the largest size first. */
TEST(groups_are_what_is_alike)
{
	struct detect_usual g[4];
	struct usual u = { 0 };

	add(&u, 300, 1000, 1, 100, 10);
	add(&u, 100, 249, 900, 400, 2.5);
	add(&u, 200, 2000, 0, 50, 10);
	EXPECT_EQ(0, usual_groups(&u, 300, g, 4));
	add(&u, 250, 500, 0, 100, 5);
	ASSERT_EQ(1, usual_groups(&u, 300, g, 4));
	EXPECT_EQ(3, g[0].events);
	EXPECT_EQ(200, g[0].first);
	EXPECT_EQ(300, g[0].last);
	EXPECT_EQ(2000, g[0].size);
	EXPECT_EQ(100, g[0].length);
	EXPECT_EQ(10, g[0].peak);
	/* 249 is not within, 497 is: a grain of 5 on either */
	for (int i = 0; i < 3; i++)
		add(&u, 400 + i, 497, 1, 100, 5);
	ASSERT_EQ(1, usual_groups(&u, 402, g, 4));
	EXPECT_EQ(6, g[0].events);
	EXPECT_EQ(200, g[0].first);
	EXPECT_EQ(402, g[0].last);
	for (int i = 0; i < 3; i++)
		add(&u, 90 - i, 249 - i, 900, 400, 2.5);
	ASSERT_EQ(2, usual_groups(&u, 402, g, 4));
	EXPECT_EQ(4, g[1].events);
	EXPECT_EQ(88, g[1].first);
	EXPECT_EQ(100, g[1].last);
	EXPECT_EQ(249, g[1].size);
	ASSERT_EQ(1, usual_groups(&u, 402, g, 1));
	EXPECT_EQ(6, g[0].events);
	/* two weeks later only the first group is still there */
	ASSERT_EQ(1, usual_groups(&u, 101 + 14 * DAY, g, 4));
	EXPECT_EQ(6, g[0].events);
	/* longer by more than four times and a minute is another */
	memset(&u, 0, sizeof(u));
	for (int i = 0; i < 3; i++)
		add(&u, i, 100, 0, i == 2 ? 541 : 90, 1);
	EXPECT_EQ(0, usual_groups(&u, 3, g, 4));
	add(&u, 3, 99, 0, 540, 1);
	add(&u, 4, 98, 0, 540, 1);
	ASSERT_EQ(1, usual_groups(&u, 4, g, 4));
	EXPECT_EQ(4, g[0].events);
	/* less than nothing is like itself too */
	add(&u, 5, -100, 0, -3600, 1);
	EXPECT_EQ(1, usual_groups(&u, 5, g, 4));
	/* the largest may be the first that is remembered */
	memset(&u, 0, sizeof(u));
	add(&u, 0, 400, 0, 10, 1);
	add(&u, 1, 100, 0, 10, 1);
	add(&u, 2, 100, 0, 10, 1);
	add(&u, 3, 25, 0, 10, 1);
	ASSERT_EQ(1, usual_groups(&u, 4, g, 4));
	EXPECT_EQ(3, g[0].events);
	EXPECT_EQ(400, g[0].size);
}

TEST(the_clock_is_set)
{
	struct usual u = { 0 };
	double first = 0;

	for (int i = 0; i < 3; i++)
		add(&u, 1000 * i, 100, 0, 10, 1);
	usual_shift(&u, -DAY);
	EXPECT_EQ(3, alike(&u, 2000 - DAY, 100, 0, 10, 1, &first));
	EXPECT_EQ(-DAY, first);
	EXPECT_EQ(3, alike(&u, 13 * DAY, 100, 0, 10, 1, &first));
	EXPECT_EQ(2, alike(&u, 13 * DAY + 1, 100, 0, 10, 1, &first));
}

TEST_HARNESS_MAIN
