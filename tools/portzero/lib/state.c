// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers kept in a text file: a line that says what it is, a name and its
 * values on each line, and a checksum at the end.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/state.h"

/* All versions begin with the first word; count up when the meaning changes. */
#define MAGIC		"portzero"
#define FIRST_LINE	MAGIC " state 6\n"
#define LAST_LINE	"checksum "

/* CRC-32 as in Ethernet's frames, a bit at a time: a few kilobytes an hour. */
static uint32_t crc32(const char *text, size_t size)
{
	uint32_t crc = ~0U;

	while (size--) {
		crc ^= (unsigned char)*text++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

bool state_values(struct state *s, const char *name, double *values, size_t n)
{
	char *at = s->next, *end;

	if (s->out) {
		fputs(name, s->out);
		for (size_t i = 0; i < n; i++)
			fprintf(s->out, " %.17g", values[i]);
		fputc('\n', s->out);
		return false;
	}
	if (s->wrong)
		return false;
	s->wrong = "it is of another version";
	if (strncmp(at, name, strlen(name)))
		return false;
	at += strlen(name);
	for (size_t i = 0; i < n; i++, at = end) {
		if (*at != ' ')
			return false;
		values[i] = strtod(at, &end);
		if (end == at || !isfinite(values[i]))
			return false;
	}
	if (*at != '\n')
		return false;
	s->next = at + 1;
	s->wrong = NULL;
	return true;
}

/* What is wrong with the whole of it; its last line goes. */
static const char *check(struct state *s)
{
	char expected[32];
	size_t before;

	if (strncmp(s->text, FIRST_LINE, strlen(FIRST_LINE)))
		return "it is of another version";
	before = s->size - strlen(LAST_LINE) - 9;
	if (s->size < strlen(FIRST_LINE LAST_LINE) + 9 ||
	    s->text[before - 1] != '\n')
		return "it is cut off";
	snprintf(expected, sizeof(expected), LAST_LINE "%08x\n",
		 crc32(s->text, before));
	if (strcmp(s->text + before, expected))
		return "its checksum is wrong";
	s->text[before] = '\0';
	s->next = s->text + strlen(FIRST_LINE);
	return NULL;
}

static enum state_result set_aside(const char *path, const char *wrong,
				   char *why, size_t size)
{
	char *aside;
	const char *stuck = file_set_aside(path, &aside);

	if (stuck)
		snprintf(why, size, "%s: %s, and it can't be set aside: %s",
			 path, wrong, stuck);
	else
		snprintf(why, size, "%s: %s; set aside as %s", path, wrong, aside);
	free(aside);
	return stuck ? STATE_FAILED : STATE_ASIDE;
}

/* Reads it; what is wrong, if so, with one that is STATE_ASIDE or STATE_FAILED. */
static enum state_result take(const char *path,
			      bool (*visit)(struct state *s, void *context),
			      void *context, const char **wrong)
{
	struct state s = { 0 };

	*wrong = file_read(path, MAGIC, &s.text, &s.size);
	if (*wrong)
		return STATE_FAILED;
	if (!s.text)
		return STATE_ABSENT;
	*wrong = check(&s);
	if (!*wrong && !visit(&s, context))
		*wrong = "it holds what can't be";
	if (!*wrong)
		*wrong = s.wrong ? s.wrong :
			 *s.next ? "it is of another version" : NULL;
	free(s.text);
	return *wrong ? STATE_ASIDE : STATE_LOADED;
}

enum state_result state_look(const char *path,
			     bool (*visit)(struct state *s, void *context),
			     void *context, char *why, size_t size)
{
	const char *wrong;
	enum state_result result = take(path, visit, context, &wrong);

	if (!wrong)
		return result;
	snprintf(why, size, "%s: %s", path, wrong);
	return STATE_FAILED;
}

enum state_result state_load(const char *path,
			     bool (*visit)(struct state *s, void *context),
			     void *context, char *why, size_t size)
{
	const char *wrong;
	enum state_result result = take(path, visit, context, &wrong);

	if (result == STATE_ASIDE)
		return set_aside(path, wrong, why, size);
	if (wrong)
		snprintf(why, size, "%s: %s", path, wrong);
	return result;
}

const char *state_save(const char *path,
		       bool (*visit)(struct state *s, void *context),
		       void *context)
{
	struct state s = { 0 };
	const char *wrong;

	s.out = open_memstream(&s.text, &s.size);
	if (!s.out)
		return strerror(errno);
	fputs(FIRST_LINE, s.out);
	visit(&s, context);
	if (!fflush(s.out))
		fprintf(s.out, LAST_LINE "%08x\n", crc32(s.text, s.size));
	if (ferror(s.out) | fclose(s.out))
		wrong = strerror(ENOMEM);
	else
		wrong = file_replace(path, MAGIC, s.text, s.size, 0600);
	free(s.text);
	return wrong;
}
