// SPDX-License-Identifier: GPL-2.0
/*
 * Lorden's bound.
 */
#include <math.h>

#include "bound.h"

#define GAMMA	(30 * 86400.0)

/* Both laws have the same p = 1/dispersion: terms that cancel are left out. */
static double clumped_divergence(double mean, double ratio, double dispersion)
{
	double size = mean / (dispersion - 1), more = ratio * size;
	double wide = ratio * mean + 60 * sqrt(ratio * mean * dispersion) +
		      60 * dispersion;
	double sum = 0, x;

	for (x = 0; x < wide; x++) {
		double after = lgamma(x + more) - lgamma(more) -
			       lgamma(x + 1) - more * log(dispersion) +
			       x * log1p(-1 / dispersion);
		double gain = lgamma(x + more) - lgamma(more) -
			      lgamma(x + size) + lgamma(size) -
			      (more - size) * log(dispersion);

		sum += exp(after) * gain;
	}
	return sum;
}

double lorden_bound(double rate, double ratio, double dispersion, double row)
{
	double mean = rate * row, divergence;

	if (dispersion == 1)
		divergence = mean * (ratio * log(ratio) - ratio + 1);
	else
		divergence = clumped_divergence(mean, ratio, dispersion);
	return log(GAMMA) / divergence * row;
}
