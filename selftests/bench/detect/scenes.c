// SPDX-License-Identifier: GPL-2.0
/*
 * Histories, in rows of a second.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <gsl/gsl_randist.h>

#include "lib/util.h"
#include "bars.h"
#include "optimum.h"
#include "scenes.h"
#include "trial.h"

#define SEEDS	4

/* A detector, its time, and what it has said. */
struct history {
	struct detector detector;
	gsl_rng *rng;
	double time;
	unsigned int starts;
	unsigned int warnings;
	unsigned int levels;
	unsigned int unlearned;
	double warned;		/* when the last warning began */
	double told;		/* when the last event began */
};

static unsigned int held, excused, missed;

static void begin(struct history *h, gsl_rng *rng, unsigned long seed)
{
	memset(h, 0, sizeof(*h));
	gsl_rng_set(rng, seed);
	h->rng = rng;
	/* Nobody begins with the hour. */
	h->time = 1383264000.0 + 1000.0 * (seed - 1);
	detector_init(&h->detector, NULL);
}

static void play(struct history *h, double rate, double seconds)
{
	double end = h->time + seconds - 0.5;

	while (h->time < end) {
		struct detection said;
		enum detect_event event;

		h->time++;
		event = detector_feed(&h->detector, h->time, 1,
				      gsl_ran_poisson(h->rng, rate), &said);
		if (event == DETECT_NONE)
			continue;
		if (event == DETECT_START) {
			h->starts++;
			h->told = h->time;
		}
		if (warned(event, &said)) {
			h->warnings++;
			h->warned = h->time;
		}
		h->levels += event == DETECT_LEVEL;
		h->unlearned += event == DETECT_LEVEL && said.unlearned;
	}
}

/* Seconds until a warning, or infinity if none comes in time. */
static double until_warned(struct history *h, double rate, double seconds)
{
	unsigned int before = h->warnings;
	double onset = h->time;

	while (h->warnings == before && h->time < onset + seconds)
		play(h, rate, 1);
	return h->warnings == before ? INFINITY : h->time - onset;
}

/* A figure, and the most that it may be. Return: whether it is no more. */
static bool hold(const char *name, double figure, double most, const char *unit)
{
	bool holds = figure <= most;
	const char *known = bars_known("", name, figure, most);

	printf("  %-58s %8.4g of %g %s%s\n", name, figure, most, unit,
	       holds ? "" : known ? "  missed, known" : "  MISSED");
	if (!holds && known)
		printf("    %s\n", known);
	*(holds ? &held : known ? &excused : &missed) += 1;
	return holds;
}

/* Two attacks from now on: how many times what is normal, and how soon to be warned of. */
struct attack {
	double ratio, most, worst;
};

static void play_attacks(const struct history *h, double rate,
			 struct attack attacks[2])
{
	for (int a = 0; a < 2; a++) {
		struct history fork = *h;
		double delay = until_warned(&fork, rate * attacks[a].ratio, DAY / 2);

		attacks[a].worst = fmax(attacks[a].worst, delay);
	}
}

static void hold_attacks(const char *after, double rate, const struct attack attacks[2])
{
	char name[96];

	for (int a = 0; a < 2; a++) {
		snprintf(name, sizeof(name), "after %s: x%g on %g/s", after,
			 attacks[a].ratio, rate);
		hold(name, attacks[a].worst, attacks[a].most, "s");
	}
}

/* Three decoys, and an attack on any day after them. */
static void play_decoys(gsl_rng *rng)
{
	static const int days[] = { 1, 5, 12, 13 };
	struct attack attacks[] = { { 2, 600, 0 }, { 5, 180, 0 } };
	unsigned long seed;
	size_t d;
	int i;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct history h;
		double day = 0;

		begin(&h, rng, seed);
		play(&h, 0.3, 10 * DAY);
		for (i = 0; i < 3; i++) {
			play(&h, 100, 60);
			play(&h, 0.3, 4.3 * 3600);
		}
		for (d = 0; d < ARRAY_SIZE(days); d++) {
			play(&h, 0.3, (days[d] - day) * DAY);
			day = days[d];
			play_attacks(&h, 0.3, attacks);
		}
	}
	hold_attacks("decoys, 1 to 13 days later", 0.3, attacks);
}

/* Usual bursts, and once a day a scan as large as thirty of them. */
static void play_kinds(gsl_rng *rng)
{
	struct attack attacks[] = { { 5, 3600, 0 }, { 20, 1800, 0 } };
	unsigned long seed;
	int day, i;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct history h;

		begin(&h, rng, seed);
		for (day = 0; day < 24; day++) {
			for (i = 0; i < 14; i++) {
				play(&h, 0.1, gsl_ran_flat(rng, 0.9, 1.1) * DAY / 15);
				play(&h, 3, 10);
			}
			play(&h, 0.1, DAY / 15);
			play(&h, 1000 / 300.0, 300);
		}
		play(&h, 0.1, DAY / 2);
		play_attacks(&h, 0.1, attacks);
	}
	hold_attacks("bursts and a daily scan", 0.1, attacks);
}

/* The same again and again: each is told, within twice the first one's delay. */
static void campaigns(gsl_rng *rng)
{
	static const struct {
		const char *name;
		double rate, attack, lasts, every;
		int times;
	} all[] = {
		{ "10 s of 6/s on 0.3/s every day", 0.3, 6, 10, DAY, 11 },
		{ "x5 for an hour on 30/s every 8 h", 30, 150, 3600, DAY / 3, 31 },
		{ "the profile of 2013 every day", 10 / 3600.0, 100 / 3600.0,
		  3 * 3600, DAY, 11 },
		{ "200 packets in a minute every day", 0.1, 200 / 60.0, 60, DAY, 21 },
	};
	unsigned long seed;
	char name[96];
	size_t i;
	int n;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		unsigned int untold = 0, warnings = 0;
		double first = 0, again = 0;

		for (seed = 1; seed <= SEEDS; seed++) {
			struct history h;

			begin(&h, rng, seed);
			play(&h, all[i].rate, 10 * DAY);
			for (n = 0; n < all[i].times; n++) {
				unsigned int before = h.starts;
				double onset = h.time;

				play(&h, all[i].attack, all[i].lasts);
				untold += h.starts == before;
				*(n ? &again : &first) += h.told - onset;
				play(&h, all[i].rate, all[i].every - all[i].lasts);
			}
			warnings += h.warnings;
		}
		snprintf(name, sizeof(name), "campaign: %s: not told", all[i].name);
		hold(name, untold, 0, "");
		snprintf(name, sizeof(name), "campaign: %s: warnings", all[i].name);
		hold(name, warnings / (double)SEEDS, all[i].times / 2.0, "");
		snprintf(name, sizeof(name), "campaign: %s: delay", all[i].name);
		hold(name, again / (all[i].times - 1) / SEEDS,
		     fmax(2 * first / SEEDS, 2), "s");
	}
}

/* A change that stays: one start, one level change. */
static void play_lasting(gsl_rng *rng)
{
	static const double rates[] = { 0.03, 0.3, 3, 30 };
	static const double ratios[] = { 1.2, 1.5, 2, 3 };
	unsigned long seed;
	char name[96];
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		for (k = 0; k < ARRAY_SIZE(ratios); k++) {
			unsigned int wrong = 0;

			for (seed = 1; seed <= SEEDS; seed++) {
				struct history h;

				begin(&h, rng, seed);
				play(&h, rates[i], 10 * DAY);
				h.starts = 0;
				h.levels = 0;
				play(&h, rates[i] * ratios[k], 6 * DAY);
				wrong += h.starts != 1 || h.levels != 1;
			}
			snprintf(name, sizeof(name),
				 "lasting: x%g on %g/s: not one start and one level",
				 ratios[k], rates[i]);
			if (!hold(name, wrong, 0, ""))
				printf("    optimum: %.3g h until it sees it\n",
				       optimum(rates[i], ratios[k], 1, 1).delay / 3600);
		}
	}
}

/* An attack is there before the detector. */
static void first_start(gsl_rng *rng)
{
	static const double rates[] = { 0.1, 1, 10, 100 };
	static const double ratios[] = { 5, 20, 100 };
	unsigned long seed;
	char name[96];
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		for (k = 0; k < ARRAY_SIZE(ratios); k++) {
			double attack = rates[i] * ratios[k], soon = 0, back = 0;
			/*
			 * After an hour, x5 at this rate may still be the day's
			 * cycle: the prior for it fades by the day. Told all, it
			 * would take 42 s.
			 */
			double most = attack < 1 ? DAY : 300;

			for (seed = 1; seed <= SEEDS; seed++) {
				struct history h;

				begin(&h, rng, seed);
				soon = fmax(soon, until_warned(&h, attack, 3600));
				play(&h, attack, 3 * 3600);
				play(&h, rates[i], 3600);
				back = fmax(back, until_warned(&h, attack, DAY));
			}
			if (attack >= 10) {
				snprintf(name, sizeof(name),
					 "first start: x%g of %g/s", ratios[k],
					 rates[i]);
				hold(name, soon, 30, "s");
			}
			snprintf(name, sizeof(name),
				 "first start: x%g of %g/s again, an hour after",
				 ratios[k], rates[i]);
			hold(name, back, most, "s");
		}
	}
}

unsigned int scenes_play(const char *only, unsigned int *holding,
			 unsigned int *known)
{
	static const struct {
		const char *name;
		void (*play)(gsl_rng *rng);
	} scenes[] = {
		{ "decoys", play_decoys },
		{ "bursts and scans", play_kinds },
		{ "campaigns", campaigns },
		{ "lasting changes", play_lasting },
		{ "first start", first_start },
	};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(scenes); i++)
		if (strstr(scenes[i].name, only))
			scenes[i].play(rng);
	gsl_rng_free(rng);
	*holding = held;
	*known = excused;
	return missed;
}
