// SPDX-License-Identifier: GPL-2.0
/*
 * Names for known networks: research scanners, one's own prefixes.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/labels.h"
#include "lib/file.h"
#include "lib/print.h"

/* A line is no longer. */
#define LINE		4096

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
static const char *parse_line(char *line, size_t len, struct label *label)
{
	static const char blank[] = " \t\r\n";
	char *prefix, *name, *end;
	const char *wrong;

	label->name = NULL;
	if (memchr(line, '\0', len))
		return "there is a NUL in it";
	line[strcspn(line, "#")] = '\0';
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
	if (has_control(name))
		return "the name has a control character";
	label->name = printable(name);
	return label->name ? NULL : "out of memory";
}

static int compare(const struct label *a, const struct label *b)
{
	int diff = memcmp(&a->prefix, &b->prefix, sizeof(a->prefix));

	return diff ? diff : (int)a->length - (int)b->length;
}

static int in_order(const void *a, const void *b)
{
	const struct label *x = a, *y = b;
	int diff = compare(x, y);

	return diff ? diff : x->line < y->line ? -1 : 1;
}

/* Of several names for one prefix the last one counts. */
static void keep_last(struct labels *labels)
{
	size_t kept = 0;

	for (size_t i = 0; i < labels->n; i++) {
		if (i + 1 < labels->n && !compare(&labels->v[i], &labels->v[i + 1]))
			free(labels->v[i].name);
		else
			labels->v[kept++] = labels->v[i];
	}
	labels->n = kept;
}

static bool holds(const struct label *label, const struct address *address)
{
	struct address network = *address;

	mask(&network, label->length);
	return !memcmp(&network, &label->prefix, sizeof(network));
}

/* The longest prefix that holds an address, from one of those in it on. */
static const struct label *widen(const struct label *label,
				 const struct address *address)
{
	while (label && !holds(label, address))
		label = label->wider;
	return label;
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
	char line[LINE];
	size_t room = 0;
	bool good = true;
	ssize_t len;

	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return false;
	}
	while ((len = read_line(file, line, sizeof(line))) >= 0) {
		struct label label = { .line = ++number };
		const char *wrong = parse_line(line, (size_t)len, &label);

		if (!wrong && label.name && !add(&fresh, &room, &label)) {
			free(label.name);
			wrong = "out of memory";
		}
		if (wrong) {
			complain("%s:%lu: %s", path, number, wrong);
			good = false;
		}
	}
	if (!feof(file)) {
		complain("%s:%lu: %s", path, number + 1, strerror(errno));
		good = false;
	}
	fclose(file);
	if (!good) {
		labels_free(&fresh);
		return false;
	}
	if (fresh.n)
		qsort(fresh.v, fresh.n, sizeof(*fresh.v), in_order);
	keep_last(&fresh);
	for (size_t i = 1; i < fresh.n; i++)
		fresh.v[i].wider = widen(&fresh.v[i - 1], &fresh.v[i].prefix);
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
	const struct label wanted = { .prefix = *address, .length = UINT_MAX / 2 };
	size_t low = 0, high = labels->n;
	const struct label *label;

	/*
	 * Prefixes hold one another or have nothing in common: those between
	 * the one looked for and the address are all in that one.
	 */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&labels->v[middle], &wanted) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	label = low ? widen(&labels->v[low - 1], address) : NULL;
	return label ? label->name : NULL;
}

void labels_free(struct labels *labels)
{
	for (size_t i = 0; i < labels->n; i++)
		free(labels->v[i].name);
	free(labels->v);
	memset(labels, 0, sizeof(*labels));
}
