// SPDX-License-Identifier: GPL-2.0
/*
 * The usual alarms. All windows slide by what enters and what leaves them.
 */
#include <math.h>
#include <string.h>

#include "detect/detector.h"
#include "peers.h"

const char *const peer_names[KINDS] = {
	"fixed", "mean+3sd", "prometheus", "ewma", "CUSUM"
};

const double peer_usual[KINDS] = { 0, 3, 5, 3, 0 };

#define A_MINUTE	1	/* among the short ones */

static const double shorts[PEER_SHORTS] = { 10, 60, 300, 900, 3600 };
static const double longs[PEER_LONGS] = { 3600, 6 * 3600, 86400, 7 * 86400 };
static const double weights[PEER_WEIGHTS] = { 0.3, 0.1, 0.03, 0.01, 0.003, 0.001 };
static const double ratios[PEER_RATIOS] = { 2, 5, 20 };

/* In the order that peers_feed() works them out. */
const struct peer_alarm peer_alarms[PEER_ALARMS] = {
	{ FIXED, "10s" }, { FIXED, "1m" }, { FIXED, "5m" }, { FIXED, "15m" },
	{ FIXED, "1h" },
	{ SIGMA, "1h" }, { SIGMA, "6h" }, { SIGMA, "1d" }, { SIGMA, "7d" },
	{ PROMETHEUS, "1m/1h" }, { PROMETHEUS, "1m/6h" },
	{ PROMETHEUS, "1m/1d" }, { PROMETHEUS, "1m/7d" },
	{ PROMETHEUS, "5m/1h" }, { PROMETHEUS, "5m/6h" },
	{ PROMETHEUS, "5m/1d" }, { PROMETHEUS, "5m/7d" },
	{ PROMETHEUS, "15m/1h" }, { PROMETHEUS, "15m/6h" },
	{ PROMETHEUS, "15m/1d" }, { PROMETHEUS, "15m/7d" },
	{ EWMA, "0.3" }, { EWMA, "0.1" }, { EWMA, "0.03" }, { EWMA, "0.01" },
	{ EWMA, "0.003" }, { EWMA, "0.001" },
	{ CUSUM, "x2" }, { CUSUM, "x5" }, { CUSUM, "x20" },
};

void peers_init(struct peers *p, double row, double dispersion)
{
	int i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < PEER_SHORTS; i++)
		p->in_short[i] = fmax(1, shorts[i] / row);
	for (i = 0; i < PEER_SHORTS; i++)
		p->of_short[i] = (double)p->in_short[A_MINUTE] / p->in_short[i];
	for (i = 0; i < PEER_LONGS; i++)
		p->longs[i].minutes = longs[i] / fmax(60, row);
	p->most_samples = 86400 / row;
	p->dispersion = dispersion;
}

/* Neither mean nor variance is less than if there had been one packet. */
static void end_minute(struct peers *p)
{
	double new = p->filling;
	int i;

	for (i = 0; i < PEER_LONGS; i++) {
		struct peer_long *l = &p->longs[i];

		if (l->filled == l->minutes) {
			double old = p->minutes[(p->at + PEER_MINUTES - l->minutes) %
						PEER_MINUTES];

			l->sum -= old;
			l->squares -= old * old;
		} else {
			l->filled++;
		}
		l->sum += new;
		l->squares += new * new;
		l->mean = l->sum / l->filled;
		l->of_mean = l->filled / fmax(l->sum, 1);
		l->of_deviation = sqrt(l->filled / fmax(l->squares - l->sum * l->mean, 1));
	}
	p->minutes[p->at] = new;
	p->at = (p->at + 1) % PEER_MINUTES;
	p->in_minute = 0;
	p->filling = 0;
}

static float *feed_windows(struct peers *p, double count, float *value)
{
	const struct peer_long *l, *end = p->longs + PEER_LONGS;
	int i;

	for (i = 0; i < PEER_SHORTS; i++) {
		p->shorts[i] += count - p->rows[(p->row + PEER_ROWS - p->in_short[i]) %
						PEER_ROWS];
		*value++ = p->shorts[i];
	}
	p->rows[p->row] = count;
	p->row = (p->row + 1) % PEER_ROWS;

	for (l = p->longs; l < end; l++)
		*value++ = (p->shorts[A_MINUTE] - l->mean) * l->of_deviation;
	for (i = A_MINUTE; i < A_MINUTE + PEER_RATES; i++) {
		double a_minute = p->shorts[i] * p->of_short[i];

		for (l = p->longs; l < end; l++)
			*value++ = a_minute * l->of_mean;
	}

	p->filling += count;
	if (++p->in_minute == p->in_short[A_MINUTE])
		end_minute(p);
	return value;
}

static float *feed_ewma(struct peers *p, double count, float *value)
{
	double share;
	int i;

	if (p->samples < p->most_samples)
		p->samples++;
	share = 1 / p->samples;
	for (i = 0; i < PEER_WEIGHTS; i++) {
		struct peer_ewma *e = &p->ewma[i];
		double off;

		e->now += weights[i] * (count - e->now);
		off = e->now - e->mean;
		*value++ = e->variance > 0 ? off / sqrt(e->variance) : 0;
		e->mean += share * off;
		e->variance += share * (off * off * (1 - share) - e->variance);
	}
	return value;
}

static void feed_cusum(struct peers *p, double count, double expected, float *value)
{
	int i;

	for (i = 0; i < PEER_RATIOS; i++) {
		p->cusum[i] = fmax(0, p->cusum[i] + charts_score(count, expected,
								 p->dispersion,
								 ratios[i]));
		*value++ = p->cusum[i];
	}
}

void peers_feed(struct peers *p, double count, double expected)
{
	float *value = p->value;

	value = feed_windows(p, count, value);
	value = feed_ewma(p, count, value);
	feed_cusum(p, count, expected, value);
}
