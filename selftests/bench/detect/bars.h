/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the detector has to hold, and whether it does.
 */
#ifndef DETECT_BARS_H
#define DETECT_BARS_H

#include "summary.h"

/**
 * struct bars - how it went
 * @checked: bars that there are
 * @missed: those that are missed, and not known to be
 * @known: those that are missed for a known reason
 */
struct bars {
	unsigned int checked;
	unsigned int missed;
	unsigned int known;
};

/* Is a background one on which a gateway warns once a year at most? */
bool bars_quiet(const struct background *b);

/**
 * bars_check - hold the figures against the bars
 * @summaries: of all backgrounds
 * @count: of them
 * @say: called for each bar that is missed, with why if it is known, and with what the
 *	optimum comes to there
 */
struct bars bars_check(const struct summary *summaries, unsigned int count,
		       void (*say)(const char *what, const char *known,
				   const char *optimum));

/**
 * bars_known - is a bar that is missed known to be, and not by more?
 * @background: where, or "" for a scene
 * @bar: its name
 * @figure: what it came to
 * @most: what is allowed
 *
 * Return: the reason, or NULL.
 */
const char *bars_known(const char *background, const char *bar, double figure,
		       double most);

#endif
