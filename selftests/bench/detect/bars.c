// SPDX-License-Identifier: GPL-2.0
/*
 * The bars.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bars.h"
#include "lib/util.h"

/* Warnings of a gateway in a year, all of its signals being like that. */
#define WARNINGS_MAX		1.0
#define ROUGH_WARNINGS_MAX	12.0

#define HINDSIGHT \
	"the peer has threshold and window chosen with hindsight for this background"
#define WANDERS \
	"how far it wanders is known late and taken for less, or an attack would be it"
#define OFFICE \
	"changes come from the tenth day on, and a week is known after three"
#define OUTGROWS \
	"a step is a notice until it outgrows the usual bursts"

#define SLOWEST \
	"a packet in 28 s for one in 33 is learned sooner than told from what was normal"

/*
 * Bars that are known to be missed: those whose background and name begin like
 * that, how many times what is allowed they may come to (or to what, where nothing
 * is), and the reason. The first that fits counts.
 */
static const struct {
	const char *background;
	const char *bar;
	double ceiling;
	const char *why;
} known_missed[] = {
	{ "Poisson", "x", 1.55, HINDSIGHT },
	{ "clumped", "x", 1.3, HINDSIGHT },
	{ "trend", "x", 1.15, HINDSIGHT },
	{ "bursts", "x", 2.05, OUTGROWS },
	{ "Pareto", "x20", 1.01, OUTGROWS },
	{ "lognormal", "x", 1.01, OUTGROWS },
	{ "on/off", "x", 1.05, HINDSIGHT },
	{ "hourly cron", "x", 1.85, OUTGROWS },
	{ "wander 0.3", "x2", 1.4, WANDERS },
	{ "wander 0.7", "x", 1.75, WANDERS },
	{ "office", "delay of x", 6.6, OFFICE },
	{ "office", "x5 missed", 120, OFFICE },
	{ "office", "x2", 1.1, OFFICE },
	{ "", "lasting: x1.2 on 0.03/s: ", 3, SLOWEST },
};

static struct bars bars;
static void (*tell)(const char *what, const char *known, const char *optimum);

static bool begins(const char *name, const char *with)
{
	return !strncmp(name, with, strlen(with));
}

const char *bars_known(const char *background, const char *bar, double figure,
		       double most)
{
	double ratio = most > 0 ? figure / most : figure;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_missed); i++)
		if (begins(background, known_missed[i].background) &&
		    begins(bar, known_missed[i].bar))
			return ratio <= known_missed[i].ceiling ?
			       known_missed[i].why : NULL;
	return NULL;
}

/* What the optimum comes to there: by the law, and with the detector's false alarms. */
static void say_optimum(char *out, size_t size, const struct summary *s,
			enum change_kind change)
{
	const struct sight *alike = &s->peers[CUSUM][change];

	snprintf(out, size,
		 "optimum: %.4g s, %.4g warnings a year here; with as many as ours %.4g s, %.0f%% missed",
		 s->bound[change], optimum_warnings(s, change), alike->delay,
		 100.0 * alike->missed / alike->forks);
}

/* A figure and the most that it may be; how soon the optimum sees which change? */
static void hold(const struct summary *s, const char *bar, double figure,
		 double most, enum change_kind change)
{
	char what[256], optimum[256] = "";
	const char *why;

	bars.checked++;
	if (figure <= most)
		return;
	snprintf(what, sizeof(what), "%s, %s: %.4g, %.4g allowed",
		 s->background->name, bar, figure, most);
	why = bars_known(s->background->name, bar, figure, most);
	if (change <= STEP20 && s->forks[change])
		say_optimum(optimum, sizeof(optimum), s, change);
	tell(what, why, optimum);
	if (why)
		bars.known++;
	else
		bars.missed++;
}

bool bars_quiet(const struct background *b)
{
	switch (b->kind) {
	case BURSTS:
	case WANDER:
	case PARETO:
	case LOGNORMAL:
	case ONOFF:
		return false;
	default:
		return true;
	}
}

static double most_warnings(const struct summary *s)
{
	return bars_quiet(s->background) ? WARNINGS_MAX : ROUGH_WARNINGS_MAX;
}

/* Few warnings are chance: one background misses its bar for sure or not at all. */
static void check_warnings(const struct summary *s)
{
	hold(s, "warnings a year, at the least",
	     yearly(s->years.warnings, s->played).low, most_warnings(s),
	     STEP5);
}

/* All of the law that the first of them has. */
static void check_law(const struct summary *s, unsigned int count)
{
	unsigned int warnings = 0, years = 0, i;

	for (i = 0; i < count; i++) {
		if (s[i].background->kind != s->background->kind)
			continue;
		warnings += s[i].years.warnings;
		years += s[i].played;
	}
	hold(s, "warnings a year of all with its law",
	     yearly(warnings, years).mean, most_warnings(s), STEP5);
}

static void check_delay(const struct summary *s, enum change_kind change,
			double bar)
{
	char name[64];

	snprintf(name, sizeof(name), "delay of %s", change_names[change]);
	hold(s, name, s->ours[change].delay, allowed(s, change, bar), change);
}

static void check_missed(const struct summary *s, enum change_kind change)
{
	char name[64];

	snprintf(name, sizeof(name), "%s missed", change_names[change]);
	hold(s, name, s->ours[change].missed, 0, change);
}

/* Nobody is sooner than a row. */
static void check_peers(const struct summary *s, enum change_kind change)
{
	enum peer_kind peer;

	for (peer = 0; peer < PEERS; peer++) {
		char name[64];

		snprintf(name, sizeof(name), "%s before %s",
			 change_names[change], peer_names[peer]);
		hold(s, name, s->ours[change].delay,
		     s->peers[peer][change].delay, change);
	}
}

static void check(const struct summary *s)
{
	enum change_kind change;

	check_warnings(s);
	switch (s->background->kind) {
	case POISSON:
	case CLUMPED:
		check_missed(s, STEP5);
		check_delay(s, STEP2, 1.4);
		check_delay(s, STEP5, 1.25);
		check_delay(s, STEP20, 1.25);
		break;
	case CYCLE:
	case WEEK:
		check_delay(s, STEP2, 1.5);
		check_delay(s, STEP5, 1.5);
		check_delay(s, STEP20, 1.5);
		check_missed(s, STEP5);
		break;
	case TREND:
	case CRON:
		check_missed(s, STEP5);
		break;
	case CISCO:
		check_missed(s, SPIKE2013);
		hold(s, "warned of within the first hour",
		     s->ours[SPIKE2013].delay, 3600,
		     SPIKE2013);
		break;
	default:
		break;
	}
	for (change = STEP2; change <= STEP20; change++)
		if (s->forks[change])
			check_peers(s, change);
}

struct bars bars_check(const struct summary *summaries, unsigned int count,
		       void (*say)(const char *what, const char *known,
				   const char *optimum))
{
	unsigned int i;

	tell = say;
	bars = (struct bars) { 0 };
	for (i = 0; i < count; i++) {
		if (!i || summaries[i].background->kind != summaries[i - 1].background->kind)
			check_law(&summaries[i], count - i);
		check(&summaries[i]);
	}
	return bars;
}
