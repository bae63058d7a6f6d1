// SPDX-License-Identifier: GPL-2.0
/*
 * Recorded counts from CSV.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "input/csv.h"
#include "input/replay.h"
#include "lib/time.h"

#define COLUMNS_MAX	256

/* What a column holds: a signal, the time, or something that isn't ours. */
#define COLUMN_TIME	SIGNALS
#define COLUMN_OTHER	(SIGNALS + 1)

struct replay {
	struct csv csv;
	off_t length;
	unsigned char column[COLUMNS_MAX];
	unsigned int columns;
	unsigned int known;
	bool started;
	struct instant time;
};

static unsigned int column_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < SIGNALS; i++)
		if (!strcmp(name, signal_names[i]))
			return i;
	return strcmp(name, "time") ? COLUMN_OTHER : COLUMN_TIME;
}

static int read_header(struct replay *r)
{
	struct csv *c = &r->csv;
	bool time = false;
	int got = csv_line(c);
	char *field;

	if (got < 0)
		return -1;
	if (!got)
		return csv_bad(c, "no header: the file is empty");

	while ((got = csv_field(c, &field)) > 0) {
		unsigned int column = column_of(field);

		if (r->columns == COLUMNS_MAX)
			return csv_bad(c, "more than %d columns", COLUMNS_MAX);
		if ((column == COLUMN_TIME && time) ||
		    (column < SIGNALS && r->known & SIGNAL(column)))
			return csv_bad(c, "two columns named '%s'", field);
		if (column == COLUMN_TIME)
			time = true;
		if (column < SIGNALS)
			r->known |= SIGNAL(column);
		r->column[r->columns++] = column;
	}
	if (got < 0)
		return -1;
	if (!time)
		return csv_bad(c, "the header has no column 'time'");
	if (!r->known)
		return csv_bad(c,
			       "the header has none of the columns 'true', 'phantom', 'echo', 'leak'");
	return 0;
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

static int read_field(struct replay *r, unsigned int column, const char *field,
		      struct row *row, struct instant *time)
{
	const char *why;

	if (column == COLUMN_TIME) {
		why = parse_time(field, time);
		return why ? csv_bad(&r->csv, "'%s' is %s", field, why) : 0;
	}
	if (parse_count(field, &row->counts[column]))
		return 0;
	return csv_bad(&r->csv, "'%s' is not a count of '%s' packets", field,
		       signal_names[column]);
}

static int read_row(struct replay *r, struct row *row, struct instant *time)
{
	struct csv *c = &r->csv;
	int got = csv_line(c);
	char *field;

	if (got <= 0)
		return got;

	*row = (struct row){ .known = r->known };
	for (unsigned int i = 0; i < r->columns; i++) {
		got = csv_field(c, &field);
		if (got < 0)
			return -1;
		if (!got)
			return csv_bad(c, "%u of %u fields", i, r->columns);
		if (r->column[i] == COLUMN_OTHER)
			continue;
		if (!*field)
			return csv_bad(c, "field %u is empty", i + 1);
		if (read_field(r, r->column[i], field, row, time))
			return -1;
	}
	if (csv_field(c, &field))
		return csv_bad(c, "more than %u fields", r->columns);
	return 1;
}

int replay_next(struct replay *r, struct row *row, char *why, size_t size)
{
	struct instant time;
	int got;

	r->csv.why = why;
	r->csv.size = size;
	if (!r->started) {
		got = read_row(r, row, &r->time);
		if (got <= 0)
			return got;
		r->started = true;
	}
	got = read_row(r, row, &time);
	if (got <= 0)
		return got;
	row->time = time.leap ? floor(time.seconds) : time.seconds;
	row->seconds = seconds_between(&r->time, &time);
	if (!(row->seconds > 0))
		return csv_bad(&r->csv,
			       "its time is not later than that of the row before");
	r->time = time;
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
	r->csv.name = input ? "standard input" : path;
	r->csv.file = input ? stdin : fopen(path, "re");
	r->csv.why = why;
	r->csv.size = size;
	if (!r->csv.file || fstat(fileno(r->csv.file), &st)) {
		snprintf(why, size, "%s: %s", r->csv.name, strerror(errno));
		replay_close(r);
		return NULL;
	}
	if (S_ISREG(st.st_mode))
		r->length = st.st_size;
	if (read_header(r)) {
		replay_close(r);
		return NULL;
	}
	return r;
}

double replay_progress(const struct replay *r)
{
	off_t at;

	if (!r->length)
		return -1;
	at = ftello(r->csv.file);
	return at < 0 ? -1 : fmin(1, (double)at / r->length);
}

void replay_close(struct replay *r)
{
	if (!r)
		return;
	if (r->csv.file && r->csv.file != stdin)
		fclose(r->csv.file);
	free(r);
}
