// SPDX-License-Identifier: GPL-2.0
/*
 * The bars.
 */
#include <stdio.h>
#include <string.h>

#include "bars.h"
#include "lib/util.h"

/* Warnings of a gateway in a year, all of its signals being like that. */
#define WARNINGS_MAX		1.0
#define ROUGH_WARNINGS_MAX	12.0

/* Simulated years of a signal. */
#define YEARS_PLAYED		10.0

#define WINDOW \
	"five minutes happen to be the best window for this change at this rate"

/* Bars that are known to be missed, the reason, and how far they may be. */
static const struct {
	const char *background;
	const char *bar;
	double ceiling;
	const char *why;
} known_missed[] = {
	{ "Poisson 0.1/s", "x2 before prometheus", 1.2, WINDOW },
};

static struct bars bars;
static void (*tell)(const char *what, const char *known);

static const char *known(const char *background, const char *bar, double ratio)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_missed); i++)
		if (!strcmp(background, known_missed[i].background) &&
		    !strcmp(bar, known_missed[i].bar) &&
		    ratio <= known_missed[i].ceiling)
			return known_missed[i].why;
	return NULL;
}

/* A figure and the most that it may be. */
static void hold(const struct summary *s, const char *bar, double figure,
		 double most)
{
	char what[256];
	const char *why;

	bars.checked++;
	if (figure <= most)
		return;
	snprintf(what, sizeof(what), "%s, %s: %.4g, %.4g allowed",
		 s->background->name, bar, figure, most);
	why = known(s->background->name, bar, figure / most);
	tell(what, why);
	if (why)
		bars.known++;
	else
		bars.missed++;
}

static void check_warnings(const struct summary *s, double most)
{
	hold(s, "warnings a year", DETECT_SIGNALS * s->years.warnings / YEARS_PLAYED,
	     most);
}

static void check_delay(const struct summary *s, enum change_kind change,
			double bar)
{
	char name[64];

	snprintf(name, sizeof(name), "delay of %s", change_names[change]);
	hold(s, name, s->ours[change].delay, allowed(s, change, bar));
}

static void check_missed(const struct summary *s, enum change_kind change)
{
	char name[64];

	snprintf(name, sizeof(name), "%s missed", change_names[change]);
	hold(s, name, s->ours[change].missed, 0);
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
		     s->peers[peer][change].delay);
	}
}

static void check(const struct summary *s)
{
	enum change_kind change;

	switch (s->background->kind) {
	case POISSON:
	case CLUMPED:
		check_warnings(s, WARNINGS_MAX);
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
		check_warnings(s, WARNINGS_MAX);
		break;
	case TREND:
	case CRON:
		check_warnings(s, WARNINGS_MAX);
		check_missed(s, STEP5);
		break;
	case BURSTS:
	case WANDER:
	case PARETO:
	case LOGNORMAL:
	case ONOFF:
		check_warnings(s, ROUGH_WARNINGS_MAX);
		break;
	case CISCO:
		check_warnings(s, WARNINGS_MAX);
		check_missed(s, SPIKE2013);
		hold(s, "warned of within the first hour",
		     s->ours[SPIKE2013].delay, 3600);
		break;
	}
	for (change = STEP2; change <= STEP20; change++)
		if (s->forks[change])
			check_peers(s, change);
}

struct bars bars_check(const struct summary *summaries, unsigned int count,
		       void (*say)(const char *what, const char *known))
{
	unsigned int i;

	tell = say;
	bars = (struct bars) { 0 };
	for (i = 0; i < count; i++)
		check(&summaries[i]);
	return bars;
}
