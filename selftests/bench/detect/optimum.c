// SPDX-License-Identifier: GPL-2.0
/*
 * The yardstick.
 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <gsl/gsl_randist.h>

#include "detect/detector.h"
#include "optimum.h"

/* Rates are rounded to such a part of a factor of e. */
#define GRID		50.0

/* Standard errors: 3 % of the false alarms, 0.03 nats of 20; 2 to 3 % of the delay. */
#define CROSSINGS	400
#define EXCURSIONS	20000
#define CHANGES_TRIED	800

struct law {
	gsl_rng *rng;
	double mean;
	double dispersion;
	double ratio;
};

static double draw(const struct law *l, double mean)
{
	double scale = l->dispersion - 1;

	if (scale > 0)
		mean = gsl_ran_gamma(l->rng, mean / scale, scale);
	return gsl_ran_poisson(l->rng, mean);
}

static double score(const struct law *l, double growth)
{
	return charts_score(draw(l, l->mean * growth), l->mean, l->dispersion,
			    l->ratio);
}

/* Rows from zero until the sum is at zero again, nothing having changed. */
static double mean_excursion(const struct law *l)
{
	double rows = 0;
	int i;

	for (i = 0; i < EXCURSIONS; i++) {
		double s = 0;

		do {
			s += score(l, 1);
			rows++;
		} while (s > 0);
	}
	return rows / EXCURSIONS;
}

/*
 * e^threshold times the probability that an excursion reaches the threshold, nothing
 * having changed. It is too rare to be seen: excursions are drawn as if the change
 * had come, and weighted by the likelihood ratio (importance sampling: Siegmund,
 * "Importance sampling in the Monte Carlo study of sequential tests", Ann. Stat. 4,
 * 1976).
 */
static double crossing(const struct law *l, double threshold)
{
	double sum = 0, tried = 0;
	int crossed = 0;

	while (crossed < CROSSINGS) {
		double s = 0;

		do {
			s += score(l, l->ratio);
		} while (s > 0 && s < threshold);
		tried++;
		if (s <= 0)
			continue;
		sum += exp(threshold - s);
		crossed++;
	}
	return sum / tried;
}

static struct optimum work_out(const struct law *l, double row)
{
	double rows = DETECT_SIGNALS * detector_defaults.patience / row;
	double excursions = rows / mean_excursion(l);
	double threshold = log(excursions), delay = 0;
	int i;

	/* What is crossed and by how much hardly depends on the threshold. */
	threshold = log(excursions * crossing(l, threshold));
	for (i = 0; i < CHANGES_TRIED; i++) {
		double s = 0;

		do {
			s = fmax(0, s + score(l, l->ratio));
			delay += row;
		} while (s < threshold);
	}
	return (struct optimum) { threshold, delay / CHANGES_TRIED };
}

/* What was worked out, and for what. */
struct known {
	long rate;
	double ratio, dispersion, row;
	struct optimum optimum;
};

struct optimum optimum(double rate, double ratio, double dispersion, double row)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct known *known;
	static size_t n;
	long rounded = lround(log(rate) * GRID);
	struct law law = { .mean = exp(rounded / GRID) * row,
			   .dispersion = dispersion, .ratio = ratio };
	struct optimum found;
	size_t i;

	pthread_mutex_lock(&lock);
	for (i = 0; i < n; i++)
		if (known[i].rate == rounded && known[i].ratio == ratio &&
		    known[i].dispersion == dispersion && known[i].row == row)
			break;
	if (i == n) {
		struct known *more = realloc(known, (n + 1) * sizeof(*known));

		law.rng = gsl_rng_alloc(gsl_rng_mt19937);
		if (!more || !law.rng) {
			perror("bench-detect");
			exit(2);
		}
		known = more;
		gsl_rng_set(law.rng, 1);
		known[n++] = (struct known) { rounded, ratio, dispersion, row,
					      work_out(&law, row) };
		gsl_rng_free(law.rng);
	}
	found = known[i].optimum;
	pthread_mutex_unlock(&lock);
	return found;
}
