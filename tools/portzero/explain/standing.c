// SPDX-License-Identifier: GPL-2.0
/*
 * How it stands with a signal.
 */
#include <math.h>

#include "explain/standing.h"

void standing_of(const struct detector *d, double time, struct standing *s)
{
	s->rate = NAN;
	s->baseline = detector_taught(d) ? detector_baseline(d, time) : NAN;
	s->learning = detector_learning(d);
	s->active = detector_now(d, &s->event);
	s->groups = detector_usual(d, s->usual, STANDING_USUAL);
}
