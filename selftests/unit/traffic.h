/* SPDX-License-Identifier: GPL-2.0 */
/* Traffic at random, the same each time. */
#ifndef _SELFTESTS_TRAFFIC_H
#define _SELFTESTS_TRAFFIC_H

#include <math.h>
#include <stdint.h>

#include "../pzsend/rng.h"

/* A number in (0, 1) */
static double uniform(unsigned long long *random)
{
	return ((rng_next(random) >> 11) + 0.5) / 9007199254740992;
}

static double normal(unsigned long long *random)
{
	double far = sqrt(-2 * log(uniform(random)));

	return far * cos(2 * M_PI * uniform(random));
}

static uint64_t poisson(unsigned long long *random, double mean)
{
	double product = 1, limit = exp(-mean);
	unsigned long long n = 0;

	/* Large ones as good as normal. */
	if (mean > 500)
		return llround(mean + sqrt(mean) * normal(random));
	while ((product *= uniform(random)) > limit)
		n++;
	return n;
}

#endif /* _SELFTESTS_TRAFFIC_H */
