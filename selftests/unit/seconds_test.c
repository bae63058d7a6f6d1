// SPDX-License-Identifier: GPL-2.0
/*
 * The rows that a capture's time is cut into.
 */
#include <string.h>

#include "harness.h"

#include "input/seconds.h"

#define WEEK	(7 * 86400)
#define START	1383354000

/* What was handed on. */
struct seen {
	unsigned int rows;
	unsigned int gaps;
	unsigned int holes;
	double covered;
	double longest;
	double time;
};

static void take(const struct row *row, void *context)
{
	struct seen *seen = context;

	if (row->gap)
		seen->gaps++;
	else if (seen->rows && row->time - row->seconds != seen->time)
		seen->holes++;
	if (row->seconds > seen->longest)
		seen->longest = row->seconds;
	seen->covered += row->seconds;
	seen->time = row->time;
	seen->rows++;
}

FIXTURE(seconds) {
	struct tally tally;
	struct seconds s;
	struct seen seen;
};

FIXTURE_SETUP(seconds)
{
	memset(self, 0, sizeof(*self));
	self->s.tally = &self->tally;
	self->s.take = take;
	self->s.context = &self->seen;
}

FIXTURE_TEARDOWN(seconds)
{
}

static void end(struct seconds *s)
{
	struct row whole;

	seconds_end(s, &whole);
}

TEST_F(seconds, a_row_a_second)
{
	for (int i = 0; i < 100; i++)
		seconds_advance(&self->s, START + i);
	end(&self->s);
	EXPECT_EQ(100, self->seen.rows);
	EXPECT_EQ(1, self->seen.longest);
	EXPECT_EQ(0, self->seen.gaps + self->seen.holes);
}

TEST_F(seconds, silence_is_covered_without_holes)
{
	seconds_advance(&self->s, START);
	seconds_advance(&self->s, START + WEEK);
	end(&self->s);
	EXPECT_EQ(WEEK + 1, self->seen.covered);
	EXPECT_EQ(START + WEEK + 1, self->seen.time);
	EXPECT_EQ(86400, self->seen.longest);
	EXPECT_EQ(0, self->seen.gaps + self->seen.holes);
}

/* However the packets' times are made: a packet makes few rows. */
TEST_F(seconds, silence_takes_few_rows)
{
	for (int i = 0; i < 20000; i++)
		seconds_advance(&self->s, START + i % 2 * (WEEK - 1));
	end(&self->s);
	EXPECT_EQ(20000 + 10000 * 17, self->seen.rows);
	EXPECT_EQ(9999, self->s.back);
	EXPECT_EQ(9999, self->seen.gaps);
	EXPECT_EQ(0, self->seen.holes);
}

TEST_F(seconds, nobody_captured_for_longer_than_a_week)
{
	seconds_advance(&self->s, START);
	seconds_advance(&self->s, START + WEEK + 2);
	end(&self->s);
	EXPECT_EQ(2, self->seen.rows);
	EXPECT_EQ(1, self->seen.gaps);
}

TEST_HARNESS_MAIN
