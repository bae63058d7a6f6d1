// SPDX-License-Identifier: GPL-2.0
/*
 * Made-up traffic. Counts come from GSL's exact samplers.
 */
#include <math.h>
#include <gsl/gsl_randist.h>

#include "traffic.h"

const char *const change_names[CHANGES] = {
	"x2", "x5", "x20", "10 s burst", "6 h ramp x5", "2013 spike"
};

/* The record's own time: 2013-11-01 00:00 UTC. */
#define BEGIN	1383264000.0

/* The memory of a rate that wanders. */
#define WANDERS		(6 * 3600.0)

double background_rate(const struct background *b, double time)
{
	double swing = (b->cycle - 1) / (b->cycle + 1);

	if (b->kind == TREND)
		return b->rate * exp2((time - BEGIN) / (365.25 * DAY));
	if (b->kind == WEEK) {
		int day = (int)floor(time / DAY), hour = (int)fmod(time / 3600, 24);
		/* The epoch was a Thursday. */
		bool office = (day + 3) % 7 < 5 && hour >= 8 && hour < 18;

		return b->rate * (office ? b->cycle : 1);
	}
	if (b->cycle == 1)
		return b->rate;
	return b->rate * (1 + swing * sin(2 * M_PI * time / DAY));
}

double background_expects(const struct background *b, double from)
{
	return background_rate(b, from + b->row / 2) * b->row;
}

double changed_rate(enum change_kind change, double rate, double into)
{
	switch (change) {
	case STEP2:
		return 2 * rate;
	case STEP5:
		return 5 * rate;
	case STEP20:
		return 20 * rate;
	case BURST:
		return into < 10 ? fmax(20 * rate, rate + 3) : rate;
	case RAMP:
		return rate * (1 + 4 * fmin(1, into / 21600));
	case SPIKE2013:
		return into < 3 * 3600 ? 100 / 3600.0 : rate;
	default:
		return rate;
	}
}

double change_lasts(enum change_kind change, double bound)
{
	switch (change) {
	case BURST:
		return 10;
	case RAMP:
		return 6 * 3600 + 10 * bound;
	case SPIKE2013:
		return 3 * 3600;
	default:
		return 10 * bound;
	}
}

static void next_burst(struct traffic *t)
{
	const struct background *b = t->background;

	if (!b->bursts) {
		t->burst_from = INFINITY;
		t->burst_to = INFINITY;
		return;
	}
	t->burst_from = fmax(t->time, t->burst_to) +
			gsl_ran_exponential(t->rng, DAY / b->bursts);
	t->burst_to = t->burst_from + gsl_ran_flat(t->rng, 5, 15);
	t->burst_rate = b->burst_rate;
	switch (b->kind) {
	case PARETO:
		t->burst_rate = gsl_ran_pareto(t->rng, 1.5, 10) /
				(t->burst_to - t->burst_from);
		break;
	case LOGNORMAL:
		t->burst_to = t->burst_from +
			      gsl_ran_lognormal(t->rng, log(60), 0.7);
		t->burst_rate = gsl_ran_lognormal(t->rng, log(30), 1) /
				(t->burst_to - t->burst_from);
		break;
	case ONOFF:
		t->burst_to = t->burst_from + gsl_ran_exponential(t->rng, 1800);
		t->burst_rate = 4 * b->rate;
		break;
	case CRON:
		t->burst_from = 3600 * (1 + floor(t->time / 3600));
		t->burst_to = t->burst_from + 10;
		break;
	default:
		break;
	}
}

void traffic_init(struct traffic *t, const struct background *b, gsl_rng *rng)
{
	t->background = b;
	t->rng = rng;
	t->time = BEGIN;
	t->burst_to = BEGIN;
	t->wandered = 0;
	t->change_at = INFINITY;
	next_burst(t);
}

/* The sensors of 2013 logged less than 20 an hour. */
static double below_twenty(struct traffic *t, double mean)
{
	double count;

	do {
		count = gsl_ran_poisson(t->rng, mean);
	} while (t->background->row == 3600 && count >= 20);
	return count;
}

double traffic_next(struct traffic *t)
{
	const struct background *b = t->background;
	double from = t->time, to = from + b->row;
	double rate = background_rate(b, from + b->row / 2), size;

	t->time = to;
	if (from >= t->change_at)
		rate = changed_rate(t->change, rate, from - t->change_at);
	else if (b->kind == CISCO)
		return below_twenty(t, rate * b->row);

	if (b->wander) {
		double keep = exp(-b->row / WANDERS);

		t->wandered = keep * t->wandered +
			      gsl_ran_gaussian(t->rng, b->wander *
					       sqrt(1 - keep * keep));
		rate *= exp(t->wandered);
	}
	while (t->burst_to <= from)
		next_burst(t);
	if (t->burst_from < to)
		rate += t->burst_rate * (fmin(to, t->burst_to) -
					fmax(from, t->burst_from)) / b->row;

	if (b->dispersion == 1)
		return gsl_ran_poisson(t->rng, rate * b->row);
	size = rate * b->row / (b->dispersion - 1);
	return gsl_ran_poisson(t->rng, gsl_ran_gamma(t->rng, size,
						     b->dispersion - 1));
}
