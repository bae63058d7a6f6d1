// SPDX-License-Identifier: GPL-2.0
/*
 * The top talkers: sources, and destinations with their ports, of true
 * port-zero packets in the current and the previous window.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter/nf_portzero.h>

#include "input/talkers.h"

bool address_parse(const char *text, struct address *address)
{
	memset(address, 0, sizeof(*address));
	address->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	return inet_pton(address->family, text, address->bytes) == 1;
}

const char *address_format(const struct address *address, char *buf)
{
	return inet_ntop(address->family, address->bytes, buf, INET6_ADDRSTRLEN);
}

const char *talker_format(const struct talker *talker, char *buf, size_t size)
{
	char address[INET6_ADDRSTRLEN];

	address_format(&talker->address, address);
	if (talker->source)
		snprintf(buf, size, "%s", address);
	else if (talker->address.family == AF_INET)
		snprintf(buf, size, "%s:%u", address, talker->port);
	else
		snprintf(buf, size, "[%s]:%u", address, talker->port);
	return buf;
}

static bool parse_line(char *line, struct talker *t, bool *last)
{
	char window[8], kind[8], address[INET6_ADDRSTRLEN], port[8];
	unsigned long long count, error;
	long long last_seen;
	unsigned long number;
	char *end;
	int used = 0;

	memset(t, 0, sizeof(*t));
	if (sscanf(line, "%7s %7s %45s %7s %llu %llu %lld%n", window, kind,
		   address, port, &count, &error, &last_seen, &used) != 7)
		return false;
	t->count = count;
	t->error = error;
	t->last_seen = last_seen;
	/* A newer module may append columns. */
	if (line[used] && line[used] != ' ')
		return false;
	*last = !strcmp(window, "last");
	if (!*last && strcmp(window, "now"))
		return false;
	t->source = !strcmp(kind, "src");
	if (!t->source && strcmp(kind, "dst"))
		return false;
	if (!address_parse(address, &t->address) || t->error > t->count)
		return false;
	if (t->source)
		return true;
	number = strtoul(port, &end, 10);
	t->port = (uint16_t)number;
	return end != port && !*end && number <= UINT16_MAX;
}

/* By what it is; equal ones are the same talker in different windows. */
static int by_identity(const void *a, const void *b)
{
	const struct talker *x = a, *y = b;
	int diff;

	if (x->source != y->source)
		return x->source ? -1 : 1;
	if (x->address.family != y->address.family)
		return x->address.family < y->address.family ? -1 : 1;
	diff = memcmp(x->address.bytes, y->address.bytes,
		      sizeof(x->address.bytes));
	return diff ? diff : (int)x->port - (int)y->port;
}

static int by_count(const void *a, const void *b)
{
	const struct talker *x = a, *y = b;

	if (x->source != y->source)
		return x->source ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return by_identity(a, b);
}

void talkers_merge(struct talkers *t)
{
	size_t kept = 0;

	if (!t->n)
		return;
	qsort(t->v, t->n, sizeof(*t->v), by_identity);
	for (size_t i = 1; i < t->n; i++) {
		struct talker *into = &t->v[kept];
		const struct talker *from = &t->v[i];

		if (by_identity(into, from)) {
			t->v[++kept] = *from;
			continue;
		}
		into->count += from->count;
		into->error += from->error;
		if (into->last_seen < from->last_seen)
			into->last_seen = from->last_seen;
	}
	t->n = kept + 1;
	qsort(t->v, t->n, sizeof(*t->v), by_count);
}

int talkers_add(struct talkers *t, const struct talker *talker)
{
	if (t->n == t->room) {
		size_t room = t->room ? 2 * t->room : 64;
		struct talker *v = reallocarray(t->v, room, sizeof(*v));

		if (!v)
			return -ENOMEM;
		t->v = v;
		t->room = room;
	}
	t->v[t->n++] = *talker;
	return 0;
}

int talkers_parse(struct talkers *t)
{
	size_t lines[2][2] = { { 0 } };
	char *line = t->text.data;
	char *stop = line + t->text.len;

	t->n = 0;
	t->full[0] = false;
	t->full[1] = false;
	while (line < stop) {
		char *end = memchr(line, '\n', (size_t)(stop - line));
		struct talker talker;
		bool last;

		if (!end)
			return -EBADMSG;
		*end = '\0';
		if (*line != '#') {
			if (!parse_line(line, &talker, &last))
				return -EBADMSG;
			if (talkers_add(t, &talker))
				return -ENOMEM;
			if (++lines[last][talker.source] >= NF_PORTZERO_TALKERS)
				t->full[talker.source] = true;
		}
		line = end + 1;
	}
	talkers_merge(t);
	return 0;
}

int talkers_read(struct talkers *t)
{
	int error = proc_read(NF_PORTZERO_PROC_TALKERS, &t->text);

	if (!error)
		error = talkers_parse(t);
	if (error)
		t->n = 0;
	return error;
}

void talkers_since(struct talkers *t, double time)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++) {
		if ((double)t->v[i].last_seen >= time)
			t->v[kept++] = t->v[i];
	}
	t->n = kept;
}

void talkers_free(struct talkers *t)
{
	free(t->v);
	text_free(&t->text);
	memset(t, 0, sizeof(*t));
}
