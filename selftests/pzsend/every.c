// SPDX-License-Identifier: GPL-2.0
#include "every.h"

#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static struct packet *list;
static size_t used, room;

/* Only the source zero, only the destination, both, none: each in its turn. */
static const struct { __u16 sport, dport; } port_pairs[] = {
	{ 0, 445 }, { 40000, 0 }, { 0, 0 }, { 40000, 445 },
};

static void add(const struct packet *p)
{
	if (used == room) {
		size_t more = room ? room * 2 : 1024;
		struct packet *new = realloc(list, more * sizeof(*list));

		if (!new)
			return;
		list = new;
		room = more;
	}
	list[used] = *p;
	list[used].id = used + 1;
	used++;
}

static void add_ports(struct packet p)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(port_pairs); i++) {
		p.sport = port_pairs[i].sport;
		p.dport = port_pairs[i].dport;
		add(&p);
	}
}

static void add_flags(struct packet p)
{
	int flags;

	for (flags = 0; flags < 256; flags++) {
		p.flags = flags;
		p.payload = flags % 3 * 7;
		add_ports(p);
	}
}

static void add_headers(struct packet p)
{
	static const __u16 payloads[] = { 0, 1, 108, 109, 1300 };
	size_t i;
	int csum;

	for (p.doff = 0; p.doff < 16; p.doff++)
		for (p.payload = 0; p.payload < 40; p.payload += 13)
			add_ports(p);
	p.doff = 5;
	for (csum = CSUM_GOOD; csum <= CSUM_BAD; csum++) {
		for (i = 0; i < ARRAY_SIZE(payloads); i++) {
			p.csum = csum;
			p.payload = payloads[i];
			add_ports(p);
		}
	}
}

static void add_cuts(struct packet p)
{
	static const __u8 doffs[] = { 0, 4, 5, 8, 15 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(doffs); i++) {
		p.doff = doffs[i];
		for (p.cut = 0; p.cut < 34; p.cut++)
			add_ports(p);
	}
}

static void add_fragments(struct packet p)
{
	static const __u16 first[] = { 0, 8, 16, 24, 48 };
	size_t i;
	int order, extra;

	p.frag = true;
	p.payload = 100;
	for (i = 0; i < ARRAY_SIZE(first); i++) {
		p.frag_first = first[i];
		for (order = FRAG_FORWARD; order <= FRAG_LATER; order++) {
			p.frag_order = order;
			for (extra = 0; extra < 4; extra++) {
				p.frag_rest = extra & 1 ? 16 : 0;
				p.frag_twice = extra & 2;
				p.frag_overlap = extra == 3 && first[i] ? 8 : 0;
				add_ports(p);
			}
		}
	}
}

static void add_others(struct packet p)
{
	p.proto = PROTO_ECHO;
	for (p.payload = 0; p.payload < 64; p.payload += 9)
		add(&p);
	p.cut = 1;
	add(&p);
	p.cut = 0;
	add(&p);
	p.cut = -1;
	p.payload = 100;
	p.frag = true;
	p.frag_first = 16;
	add(&p);
	p.proto = PROTO_UDP;
	add_ports(p);
	p.frag = false;
	add_ports(p);
}

static void add_options(struct packet p)
{
	for (p.options_len = 4; p.options_len <= 40; p.options_len += 4) {
		memset(p.options, 1, p.options_len);	/* NOP */
		add_ports(p);
		p.cut = 2;
		add_ports(p);
		p.cut = -1;
		p.payload = 32;
		p.frag = true;
		p.frag_first = 24;
		add_ports(p);
		p.frag = false;
		p.payload = 0;
	}
}

static void add_chain(struct packet p, const __u8 *exts, int n)
{
	int first;

	memcpy(p.exts, exts, n);
	p.exts_len = n;
	add_ports(p);
	p.cut = 3;
	add_ports(p);
	p.cut = -1;
	p.payload = 64;
	p.frag = true;
	for (first = 0; first <= 48; first += 8) {
		p.frag_first = first;
		add_ports(p);
	}
	p.frag = false;
	p.proto = PROTO_ECHO;
	add(&p);
	p.proto = PROTO_UDP;
	add_ports(p);
}

static void add_chains(struct packet p)
{
	enum { HBH = IPPROTO_HOPOPTS, DST = IPPROTO_DSTOPTS,
	       RT = IPPROTO_ROUTING, AH = IPPROTO_AH, FH = IPPROTO_FRAGMENT };
	static const __u8 chains[][6] = {
		{ HBH }, { DST }, { RT }, { AH }, { FH },
		{ HBH, DST, RT, FH, AH, DST },
		{ FH, DST }, { FH, DST, DST, DST }, { DST, FH, AH },
	};
	__u8 many[PACKET_EXTS_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(chains); i++) {
		int n = 1;

		/* zero is hop-by-hop, which only ever comes first */
		while (n < (int)ARRAY_SIZE(chains[i]) && chains[i][n])
			n++;
		add_chain(p, chains[i], n);
	}
	memset(many, DST, sizeof(many));
	memcpy(p.exts, many, sizeof(many));
	for (p.exts_len = 62; p.exts_len <= 66; p.exts_len++)
		add_ports(p);
}

static void add_family(bool ipv6)
{
	struct packet p = {
		.ipv6 = ipv6,
		.flags = 0x02,
		.doff = 5,
		.cut = -1,
		.ttl = 64,
	};

	add_flags(p);
	add_headers(p);
	add_cuts(p);
	add_fragments(p);
	add_others(p);
	if (ipv6)
		add_chains(p);
	else
		add_options(p);
}

size_t every_list(bool ipv4, bool ipv6, struct packet **out)
{
	list = NULL;
	used = 0;
	room = 0;
	if (ipv4)
		add_family(false);
	if (ipv6)
		add_family(true);
	*out = list;
	return used;
}
