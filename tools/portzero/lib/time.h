/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Points in time, written down.
 */
#ifndef PORTZERO_TIME_H
#define PORTZERO_TIME_H

#include <stdbool.h>

/**
 * struct instant - a point in time
 * @seconds: since the epoch, as POSIX counts them
 * @leap: it is in a leap second, which POSIX doesn't count: @seconds is that of
 *	the second after it
 */
struct instant {
	double seconds;
	bool leap;
};

/**
 * parse_time() - read a point in time
 * @text: seconds since the epoch, with or without a fraction; or milli-, micro-
 *	or nanoseconds, which are those that as larger units would be beyond the
 *	year 5000; or ISO 8601, 2013-11-02T01:00:00Z, the seconds and their
 *	fraction being optional, a blank for the T allowed, the zone Z, +hh:mm,
 *	+hhmm, +hh or none, which is UTC
 * @time: the result
 *
 * Return: NULL, or what @text is instead, for after "'...' is ".
 */
const char *parse_time(const char *text, struct instant *time);

/**
 * seconds_between() - from one point in time to another
 * @from: the one
 * @to: the other
 *
 * A leap second that either is in counts, others don't: nobody knows of them.
 *
 * Return: the difference, negative if @to is before @from.
 */
double seconds_between(const struct instant *from, const struct instant *to);

#endif /* PORTZERO_TIME_H */
