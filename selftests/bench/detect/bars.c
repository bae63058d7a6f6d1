// SPDX-License-Identifier: GPL-2.0
/*
 * The bars.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bars.h"
#include "lib/util.h"

#define ALARMS_MAX	1.0

#define WINDOW \
	"five minutes happen to be the best window for this change at this rate"
#define ALIKE \
	"a long burst and a short step look alike: a bar that no burst reaches misses steps"
#define HINDSIGHT \
	"the others' thresholds know the highest burst of all months, ours learns as they come"

/* Bars that are known to be missed, and the reason. */
static const struct {
	const char *background;
	const char *bar;
	const char *why;
} known_missed[] = {
	{ "Poisson 0.1/s", "x2 before prometheus", WINDOW },
	{ "bursts, 0.1/s", "x5 missed", ALIKE },
	{ "bursts, 0.1/s", "x5 before prometheus", HINDSIGHT },
	{ "bursts, 0.1/s", "x20 before fixed", HINDSIGHT },
	{ "bursts, 0.1/s", "x20 before mean+3sd", HINDSIGHT },
	{ "bursts, 1/s", "false alarms after three days", ALIKE },
	{ "bursts, 1/s", "x5 missed", ALIKE },
	{ "bursts, 1/s", "x2 before prometheus", HINDSIGHT },
	{ "bursts, 1/s", "x5 before fixed", HINDSIGHT },
	{ "bursts, 1/s", "x5 before mean+3sd", HINDSIGHT },
};

static struct bars bars;
static void (*tell)(const char *what, const char *known);

static const char *known(const char *background, const char *bar)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known_missed); i++)
		if (!strcmp(background, known_missed[i].background) &&
		    !strcmp(bar, known_missed[i].bar))
			return known_missed[i].why;
	return NULL;
}

__printf(4, 5)
static void hold(bool held, const struct summary *s, const char *bar,
		 const char *format, ...)
{
	char what[256];
	const char *why;
	va_list args;
	int n;

	bars.checked++;
	if (held)
		return;
	n = snprintf(what, sizeof(what), "%s, %s: ", s->background->name, bar);
	va_start(args, format);
	vsnprintf(what + n, sizeof(what) - n, format, args);
	va_end(args);
	why = known(s->background->name, bar);
	tell(what, why);
	if (why)
		bars.known++;
	else
		bars.missed++;
}

static void check_alarms(const struct summary *s)
{
	hold(s->alarms <= ALARMS_MAX, s, "false alarms",
	     "%.2f in 30 days, %.0f allowed", s->alarms, ALARMS_MAX);
}

/* Bursts can only be told to be usual after some of them. */
static void check_late_alarms(const struct summary *s)
{
	hold(s->alarms - s->early <= ALARMS_MAX, s,
	     "false alarms after three days", "%.2f in 27 days, %.0f allowed",
	     s->alarms - s->early, ALARMS_MAX);
}

static void check_delay(const struct summary *s, enum change_kind change, double bar)
{
	char name[64];

	snprintf(name, sizeof(name), "delay of %s", change_names[change]);
	hold(s->ours[change].delay <= allowed(s, change, bar), s, name,
	     "%.2f s, %.2f allowed (%.2f times the bound)",
	     s->ours[change].delay, allowed(s, change, bar),
	     s->ours[change].delay / s->bound[change]);
}

static void check_missed(const struct summary *s, enum change_kind change)
{
	char name[64];

	snprintf(name, sizeof(name), "%s missed", change_names[change]);
	hold(!s->ours[change].missed, s, name, "%u of %u",
	     s->ours[change].missed, s->forks[change]);
}

/* Nobody is sooner than a row. */
static void check_peers(const struct summary *s, enum change_kind change)
{
	enum peer_kind peer;

	for (peer = 0; peer < PEERS; peer++) {
		char name[64];

		snprintf(name, sizeof(name), "%s before %s",
			 change_names[change], peer_names[peer]);
		hold(s->ours[change].delay <= s->peers[peer][change].delay, s,
		     name, "%.2f s after %.2f s", s->ours[change].delay,
		     s->peers[peer][change].delay);
	}
}

static void check(const struct summary *s)
{
	enum change_kind change;

	switch (s->background->kind) {
	case POISSON:
		check_alarms(s);
		check_missed(s, STEP5);
		check_delay(s, STEP2, 1.5);
		check_delay(s, STEP5, 1.25);
		check_delay(s, STEP20, 1.25);
		break;
	case CLUMPED:
		check_alarms(s);
		check_missed(s, STEP5);
		check_delay(s, STEP2, 2);
		check_delay(s, STEP5, 2);
		check_delay(s, STEP20, 2);
		break;
	case CYCLE:
		check_alarms(s);
		check_missed(s, STEP5);
		break;
	case BURSTS:
		check_late_alarms(s);
		check_missed(s, STEP5);
		break;
	case CISCO:
		check_alarms(s);
		check_missed(s, SPIKE2013);
		hold(s->ours[SPIKE2013].delay <= 3600, s,
		     "warned of within the first hour", "%.0f s",
		     s->ours[SPIKE2013].delay);
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
