// SPDX-License-Identifier: GPL-2.0
/*
 * Points in time, written down.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "lib/time.h"

/* No more seconds than this; milliseconds are more from 1973 on. */
#define LARGEST		1e11

/* Fixed-width digits, for strptime() takes more than ISO 8601 allows. */
static bool digits(const char **text, int width, int *value)
{
	*value = 0;
	while (width--) {
		if (!isdigit((unsigned char)**text))
			return false;
		*value = *value * 10 + *(*text)++ - '0';
	}
	return true;
}

static bool literal(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static bool fraction(const char **text, double *value)
{
	double unit = 0.1;

	*value = 0;
	if (!literal(text, '.') && !literal(text, ','))
		return true;
	if (!isdigit((unsigned char)**text))
		return false;
	for (; isdigit((unsigned char)**text); unit /= 10)
		*value += unit * (*(*text)++ - '0');
	return true;
}

static bool zone(const char **text, int *offset)
{
	int hours, minutes, sign;

	*offset = 0;
	/* without a zone it is UTC */
	if (!**text || literal(text, 'Z'))
		return true;
	sign = **text == '-' ? -1 : 1;
	if (!literal(text, '+') && !literal(text, '-'))
		return false;
	if (!digits(text, 2, &hours))
		return false;
	minutes = 0;
	if ((literal(text, ':') || **text) && !digits(text, 2, &minutes))
		return false;
	if (hours > 23 || minutes > 59)
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool parse_iso(const char *text, struct instant *time)
{
	struct tm tm = { 0 }, back;
	double part;
	time_t seconds;
	int offset;

	if (!digits(&text, 4, &tm.tm_year) || !literal(&text, '-') ||
	    !digits(&text, 2, &tm.tm_mon) || !literal(&text, '-') ||
	    !digits(&text, 2, &tm.tm_mday) ||
	    (!literal(&text, 'T') && !literal(&text, ' ')) ||
	    !digits(&text, 2, &tm.tm_hour) || !literal(&text, ':') ||
	    !digits(&text, 2, &tm.tm_min))
		return false;
	if (literal(&text, ':') && !digits(&text, 2, &tm.tm_sec))
		return false;
	if (!fraction(&text, &part) || !zone(&text, &offset) || *text)
		return false;
	if (tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;

	/* The 31st of February would come back as a day in March. */
	back = tm;
	back.tm_sec -= tm.tm_sec == 60;
	seconds = timegm(&back);
	time->leap = tm.tm_sec == 60;
	if (back.tm_mon != tm.tm_mon || back.tm_mday != tm.tm_mday)
		return false;
	time->seconds = (double)seconds + time->leap - offset + part;
	return true;
}

static bool parse_epoch(const char *text, struct instant *time)
{
	const char *p = text;

	/* Plain decimals only: strtod() would take "nan", "0x10" and "1e9" too. */
	while (isdigit((unsigned char)*p))
		p++;
	if (p == text || p - text > 20)
		return false;
	if (*p == '.')
		while (isdigit((unsigned char)*++p))
			;
	if (*p)
		return false;
	time->leap = false;
	time->seconds = strtod(text, NULL);
	while (time->seconds >= LARGEST)
		time->seconds /= 1000;
	return true;
}

/* Leap seconds come at the end of a month, of UTC's. */
static bool begins_month(time_t time)
{
	struct tm tm;

	return gmtime_r(&time, &tm) && time % 86400 == 0 && tm.tm_mday == 1;
}

const char *parse_time(const char *text, struct instant *time)
{
	if (!parse_epoch(text, time) && !parse_iso(text, time))
		return "not a time, as in 1383354000 or 2013-11-02T01:00:00Z";
	if (time->leap && !begins_month((time_t)time->seconds))
		return "no time: a leap second ends a month, in UTC";
	return NULL;
}

/* Seconds since the epoch, with the leap second before that one counted. */
static double with_leap(const struct instant *time, double leap)
{
	return time->seconds + (!time->leap && time->seconds >= leap);
}

double seconds_between(const struct instant *from, const struct instant *to)
{
	double leap = INFINITY;

	if (from->leap || to->leap)
		leap = floor(from->leap ? from->seconds : to->seconds);
	return with_leap(to, leap) - with_leap(from, leap);
}
