// SPDX-License-Identifier: GPL-2.0
#include "mutate.h"

#include <string.h>

#include "rng.h"
#include "wire.h"

#define IP4_HEADER	20
#define IP6_HEADER	40
#define EXT_MAX		72	/* the longest extension header that is put in */

/* An option of IPv6 that whoever does not know it skips (RFC 4727). */
#define OPTION6_SKIPPED	0x1e

static __u32 header_of(const struct frame *f)
{
	return f->packet->ipv6 ? IP6_HEADER : IP4_HEADER;
}

/* Values that something begins or ends at, as likely as all others together. */
static __u8 telling_byte(__u64 *rng)
{
	static const __u8 telling[] = {
		0, 1, 4, 5, 8, 16, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xf0, 0xff,
		IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ROUTING,
		IPPROTO_FRAGMENT, IPPROTO_AH, IPPROTO_ICMPV6, IPPROTO_DSTOPTS,
		IPPROTO_MH, 131, 137, 139, 140, 201,
	};

	return rng_below(rng, 2) ? rng_next(rng) :
	       telling[rng_below(rng, sizeof(telling))];
}

/* Where the headers are, mostly. */
static __u32 somewhere(const struct frame *f, __u64 *rng)
{
	return rng_below(rng, f->len > 80 && rng_below(rng, 4) ? 80 : f->len);
}

static void scatter_bytes(struct frame *f, __u64 *rng)
{
	__u32 n = 1 + rng_below(rng, 8);

	while (n--)
		f->bytes[somewhere(f, rng)] = telling_byte(rng);
}

static void overwrite_range(struct frame *f, __u64 *rng)
{
	__u32 from = somewhere(f, rng);
	__u32 to = from + rng_below(rng, f->len - from) + 1;

	for (; from < to; from++)
		f->bytes[from] = rng_next(rng);
}

/* Seldom to less than a header, of which nothing can come. */
static void truncate_anywhere(struct frame *f, __u64 *rng)
{
	__u32 least = rng_below(rng, 16) ? header_of(f) : 1;
	__u32 len = somewhere(f, rng);

	f->len = len < least ? least : len;
}

static void copy_within(struct frame *f, __u64 *rng)
{
	__u32 from = somewhere(f, rng), to = somewhere(f, rng);
	__u32 room = f->len - (from > to ? from : to);

	memmove(f->bytes + to, f->bytes + from, 1 + rng_below(rng, room));
}

/* Flags and offset of a fragment, small ones preferred. */
static __u16 fragment_field(__u64 *rng, __u16 more)
{
	__u16 field = rng_below(rng, 2) ? rng_next(rng) : rng_below(rng, 4) << 3;

	return rng_below(rng, 2) ? field | more : field & ~more;
}

/* Chains of extension headers, up to the largest that a packet can have. */
static void put_chain(struct frame *f, __u64 *rng)
{
	static const __u8 types[] = {
		IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_FRAGMENT, IPPROTO_AH,
		IPPROTO_DSTOPTS, IPPROTO_MH, 139, 140,
	};
	__u32 most = rng_below(rng, rng_below(rng, 4) ? 6 : 100) + 1;
	bool all_same = !rng_below(rng, 3);
	__u8 type = types[rng_below(rng, sizeof(types))];
	__u8 *at = f->bytes + IP6_HEADER;

	while (most-- && f->len + EXT_MAX <= MUTATE_MTU) {
		__u32 words = rng_below(rng, rng_below(rng, 2) ? 1 : EXT_MAX / 8);
		__u32 len = (words + 1) * 8;

		memmove(at + len, at, f->len - (at - f->bytes));
		for (__u32 i = 2; i < len; i++)
			at[i] = telling_byte(rng);
		at[0] = f->bytes[6];
		at[1] = type == IPPROTO_AH ? words * 2 : words;
		if (type == IPPROTO_FRAGMENT)
			wire_put16(at + 2, fragment_field(rng, 1));
		f->bytes[6] = type;
		f->len += len;
		if (!all_same)
			type = types[rng_below(rng, sizeof(types))];
	}
}

/* The family's own: fragments and options, extension headers. */
static void own_kind(struct frame *f, __u64 *rng)
{
	if (f->packet->ipv6)
		put_chain(f, rng);
	else if (rng_below(rng, 2))
		wire_put16(f->bytes + 6, fragment_field(rng, 0x2000));
	else
		f->bytes[0] = 4 << 4 | (5 + rng_below(rng, 11));
}

/* Mostly up to the frame's end, sometimes with something behind it. */
static __u32 some_length(__u32 least, __u32 most, __u64 *rng)
{
	return rng_below(rng, 8) ? most :
	       least + rng_below(rng, most - least + 1);
}

static void mend4(struct frame *f, __u64 *rng)
{
	__u8 *ip = f->bytes;
	__u32 header = (ip[0] & 0xf) * 4;

	if (header < IP4_HEADER || header > f->len)
		header = IP4_HEADER;
	ip[0] = 4 << 4 | header / 4;
	wire_put16(ip + 2, some_length(header, f->len, rng));
	memcpy(ip + 12, f->packet->src, 4);
	memcpy(ip + 16, f->packet->dst, 4);
	wire_put16(ip + 10, 0);
	wire_put16(ip + 10, ~wire_sum(ip, header, 0));
}

/* The kernel reads hop-by-hop options first: they must fit in and make sense. */
static void mend_hop_by_hop(__u8 *ip, __u32 payload)
{
	__u8 *ext = ip + IP6_HEADER;

	if (payload < 8 || (ext[1] + 1) * 8U > payload) {
		ip[6] = IPPROTO_DSTOPTS;
		return;
	}
	/* one option takes up to 255 bytes, as many as several headers have */
	if (ext[1] > 31)
		ext[1] = 31;
	ext[2] = OPTION6_SKIPPED;
	ext[3] = (ext[1] + 1) * 8 - 4;
}

static void mend6(struct frame *f, __u64 *rng)
{
	__u8 *ip = f->bytes;
	__u32 payload = some_length(0, f->len - IP6_HEADER, rng);

	ip[0] = 6 << 4 | (ip[0] & 0xf);
	wire_put16(ip + 4, payload);
	memcpy(ip + 8, f->packet->src, 16);
	memcpy(ip + 24, f->packet->dst, 16);
	if (ip[6] == IPPROTO_HOPOPTS)
		mend_hop_by_hop(ip, payload);
}

void mutate_frame(struct frame *f, __u64 *rng)
{
	static void (*const ways[])(struct frame *f, __u64 *rng) = {
		scatter_bytes, overwrite_range, truncate_anywhere, copy_within,
		own_kind, own_kind,
	};
	__u32 header = header_of(f);
	__u32 n = 1 + rng_below(rng, 3);

	/* what was cut to less than a header stays so: the kernel has no use for it */
	while (n-- && f->len >= header)
		ways[rng_below(rng, sizeof(ways) / sizeof(*ways))](f, rng);
	if (f->len < header)
		return;
	if (f->packet->ipv6)
		mend6(f, rng);
	else
		mend4(f, rng);
}
