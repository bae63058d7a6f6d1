// SPDX-License-Identifier: GPL-2.0
#include "talkers.h"

#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

struct talker {
	__u8 addr[16];
	__u16 port;
	bool ipv6;
	bool dst;
	__u64 count;	/* 0: a free slot */
};

/* Open addressing, at most half full. */
static struct talker *table;
static size_t slots, used;

static bool same(const struct talker *a, const struct talker *b)
{
	return a->port == b->port && a->ipv6 == b->ipv6 && a->dst == b->dst &&
	       !memcmp(a->addr, b->addr, sizeof(a->addr));
}

static size_t hash(const struct talker *t)
{
	__u64 h = t->port * 4U + t->ipv6 * 2U + t->dst;
	size_t i;

	for (i = 0; i < sizeof(t->addr); i++)
		h = (h ^ t->addr[i]) * 0x100000001b3ULL;
	return h ^ h >> 32;
}

static struct talker *find(const struct talker *t)
{
	size_t i = hash(t) & (slots - 1);

	while (table[i].count && !same(&table[i], t))
		i = (i + 1) & (slots - 1);
	return &table[i];
}

static int grow(void)
{
	struct talker *old = table;
	size_t old_slots = slots, i;
	struct talker *new = calloc(slots ? slots * 2 : 1024, sizeof(*new));

	if (!new)
		return -1;
	table = new;
	slots = slots ? slots * 2 : 1024;
	for (i = 0; i < old_slots; i++)
		if (old[i].count)
			*find(&old[i]) = old[i];
	free(old);
	return 0;
}

static int count(const __u8 *addr, bool ipv6, bool dst, __u16 port, __u32 times)
{
	struct talker key = { .port = port, .ipv6 = ipv6, .dst = dst };
	struct talker *t;

	memcpy(key.addr, addr, ipv6 ? 16 : 4);
	if (used * 2 >= slots && grow())
		return -1;
	t = find(&key);
	if (!t->count) {
		*t = key;
		used++;
	}
	t->count += times;
	return 0;
}

int talkers_count(const struct packet *p, __u32 times)
{
	if (count(p->src, p->ipv6, false, 0, times))
		return -1;
	return count(p->dst, p->ipv6, true, p->dport, times);
}

static int by_count(const void *a, const void *b)
{
	const struct talker *x = a, *y = b;

	if (x->dst != y->dst)
		return x->dst - y->dst;
	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return memcmp(x->addr, y->addr, sizeof(x->addr));
}

void talkers_print(FILE *to)
{
	char text[INET6_ADDRSTRLEN];
	size_t i, n = 0;

	for (i = 0; i < slots; i++)
		if (table[i].count)
			table[n++] = table[i];
	if (n)
		qsort(table, n, sizeof(*table), by_count);
	for (i = 0; i < n; i++) {
		inet_ntop(table[i].ipv6 ? AF_INET6 : AF_INET, table[i].addr,
			  text, sizeof(text));
		if (table[i].dst)
			fprintf(to, "dst %s %u %llu\n", text, table[i].port,
				table[i].count);
		else
			fprintf(to, "src %s - %llu\n", text, table[i].count);
	}
	free(table);
	table = NULL;
	slots = 0;
	used = 0;
}
