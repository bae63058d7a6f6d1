// SPDX-License-Identifier: GPL-2.0
/*
 * All that the detector says of some months of traffic, to the digit. Whether it is
 * right is for detect_test and bench/detect; here nothing changes unseen. Who means a
 * change runs this with TRACE_WRITE=1 in the environment and reads the difference.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

#include "detect/detector.h"
#include "lib/file.h"
#include "traffic.h"

#define MINUTE	60.0
#define HOUR	3600.0
#define DAY	86400.0

#define USUAL_MOST	4

/* A detector, the traffic it gets, and what it said. */
struct trace {
	struct detector detector;
	unsigned long long random;
	double now;
	double swing;
	FILE *out;
};

static void say(const struct trace *t, const char *what, const struct detection *of)
{
	fprintf(t->out, "%.1f %s %s rate %.6g baseline %.6g peak %.6g count %.6g excess %.6g ",
		t->now, what, of->severity == DETECT_NOTICE ? "notice" : "warning", of->rate,
		of->baseline, of->peak, of->count, of->excess);
	fprintf(t->out, "evidence %.6g chance %.6g since %.1f until %.1f repeats %u first %.1f",
		of->evidence, of->chance, of->since, of->until, of->repeats, of->first);
	fprintf(t->out, "%s%s%s%s\n", of->learning ? " learning" : "",
		of->escalated ? " escalated" : "", of->untaught ? " untaught" : "",
		of->unlearned ? " unlearned" : "");
}

static void feed(struct trace *t, double seconds, uint64_t count)
{
	static const char *const name[] = {
		[DETECT_START] = "start",
		[DETECT_UPDATE] = "update",
		[DETECT_END] = "end",
		[DETECT_LEVEL] = "level",
	};
	struct detection said;
	enum detect_event event;

	/* no row to go by, no time that passes */
	if (isfinite(seconds))
		t->now += seconds;
	event = detector_feed(&t->detector, t->now, seconds, count, &said);
	if (event != DETECT_NONE)
		say(t, name[event], &said);
}

/* What is known by now */
static void look(const struct trace *t)
{
	struct detect_usual usual[USUAL_MOST];
	size_t n = detector_usual(&t->detector, usual, USUAL_MOST);
	struct detection now;

	fprintf(t->out, "%.1f known %.6g%s%s\n", t->now, detector_baseline(&t->detector, t->now),
		detector_learning(&t->detector) ? " learning" : "",
		detector_taught(&t->detector) ? " taught" : "");
	for (size_t i = 0; i < n; i++)
		fprintf(t->out, "  usual %u first %.1f last %.1f size %.6g length %.1f peak %.6g\n",
			usual[i].events, usual[i].first, usual[i].last, usual[i].size,
			usual[i].length, usual[i].peak);
	if (detector_now(&t->detector, &now))
		say(t, "now", &now);
}

static void play(struct trace *t, double rate, double row, double seconds)
{
	double end = t->now + seconds;

	while (t->now + row / 2 < end)
		feed(t, row, poisson(&t->random, rate * row));
	look(t);
}

/* Days and weeks with their ways, and a rate that wanders by a fifth for hours */
static void live(struct trace *t, double rate, double row, double seconds)
{
	double end = t->now + seconds, kept = exp(-row / (3 * HOUR));

	while (t->now + row / 2 < end) {
		double day = 1 + 0.5 * sin(2 * M_PI * t->now / DAY);
		double week = fmod(t->now / DAY, 7) < 5 ? 1 : 0.5;

		t->swing = kept * t->swing + sqrt(1 - kept * kept) * normal(&t->random);
		feed(t, row, poisson(&t->random, rate * day * week * exp(0.2 * t->swing) * row));
	}
	look(t);
}

static void begin(struct trace *t, const char *name, const struct detector_config *config)
{
	fprintf(t->out, "\n%s\n", name);
	t->random = 1;
	t->now = 0;
	t->swing = 0;
	detector_init(&t->detector, config);
}

static void first_days(struct trace *t)
{
	begin(t, "An attack at the first start, and after it", NULL);
	play(t, 20, 1, 119);
	play(t, 20, 1, 2);
	play(t, 20, 1, 2 * HOUR);
	play(t, 0.2, 1, 10 * MINUTE);
	play(t, 0.2, 10, 90 * MINUTE);
	play(t, 4, 1, MINUTE);
	play(t, 0.2, 10, DAY);
	play(t, 0.2, 10, 22 * HOUR);
	play(t, 0.02, 10, 8 * HOUR);

	begin(t, "An attack at the first start, and another as it ends", NULL);
	play(t, 20, 1, 2 * HOUR);
	play(t, 0.2, 1, 5 * MINUTE + 2);
	play(t, 2, 1, 2 * MINUTE);
	play(t, 0.2, 1, HOUR);

	begin(t, "A small start", NULL);
	play(t, 0.5, 1, 119);
	play(t, 0.5, 1, 1);
	play(t, 0.5, 1, 30);
	play(t, 5, 1, MINUTE);
	play(t, 0.5, 1, 10 * MINUTE);
}

static void weeks(struct trace *t)
{
	begin(t, "Weeks", NULL);
	for (int day = 0; day < 18; day++) {
		live(t, 0.5, 10, 20 * HOUR);
		/* each day the same, but for one that lasts and one that is higher */
		live(t, day == 14 ? 40 : 12, 10, day == 12 ? 20 * MINUTE : MINUTE);
		live(t, 0.5, 10, 4 * HOUR - MINUTE);
	}
	live(t, 1, 10, 12 * HOUR);
	live(t, 0.5, 10, DAY);
	/* pulses, the clock, and a pause amid them */
	for (int n = 0; n < 6; n++) {
		live(t, 10, 10, 30);
		live(t, 0.5, 10, n == 3 ? 10 * MINUTE : 2 * MINUTE);
		if (n == 1)
			t->now -= HOUR;
		if (n == 2) {
			detector_gap(&t->detector);
			t->now += HOUR;
		}
	}
	live(t, 0.5, 10, DAY);
	live(t, 1, 10, 2.5 * DAY);
	live(t, 1, 10, 3 * DAY);
	live(t, 0.25, 10, 6 * DAY);
	/* usual again, and as long as a day's work */
	for (int day = 0; day < 6; day++) {
		live(t, 1.5, 10, 6.5 * HOUR);
		live(t, 0.25, 10, 17.5 * HOUR);
	}
}

static void lows(struct trace *t)
{
	begin(t, "Sixty a day, then fewer", NULL);
	play(t, 60 / DAY, 600, 20 * DAY);
	play(t, 25 / DAY, 600, 8 * DAY);

	begin(t, "One in two minutes, and hours until it is sure that it is over", NULL);
	play(t, 0.01, 10, 10 * DAY);
	play(t, 0.1, 10, 2 * HOUR);
	play(t, 0.01, 10, 6 * HOUR);

	begin(t, "None for months, then as few as are told", NULL);
	play(t, 0, 600, 60 * DAY);
	for (unsigned int count = 3; count < 7; count++) {
		feed(t, 1, count);
		play(t, 0, 600, 2 * HOUR);
	}

	begin(t, "A rise that nobody watched but for its first and its last hours", NULL);
	play(t, 0.5, 10, 5 * DAY);
	play(t, 2, 10, 0.4 * DAY);
	detector_gap(&t->detector);
	t->now += 1.2 * DAY;
	play(t, 2, 10, 0.39 * DAY);
	play(t, 2, 10, 0.3 * DAY);

	begin(t, "The clock is set back as an attack ends", NULL);
	play(t, 20, 1, 2 * HOUR);
	play(t, 0.2, 1, MINUTE);
	t->now -= HOUR;
	play(t, 0.2, 1, 10 * MINUTE);
}

static void sizes(struct trace *t)
{
	begin(t, "Silence, strays, and as much as comes", NULL);
	play(t, 0, 1, HOUR);
	for (unsigned int count = 3; count < 9; count++) {
		feed(t, 1, count);
		play(t, 0, 1, HOUR);
	}
	play(t, 50000, 1, HOUR);
	play(t, 0.001, 10, 6 * HOUR);
	play(t, 100, 1, MINUTE);
	play(t, 100, 1, 30);
	play(t, 400, 1, 2 * MINUTE);
	play(t, 0.001, 10, HOUR);

	begin(t, "Much", NULL);
	play(t, 30, 1, 3 * HOUR);
	play(t, 45, 1, HOUR);
	play(t, 30, 1, HOUR);
	play(t, 150, 1, 10);
	play(t, 30, 1, HOUR);
	play(t, 60, 1, HOUR);
	play(t, 30, 1, HOUR);

	begin(t, "Days by the second, with a gap", NULL);
	play(t, 3, 1, 3 * DAY);
	play(t, 6, 1, 2 * HOUR);
	play(t, 3.7, 1, HOUR);
	play(t, 3, 1, 20 * MINUTE);
	play(t, 15, 1, 20);
	play(t, 60, 1, 55);
	play(t, 240, 1, 10);
	play(t, 3, 1, 20 * MINUTE);
	for (int n = 0; n < 4; n++) {
		play(t, 20, 1, 10);
		play(t, 3, 1, MINUTE);
		play(t, 20, 1, 10);
		play(t, 3, 1, 2 * HOUR);
	}
	play(t, 12, 1, MINUTE);
	detector_gap(&t->detector);
	play(t, 12, 1, 20);
	detector_gap(&t->detector);
	play(t, 3, 1, HOUR);
	play(t, 5, 1, 2 * DAY + 1);
	play(t, 10, 1, MINUTE);
	play(t, 5, 1, HOUR);
	play(t, 1, 1, 4 * DAY);
}

static void odd_rows(struct trace *t)
{
	const struct detector_config config = {
		.patience = 30 * DAY,
		.least = 10,
		.hold = MINUTE,
		.accept = 6 * HOUR,
	};
	static const double row[] = { 1, 7, 60, 0.5, 30 };

	begin(t, "Other settings, uneven rows", &config);
	for (unsigned int n = 0; t->now < 10 * HOUR; n++)
		feed(t, row[n % 5], poisson(&t->random, row[n % 5]));
	look(t);
	for (unsigned int n = 0; t->now < 10.2 * HOUR; n++)
		feed(t, row[n % 5], poisson(&t->random, 3 * row[n % 5]));
	look(t);
	play(t, 1, 5, HOUR);
	play(t, 2, 5, 8 * HOUR);
	play(t, 0.5, 5, 3 * DAY);
	feed(t, 0, 100);
	feed(t, -1, 100);
	feed(t, INFINITY, 100);
	play(t, 0.5, 3600, 3 * DAY);
	play(t, 2, 3600, 4 * HOUR);
}

TEST(nothing_changes_unseen)
{
	char *expected, *said = NULL, *is, *was, *line, *should;
	struct trace t = { 0 };
	unsigned int n = 0;
	size_t size;

	ASSERT_EQ(NULL, file_read(TRACE, "\n", &expected, &size));
	t.out = open_memstream(&said, &size);
	ASSERT_NE(NULL, t.out);
	first_days(&t);
	weeks(&t);
	lows(&t);
	sizes(&t);
	odd_rows(&t);
	fclose(t.out);

	if (getenv("TRACE_WRITE")) {
		ASSERT_EQ(NULL, file_replace(TRACE, "\n", said, size, 0644));
	} else {
		is = said;
		was = expected;
		do {
			n++;
			line = strsep(&is, "\n");
			should = strsep(&was, "\n");
			ASSERT_STREQ(should ? should : "(nothing)", line ? line : "(nothing)") {
				TH_LOG("line %u of %s", n, TRACE);
			}
		} while (line && should);
	}
	free(said);
	free(expected);
}

TEST_HARNESS_MAIN
