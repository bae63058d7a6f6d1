// SPDX-License-Identifier: GPL-2.0
/*
 * Names for known networks: research scanners, one's own prefixes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labels.h"
#include "say.h"

/* Keep the first bits, clear the others. */
static void mask(struct address *a, unsigned int bits)
{
	for (unsigned int i = 0; i < sizeof(a->bytes); i++, bits -= bits < 8 ? bits : 8) {
		if (bits < 8)
			a->bytes[i] &= (unsigned char)(0xff00 >> bits);
	}
}

static const char *parse_prefix(char *text, struct label *label)
{
	char *slash = strchr(text, '/');
	unsigned int longest;
	struct address whole;

	if (slash)
		*slash = '\0';
	if (!address_parse(text, &label->prefix))
		return "not an address";
	longest = label->prefix.family == AF_INET ? 32 : 128;
	label->length = longest;
	if (slash) {
		char *end;
		unsigned long length = strtoul(slash + 1, &end, 10);

		if (slash[1] < '0' || slash[1] > '9' || *end || length > longest)
			return "not a prefix length";
		label->length = (unsigned int)length;
	}
	whole = label->prefix;
	mask(&label->prefix, label->length);
	if (memcmp(&whole, &label->prefix, sizeof(whole)))
		return "the address has bits beyond the prefix";
	return NULL;
}

/*
 * Reads one line. Return: what is wrong with it or NULL; the name is NULL when
 * there is nothing on the line.
 */
static const char *parse_line(char *line, struct label *label)
{
	static const char blank[] = " \t\r\n";
	char *comment = strchr(line, '#');
	char *prefix, *name, *end;
	const char *wrong;

	label->name = NULL;
	if (comment)
		*comment = '\0';
	prefix = line + strspn(line, blank);
	if (!*prefix)
		return NULL;
	name = prefix + strcspn(prefix, blank);
	if (*name)
		*name++ = '\0';
	name += strspn(name, blank);
	for (end = name + strlen(name); end > name && strchr(blank, end[-1]);)
		*--end = '\0';
	wrong = parse_prefix(prefix, label);
	if (wrong)
		return wrong;
	if (!*name)
		return "no name after the prefix";
	for (end = name; *end; end++) {
		if ((unsigned char)*end < ' ' || *end == 0x7f)
			return "the name has a control character";
	}
	label->name = strdup(name);
	return label->name ? NULL : "out of memory";
}

static int longest_first(const void *a, const void *b)
{
	const struct label *x = a, *y = b;
	int diff;

	if (x->length != y->length)
		return x->length > y->length ? -1 : 1;
	/* The rest only to have a fixed order. */
	diff = memcmp(&x->prefix, &y->prefix, sizeof(x->prefix));
	return diff ? diff : strcmp(x->name, y->name);
}

static bool add(struct labels *labels, size_t *room, const struct label *label)
{
	if (labels->n == *room) {
		size_t more = *room ? 2 * *room : 16;
		struct label *v = reallocarray(labels->v, more, sizeof(*v));

		if (!v)
			return false;
		labels->v = v;
		*room = more;
	}
	labels->v[labels->n++] = *label;
	return true;
}

bool labels_read(const char *path, struct labels *labels)
{
	struct labels fresh = { 0 };
	FILE *file = fopen(path, "re");
	unsigned long number = 0;
	char *line = NULL;
	size_t size = 0, room = 0;
	bool good = true;

	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return false;
	}
	while (getline(&line, &size, file) >= 0) {
		struct label label = { 0 };
		const char *wrong = parse_line(line, &label);

		number++;
		if (!wrong && label.name && !add(&fresh, &room, &label)) {
			free(label.name);
			wrong = "out of memory";
		}
		if (wrong) {
			complain("%s:%lu: %s", path, number, wrong);
			good = false;
		}
	}
	if (ferror(file)) {
		complain("%s: %s", path, strerror(errno));
		good = false;
	}
	free(line);
	fclose(file);
	if (!good) {
		labels_free(&fresh);
		return false;
	}
	if (fresh.n)
		qsort(fresh.v, fresh.n, sizeof(*fresh.v), longest_first);
	labels_free(labels);
	*labels = fresh;
	return true;
}

bool labels_load(const char *path, struct labels *labels)
{
	if (path)
		return labels_read(path, labels);
	if (access(LABELS_DEFAULT, F_OK) && errno == ENOENT)
		return true;
	return labels_read(LABELS_DEFAULT, labels);
}

const char *labels_find(const struct labels *labels,
			const struct address *address)
{
	for (size_t i = 0; i < labels->n; i++) {
		const struct label *label = &labels->v[i];
		struct address network = *address;

		if (label->prefix.family != address->family)
			continue;
		mask(&network, label->length);
		if (!memcmp(&network, &label->prefix, sizeof(network)))
			return label->name;
	}
	return NULL;
}

void labels_free(struct labels *labels)
{
	for (size_t i = 0; i < labels->n; i++)
		free(labels->v[i].name);
	free(labels->v);
	memset(labels, 0, sizeof(*labels));
}
