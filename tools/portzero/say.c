// SPDX-License-Identifier: GPL-2.0
/*
 * How the tool speaks: errors, colour, numbers and times.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

void complain(const char *fmt, ...)
{
	va_list args;

	/* What was printed so far comes first where both go to one place. */
	fflush(stdout);
	fputs("portzero: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

const char *paint(enum colour colour)
{
	static const char *const escape[] = {
		[PLAIN]	= "\033[0m",
		[BOLD]	= "\033[1m",
		[DIM]	= "\033[2m",
		[GOOD]	= "\033[32m",
		[BAD]	= "\033[1;31m",
		[NOTE]	= "\033[33m",
	};
	static int on = -1;

	if (on < 0) {
		const char *no = getenv("NO_COLOR");
		const char *term = getenv("TERM");

		on = isatty(STDOUT_FILENO) && !(no && *no) &&
		     term && strcmp(term, "dumb");
	}
	return on ? escape[colour] : "";
}

bool close_stdout(void)
{
	bool bad = ferror(stdout);

	if (fflush(stdout) || bad) {
		complain("cannot write the output: %s",
			 errno ? strerror(errno) : "it was cut short");
		return false;
	}
	return true;
}

bool parse_seconds(const char *text, double *seconds)
{
	static const struct {
		const char *unit;
		double seconds;
	} units[] = {
		{ "", 1 }, { "s", 1 }, { "m", 60 }, { "min", 60 },
		{ "h", 3600 }, { "d", 86400 }, { "ms", 0.001 },
	};
	char *end;
	double number = strtod(text, &end);

	if (end == text || !isfinite(number) || number <= 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (!strcmp(end, units[i].unit)) {
			*seconds = number * units[i].seconds;
			return *seconds <= 1e9;
		}
	}
	return false;
}

const char *format_seconds(char *buf, size_t size, double seconds)
{
	long whole = lround(seconds);

	if (seconds < 9.95 && fabs(seconds - (double)whole) > 0.05)
		snprintf(buf, size, "%.1f s", seconds);
	else if (whole < 120)
		snprintf(buf, size, "%ld s", whole);
	else if (whole < 7200)
		snprintf(buf, size, "%ld min", (whole + 30) / 60);
	else if (whole < 2 * 86400)
		snprintf(buf, size, "%ld h %02ld min", whole / 3600,
			 whole % 3600 / 60);
	else
		snprintf(buf, size, "%ld days", (whole + 43200) / 86400);
	return buf;
}

const char *format_rate(char *buf, size_t size, double rate)
{
	if (rate >= 99.95)
		snprintf(buf, size, "%.0f/s", rate);
	else if (rate >= 9.995)
		snprintf(buf, size, "%.1f/s", rate);
	else if (rate >= 0.1 || rate <= 0)
		snprintf(buf, size, "%.2f/s", rate);
	else
		snprintf(buf, size, "%.2g/s", rate);
	return buf;
}

const char *format_time(char *buf, size_t size, double when)
{
	time_t t = (time_t)floor(when);
	struct tm tm;

	if (!gmtime_r(&t, &tm) ||
	    !strftime(buf, size, "%Y-%m-%d %H:%M:%S UTC", &tm))
		snprintf(buf, size, "%.0f", when);
	return buf;
}
