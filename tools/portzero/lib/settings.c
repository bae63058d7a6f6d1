// SPDX-License-Identifier: GPL-2.0
/*
 * A subcommand's options in a file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/print.h"
#include "lib/settings.h"

static const char blank[] = " \t\r";

/* Return: what is wrong, or NULL. */
static const char *set_line(const struct usage *u, void *told, const char *name,
			    const char *value)
{
	const struct option_row *row = options_find(u, name);

	if (!row)
		return "is no option";
	if (!*value) {
		if (row->argument && *row->argument != '[')
			return "wants a value";
		value = NULL;
	} else if (!row->argument) {
		return "takes no value";
	}
	return option_set(row, told, value);
}

/* All of a file, which is text: no NUL ends it. */
static char *read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t len;

	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return NULL;
	}
	len = getdelim(&text, &size, '\0', file);
	if (len < 0 && feof(file)) {
		free(text);
		text = strdup("");
	} else if (len < 0 || !feof(file)) {
		unsigned long number = 1;

		for (ssize_t i = 0; i < len; i++)
			number += text[i] == '\n';
		if (len < 0)
			complain("%s: %s", path, strerror(errno));
		else
			complain("%s:%lu: there is a NUL in it", path, number);
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

char *settings_read(const char *path, const struct usage *u, void *told)
{
	char *text = read_text(path), *rest = text, *name;
	unsigned long number = 0;
	bool good = text;

	while (rest && (name = strsep(&rest, "\n"))) {
		char *value, *end;
		const char *wrong;

		number++;
		name += strspn(name, blank);
		if (!*name || *name == '#')
			continue;
		value = name + strcspn(name, blank);
		if (*value)
			*value++ = '\0';
		value += strspn(value, blank);
		for (end = value + strlen(value); end > value &&
		     strchr(blank, end[-1]);)
			*--end = '\0';
		wrong = set_line(u, told, name, value);
		if (wrong) {
			complain("%s:%lu: %s %s", path, number, name, wrong);
			good = false;
		}
	}
	if (!good) {
		free(text);
		text = NULL;
	}
	return text;
}
