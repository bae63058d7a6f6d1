// SPDX-License-Identifier: GPL-2.0
/*
 * What the spike detector promises, each promise a test. How soon and how often
 * for nothing is bench/detect's business; here it is what is said and how often.
 */
#include <math.h>
#include <string.h>

#include "harness.h"

#include "detect/detector.h"
#include "traffic.h"

#define MINUTE	60
#define HOUR	3600
#define DAY	86400
#define EVENTS	64

/* 2013-11-01 00:00 UTC */
#define BEGIN	1383264000.0

/* A detector, the traffic it gets, and all that it said. */
struct scene {
	struct detector detector;
	unsigned long long random;
	double at;		/* where a rate that wanders is, in deviations */
	double now;
	enum detect_event event[EVENTS];
	struct detection said[EVENTS];
	unsigned int events;
	unsigned int of[DETECT_LEVEL + 1];
	unsigned int warned;	/* starts of warnings, and notices that became one */
};

static void scene_init(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	s->random = 1;
	s->now = BEGIN;
	detector_init(&s->detector, NULL);
}

static enum detect_event feed(struct scene *s, double seconds, uint64_t count)
{
	struct detection said;
	enum detect_event event;

	s->now += seconds;
	event = detector_feed(&s->detector, s->now, seconds, count, &said);
	if (event == DETECT_NONE)
		return event;
	s->of[event]++;
	s->warned += said.severity == DETECT_WARNING &&
		     (event == DETECT_START || said.escalated);
	if (s->events < EVENTS) {
		s->event[s->events] = event;
		s->said[s->events++] = said;
	}
	return event;
}

/* Poisson traffic in rows of @row seconds. */
static void play(struct scene *s, double rate, double row, double seconds)
{
	double end = s->now + seconds;

	while (s->now + row / 2 < end)
		feed(s, row, poisson(&s->random, rate * row));
}

/* Three weeks of one a second, at another rate on their last two days, and a day. */
static void play_weeks(struct scene *s, double weekend)
{
	for (int week = 0; week < 3; week++) {
		play(s, 1, 1, 5 * DAY);
		play(s, weekend, 1, 2 * DAY);
	}
	play(s, 1, 1, DAY);
}

/* Seconds until the next start, or -1 if none comes in time. */
static double until_start(struct scene *s, double rate, double row,
			  double seconds)
{
	double from = s->now;

	while (s->now < from + seconds)
		if (feed(s, row, poisson(&s->random, rate * row)) == DETECT_START)
			return s->now - from;
	return -1;
}

static const struct detection *first(const struct scene *s,
				     enum detect_event event)
{
	unsigned int i;

	for (i = 0; i < s->events; i++)
		if (s->event[i] == event)
			return &s->said[i];
	return NULL;
}

FIXTURE(detect) {
	struct scene s;
};

FIXTURE_SETUP(detect)
{
	scene_init(&self->s);
}

FIXTURE_TEARDOWN(detect)
{
}

TEST_F(detect, cold_start_is_useful_in_minutes)
{
	double delay;

	play(&self->s, 1, 1, 10 * MINUTE);
	ASSERT_EQ(0, self->s.events);
	delay = until_start(&self->s, 20, 1, MINUTE);
	EXPECT_GE(10, delay);
	EXPECT_LT(0, delay);
	EXPECT_TRUE(self->s.said[0].learning);
}

TEST_F(detect, nothing_is_said_of_a_first_minute_that_may_be_usual)
{
	play(&self->s, 3, 1, 10 * MINUTE);
	EXPECT_EQ(0, self->s.events);
}

TEST_F(detect, an_attack_at_the_first_start_is_warned_of)
{
	const struct detection *start, *level;
	double onset;

	EXPECT_GE(30, until_start(&self->s, 10, 1, MINUTE));
	start = first(&self->s, DETECT_START);
	ASSERT_NE(NULL, start);
	EXPECT_TRUE(start->untaught);
	EXPECT_EQ(DETECT_WARNING, start->severity);

	/* Whatever lasts is learned, but given up when it is over. */
	play(&self->s, 10, 1, 2 * HOUR);
	ASSERT_EQ(1, self->s.of[DETECT_LEVEL]);
	onset = self->s.now;
	play(&self->s, 0.1, 1, 55 * MINUTE);
	ASSERT_EQ(2, self->s.of[DETECT_LEVEL]);
	level = &self->s.said[self->s.events - 1];
	EXPECT_TRUE(level->unlearned);
	EXPECT_GE(6 * MINUTE, level->time - onset);
	EXPECT_GE(10, until_start(&self->s, 10, 1, MINUTE));
	EXPECT_FALSE(self->s.said[self->s.events - 1].untaught);
}

TEST_F(detect, without_a_prior_the_first_minutes_are_silent)
{
	struct detector_config config = detector_defaults;

	config.prior = 0;
	detector_init(&self->s.detector, &config);
	feed(&self->s, 1, 1000000);
	play(&self->s, 1000, 1, MINUTE);
	EXPECT_EQ(0, self->s.events);
}

TEST_F(detect, one_start_and_one_end)
{
	const struct detection *start, *end;
	double onset, over;

	play(&self->s, 1, 1, 3 * DAY);
	ASSERT_EQ(0, self->s.events);
	onset = self->s.now;
	play(&self->s, 20, 1, 10 * MINUTE);
	over = self->s.now;
	play(&self->s, 1, 1, DAY);

	EXPECT_EQ(1, self->s.of[DETECT_START]);
	EXPECT_EQ(1, self->s.of[DETECT_END]);
	EXPECT_EQ(0, self->s.of[DETECT_LEVEL]);
	EXPECT_GE(3, self->s.of[DETECT_UPDATE]);

	start = first(&self->s, DETECT_START);
	ASSERT_NE(NULL, start);
	EXPECT_GE(2, fabs(start->since - onset));
	EXPECT_GE(3, start->time - onset);
	EXPECT_GE(0.1, fabs(start->baseline - 1));
	EXPECT_LT(5, start->rate);
	EXPECT_LT(0, start->chance + 1);
	EXPECT_FALSE(start->learning);

	end = first(&self->s, DETECT_END);
	ASSERT_NE(NULL, end);
	EXPECT_GE(5, fabs(end->until - over));
	EXPECT_EQ(end->since, start->since);
	EXPECT_LE(300, end->time - end->until);
	EXPECT_GE(330, end->time - over);
	EXPECT_GE(500, fabs(end->count - 12000));
	EXPECT_GE(500, fabs(end->excess - 11400));
	EXPECT_GE(1, fabs(end->rate - 20));
	EXPECT_LT(20, end->peak);
	EXPECT_GT(40, end->peak);
	/* By chance less than once in a million years. */
	EXPECT_LT(6, end->chance);
}

TEST_F(detect, bursts_a_minute_apart_are_one_event)
{
	int i;

	play(&self->s, 0.1, 1, 3 * DAY);
	for (i = 0; i < 10; i++) {
		play(&self->s, 20, 1, 10);
		play(&self->s, 0.1, 1, 50);
	}
	play(&self->s, 0.1, 1, HOUR);
	EXPECT_EQ(1, self->s.of[DETECT_START]);
	EXPECT_EQ(1, self->s.of[DETECT_END]);
}

TEST_F(detect, news_is_told_but_seldom)
{
	play(&self->s, 1, 1, 3 * DAY);
	play(&self->s, 10, 1, 6 * HOUR);
	/* After 10, 20, 40, 80, 160, 320 minutes. */
	EXPECT_EQ(1, self->s.of[DETECT_START]);
	EXPECT_LE(5, self->s.of[DETECT_UPDATE]);
	EXPECT_GE(8, self->s.of[DETECT_UPDATE]);
	EXPECT_EQ(0, self->s.of[DETECT_END]);
}

TEST_F(detect, growth_is_news)
{
	play(&self->s, 1, 1, 3 * DAY);
	play(&self->s, 10, 1, 2 * MINUTE);
	ASSERT_EQ(1, self->s.events);
	play(&self->s, 1000, 1, 2);
	EXPECT_EQ(1, self->s.of[DETECT_UPDATE]);
	EXPECT_LT(50, self->s.said[1].peak);
}

TEST_F(detect, an_attack_of_hours_stays_one)
{
	double before;

	play(&self->s, 1, 1, 5 * DAY);
	before = detector_baseline(&self->s.detector, self->s.now);
	play(&self->s, 5, 1, 24 * HOUR);
	EXPECT_EQ(1, self->s.of[DETECT_START]);
	EXPECT_EQ(0, self->s.of[DETECT_END]);
	EXPECT_EQ(0, self->s.of[DETECT_LEVEL]);
	EXPECT_TRUE(detector_now(&self->s.detector, &self->s.said[0]));
	EXPECT_GE(2000, fabs(self->s.said[0].excess - 4 * DAY));
	EXPECT_EQ(before, detector_baseline(&self->s.detector, self->s.now));
	play(&self->s, 1, 1, HOUR);
	EXPECT_EQ(1, self->s.of[DETECT_END]);
	EXPECT_FALSE(detector_now(&self->s.detector, &self->s.said[0]));
}

TEST_F(detect, a_lasting_rise_is_accepted_within_days)
{
	const struct detection *level;
	double onset;

	play(&self->s, 1, 1, 5 * DAY);
	onset = self->s.now;
	play(&self->s, 5, 1, 5 * DAY);
	EXPECT_EQ(1, self->s.of[DETECT_START]);
	EXPECT_EQ(0, self->s.of[DETECT_END]);
	ASSERT_EQ(1, self->s.of[DETECT_LEVEL]);
	level = first(&self->s, DETECT_LEVEL);
	ASSERT_NE(NULL, level);
	EXPECT_LE(2 * DAY - 60, level->time - onset);
	EXPECT_GE(3 * DAY, level->time - onset);
	EXPECT_GE(5, fabs(level->since - onset));
	EXPECT_GE(0.1, fabs(level->rate - 5));
	EXPECT_GE(0.1, fabs(level->baseline - 1));
	EXPECT_GE(0.2, fabs(detector_baseline(&self->s.detector,
					      self->s.now) - 5));
	/* And spikes above it are seen. */
	EXPECT_GE(5, until_start(&self->s, 50, 1, MINUTE));
}

TEST_F(detect, a_lasting_drop_is_accepted_within_days)
{
	const struct detection *level;
	double onset;

	play(&self->s, 5, 1, 5 * DAY);
	onset = self->s.now;
	play(&self->s, 1, 1, 6 * DAY);
	ASSERT_EQ(1, self->s.events);
	ASSERT_EQ(1, self->s.of[DETECT_LEVEL]);
	level = first(&self->s, DETECT_LEVEL);
	EXPECT_LE(2 * DAY, level->time - onset);
	EXPECT_GE(5 * DAY, level->time - onset);
	EXPECT_GE(0.1, fabs(level->rate - 1));
	/* The old level is a spike now. */
	EXPECT_LT(0, until_start(&self->s, 5, 1, MINUTE));
}

TEST_F(detect, a_quiet_weekend_is_not_a_new_level)
{
	play_weeks(&self->s, 0.4);
	EXPECT_EQ(0, self->s.events);
}

/* Nor is the Monday after a weekend at a tenth an attack. */
TEST_F(detect, a_silent_weekend_makes_no_warning)
{
	play_weeks(&self->s, 0.1);
	EXPECT_EQ(0, self->s.events);
}

/* A rate that goes up and down for hours is followed up, and x5 is seen for all that. */
TEST_F(detect, a_rate_that_wanders_is_no_attack)
{
	int hour, high = 0;

	for (hour = 0; hour < 21 * 24; hour++) {
		double rate = exp(0.4 * sin(hour / 2.9) * sin(hour / 17.3));

		play(&self->s, rate, 1, HOUR);
		if (hour < 7 * 24 || rate < 1.4)
			continue;
		high++;
		EXPECT_LT(1.2, detector_baseline(&self->s.detector, self->s.now));
	}
	EXPECT_EQ(18, high);
	EXPECT_EQ(0, self->s.events);
	EXPECT_GE(30, until_start(&self->s, 5, 1, MINUTE));
}

TEST_F(detect, gaps_are_no_news)
{
	int i;

	play(&self->s, 1, 1, 3 * DAY);
	for (i = 0; i < 20; i++) {
		detector_gap(&self->s.detector);
		self->s.now += 7 * HOUR;
		play(&self->s, 1, 1, HOUR);
	}
	EXPECT_EQ(0, self->s.events);
	EXPECT_GE(3, until_start(&self->s, 20, 1, MINUTE));
}

TEST_F(detect, an_event_lives_through_a_gap)
{
	play(&self->s, 1, 1, 3 * DAY);
	play(&self->s, 20, 1, 5 * MINUTE);
	ASSERT_EQ(1, self->s.of[DETECT_START]);
	detector_gap(&self->s.detector);
	self->s.now += HOUR;
	play(&self->s, 20, 1, 5 * MINUTE);
	EXPECT_EQ(0, self->s.of[DETECT_END]);
	play(&self->s, 1, 1, HOUR);
	EXPECT_EQ(1, self->s.of[DETECT_START]);
	EXPECT_EQ(1, self->s.of[DETECT_END]);
}

TEST_F(detect, an_event_that_ended_in_a_gap_ends_once)
{
	play(&self->s, 1, 1, 3 * DAY);
	play(&self->s, 20, 1, 5 * MINUTE);
	detector_gap(&self->s.detector);
	self->s.now += 9 * HOUR;
	play(&self->s, 1, 1, HOUR);
	EXPECT_EQ(1, self->s.of[DETECT_START]);
	EXPECT_EQ(1, self->s.of[DETECT_END]);
}

TEST_F(detect, the_clock_may_be_set)
{
	const struct detection *end;

	play(&self->s, 1, 1, 3 * DAY);
	detector_gap(&self->s.detector);
	self->s.now -= 30 * HOUR;
	play(&self->s, 1, 1, DAY);
	detector_gap(&self->s.detector);
	self->s.now += 400 * DAY;
	play(&self->s, 1, 1, DAY);
	EXPECT_EQ(0, self->s.events);

	/* In the middle of an event, too: it ends no later for that. */
	play(&self->s, 20, 1, MINUTE);
	detector_gap(&self->s.detector);
	self->s.now -= 5 * HOUR;
	play(&self->s, 20, 1, MINUTE);
	play(&self->s, 1, 1, 10 * MINUTE);
	EXPECT_EQ(1, self->s.of[DETECT_START]);
	ASSERT_EQ(1, self->s.of[DETECT_END]);
	/* and is as long as it was */
	end = first(&self->s, DETECT_END);
	EXPECT_GE(3, fabs(end->until - end->since - 2 * MINUTE));
}

/* What is remembered is as long ago as before, and still usual. */
TEST_F(detect, the_clock_is_set_back_amid_what_repeats)
{
	struct detect_usual usual[2];

	play(&self->s, 0.3, 10, 3 * DAY);
	for (int day = 0; day < 5; day++) {
		play(&self->s, 10, 10, 30);
		if (day == 2)
			self->s.now -= 20 * DAY;
		play(&self->s, 10, 10, 30);
		play(&self->s, 0.3, 10, DAY - MINUTE);
	}
	EXPECT_EQ(5, self->s.of[DETECT_END]);
	EXPECT_EQ(3, self->s.warned);
	ASSERT_EQ(1, detector_usual(&self->s.detector, usual, 2));
	EXPECT_EQ(5, usual[0].events);
	EXPECT_GE(20, fabs(usual[0].first - (self->s.now - 5 * DAY)));
}

TEST_F(detect, one_long_row_is_no_spike)
{
	play(&self->s, 1, 1, 3 * DAY);
	/* A night that came as a single row. */
	feed(&self->s, 8 * HOUR, 8 * HOUR);
	play(&self->s, 1, 1, HOUR);
	feed(&self->s, 40 * DAY, 40 * DAY);
	play(&self->s, 1, 1, HOUR);
	EXPECT_EQ(0, self->s.events);
}

TEST_F(detect, rows_that_are_none_are_ignored)
{
	struct detector before;

	play(&self->s, 1, 1, HOUR);
	before = self->s.detector;
	feed(&self->s, 0, 1000000);
	feed(&self->s, -1, 1000000);
	feed(&self->s, NAN, 1000000);
	EXPECT_EQ(0, memcmp(&before, &self->s.detector, sizeof(before)));
	EXPECT_EQ(0, self->s.events);
}

TEST_F(detect, uneven_rows_are_as_good_as_even_ones)
{
	struct scene *s = &self->s;
	double onset, end = s->now + 3 * DAY;
	double delay = -1;

	while (s->now < end) {
		double row = 0.2 + 20 * uniform(&s->random) * uniform(&s->random) *
				   uniform(&s->random);

		feed(s, row, poisson(&s->random, row));
	}
	EXPECT_EQ(0, s->events);
	EXPECT_GE(0.02, fabs(detector_baseline(&s->detector, s->now) - 1));
	onset = s->now;
	while (s->now < onset + MINUTE && delay < 0) {
		double row = 0.2 + 2 * uniform(&s->random);

		if (feed(s, row, poisson(&s->random, 5 * row)) == DETECT_START)
			delay = s->now - onset;
	}
	EXPECT_LT(0, delay);
	EXPECT_GE(12, delay);
}

TEST_F(detect, a_million_a_second)
{
	play(&self->s, 1e6, 1, DAY);
	EXPECT_EQ(1, self->s.of[DETECT_START]);
	EXPECT_EQ(1, self->s.of[DETECT_LEVEL]);
	EXPECT_GE(1e3, fabs(detector_baseline(&self->s.detector,
					      self->s.now) - 1e6));
	/* On the first day it may still be the day's cycle. */
	EXPECT_EQ(1, until_start(&self->s, 5e6, 1, MINUTE));
}

TEST_F(detect, one_an_hour)
{
	double delay;

	play(&self->s, 1.0 / HOUR, 1, 14 * DAY);
	EXPECT_EQ(0, self->s.events);
	delay = until_start(&self->s, 20.0 / HOUR, 1, 6 * HOUR);
	EXPECT_LT(0, delay);
	EXPECT_GE(1.5 * HOUR, delay);
}

TEST_F(detect, strays_on_a_silent_link_are_no_spike)
{
	int i;

	play(&self->s, 0, 1, 5 * DAY);
	for (i = 0; i < 3; i++) {
		feed(&self->s, 1, 1);
		play(&self->s, 0, 1, 3);
	}
	play(&self->s, 0, 1, DAY);
	feed(&self->s, 1, 3);
	play(&self->s, 0, 1, DAY);
	EXPECT_EQ(0, self->s.events);
	EXPECT_GE(10, until_start(&self->s, 3, 1, MINUTE));
}

TEST_F(detect, a_flood_on_a_silent_link_ends_soon)
{
	play(&self->s, 0, 1, 5 * DAY);
	play(&self->s, 1000, 1, MINUTE);
	play(&self->s, 0, 1, 10 * MINUTE);
	EXPECT_EQ(1, self->s.of[DETECT_START]);
	EXPECT_EQ(1, self->s.of[DETECT_END]);
}

TEST_F(detect, the_daily_cycle_is_no_spike_even_on_the_first_day)
{
	int second;

	for (second = 0; second < 8 * DAY; second++) {
		double rate = 1 - 0.5 * cos(2 * M_PI * second / DAY);

		feed(&self->s, 1, poisson(&self->s.random, rate));
	}
	EXPECT_EQ(0, self->s.events);
	/* It knows the hours: 0.5/s at midnight, 1.5/s at noon. */
	EXPECT_GE(0.1, fabs(detector_baseline(&self->s.detector,
					      self->s.now) - 0.5));
	EXPECT_GE(0.1, fabs(detector_baseline(&self->s.detector,
					      self->s.now + 12 * HOUR) - 1.5));
}

TEST_F(detect, a_slow_ramp_is_seen)
{
	double onset, noticed = -1;
	int second;

	play(&self->s, 1, 1, 5 * DAY);
	onset = self->s.now;
	for (second = 0; second < 6 * HOUR && noticed < 0; second++)
		if (feed(&self->s, 1, poisson(&self->s.random,
					      1 + 4.0 * second / (6 * HOUR))) ==
		    DETECT_START)
			noticed = self->s.now - onset;
	EXPECT_LT(0, noticed);
	EXPECT_GE(HOUR, noticed);
}

/* November 2013: below 20 an hour, then 100 for three hours. */
TEST_F(detect, november_2013_by_the_hour)
{
	const struct detection *end;
	double onset;
	int hour;

	for (hour = 0; hour < 10 * 24; hour++)
		feed(&self->s, HOUR, fmin(19, poisson(&self->s.random, 11)));
	EXPECT_EQ(0, self->s.events);
	onset = self->s.now;
	EXPECT_EQ(DETECT_START, feed(&self->s, HOUR, 100));
	feed(&self->s, HOUR, 100);
	feed(&self->s, HOUR, 100);
	EXPECT_EQ(0, self->s.of[DETECT_END]);
	for (hour = 0; hour < 24; hour++)
		feed(&self->s, HOUR, fmin(19, poisson(&self->s.random, 11)));
	EXPECT_EQ(1, self->s.of[DETECT_START]);
	ASSERT_EQ(1, self->s.of[DETECT_END]);
	end = first(&self->s, DETECT_END);
	EXPECT_EQ(onset, end->since);
	EXPECT_EQ(onset + 3 * HOUR, end->until);
	EXPECT_EQ(300, end->count);
}

TEST_F(detect, november_2013_by_ten_seconds)
{
	double delay;

	play(&self->s, 11.0 / HOUR, 10, 10 * DAY);
	EXPECT_EQ(0, self->s.events);
	delay = until_start(&self->s, 100.0 / HOUR, 10, 3 * HOUR);
	EXPECT_LT(0, delay);
	EXPECT_GE(HOUR, delay);
}

TEST_F(detect, what_repeats_is_told_as_a_notice)
{
	struct detect_usual usual[2];
	const struct detection *last;
	int day;

	/* A daily scanner: the first three times it is news. */
	for (day = 0; day < 10; day++) {
		play(&self->s, 0.1, 1, DAY - MINUTE);
		play(&self->s, 200.0 / MINUTE, 1, MINUTE);
		EXPECT_EQ(day + 1, self->s.of[DETECT_START]);
		EXPECT_EQ(day < 3 ? day + 1 : 3, self->s.warned);
	}
	play(&self->s, 0.1, 1, HOUR);
	last = &self->s.said[self->s.events - 1];
	EXPECT_EQ(DETECT_NOTICE, last->severity);
	EXPECT_LE(3, last->repeats);
	EXPECT_GE(9, last->repeats);
	EXPECT_GE(1.1 * DAY, last->first - BEGIN);

	ASSERT_EQ(1, detector_usual(&self->s.detector, usual, 2));
	EXPECT_EQ(10, usual[0].events);
	EXPECT_GE(5 * MINUTE, fabs(usual[0].last - self->s.now + HOUR));
	EXPECT_GE(60, fabs(usual[0].size - 194));

	/* Ten times as much begins like the others, and outgrows them. */
	play(&self->s, 2000.0 / MINUTE, 1, MINUTE);
	EXPECT_EQ(4, self->s.warned);
	/* Two weeks later nothing of it is usual any more. */
	play(&self->s, 0.1, 1, 15 * DAY);
	EXPECT_EQ(0, detector_usual(&self->s.detector, usual, 2));
}

/* What chance adds to a usual burst makes no event of two minutes of it. */
TEST_F(detect, a_burst_is_no_longer_for_what_comes_after_it)
{
	static const int rows[] = { 11, 2, 3, 2, 1, 4, 4, 3 };
	const struct detection *last;
	int i;

	play(&self->s, 0.1, 10, 10 * DAY);
	for (i = 0; i < 25; i++) {
		feed(&self->s, 10, 31 + i % 5);
		play(&self->s, 0.1, 10, 6 * HOUR);
	}
	ASSERT_EQ(25, self->s.of[DETECT_START]);
	ASSERT_EQ(3, self->s.warned);
	/* evidence enough with the last ones only, and no event without the first */
	for (i = 0; i < 8; i++)
		feed(&self->s, 10, rows[i]);
	ASSERT_EQ(26, self->s.of[DETECT_START]);
	EXPECT_EQ(3, self->s.warned);
	play(&self->s, 0.1, 10, HOUR);
	last = &self->s.said[self->s.events - 1];
	EXPECT_EQ(DETECT_NOTICE, last->severity);
	EXPECT_EQ(80, last->until - last->since);

	/* but a step does */
	feed(&self->s, 10, 30);
	play(&self->s, 0.5, 10, 2 * MINUTE);
	EXPECT_EQ(4, self->s.warned);
}

/* Two minutes of calm end a stretch; what comes then is none of its minutes. */
TEST_F(detect, pulses_are_as_long_as_all_of_them)
{
	unsigned int before;
	double onset;
	int i, row;

	play(&self->s, 0.1, 10, 10 * DAY);
	for (i = 0; i < 25; i++) {
		feed(&self->s, 10, 300);
		play(&self->s, 1, 10, 290);
		play(&self->s, 0.1, 10, 6 * HOUR);
	}
	before = self->s.warned;
	ASSERT_GE(5, before);
	onset = self->s.now;
	for (row = 0; self->s.warned == before && row < 200; row++) {
		int phase = row % 50;

		feed(&self->s, 10, phase < 25 ? 9 : phase == 37 ? 250 : 1);
	}
	EXPECT_EQ(before + 1, self->s.warned);
	EXPECT_GE(1200, self->s.now - onset);
}

/* Rows of an hour have no minutes. */
TEST_F(detect, an_event_is_no_shorter_than_its_row)
{
	struct detect_usual usual[1];
	int day;

	for (day = 0; day < 24; day++) {
		play(&self->s, 0.01, HOUR, 23 * HOUR);
		feed(&self->s, HOUR, day < 20 ? 36 : 300);
	}
	play(&self->s, 0.01, HOUR, DAY);
	ASSERT_EQ(1, detector_usual(&self->s.detector, usual, 1));
	EXPECT_LE(4, usual[0].events);
	EXPECT_LE(HOUR, usual[0].length);
}

TEST_F(detect, decoys_hide_nothing_that_lasts)
{
	double onset;
	unsigned int i;

	play(&self->s, 0.3, 1, 10 * DAY);
	for (i = 0; i < 3; i++) {
		play(&self->s, 100, 1, MINUTE);
		play(&self->s, 0.3, 1, 6 * HOUR);
	}
	ASSERT_EQ(3, self->s.warned);
	for (i = 0; i < 2; i++) {
		play(&self->s, 0.3, 1, DAY);
		onset = self->s.now;
		while (self->s.warned == 3 + i && self->s.now < onset + HOUR)
			play(&self->s, i ? 1.5 : 0.6, 1, 1);
		EXPECT_GE(i ? 3 * MINUTE : 10 * MINUTE, self->s.now - onset);
		play(&self->s, i ? 1.5 : 0.6, 1, HOUR);
	}
}

TEST_F(detect, a_small_change_that_lasts_is_one_event)
{
	play(&self->s, 3, 1, 10 * DAY);
	play(&self->s, 4.5, 1, 5 * DAY);
	EXPECT_EQ(1, self->s.of[DETECT_START]);
	EXPECT_EQ(0, self->s.of[DETECT_END]);
	EXPECT_EQ(1, self->s.of[DETECT_LEVEL]);
}

/* An hour of a place where people work in office hours. */
static void play_office(struct scene *s, int hour)
{
	/* The 1st of November 2013 was a Friday. */
	bool weekend = (hour / 24 + 4) % 7 >= 5;
	bool office = !weekend && hour % 24 >= 8 && hour % 24 < 18;

	play(s, office ? 1.5 : 0.3, 10, HOUR);
}

/* Once the hours are known, those days hide no attack at night. */
TEST_F(detect, the_first_working_days_are_forgotten)
{
	unsigned int before;
	int hour;

	for (hour = 0; hour < 13 * 24; hour++)
		play_office(&self->s, hour);
	before = self->s.warned;
	play(&self->s, 1.5, 10, 10 * MINUTE);
	EXPECT_EQ(before + 1, self->s.warned);
}

/* Starts that were warned of at the office's rate, late in the week after the first. */
static unsigned int warned_at(struct scene *s, double hour)
{
	unsigned int before;

	scene_init(s);
	play(s, 0.3, 60, 17 * DAY);
	for (int past = 17 * 24; past < 26 * 24; past++)
		play_office(s, past);
	play(s, 0.3, 10, hour * HOUR);
	before = s->warned;
	play(s, 1.5, 10, 30 * MINUTE);
	return s->warned - before;
}

/* They tell what is usual from an hour before them to their last, and not after. */
TEST_F(detect, the_first_working_days_tell_of_their_own_hours)
{
	EXPECT_EQ(1, warned_at(&self->s, 6.5));
	EXPECT_EQ(0, warned_at(&self->s, 7.5));
	EXPECT_EQ(0, warned_at(&self->s, 17.1));
	EXPECT_EQ(1, warned_at(&self->s, 18.5));
}

/* And every one of them is one of many until its own hours are known. */
TEST_F(detect, working_days_are_told_three_times)
{
	unsigned int before;
	int hour;

	play(&self->s, 0.3, 60, 13 * DAY);
	before = self->s.warned;
	for (hour = 13 * 24; hour < 60 * 24; hour++)
		play_office(&self->s, hour);
	EXPECT_EQ(before + 3, self->s.warned);
	/* after a holiday, too */
	play(&self->s, 0.3, 60, 14 * DAY);
	before = self->s.warned;
	for (hour = 74 * 24; hour < 120 * 24; hour++)
		play_office(&self->s, hour);
	EXPECT_GE(before + 3, self->s.warned);
}

TEST_F(detect, office_hours_are_learned_by_the_weekday)
{
	unsigned int before = 0;
	int hour;

	for (hour = 0; hour < 35 * 24; hour++) {
		play_office(&self->s, hour);
		if (hour == 21 * 24)
			before = self->s.warned;
	}
	EXPECT_EQ(before, self->s.warned);
	/* Friday at noon, and Saturday at noon. */
	EXPECT_GE(0.3, fabs(detector_baseline(&self->s.detector,
					      BEGIN + 35.5 * DAY) - 1.5));
	EXPECT_GE(0.1, fabs(detector_baseline(&self->s.detector,
					      BEGIN + 36.5 * DAY) - 0.3));
}

TEST_F(detect, a_rate_that_wanders_is_usual)
{
	unsigned int before = 0;
	int second;

	/* Up and down by factors of two in twenty minutes. */
	for (second = 0; second < 10 * DAY; second++) {
		double swing = 0.7 * sin(2 * M_PI * second / 1200);

		feed(&self->s, 1, poisson(&self->s.random, 100 * exp(swing)));
		if (second == 3 * DAY)
			before = self->s.warned;
	}
	EXPECT_GE(8, before);
	EXPECT_EQ(before, self->s.warned);
	/* But what goes beyond is seen. */
	play(&self->s, 2000, 1, MINUTE);
	EXPECT_EQ(before + 1, self->s.warned);
}

/* A rate whose logarithm wanders by @far in six hours has low days and high ones. */
static void play_wandering(struct scene *s, double rate, double far, double days)
{
	double end = s->now + days * DAY, kept = exp(-10.0 / (6 * HOUR));

	while (s->now < end) {
		s->at = kept * s->at + sqrt(1 - kept * kept) * normal(&s->random);
		feed(s, 10, poisson(&s->random, 10 * rate * exp(far * s->at)));
	}
}

/* Without a look at how far it wanders there are eight. */
TEST_F(detect, low_days_of_a_rate_that_wanders_are_no_level)
{
	play_wandering(&self->s, 1, 0.7, 300);
	EXPECT_GE(2, self->s.of[DETECT_LEVEL]);
}

TEST_F(detect, a_lasting_drop_of_a_rate_that_wanders_is_accepted)
{
	play_wandering(&self->s, 1, 0.3, 20);
	ASSERT_EQ(0, self->s.of[DETECT_LEVEL]);
	play_wandering(&self->s, 0.5, 0.3, 8);
	EXPECT_EQ(1, self->s.of[DETECT_LEVEL]);
}

/* The low days before it is accepted are no wandering, be the first a part of one. */
TEST_F(detect, a_drop_is_not_learned_as_wandering)
{
	play(&self->s, 1, 10, 14.7 * DAY);
	play(&self->s, 0.2, 10, 4.5 * DAY);
	ASSERT_EQ(1, self->s.of[DETECT_LEVEL]);
	EXPECT_GE(0.001, self->s.detector.known.wander.variance);
}

TEST_F(detect, it_wanders_about_a_new_level_as_about_the_old)
{
	double variance, persists;
	unsigned int before;

	play_wandering(&self->s, 1, 0.7, 40);
	variance = self->s.detector.known.wander.variance;
	persists = self->s.detector.known.wander.persists;
	ASSERT_LT(0.1, variance);
	self->s.of[DETECT_LEVEL] = 0;
	for (int days = 0; !self->s.of[DETECT_LEVEL] && days < 10; days++)
		play_wandering(&self->s, 30, 0.7, 1);
	ASSERT_EQ(1, self->s.of[DETECT_LEVEL]);
	EXPECT_GE(0.2, fabs(self->s.detector.known.wander.variance / variance - 1));
	EXPECT_EQ(persists, self->s.detector.known.wander.persists);
	before = self->s.warned;
	play_wandering(&self->s, 30, 0.7, 20);
	EXPECT_EQ(before, self->s.warned);
}

/* Chance alone, a thousand times as high, would hide how the rate wanders. */
TEST_F(detect, after_silence_it_is_learned_how_the_rate_wanders)
{
	play(&self->s, 0.002, 10, 14 * DAY);
	play_wandering(&self->s, 1, 0.3, 14);
	ASSERT_EQ(1, self->s.of[DETECT_LEVEL]);
	EXPECT_LT(0.01, self->s.detector.known.wander.variance);
	EXPECT_LT(0.9, self->s.detector.known.wander.persists);
}

TEST_F(detect, a_copy_goes_on_like_the_original)
{
	struct scene copy;
	unsigned int i;

	play(&self->s, 1, 1, DAY);
	copy = self->s;
	play(&self->s, 3, 1, HOUR);
	play(&copy, 3, 1, HOUR);
	ASSERT_LT(0, copy.events);
	ASSERT_EQ(copy.events, self->s.events);
	for (i = 0; i < copy.events; i++) {
		EXPECT_EQ(copy.event[i], self->s.event[i]);
		EXPECT_EQ(copy.said[i].time, self->s.said[i].time);
		EXPECT_EQ(copy.said[i].evidence, self->s.said[i].evidence);
	}
}

TEST_HARNESS_MAIN
