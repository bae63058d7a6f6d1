// SPDX-License-Identifier: GPL-2.0
/*
 * Recorded counts from CSV.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "replay.h"
#include "util.h"

#define COLUMNS_MAX	256

/* What a column holds: a signal, the time, or something that isn't ours. */
#define COLUMN_TIME	SIGNALS
#define COLUMN_OTHER	(SIGNALS + 1)

struct replay {
	FILE *file;
	const char *name;
	char *line;
	size_t size;
	unsigned long number;
	off_t length;
	unsigned char column[COLUMNS_MAX];
	unsigned int columns;
	bool has[SIGNALS];
	bool started;
	double time;
};

__printf(4, 5)
static int bad(const struct replay *r, char *why, size_t size,
	       const char *format, ...)
{
	int n = snprintf(why, size, "%s:%lu: ", r->name, r->number);
	va_list args;

	if (n < 0 || (size_t)n >= size)
		return -1;
	va_start(args, format);
	vsnprintf(why + n, size - n, format, args);
	va_end(args);
	return -1;
}

/*
 * The next line that says something, without its end. Returns 1, 0 at the end
 * of the file, -1 when it can't be read.
 */
static int next_line(struct replay *r, char *why, size_t size)
{
	for (;;) {
		ssize_t n = getline(&r->line, &r->size, r->file);

		if (n < 0) {
			r->number++;
			if (!ferror(r->file))
				return 0;
			return bad(r, why, size, "%s", strerror(errno));
		}
		r->number++;
		if (memchr(r->line, '\0', n))
			return bad(r, why, size,
				   "a zero byte: this is not a CSV file");
		while (n && isspace((unsigned char)r->line[n - 1]))
			r->line[--n] = '\0';
		if (n && r->line[0] != '#')
			return 1;
	}
}

/* Cuts the next field off, without the blanks around it. NULL after the last. */
static char *next_field(char **rest)
{
	char *field = *rest, *end;

	if (!field)
		return NULL;
	end = strchr(field, ',');
	*rest = end ? end + 1 : NULL;
	if (!end)
		end = field + strlen(field);
	*end = '\0';
	while (isspace((unsigned char)*field))
		field++;
	while (end > field && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return field;
}

static unsigned int column_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < SIGNALS; i++)
		if (!strcmp(name, signal_names[i]))
			return i;
	return strcmp(name, "time") ? COLUMN_OTHER : COLUMN_TIME;
}

static int read_header(struct replay *r, char *why, size_t size)
{
	bool time = false, any = false;
	int got = next_line(r, why, size);
	char *rest, *field;

	if (got < 0)
		return -1;
	if (!got)
		return bad(r, why, size, "no header: the file is empty");

	rest = r->line;
	/* The mark that some spreadsheets put before UTF-8. */
	if (!strncmp(rest, "\xef\xbb\xbf", 3))
		rest += 3;
	while ((field = next_field(&rest))) {
		unsigned int column = column_of(field);

		if (r->columns == COLUMNS_MAX)
			return bad(r, why, size, "more than %d columns",
				   COLUMNS_MAX);
		if ((column == COLUMN_TIME && time) ||
		    (column < SIGNALS && r->has[column]))
			return bad(r, why, size, "two columns named '%s'",
				   field);
		if (column == COLUMN_TIME)
			time = true;
		if (column < SIGNALS) {
			r->has[column] = true;
			any = true;
		}
		r->column[r->columns++] = column;
	}
	if (!time)
		return bad(r, why, size, "the header has no column 'time'");
	if (!any)
		return bad(r, why, size,
			   "the header has none of the columns 'true', 'phantom', 'echo', 'leak'");
	return 0;
}

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
	if (!literal(text, '.'))
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
	literal(text, ':');
	if (!digits(text, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool parse_iso(const char *text, double *time)
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
	seconds = timegm(&back);
	if (back.tm_mon != tm.tm_mon || (tm.tm_mday != back.tm_mday &&
					 tm.tm_sec != 60))
		return false;
	*time = (double)seconds - offset + part;
	return true;
}

static bool parse_epoch(const char *text, double *time)
{
	const char *p = text;

	/* Plain decimals only: strtod() would take "nan", "0x10" and "1e9" too. */
	while (isdigit((unsigned char)*p))
		p++;
	if (p == text || p - text > 15)
		return false;
	if (*p == '.')
		while (isdigit((unsigned char)*++p))
			;
	if (*p)
		return false;
	*time = strtod(text, NULL);
	return true;
}

static bool parse_count(const char *text, uint64_t *count)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*count = strtoull(text, &end, 10);
	return !*end && !errno;
}

static int read_row(struct replay *r, struct replay_row *row, char *why,
		    size_t size)
{
	int got = next_line(r, why, size);
	unsigned int i;
	char *rest;

	if (got <= 0)
		return got;

	memset(row, 0, sizeof(*row));
	rest = r->line;
	for (i = 0; i < r->columns; i++) {
		char *field = next_field(&rest);
		unsigned int column = r->column[i];

		if (!field)
			return bad(r, why, size, "%u of %u fields", i,
				   r->columns);
		if (column == COLUMN_OTHER)
			continue;
		if (!*field)
			return bad(r, why, size, "field %u is empty", i + 1);
		if (column == COLUMN_TIME) {
			if (!parse_epoch(field, &row->time) &&
			    !parse_iso(field, &row->time))
				return bad(r, why, size,
					   "'%s' is not a time, as in 1383354000 or 2013-11-02T01:00:00Z",
					   field);
		} else if (!parse_count(field, &row->counts[column])) {
			return bad(r, why, size,
				   "'%s' is not a count of '%s' packets", field,
				   signal_names[column]);
		}
	}
	if (rest)
		return bad(r, why, size, "more than %u fields", r->columns);
	return 1;
}

int replay_next(struct replay *r, struct replay_row *row, char *why,
		size_t size)
{
	int got;

	if (!r->started) {
		got = read_row(r, row, why, size);
		if (got <= 0)
			return got;
		r->time = row->time;
		r->started = true;
	}
	got = read_row(r, row, why, size);
	if (got <= 0)
		return got;
	row->seconds = row->time - r->time;
	if (!(row->seconds > 0))
		return bad(r, why, size,
			   "its time is not later than that of the row before");
	r->time = row->time;
	return 1;
}

struct replay *replay_open(const char *path, char *why, size_t size)
{
	bool input = !strcmp(path, "-");
	struct replay *r = calloc(1, sizeof(*r));
	struct stat st;

	if (!r) {
		snprintf(why, size, "%s: %s", path, strerror(errno));
		return NULL;
	}
	r->name = input ? "standard input" : path;
	r->file = input ? stdin : fopen(path, "re");
	if (!r->file || fstat(fileno(r->file), &st)) {
		snprintf(why, size, "%s: %s", r->name, strerror(errno));
		replay_close(r);
		return NULL;
	}
	if (S_ISREG(st.st_mode))
		r->length = st.st_size;
	if (read_header(r, why, size)) {
		replay_close(r);
		return NULL;
	}
	return r;
}

bool replay_has(const struct replay *r, enum portzero_signal signal)
{
	return r->has[signal];
}

double replay_progress(const struct replay *r)
{
	off_t at;

	if (!r->length)
		return -1;
	at = ftello(r->file);
	return at < 0 ? -1 : fmin(1, (double)at / r->length);
}

void replay_close(struct replay *r)
{
	if (!r)
		return;
	if (r->file && r->file != stdin)
		fclose(r->file);
	free(r->line);
	free(r);
}
