// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of CSV, field by field.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "input/csv.h"
#include "lib/file.h"

int csv_bad(const struct csv *c, const char *format, ...)
{
	int n = snprintf(c->why, c->size, "%s:%lu: ", c->name, c->number);
	va_list args;

	if (n < 0 || (size_t)n >= c->size)
		return -1;
	va_start(args, format);
	vsnprintf(c->why + n, c->size - n, format, args);
	va_end(args);
	return -1;
}

static bool blank(char c)
{
	return isspace((unsigned char)c);
}

int csv_line(struct csv *c)
{
	for (;;) {
		ssize_t n = read_line(c->file, c->line, sizeof(c->line));

		c->number++;
		if (n < 0)
			return feof(c->file) ? 0 :
				csv_bad(c, "%s", strerror(errno));
		if (memchr(c->line, '\0', n))
			return csv_bad(c, "a zero byte: this is not a CSV file");
		while (n && blank(c->line[n - 1]))
			c->line[--n] = '\0';
		c->rest = c->line;
		if (c->number == 1 && !strncmp(c->rest, "\xef\xbb\xbf", 3))
			c->rest += 3;
		if (*c->rest && *c->rest != '#')
			return 1;
	}
}

/* What is between quotes, two of them in a row being one. Returns its end. */
static char *unquote(char *from)
{
	char *to = from++;

	for (; *from; from++) {
		if (*from == '"' && *++from != '"') {
			*to = '\0';
			return from;
		}
		*to++ = *from;
	}
	return NULL;
}

int csv_field(struct csv *c, char **field)
{
	char *at = c->rest, *end;

	if (!at)
		return 0;
	while (blank(*at))
		at++;
	*field = at;
	if (*at == '"') {
		end = unquote(at);
		if (!end)
			return csv_bad(c, "a quote that does not end on its line");
		while (blank(*end))
			end++;
		if (*end && *end != ',')
			return csv_bad(c, "'%.20s' between a quote and a comma",
				       end);
		c->rest = *end ? end + 1 : NULL;
		return 1;
	}
	end = at + strcspn(at, ",");
	c->rest = *end ? end + 1 : NULL;
	while (end > at && blank(end[-1]))
		end--;
	*end = '\0';
	return 1;
}
