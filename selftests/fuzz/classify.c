// SPDX-License-Identifier: GPL-2.0
/*
 * The classifier against itself: whatever the bytes are, it never reads beyond
 * them, and its answers fit together.
 *
 * The first byte of an input chooses the family and how much of the packet
 * lies in one piece, the rest is the packet.
 */
#include "bytes.h"
#include "classify.h"
#include "fuzz.h"

static void classify(const struct bytes *b, bool ipv6, struct portzero_match *m)
{
	memset(m, 0x5a, sizeof(*m));
	if (ipv6)
		portzero_classify6(b, bytes_fetch, b->len, m);
	else
		portzero_classify4(b, bytes_fetch, b->len, m);
}

static void must_be_same(const struct portzero_match *a,
			 const struct portzero_match *b)
{
	MUST(a->class == b->class);
	MUST(a->ipv6 == b->ipv6);
	/* options are only looked at in one piece */
	MUST(a->nosum == b->nosum ||
	     (b->nosum && a->thoff > (a->ipv6 ? 40 : 20)));
	MUST(a->badhdr == b->badhdr);
	MUST(a->payload == b->payload);
	MUST(a->flags == b->flags);
	MUST(a->sport == b->sport);
	MUST(a->dport == b->dport);
	MUST(a->thoff == b->thoff);
	MUST(a->hdrlen == b->hdrlen);
}

/* RFC 1071, a byte at a time. */
static bool checksum_right(const struct bytes *b, const struct portzero_match *m)
{
	__u32 from = m->ipv6 ? 8 : 12, to = m->ipv6 ? 40 : 20;
	__u32 sum = IPPROTO_TCP + (b->len - m->thoff);

	for (__u32 i = from; i < to; i++)
		sum += i % 2 ? b->at[i] : b->at[i] << 8;
	for (__u32 i = m->thoff; i < b->len; i++)
		sum += (i - m->thoff) % 2 ? b->at[i] : b->at[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

static void check_true(const struct bytes *b, const struct portzero_match *m)
{
	__u32 tcp = b->len - m->thoff;
	enum nf_portzero_counter flags = portzero_flag_class(m->flags);
	enum nf_portzero_counter ports = portzero_port_class(m);

	MUST(!m->sport || !m->dport);
	MUST(ports == (m->sport ? NF_PORTZERO_DST :
		       m->dport ? NF_PORTZERO_SRC : NF_PORTZERO_BOTH));
	MUST(flags >= NF_PORTZERO_SYN && flags <= NF_PORTZERO_ODD);
	MUST(tcp >= 4);
	MUST(m->flags == (tcp > 13 ? b->at[m->thoff + 13] : 0));
	MUST(m->hdrlen <= b->len);
	MUST(m->payload == (!m->badhdr && m->hdrlen < b->len));
	if (!m->badhdr)
		MUST(m->hdrlen == m->thoff + (b->at[m->thoff + 12] >> 4) * 4u);
	if (!m->nosum && tcp >= 20 && tcp <= 128)
		MUST(portzero_badcsum(b, bytes_fetch, b->len, m) ==
		     !checksum_right(b, m));
	else
		MUST(!portzero_badcsum(b, bytes_fetch, b->len, m));
}

static void check_match(const struct bytes *b, bool ipv6,
			const struct portzero_match *m)
{
	__u16 ports[2];

	MUST(m->class < PORTZERO_LOOK);
	MUST(m->ipv6 == ipv6);
	switch (m->class) {
	case PORTZERO_TCP:
	case PORTZERO_TRUE:
		MUST(m->thoff >= (ipv6 ? 40 : 20));
		MUST(m->thoff + 4 <= b->len);
		memcpy(ports, b->at + m->thoff, sizeof(ports));
		MUST(m->sport == ports[0] && m->dport == ports[1]);
		if (m->class == PORTZERO_TRUE)
			check_true(b, m);
		else
			MUST(m->sport && m->dport);
		break;
	case PORTZERO_HIDDEN:
		MUST(ipv6);
		break;
	case PORTZERO_SHORT:
		MUST(b->len < m->thoff + 4);
		break;
	default:
		break;
	}
}

static void check_glance(const struct bytes *b, bool ipv6,
			 const struct portzero_match *m)
{
	__u32 header = ipv6 ? 40 : 20;
	enum portzero_class class;

	if (b->len < header)
		return;
	if (!ipv6)
		header = (b->at[0] & 0xf) * 4;
	if (header < 20 || b->len < header)
		return;
	for (__u32 head = header; head <= b->len; head++) {
		__u8 *piece = exact_copy(b->at, head);

		class = ipv6 ? portzero_glance6(piece, head) :
			       portzero_glance4(piece, head);
		free(piece);
		MUST(class == PORTZERO_LOOK || class == m->class);
		MUST(class == PORTZERO_LOOK || class <= PORTZERO_TCP);
		/* the rest hardly makes a difference any more */
		if (head > header + 8)
			head = head + 64 < b->len ? b->len - 1 : head;
	}
}

/* What a packet is known to be does not change when more of it comes. */
static void check_prefixes(const struct bytes *whole, bool ipv6,
			   const struct portzero_match *m)
{
	struct portzero_match part;

	for (__u32 len = 0; len < whole->len; len++) {
		struct bytes b = { exact_copy(whole->at, len), len, len };

		classify(&b, ipv6, &part);
		check_match(&b, ipv6, &part);
		free((void *)b.at);
		if (part.class == PORTZERO_TCP || part.class == PORTZERO_TRUE ||
		    part.class == PORTZERO_FRAG || part.class == PORTZERO_ECHO)
			MUST(part.class == m->class);
		if (len > 128)
			len += 31;
	}
}

int fuzz_input(const __u8 *data, size_t size)
{
	struct portzero_match m, again;
	struct bytes b;
	bool ipv6;

	if (!size)
		return 0;
	ipv6 = data[0] & 1;
	b.at = exact_copy(data + 1, size - 1);
	b.len = (__u32)(size - 1);
	b.head = b.len;
	classify(&b, ipv6, &m);
	check_match(&b, ipv6, &m);
	check_glance(&b, ipv6, &m);
	check_prefixes(&b, ipv6, &m);

	/* in several pieces, and with other bytes behind it */
	b.head = data[0] >> 1;
	bytes_copies = 0;
	classify(&b, ipv6, &again);
	must_be_same(&m, &again);
	/* the IP header, each extension header, TCP's or its ports, and one more */
	MUST(bytes_copies <= NF_PORTZERO_EXTHDR_MAX + 4);
	free((void *)b.at);
	b.at = data + 1;
	b.len -= b.len ? data[size - 1] % b.len : 0;
	b.head = b.len;
	classify(&b, ipv6, &m);
	b.at = exact_copy(data + 1, b.len);
	classify(&b, ipv6, &again);
	must_be_same(&m, &again);
	MUST(m.nosum == again.nosum);
	free((void *)b.at);
	return 0;
}
