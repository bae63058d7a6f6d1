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

#include "lib/print.h"

#define YEAR	(365.25 * 86400)

/*
 * How long the character is that a text begins with, or 0 if that is no UTF-8:
 * overlong, a surrogate, past U+10FFFF, cut off.
 */
static int decode(const unsigned char *text, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int len = *text < 0x80 ? 1 : *text >> 5 == 6 ? 2 : *text >> 4 == 14 ? 3 :
		  *text >> 3 == 30 ? 4 : 0;

	*character = len == 1 ? *text : *text & (0x7f >> len);
	for (int i = 1; i < len; i++) {
		if (text[i] >> 6 != 2)
			return 0;
		*character = *character << 6 | (text[i] & 0x3f);
	}
	return *character < least[len] || *character > 0x10ffff ||
	       *character >> 11 == 0x1b ? 0 : len;
}

/* C0, DEL, C1; what ends a line or turns the direction of one (Unicode's TR 9). */
static bool control(uint32_t character)
{
	return character < ' ' || (character >= 0x7f && character < 0xa0) ||
	       character == 0x61c || character == 0x200e || character == 0x200f ||
	       (character >= 0x2028 && character <= 0x202e) ||
	       (character >= 0x2066 && character <= 0x2069);
}

bool has_control(const char *text)
{
	uint32_t character;
	int len;

	for (; *text; text += len ? len : 1) {
		len = decode((const unsigned char *)text, &character);
		if (len && control(character))
			return true;
	}
	return false;
}

char *printable(const char *text)
{
	static const char instead[] = "\xef\xbf\xbd";
	char *copy = malloc(strlen(text) * strlen(instead) + 1), *end = copy;
	uint32_t character;

	while (copy && *text) {
		int len = decode((const unsigned char *)text, &character);

		if (!len || control(character))
			end = stpcpy(end, instead);
		else
			end = mempcpy(end, text, (size_t)len);
		text += len ? len : 1;
	}
	if (copy)
		*end = '\0';
	return copy;
}

void complain(const char *fmt, ...)
{
	char *text, *clean = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) >= 0)
		clean = printable(text);
	else
		text = NULL;
	va_end(args);
	/* What was printed so far comes first where both go to one place. */
	fflush(stdout);
	fprintf(stderr, "portzero: %s\n", clean ? clean : "out of memory");
	free(text);
	free(clean);
}

bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && term &&
	       strcmp(term, "dumb");
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

	if (on < 0)
		on = wants_colour();
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
	else if (seconds < YEAR)
		snprintf(buf, size, "%ld days", (whole + 43200) / 86400);
	else if (seconds < 1.05 * YEAR)
		snprintf(buf, size, "1 year");
	else
		snprintf(buf, size, "%.3g years", seconds / YEAR);
	return buf;
}

const char *format_ordinal(char *buf, size_t size, unsigned int n)
{
	static const char *const words[] = {
		"first", "second", "third", "fourth", "fifth", "sixth",
		"seventh", "eighth", "ninth", "tenth",
	};
	static const char *const ends[] = { "th", "st", "nd", "rd" };
	unsigned int last = n % 10;

	if (n - 1 < ARRAY_SIZE(words))
		snprintf(buf, size, "%s", words[n - 1]);
	else
		snprintf(buf, size, "%u%s", n,
			 ends[n / 10 % 10 != 1 && last < 4 ? last : 0]);
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
