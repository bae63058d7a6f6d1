// SPDX-License-Identifier: GPL-2.0
/*
 * The charts against what the papers say: scores from the laws themselves, a CUSUM
 * as Page wrote it, needs as the comment's formula has them.
 */
#include <math.h>

#include "harness.h"

#include "about.h"
#include "detect/charts.h"

static const double ratio[CHARTS] = {
	1.3, 2, 5, 16, 60, 300, 2000, 20000, 200000
};

/* ln of the chance of @n packets: Poisson, or negative binomial */
static double law(double n, double mean, double dispersion)
{
	double size = mean / (dispersion - 1);

	if (dispersion == 1)
		return n * log(mean) - mean - lgamma(n + 1);
	return lgamma(n + size) - lgamma(size) - lgamma(n + 1) -
	       size * log(dispersion) + n * log1p(-1 / dispersion);
}

TEST(a_score_is_a_ratio_of_chances)
{
	static const double dispersions[] = { 1, 1.0011, 1.5, 7 };

	for (int i = 0; i < 4; i++)
		for (int n = 0; n < 40; n++)
			EXPECT_LT(fabs(law(n, 3 * 2.5, dispersions[i]) -
				       law(n, 2.5, dispersions[i]) -
				       charts_score(n, 2.5, dispersions[i], 3)),
				  1 / 1e7);
	/* so near to Poisson it is Poisson */
	ABOUT(charts_score(7, 2.5, 1, 3), charts_score(7, 2.5, 1.0009, 3));
	EXPECT_NE(charts_score(7, 2.5, 1, 3), charts_score(7, 2.5, 1.001, 3));
}

/* e^need is the looks in that time, at this information, z and overshoot. */
static double need(double events, double seconds, double dispersion,
		   double patience, int k)
{
	double between;

	if (dispersion > 1)
		events *= log(dispersion) / (dispersion - 1);
	between = log(ratio[k]) / (ratio[k] * events);
	return log(patience / (2.5 * seconds + between)) + 1.5 - 1.3 / dispersion;
}

TEST(needs_are_the_formulas)
{
	struct charts c = { 0 };

	for (int k = 0; k < CHARTS; k++) {
		charts_expect(&c, 30, 0, 1, 10, 1e9);
		ABOUT(need(3, 10, 1, 1e9, k), c.model.need[k]);
		charts_expect(&c, 30, 0, 4, 10, 1e9);
		ABOUT(need(3, 10, 4, 1e9, k), c.model.need[k]);
		charts_expect(&c, 0, 0, 1, 10, 1e13);
		ABOUT(need(1 / 1e9, 10, 1, 1e13, k), c.model.need[k]);
		charts_expect(&c, 30, 0, 1, 10, 1000);
		EXPECT_EQ(9, c.model.need[k]);
	}
}

/* Each difference is one: what was prepared for something else isn't used. */
TEST(each_expectation_counts)
{
	static const double kinds[][5] = {
		{ 30, 0.1, 2, 10, 1e9 }, { 31, 0.1, 2, 10, 1e9 },
		{ 31, 0.2, 2, 10, 1e9 }, { 31, 0.2, 3, 10, 1e9 },
		{ 31, 0.2, 3, 11, 1e9 }, { 31, 0.2, 3, 11, 2e9 },
	};
	struct charts one = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const double *of = kinds[i];
		struct charts other = { 0 };

		charts_expect(&one, of[0], of[1], of[2], of[3], of[4]);
		charts_expect(&other, of[0], of[1], of[2], of[3], of[4]);
		EXPECT_EQ(0, memcmp(&one.model, &other.model, sizeof(one.model)));
	}
}

/* No packet of Poisson says what rate a chart takes for normal. */
TEST(a_rate_in_doubt_is_raised)
{
	static const double doubts[] = { 0, 0.001, 0.02, 0.3, 2 };
	struct charts c = { 0 };

	for (int i = 0; i < 5; i++) {
		charts_expect(&c, 30, doubts[i], 1, 10, 1e9);
		for (int k = 0; k < CHARTS; k++) {
			double r = ratio[k];
			double s = (r - 1) / (r * log(r) - r + 1);
			double a = c.model.need[k] * s * doubts[i];
			double up = exp(doubts[i] * (a / 2 < 2 ? a / 2 : 2));

			ABOUT(-30 * up * (r - 1), c.model.idle[k]);
		}
	}
}

/* Page's, chart by chart; the second half of the rows brings an alarm. */
static void play(struct __test_metadata *_metadata, double dispersion)
{
	static const int counts[] = {
		0, 1, 0, 0, 2, 4, 0, 1, 9, 0, 30, 41, 17, 25, 38, 90, 200, 3000
	};
	double score[CHARTS] = { 0 }, since[CHARTS] = { 0 }, seen = 0, expected = 0;
	double before[CHARTS] = { 0 }, foreseen[CHARTS] = { 0 };
	struct charts c = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		double time = 1000 + 10 * i, most = 0;
		struct charts_verdict verdict;
		bool rising = false, calm = true, alarm;
		int best = -1;

		charts_expect(&c, 1.5, 0, dispersion, 10, 1e9);
		charts_feed(&c, time, 10, counts[i]);
		for (int k = 0; k < CHARTS; k++) {
			double step = charts_score(counts[i], 1.5, dispersion, ratio[k]);
			double above;

			if (score[k] == 0 && step > 0) {
				since[k] = time - 10;
				before[k] = seen;
				foreseen[k] = expected;
			}
			score[k] = fmax(0, score[k] + step);
			rising |= score[k] > 0;
			calm &= score[k] <= c.model.need[k] / 2;
			above = seen + counts[i] - before[k] - (expected + 1.5 - foreseen[k]);
			if (score[k] - c.model.need[k] >= most && above >= 12) {
				best = k;
				most = score[k] - c.model.need[k];
			}
			ABOUT(score[k], c.score[k]);
			if (score[k] > 0) {
				EXPECT_EQ(since[k], c.mark[k].time);
				EXPECT_EQ(since[k] - 990, c.mark[k].seconds);
				EXPECT_EQ(before[k], c.mark[k].count);
				EXPECT_EQ(foreseen[k], c.mark[k].expected);
			}
		}
		seen += counts[i];
		expected += 1.5;
		EXPECT_EQ(rising, c.rising);
		EXPECT_EQ(calm, charts_calm(&c));
		alarm = charts_judge(&c, 12, &verdict);
		EXPECT_EQ(best >= 0, alarm);
		if (!alarm)
			continue;
		EXPECT_EQ(best, verdict.chart);
		EXPECT_EQ(c.score[best], verdict.score);
		ABOUT(most, verdict.surplus);
	}
	EXPECT_EQ(10 * ARRAY_SIZE(counts), c.seconds);
	EXPECT_EQ(seen, c.count);
	EXPECT_EQ(expected, c.expected);
	charts_reset(&c);
	EXPECT_FALSE(c.rising);
	EXPECT_TRUE(charts_calm(&c));
}

TEST(a_chart_is_a_cusum)
{
	play(_metadata, 1);
	play(_metadata, 3);
}

/* As many as expected are no evidence, whatever the law makes of them. */
TEST(evidence_wants_packets)
{
	struct charts c = { .rising = true, .count = 1000, .expected = 900 };
	struct charts_verdict verdict;

	charts_expect(&c, 100, 0, 1, 10, 1e9);
	for (int k = 0; k < CHARTS; k++) {
		c.score[k] = 1e9;
		c.mark[k].count = 1000;
		c.mark[k].expected = 900;
	}
	charts_feed(&c, 1000, 10, 100);
	for (int k = 0; k < CHARTS; k++)
		EXPECT_EQ(0, c.score[k]);
	c.rising = true;
	for (int k = 0; k < CHARTS; k++)
		c.score[k] = 1e9;
	charts_feed(&c, 1010, 10, 101);
	EXPECT_LT(0, c.score[0]);
	EXPECT_FALSE(charts_judge(&c, 1.5, &verdict));
	EXPECT_TRUE(charts_judge(&c, 1, &verdict));
	/* and what isn't enough for an alarm stays */
	c = (struct charts){ .rising = true, .score = { 25 } };
	charts_expect(&c, 1, 0, 1, 10, 1e9);
	c.score[0] = c.model.need[0] - 0.1;
	charts_feed(&c, 1000, 10, 0);
	EXPECT_LT(0, c.score[0]);
}

/* Each chart can give the alarm, from just what it needs, and disturb the calm. */
TEST(any_chart_gives_the_alarm)
{
	for (int k = 0; k < CHARTS; k++) {
		struct charts c = { .count = 1000 };
		struct charts_verdict verdict;

		charts_expect(&c, 1, 0, 1, 10, 1e9);
		c.score[k] = c.model.need[k];
		EXPECT_FALSE(charts_calm(&c));
		ASSERT_TRUE(charts_judge(&c, 5, &verdict));
		EXPECT_EQ(k, verdict.chart);
		EXPECT_EQ(0, verdict.surplus);
		c.score[k] = c.model.need[k] / 2;
		EXPECT_TRUE(charts_calm(&c));
		EXPECT_FALSE(charts_judge(&c, 5, &verdict));
	}
}

TEST_HARNESS_MAIN
