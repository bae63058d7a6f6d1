// SPDX-License-Identifier: GPL-2.0
/*
 * What is said of an event by its rank, to people and to programs: made-up
 * facts in, lines and JSON out.
 */
#include <stdlib.h>
#include <string.h>

#include "harness.h"

#include "lib/print.h"
#include "output/warning.h"

/* 2013-11-02 01:00:00 UTC, and nine days before. */
#define NOW	1383354000.0
#define FIRST	(NOW - 9 * 86400)

/* What is said of all of them. */
#define AT	"2013-11-02 01:00:00 UTC "
#define NOW_AT	"true port zero: 6.00/s, normally 0.30/s, for 10 s now"
#define COUNTED	"  counted  60 packets, 57 of them beyond normal; " CHANCE "\n"
#define HELP	"  help     man 7 portzero-runbook\n"
#define CHANCE	"by chance less than once in a billion years"
#define RATES	"6.00/s on average, normally 0.30/s"
#define NEW_NORMAL "has lasted long enough to be the new normal"
#define DOWN	"down from 6.00/s to 0.30/s"
#define AGAIN	"; again, the fourth time since " SINCE "\n"
#define SINCE	"2013-10-24 01:00:00 UTC"

FIXTURE(warning)
{
	struct warning w;
	struct detection *f;
};

FIXTURE_SETUP(warning)
{
	memset(self, 0, sizeof(*self));
	self->f = &self->w.facts;
	self->w.event = DETECT_START;
	self->w.signal = SIGNAL_TRUE;
	self->w.patience = 31557600;
	*self->f = (struct detection) {
		.time = NOW,
		.since = NOW - 10,
		.until = NOW,
		.rate = 6,
		.baseline = 0.3,
		.peak = 6,
		.count = 60,
		.excess = 57,
		.chance = 10,
	};
}

FIXTURE_TEARDOWN(warning)
{
}

/* All that people are told. */
static const char *text(const struct warning *w)
{
	static char told[1024];
	FILE *out = fmemopen(told, sizeof(told), "w");

	warning_print(w, out);
	fclose(out);
	return told;
}

/* What programs are told under those keys. */
static const char *json(const struct warning *w, size_t n, const char **keys)
{
	static char told[1024];
	json_t *all = warning_json(w), *some = json_object();
	char *dump;

	for (size_t i = 0; i < n; i++)
		json_object_set(some, keys[i], json_object_get(all, keys[i]));
	dump = json_dumps(some, JSON_COMPACT);
	snprintf(told, sizeof(told), "%s", dump);
	free(dump);
	json_decref(some);
	json_decref(all);
	return told;
}

#define JSON(w, ...)	\
	json(w, ARRAY_SIZE(((const char *[]){ __VA_ARGS__ })), \
	     (const char *[]){ __VA_ARGS__ })

TEST_F(warning, of_what_came_never_before)
{
	EXPECT_STREQ(AT "WARNING " NOW_AT "\n"
		     COUNTED HELP,
		     text(&self->w));
	EXPECT_STREQ("{\"event\":\"start\",\"severity\":\"warning\",\"escalated\":false}",
		     JSON(&self->w, "event", "severity", "repeats", "first",
			  "escalated"));
	EXPECT_STREQ("{\"reading\":\"unclear\",\"patience\":31557600.0}",
		     JSON(&self->w, "reading", "patience"));
}

TEST_F(warning, of_the_second)
{
	self->f->repeats = 1;
	self->f->first = FIRST;
	EXPECT_STREQ(AT "WARNING " NOW_AT "; again, the second time since " SINCE "\n"
		     COUNTED HELP,
		     text(&self->w));
	EXPECT_STREQ("{\"severity\":\"warning\",\"repeats\":1,\"first\":1382576400.0}",
		     JSON(&self->w, "severity", "repeats", "first"));
}

/* It makes others like it usual, and says so to the end. */
TEST_F(warning, of_the_third)
{
	static const char says[] = "; the third such burst in two weeks;"
		" further ones will be notices\n";

	self->f->repeats = 2;
	self->f->first = FIRST;
	EXPECT_NE(NULL, strstr(text(&self->w), says));
	self->w.event = DETECT_END;
	EXPECT_NE(NULL, strstr(text(&self->w), says));
	EXPECT_STREQ("{\"severity\":\"warning\",\"repeats\":2}",
		     JSON(&self->w, "severity", "repeats"));
}

TEST_F(warning, notice_is_one_line)
{
	self->f->severity = DETECT_NOTICE;
	self->f->repeats = 3;
	self->f->first = FIRST;
	EXPECT_STREQ(AT "NOTICE  " NOW_AT AGAIN,
		     text(&self->w));
	EXPECT_STREQ("{\"severity\":\"notice\",\"repeats\":3,\"first\":1382576400.0}",
		     JSON(&self->w, "severity", "repeats", "first"));
	self->w.event = DETECT_END;
	EXPECT_STREQ(AT "OVER    true port zero: over after 10 s, 60 packets, " RATES AGAIN,
		     text(&self->w));
}

TEST_F(warning, notice_that_outgrows_the_usual)
{
	self->w.event = DETECT_UPDATE;
	self->f->escalated = true;
	EXPECT_STREQ(AT "WARNING " NOW_AT "; it outgrew what was usual\n"
		     COUNTED HELP,
		     text(&self->w));
	EXPECT_STREQ("{\"event\":\"update\",\"severity\":\"warning\",\"escalated\":true}",
		     JSON(&self->w, "event", "severity", "escalated"));
	/* Afterwards it is no longer like those before it. */
	self->f->escalated = false;
	EXPECT_NE(NULL, strstr(text(&self->w), " GOES ON " NOW_AT "\n"));
}

TEST_F(warning, without_a_baseline)
{
	self->f->untaught = true;
	self->f->learning = true;
	EXPECT_STREQ(AT "WARNING true port zero: 6.00/s, no baseline yet, for 10 s now\n"
		     "  counted  60 packets; " CHANCE " at any rate that others have published\n"
		     HELP,
		     text(&self->w));
	EXPECT_STREQ("{\"baseline\":0.29999999999999999,\"untaught\":true}",
		     JSON(&self->w, "baseline", "untaught"));
}

TEST_F(warning, level)
{
	self->w.event = DETECT_LEVEL;
	EXPECT_STREQ(AT "LEVEL   true port zero: 6.00/s " NEW_NORMAL "\n",
		     text(&self->w));
	self->f->unlearned = true;
	self->f->rate = 0.3;
	self->f->baseline = 6;
	EXPECT_STREQ(AT "LEVEL   true port zero: " DOWN
		     "; an attack may have been learned; learning anew\n",
		     text(&self->w));
	EXPECT_STREQ("{\"event\":\"level\",\"unlearned\":true}",
		     JSON(&self->w, "event", "unlearned"));
}

/* Recorded counts tell no more than their signal does. */
TEST_F(warning, reading_of_counts)
{
	static const char *const names[SIGNALS] = {
		"unclear", "phantoms", "pings", "leak",
	};

	for (int s = 0; s < SIGNALS; s++)
		EXPECT_STREQ(names[s], reading_names[reading_of_counts(s)]);
}

TEST(ordinals)
{
	static const struct {
		unsigned int n;
		const char *text;
	} of[] = {
		{ 1, "first" }, { 4, "fourth" }, { 10, "tenth" }, { 11, "11th" },
		{ 12, "12th" }, { 13, "13th" }, { 20, "20th" }, { 21, "21st" },
		{ 22, "22nd" }, { 23, "23rd" }, { 24, "24th" }, { 111, "111th" },
		{ 4294967295u, "4294967295th" },
	};
	char nth[16];

	for (size_t i = 0; i < ARRAY_SIZE(of); i++)
		EXPECT_STREQ(of[i].text, format_ordinal(nth, sizeof(nth), of[i].n));
}

TEST_HARNESS_MAIN
