// SPDX-License-Identifier: GPL-2.0
/*
 * Labels: whatever a file holds, it is taken as a whole or not at all, and
 * every address has the name of the longest prefix that holds it.
 *
 * The first 16 bytes of an input are an address, the rest is the file.
 */
#include <arpa/inet.h>

#include "input/labels.h"
#include "fuzz.h"
#include "lib/print.h"
#include "text.h"

#define ADDRESS	16

static bool holds(const struct label *l, const struct address *a)
{
	if (l->prefix.family != a->family)
		return false;
	for (unsigned int bit = 0; bit < l->length; bit++) {
		if ((l->prefix.bytes[bit / 8] ^ a->bytes[bit / 8]) &
		    0x80 >> bit % 8)
			return false;
	}
	return true;
}

static void check_name(const struct labels *labels, const struct address *a)
{
	const char *name = labels_find(labels, a);
	const struct label *best = NULL;

	for (size_t i = 0; i < labels->n; i++) {
		const struct label *l = &labels->v[i];

		if (holds(l, a) && (!best || l->length > best->length))
			best = l;
	}
	if (!best) {
		MUST(!name);
		return;
	}
	MUST(name);
	/* of two names for one prefix the one that is found is one of them */
	for (size_t i = 0; i < labels->n; i++) {
		const struct label *l = &labels->v[i];

		if (l->length == best->length && holds(l, a) &&
		    !strcmp(l->name, name))
			return;
	}
	MUST(!"the name of another prefix");
}

int fuzz_input(const __u8 *data, size_t size)
{
	struct address a = { .family = AF_INET6 };
	struct labels labels = { 0 };

	if (size < ADDRESS)
		return 0;
	if (!labels_read(text_file(data + ADDRESS, size - ADDRESS), &labels)) {
		MUST(!labels.n && !labels.v);
		return 0;
	}
	memcpy(a.bytes, data, ADDRESS);
	check_name(&labels, &a);
	a.family = AF_INET;
	memset(a.bytes + 4, 0, ADDRESS - 4);
	check_name(&labels, &a);
	for (size_t i = 0; i < labels.n; i++) {
		MUST(!has_control(labels.v[i].name));
		check_name(&labels, &labels.v[i].prefix);
	}
	labels_free(&labels);
	return 0;
}
