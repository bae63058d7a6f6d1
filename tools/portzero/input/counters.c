// SPDX-License-Identifier: GPL-2.0
/*
 * The module's per-CPU counters, read at one moment, and what happened
 * between two moments.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "input/counters.h"
#include "lib/util.h"

#define COLUMNS_MAX	64

const char *const counter_names[NF_PORTZERO_COUNTERS] = NF_PORTZERO_NAMES;

static int column_of(const char *name, size_t len)
{
	for (int i = 0; i < NF_PORTZERO_COUNTERS; i++) {
		if (strlen(counter_names[i]) == len &&
		    !memcmp(counter_names[i], name, len))
			return i;
	}
	return -1;
}

/* Which of our counters each column of the table is, or -1. */
static int parse_header(const char *line, const char *end, int *columns,
			uint64_t *present)
{
	const uint64_t needed = 1ULL << NF_PORTZERO_SRC |
				1ULL << NF_PORTZERO_DST |
				1ULL << NF_PORTZERO_BOTH;
	int n = 0;

	*present = 0;
	for (;;) {
		size_t len;

		while (line < end && *line == ' ')
			line++;
		if (line == end)
			break;
		if (n == COLUMNS_MAX)
			return -EBADMSG;
		len = 0;
		while (line + len < end && line[len] != ' ')
			len++;
		columns[n] = column_of(line, len);
		if (columns[n] >= 0)
			*present |= 1ULL << columns[n];
		n++;
		line += len;
	}
	return (*present & needed) == needed ? n : -EBADMSG;
}

static bool parse_hex(const char **line, const char *end, uint64_t *value)
{
	const char *p = *line;
	int digits = 0;

	*value = 0;
	while (p < end && *p == ' ')
		p++;
	for (; p < end && *p != ' '; p++, digits++) {
		unsigned int digit;

		if (*p >= '0' && *p <= '9')
			digit = (unsigned int)(*p - '0');
		else if (*p >= 'a' && *p <= 'f')
			digit = (unsigned int)(*p - 'a') + 10;
		else
			return false;
		*value = *value << 4 | digit;
	}
	*line = p;
	return digits > 0 && digits <= 16;
}

static int parse_row(const char *line, const char *end, const int *columns,
		     int n, struct counters *row)
{
	memset(row, 0, sizeof(*row));
	for (int i = 0; i < n; i++) {
		uint64_t value;

		if (!parse_hex(&line, end, &value))
			return -EBADMSG;
		if (columns[i] >= 0)
			row->value[columns[i]] = value;
	}
	return line == end ? 0 : -EBADMSG;
}

static struct counters *add_row(struct snapshot *s)
{
	if (s->cpus == s->room) {
		unsigned int room = s->room ? 2 * s->room : 8;
		struct counters *cpu;

		cpu = reallocarray(s->cpu, room, sizeof(*cpu));
		if (!cpu)
			return NULL;
		s->cpu = cpu;
		s->room = room;
	}
	return &s->cpu[s->cpus++];
}

int snapshot_parse(struct snapshot *s)
{
	const char *line = s->text.data;
	const char *stop = line + s->text.len;
	int columns[COLUMNS_MAX];
	int n = -1;

	s->cpus = 0;
	memset(&s->sum, 0, sizeof(s->sum));
	while (line < stop) {
		const char *end = memchr(line, '\n', (size_t)(stop - line));
		const char *next;
		struct counters *row;

		/* A last line without its end was cut, perhaps inside a number. */
		if (!end)
			return -EBADMSG;
		next = end + 1;
		while (end > line && end[-1] == ' ')
			end--;
		if (n < 0) {
			n = parse_header(line, end, columns, &s->present);
			if (n < 0)
				return n;
		} else {
			row = add_row(s);
			if (!row)
				return -ENOMEM;
			if (parse_row(line, end, columns, n, row))
				return -EBADMSG;
			counters_add(&s->sum, row);
		}
		line = next;
	}
	return s->cpus ? 0 : -EBADMSG;
}

int snapshot_read(struct snapshot *s)
{
	int error = proc_read(NF_PORTZERO_PROC_STAT, &s->text);

	s->realtime = clock_seconds(CLOCK_REALTIME);
	s->boottime = clock_seconds(CLOCK_BOOTTIME);
	s->monotonic = clock_seconds(CLOCK_MONOTONIC);
	return error ? error : snapshot_parse(s);
}

void snapshot_free(struct snapshot *s)
{
	free(s->cpu);
	text_free(&s->text);
	memset(s, 0, sizeof(*s));
}

static bool went_on(const struct snapshot *from, const struct snapshot *to)
{
	unsigned int cpus = from->cpus < to->cpus ? from->cpus : to->cpus;
	uint64_t both = from->present & to->present;

	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		for (int i = 0; i < NF_PORTZERO_COUNTERS; i++) {
			if (both >> i & 1 &&
			    to->cpu[cpu].value[i] < from->cpu[cpu].value[i])
				return false;
		}
	}
	return true;
}

bool counters_between(const struct snapshot *from, const struct snapshot *to,
		      struct counters *delta)
{
	*delta = to->sum;
	if (!went_on(from, to))
		return false;
	for (unsigned int cpu = 0; cpu < from->cpus && cpu < to->cpus; cpu++) {
		for (int i = 0; i < NF_PORTZERO_COUNTERS; i++)
			delta->value[i] -= from->cpu[cpu].value[i];
	}
	return true;
}

void counters_add(struct counters *sum, const struct counters *more)
{
	for (int i = 0; i < NF_PORTZERO_COUNTERS; i++)
		sum->value[i] += more->value[i];
}
