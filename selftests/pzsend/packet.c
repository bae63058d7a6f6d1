// SPDX-License-Identifier: GPL-2.0
#include "packet.h"

#include <string.h>
#include <arpa/inet.h>

#include "wire.h"

#define IP4_HEADER	20
#define IP6_HEADER	40
#define EXT_BYTES	8	/* of each extension header but AH */
#define AH_BYTES	24
#define IP4_MF		0x2000

/* A packet while it is put together: what comes after the IP header. */
struct parts {
	__u32 fixed_len;	/* extension headers repeated in each fragment */
	__u32 chain_len;	/* extension headers that are fragmented */
	__u32 l4_len;
	__u8 first_fixed;	/* next header of the IP header */
	__u8 first_chain;	/* next header of the fragment header */
	__u8 bytes[PACKET_BYTES_MAX];
};

static void put32(__u8 *at, __u32 value)
{
	wire_put16(at, value >> 16);
	wire_put16(at + 2, value);
}

static __u8 proto_number(const struct packet *p)
{
	switch (p->proto) {
	case PROTO_TCP:
		return IPPROTO_TCP;
	case PROTO_UDP:
		return IPPROTO_UDP;
	default:
		return p->ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	}
}

__u32 packet_csum_offset(const struct packet *p)
{
	return p->proto == PROTO_TCP ? 16 : p->proto == PROTO_UDP ? 6 : 2;
}

__u32 packet_l4_header(const struct packet *p)
{
	if (p->proto != PROTO_TCP)
		return 8;
	return p->doff > 5 ? p->doff * 4 : 20;
}

static __u32 pseudo_sum(const struct packet *p, __u32 l4_len)
{
	__u32 addr_len = p->ipv6 ? 16 : 4;
	__u32 sum;

	if (p->proto == PROTO_ECHO && !p->ipv6)
		return 0;
	sum = wire_sum(p->src, addr_len, proto_number(p));
	sum = wire_sum(p->dst, addr_len, sum);
	return sum + (l4_len & 0xffff) + (l4_len >> 16);
}

static void set_csum(const struct packet *p, __u8 *l4, __u32 len)
{
	__u32 at = packet_csum_offset(p);
	__u32 sum;

	if (len < at + 2)
		return;
	sum = pseudo_sum(p, len);
	if (p->csum == CSUM_PARTIAL) {
		wire_put16(l4 + at, wire_sum(l4, 0, sum));
		return;
	}
	sum = 0xffff & ~wire_sum(l4, len, sum);
	if (!sum)	/* would mean "none" in UDP, and is the same number */
		sum = 0xffff;
	wire_put16(l4 + at, p->csum == CSUM_BAD ? sum ^ 0x5555 : sum);
}

static __u32 put_l4(const struct packet *p, __u8 *l4)
{
	__u32 header = packet_l4_header(p);
	__u32 len = header + p->payload;

	memset(l4, 0, header);
	switch (p->proto) {
	case PROTO_TCP:
		wire_put16(l4, p->sport);
		wire_put16(l4 + 2, p->dport);
		put32(l4 + 4, p->seq);
		put32(l4 + 8, p->flags & 0x10 ? 0x05060708 : 0);
		l4[12] = p->doff << 4;
		l4[13] = p->flags;
		wire_put16(l4 + 14, 1024);
		memset(l4 + 20, 1, header - 20);	/* NOP options */
		break;
	case PROTO_UDP:
		wire_put16(l4, p->sport);
		wire_put16(l4 + 2, p->dport);
		wire_put16(l4 + 4, len);
		break;
	case PROTO_ECHO:
		l4[0] = p->ipv6 ? 128 : 8;
		wire_put16(l4 + 4, p->sport);
		wire_put16(l4 + 6, p->dport);
		break;
	}
	/*
	 * Zeros are the payload most likely to be mistaken for ports.
	 */
	memset(l4 + header, 0, p->payload);
	if (p->cut >= 0 && (__u32)p->cut < len)
		len = p->cut;
	set_csum(p, l4, len);
	return len;
}

static __u32 put_ext(__u8 *at, __u8 type, __u8 next)
{
	__u32 len = type == IPPROTO_AH ? AH_BYTES : EXT_BYTES;

	memset(at, 0, len);
	at[0] = next;
	switch (type) {
	case IPPROTO_AH:
		at[1] = AH_BYTES / 4 - 2;
		put32(at + 4, 256);	/* a SPI that may be used */
		break;
	case IPPROTO_HOPOPTS:
	case IPPROTO_DSTOPTS:
		at[2] = 1;		/* PadN */
		at[3] = 4;
		break;
	case IPPROTO_ROUTING:
		at[2] = 253;		/* for experiments; no segments left */
		break;
	}
	return len;
}

/* Lay out extension headers from @from up to @to, followed by @next. */
static __u32 put_exts(const struct packet *p, int from, int to, __u8 next,
		      __u8 *at)
{
	__u32 len = 0;
	int i;

	for (i = from; i < to; i++)
		len += put_ext(at + len, p->exts[i],
			       i + 1 < to ? p->exts[i + 1] : next);
	return len;
}

/* Which extension header is the fragment header; exts_len when none is. */
static int frag_at(const struct packet *p)
{
	int i;

	for (i = 0; i < p->exts_len; i++)
		if (p->exts[i] == IPPROTO_FRAGMENT)
			return i;
	return p->exts_len;
}

static void put_parts(const struct packet *p, struct parts *parts)
{
	__u8 proto = proto_number(p);
	int split = p->ipv6 && p->frag ? frag_at(p) : p->exts_len;
	int rest = split < p->exts_len ? split + 1 : split;
	__u8 *at = parts->bytes;

	parts->first_chain = rest < p->exts_len ? p->exts[rest] : proto;
	parts->first_fixed = split ? p->exts[0] :
		p->ipv6 && p->frag ? IPPROTO_FRAGMENT : proto;
	parts->fixed_len = put_exts(p, 0, split, p->frag ? IPPROTO_FRAGMENT :
				    proto, at);
	at += parts->fixed_len;
	parts->chain_len = put_exts(p, rest, p->exts_len, proto, at);
	at += parts->chain_len;
	parts->l4_len = put_l4(p, at);
}

static __u32 put_ip4(const struct packet *p, __u8 *at, __u32 payload,
		     __u32 offset, bool more)
{
	__u32 header = IP4_HEADER + p->options_len;

	memset(at, 0, IP4_HEADER);
	at[0] = 4 << 4 | header / 4;
	wire_put16(at + 2, header + payload);
	wire_put16(at + 4, p->id);
	wire_put16(at + 6, offset / 8 | (more ? IP4_MF : 0));
	at[8] = p->ttl;
	at[9] = proto_number(p);
	memcpy(at + 12, p->src, 4);
	memcpy(at + 16, p->dst, 4);
	memcpy(at + IP4_HEADER, p->options, p->options_len);
	wire_put16(at + 10, ~wire_sum(at, header, 0));
	return header;
}

static __u32 put_ip6(const struct packet *p, const struct parts *parts,
		     __u8 *at, __u32 payload)
{
	memset(at, 0, IP6_HEADER);
	at[0] = 6 << 4;
	wire_put16(at + 4, payload);
	at[6] = parts->first_fixed;
	at[7] = p->ttl;
	memcpy(at + 8, p->src, 16);
	memcpy(at + 24, p->dst, 16);
	return IP6_HEADER;
}

/* One frame with @len bytes of the fragmentable part, from @offset on. */
static void put_frame(const struct packet *p, const struct parts *parts,
		      struct frame *f, __u32 offset, __u32 len, bool more)
{
	__u32 frag_len = p->ipv6 && p->frag ? EXT_BYTES : 0;
	__u32 from = offset > parts->chain_len ? offset : parts->chain_len;
	__u8 *at = f->bytes;

	if (p->ipv6)
		at += put_ip6(p, parts, at, parts->fixed_len + frag_len + len);
	else
		at += put_ip4(p, at, len, offset, more);
	memcpy(at, parts->bytes, parts->fixed_len);
	at += parts->fixed_len;
	if (frag_len) {
		put_ext(at, IPPROTO_FRAGMENT, parts->first_chain);
		wire_put16(at + 2, offset | more);
		put32(at + 4, p->id);
		at += EXT_BYTES;
	}
	memcpy(at, parts->bytes + parts->fixed_len + offset, len);

	f->packet = p;
	f->len = at + len - f->bytes;
	f->fragment = offset || more;
	f->offset = offset;
	f->chain_len = parts->chain_len;
	f->data_len = len;
	f->l4_len = offset + len > from ? offset + len - from : 0;
	f->l4_start = at - f->bytes + parts->chain_len;
	f->segments = p->gso && p->payload > p->gso ?
		(p->payload + p->gso - 1) / p->gso : 1;
}

static int put_fragments(const struct packet *p, const struct parts *parts,
			 struct frame *frames)
{
	__u32 end = parts->chain_len + parts->l4_len;
	__u32 first = p->frag_first < end ? p->frag_first : end;
	__u32 offset, step;
	int n = 0, i;

	if (p->frag_order != FRAG_LATER)
		put_frame(p, parts, &frames[n++], 0, first, true);
	if (p->frag_order != FRAG_LATER && p->frag_twice)
		put_frame(p, parts, &frames[n++], 0, first, true);
	offset = first - p->frag_overlap;
	for (; offset < end && n < PACKET_FRAMES_MAX; offset += step) {
		step = p->frag_rest ? p->frag_rest : end - offset;
		if (step > end - offset)
			step = end - offset;
		put_frame(p, parts, &frames[n++], offset, step,
			  offset + step < end);
	}
	if (p->frag_order == FRAG_REVERSE) {
		for (i = 0; i < n / 2; i++) {
			struct frame swap = frames[i];

			frames[i] = frames[n - 1 - i];
			frames[n - 1 - i] = swap;
		}
	}
	return n;
}

const char *packet_problem(const struct packet *p)
{
	__u32 len = packet_l4_header(p) + p->payload;

	if (len + p->exts_len * AH_BYTES > 65535 - IP6_HEADER - 40)
		return "does not fit an IP packet";
	if (p->ipv6 && p->options_len)
		return "IP options are IPv4's";
	if (!p->ipv6 && p->exts_len)
		return "extension headers are IPv6's";
	if (p->gso && (p->proto != PROTO_TCP || p->frag || p->cut >= 0 ||
		       p->doff < 5))
		return "segments must be of whole, valid TCP";
	if (!p->frag)
		return NULL;
	if (p->frag_first % 8 || p->frag_rest % 8 || p->frag_overlap % 8)
		return "fragment sizes are multiples of 8";
	if (p->frag_overlap > p->frag_first)
		return "the overlap is larger than the first fragment";
	if (p->frag_rest && len / p->frag_rest > PACKET_FRAMES_MAX - 4)
		return "too many fragments";
	return NULL;
}

int packet_build(const struct packet *p, struct frame *frames)
{
	static struct parts parts;

	put_parts(p, &parts);
	if (p->frag)
		return put_fragments(p, &parts, frames);
	put_frame(p, &parts, frames, 0, parts.chain_len + parts.l4_len, false);
	return 1;
}
