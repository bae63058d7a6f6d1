/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the detector has to hold, and whether it does.
 */
#ifndef DETECT_BARS_H
#define DETECT_BARS_H

#include "summary.h"

/**
 * bars_check - hold the figures against the bars
 * @summaries: of all backgrounds
 * @count: of them
 * @say: called for each bar that is missed, with why if it is known
 * @all: set to the number of bars
 *
 * Return: how many bars are missed that aren't known to be.
 */
unsigned int bars_check(const struct summary *summaries, unsigned int count,
			void (*say)(const char *what, const char *known),
			unsigned int *all);

#endif
