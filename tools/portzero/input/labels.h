/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names for known networks: research scanners, one's own prefixes.
 */
#ifndef PORTZERO_LABELS_H
#define PORTZERO_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "input/talkers.h"

#define LABELS_DEFAULT	"/etc/portzero/labels"

/**
 * struct label - a prefix and its name
 * @prefix: the network's address, host bits zero
 * @length: of the prefix in bits
 * @name: what to call it
 * @line: of the file
 * @wider: the longest of the other prefixes that hold this one, or NULL
 */
struct label {
	struct address prefix;
	unsigned int length;
	char *name;
	unsigned long line;
	const struct label *wider;
};

/**
 * struct labels - a file of labels
 * @n: how many
 * @v: the labels by address, a wider prefix before those in it
 */
struct labels {
	size_t n;
	struct label *v;
};

/**
 * labels_read() - read a file of labels
 * @path: the file: a prefix and a name on each line, '#' begins a comment
 * @labels: the result; start from a zeroed one
 *
 * Of several names for one prefix the last counts. Complains about every bad line
 * by its number. What isn't UTF-8 in a name is replaced, so that it may go anywhere.
 * Only a file without a bad line replaces what @labels held before.
 *
 * Return: true if the file was read and every line was good.
 */
bool labels_read(const char *path, struct labels *labels);

/**
 * labels_load() - read the file asked for, or the default one if it exists
 * @path: the file, or NULL for the default one
 * @labels: the result; start from a zeroed one
 *
 * Return: true unless labels_read() failed.
 */
bool labels_load(const char *path, struct labels *labels);

/**
 * labels_find() - the name of the longest prefix that holds an address
 * @labels: the labels
 * @address: the address
 *
 * Return: the name, or NULL.
 */
const char *labels_find(const struct labels *labels,
			const struct address *address);

/**
 * labels_free() - give back what labels_read() took
 * @labels: the labels, reusable afterwards
 */
void labels_free(struct labels *labels);

#endif /* PORTZERO_LABELS_H */
