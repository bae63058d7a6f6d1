// SPDX-License-Identifier: GPL-2.0
/*
 * Counts and talkers of captured packets, as the module counts live ones.
 *
 * The IP header says how long a packet is: what comes after that is the link's
 * padding, and what a file lacks of it, whoever left it away, is cut. Whatever
 * can be said without the missing bytes is counted like that of a whole packet.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "input/tally.h"
#include "lib/util.h"

/* An IP packet in Ethernet's shortest frame, padding included. */
#define ETHERNET_MIN	46
#define IP4_HEADER	20
#define IP6_HEADER	40
#define IP6_MAX		(IP6_HEADER + 65535)

/* What a glance looks at: the longest IPv4 header and the ports. */
#define GLANCE		64

/**
 * struct packet - an IP packet for the classifier
 * @data: its first byte
 * @cap: how many bytes there are to read
 * @len: how many it has
 * @cut: bytes were asked for that it has, and the capture has not
 */
struct packet {
	const uint8_t *data;
	uint32_t cap;
	uint32_t len;
	bool cut;
};

void tally_init(struct tally *t)
{
	struct tally_top *tops[] = { &t->all, &t->window[0], &t->window[1] };

	memset(t, 0, sizeof(*t));
	for (size_t i = 0; i < ARRAY_SIZE(tops); i++) {
		summary_clear(&tops[i]->sources, 0);
		summary_clear(&tops[i]->destinations, 0);
	}
	/* Without a secret the summaries are as right, only easier to slow down. */
	if (getrandom(&t->key, sizeof(t->key), GRND_NONBLOCK) < 0)
		memset(&t->key, 0x55, sizeof(t->key));
}

static const void *fetch(const void *pkt, uint32_t offset, uint32_t len,
			 void *buf)
{
	struct packet *p = (struct packet *)pkt;

	if (offset > p->len || len > p->len - offset)
		return NULL;
	if (offset > p->cap || len > p->cap - offset) {
		p->cut = true;
		return NULL;
	}
	/* A capture aligns nothing. */
	return buf ? memcpy(buf, p->data + offset, len) : p->data + offset;
}

static void count(struct tally *t, enum nf_portzero_counter column, uint64_t n)
{
	t->counters.value[column] += n;
}

static void count_top(struct tally *t, struct tally_top *top,
		      const struct packet *p, const struct portzero_match *m,
		      uint32_t now)
{
	__be32 saddr, daddr;

	if (m->ipv6) {
		summary_add(&top->sources, talker6(p->data + 8, 0), &t->key, 1,
			    now);
		summary_add(&top->destinations,
			    talker6(p->data + 24, m->dport), &t->key, 1, now);
		return;
	}
	memcpy(&saddr, p->data + 12, sizeof(saddr));
	memcpy(&daddr, p->data + 16, sizeof(daddr));
	summary_add(&top->sources, talker4(saddr, 0), &t->key, 1, now);
	summary_add(&top->destinations, talker4(daddr, m->dport), &t->key, 1,
		    now);
}

static void count_talkers(struct tally *t, const struct packet *p,
			  const struct portzero_match *m, uint32_t now)
{
	uint32_t window = now / NF_PORTZERO_WINDOW;
	struct tally_top *top = &t->window[window % 2];

	if (top->sources.window != window) {
		summary_clear(&top->sources, window);
		summary_clear(&top->destinations, window);
	}
	count_top(t, top, p, m, now);
	count_top(t, &t->all, p, m, now);
}

static void count_true(struct tally *t, struct packet *p,
		       const struct portzero_match *m, uint32_t now)
{
	count(t, NF_PORTZERO_TCP, 1);
	count(t, portzero_port_class(m), 1);
	count(t, portzero_flag_class(m->flags), 1);
	count(t, NF_PORTZERO_PAYLOAD, m->payload);
	count(t, NF_PORTZERO_BADHDR, m->badhdr);
	count(t, NF_PORTZERO_BADCSUM, portzero_badcsum(p, fetch, p->len, m));
	count(t, NF_PORTZERO_IPV6, m->ipv6);
	count(t, NF_PORTZERO_BYTES, p->len);
	count_talkers(t, p, m, now);
}

static enum portzero_class look(struct tally *t, struct packet *p, bool ipv6,
				uint32_t now)
{
	struct portzero_match m;

	if (ipv6)
		portzero_classify6(p, fetch, p->len, &m);
	else
		portzero_classify4(p, fetch, p->len, &m);
	/* the ports are enough for what is not port zero */
	if (p->cut && m.class != PORTZERO_TCP) {
		t->cut++;
		t->cut_zero += m.class == PORTZERO_TRUE;
		return PORTZERO_OTHER;
	}
	switch (m.class) {
	case PORTZERO_TCP:
		count(t, NF_PORTZERO_TCP, 1);
		break;
	case PORTZERO_TRUE:
		count_true(t, p, &m, now);
		break;
	case PORTZERO_FRAG:
		count(t, NF_PORTZERO_FRAG, 1);
		break;
	case PORTZERO_SHORT:
		count(t, NF_PORTZERO_SHORT, 1);
		break;
	case PORTZERO_HIDDEN:
		count(t, NF_PORTZERO_HIDDEN, 1);
		break;
	case PORTZERO_ECHO:
		count(t, NF_PORTZERO_ECHO, 1);
		count(t, NF_PORTZERO_ECHO_IPV6, ipv6);
		break;
	default:
		break;
	}
	return m.class;
}

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/*
 * How long the IPv4 packet is; 0 if it is malformed. A length of 0 is that of
 * a packet on its way to a network card that will segment it.
 */
static uint32_t length4(const struct frame *f)
{
	uint32_t header = (f->data[0] & 0xf) * 4, len = get16(f->data + 2);

	if (f->data[0] >> 4 != 4 || header < IP4_HEADER)
		return 0;
	if (!len && f->len > ETHERNET_MIN)
		len = f->len;
	return len < header ? 0 : len;
}

/*
 * The same for IPv6. A length of 0 is that of a jumbogram, which has a
 * hop-by-hop header, or of a packet on its way to be segmented.
 */
static uint32_t length6(const struct frame *f)
{
	uint32_t payload = get16(f->data + 4);

	if (f->data[0] >> 4 != 6)
		return 0;
	if (!payload && (f->data[6] == PORTZERO_NEXTHDR_HOP || f->len > IP6_MAX))
		return f->len;
	return IP6_HEADER + payload;
}

static enum portzero_class tally_ip(struct tally *t, bool ipv6,
				    const struct frame *f, uint32_t now)
{
	const uint32_t header = ipv6 ? IP6_HEADER : IP4_HEADER;
	uint64_t head[GLANCE / sizeof(uint64_t)];
	enum portzero_class class;
	struct packet p;
	uint32_t n;

	if (f->cap < header) {
		if (f->len < header)
			t->malformed++;
		else
			t->cut++;
		return PORTZERO_OTHER;
	}
	p.data = f->data;
	p.len = ipv6 ? length6(f) : length4(f);
	p.cap = f->cap < p.len ? f->cap : p.len;
	p.cut = false;
	if (!p.len) {
		t->malformed++;
		return PORTZERO_OTHER;
	}
	n = p.cap < GLANCE ? p.cap : GLANCE;
	memcpy(head, p.data, n);
	class = ipv6 ? portzero_glance6(head, n) : portzero_glance4(head, n);
	if (class == PORTZERO_LOOK)
		return look(t, &p, ipv6, now);
	if (class == PORTZERO_TCP)
		count(t, NF_PORTZERO_TCP, 1);
	return class;
}

enum portzero_class tally_frame(struct tally *t, int linktype, struct frame *f,
				int64_t now)
{
	t->packets++;
	switch (datalink_find(linktype, f)) {
	case LINK_IP4:
		return tally_ip(t, false, f, (uint32_t)now);
	case LINK_IP6:
		return tally_ip(t, true, f, (uint32_t)now);
	case DATALINK_CUT:
		t->cut++;
		break;
	default:
		t->other++;
		break;
	}
	return PORTZERO_OTHER;
}

static int add_top(const struct summary *s, bool source,
		   struct talkers *talkers)
{
	for (int i = 0; i < s->used; i++) {
		const struct summary_entry *e = &s->entry[i];
		const bool v6 = talker_family(&e->who) == 6;
		struct talker talker = {
			.source = source,
			.address.family = v6 ? AF_INET6 : AF_INET,
			.port = ntohs(talker_port(&e->who)),
			.count = e->count,
			.error = e->error,
			.last_seen = e->seen,
		};
		__be32 addr4 = talker_addr4(&e->who);

		if (v6)
			memcpy(talker.address.bytes, e->who.addr,
			       sizeof(e->who.addr));
		else
			memcpy(talker.address.bytes, &addr4, sizeof(addr4));
		if (talkers_add(talkers, &talker))
			return -ENOMEM;
	}
	if (s->used == NF_PORTZERO_TALKERS)
		talkers->full[source] = true;
	return 0;
}

int tally_talkers(const struct tally *t, bool recent, struct talkers *talkers)
{
	const struct tally_top *tops[2] = { &t->all };
	int n = 1;

	if (recent) {
		uint32_t a = t->window[0].sources.window;
		uint32_t b = t->window[1].sources.window;

		/* an older window than the last one is history */
		n = 0;
		if (a + 1 >= b)
			tops[n++] = &t->window[0];
		if (b + 1 >= a)
			tops[n++] = &t->window[1];
	}
	talkers->n = 0;
	talkers->full[0] = false;
	talkers->full[1] = false;
	for (int i = 0; i < n; i++) {
		if (add_top(&tops[i]->sources, true, talkers) ||
		    add_top(&tops[i]->destinations, false, talkers))
			return -ENOMEM;
	}
	talkers_merge(talkers);
	return 0;
}
