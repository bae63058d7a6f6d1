// SPDX-License-Identifier: GPL-2.0
/*
 * The classifier against the slow and obvious reference: every packet is the
 * same to both.
 *
 * The first byte of an input chooses the family, the rest is the packet.
 */
#include "bytes.h"
#include "classify.h"
#include "fuzz.h"
#include "reference.h"

/* Whether there are no IPv4 options and no IPv6 extension headers. */
static bool is_bare(const struct bytes *b, bool ipv6)
{
	return ipv6 ? b->at[6] == 6 : (b->at[0] & 15) == 5;
}

static void same_true(const struct bytes *b, const struct portzero_match *m,
		      const struct reference *r)
{
	MUST(portzero_port_class(m) == r->ports);
	MUST(portzero_flag_class(m->flags) == r->flags);
	MUST(m->badhdr == r->badhdr);
	MUST(m->payload == r->payload);
	MUST(b->len - m->thoff == r->tcp);
	/* a first fragment is not all of TCP, and so its checksum is not told */
	if (r->first)
		MUST(m->nosum);
	/* what else leaves it untold is in IPv4 options or extension headers */
	else if (is_bare(b, m->ipv6))
		MUST(!m->nosum);
	if (m->nosum || r->tcp < PORTZERO_TCP_MINLEN ||
	    r->tcp > PORTZERO_CSUM_MAX)
		MUST(!portzero_badcsum(b, bytes_fetch, b->len, m));
	else
		MUST(portzero_badcsum(b, bytes_fetch, b->len, m) == r->wrong_sum);
}

int fuzz_input(const __u8 *data, size_t size)
{
	static const enum kind kinds[] = {
		[PORTZERO_OTHER] = KIND_OTHER, [PORTZERO_TCP] = KIND_TCP,
		[PORTZERO_TRUE] = KIND_TRUE, [PORTZERO_FRAG] = KIND_FRAG,
		[PORTZERO_SHORT] = KIND_SHORT, [PORTZERO_HIDDEN] = KIND_HIDDEN,
		[PORTZERO_ECHO] = KIND_ECHO,
	};
	static __u8 *edge;
	struct portzero_match m;
	struct reference r;
	struct bytes b;

	if (!size)
		return 0;
	if (!edge)
		edge = bytes_edge();
	MUST(edge);
	/* where memory ends: cheaper than an allocation for each of millions */
	b.len = (__u32)size - 1;
	b.at = memcpy(edge - b.len, data + 1, b.len);
	b.head = b.len;
	if (data[0] & 1) {
		r = reference6(b.at, b.len);
		portzero_classify6(&b, bytes_fetch, b.len, &m);
	} else {
		/* whoever asks has seen to it that the header is all there */
		if (b.len >= 20 && portzero_ip4_len(b.at) > b.len)
			return 0;
		r = reference4(b.at, b.len);
		portzero_classify4(&b, bytes_fetch, b.len, &m);
	}
	MUST(kinds[m.class] == r.kind);
	if (r.kind == KIND_TCP || r.kind == KIND_TRUE) {
		MUST(ntohs(m.sport) == r.sport);
		MUST(ntohs(m.dport) == r.dport);
	}
	if (r.kind == KIND_TRUE)
		same_true(&b, &m, &r);
	return 0;
}
