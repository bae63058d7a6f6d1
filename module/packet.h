/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet as netfilter hands it to a hook: skb->data is the first IP byte.
 * What the classifier needs of it.
 */
#ifndef _PORTZERO_PACKET_H
#define _PORTZERO_PACKET_H

#include <linux/skbuff.h>

#include "classify.h"

/*
 * Most packets are in one piece; for them the closer look is built once more,
 * without the detour.
 */
static __always_inline const void *
portzero_fetch_linear(const void *pkt, u32 offset, u32 len, void *buf)
{
	const struct sk_buff *skb = pkt;

	return offset + len <= skb->len ? skb->data + offset : NULL;
}

static __always_inline const void *
portzero_fetch_pieces(const void *pkt, u32 offset, u32 len, void *buf)
{
	return buf ? skb_header_pointer(pkt, offset, len, buf) : NULL;
}

static __always_inline enum portzero_class
portzero_glance(const struct sk_buff *skb, bool ipv6)
{
	return ipv6 ? portzero_glance6(skb->data, skb_headlen(skb)) :
		      portzero_glance4(skb->data, skb_headlen(skb));
}

static __always_inline void
portzero_classify(const struct sk_buff *skb, bool ipv6, portzero_fetch_t fetch,
		  struct portzero_match *m)
{
	if (ipv6)
		portzero_classify6(skb, fetch, skb->len, m);
	else
		portzero_classify4(skb, fetch, skb->len, m);
}

/**
 * portzero_segs_quick - how many packets a packet stands for
 * @skb: the packet
 *
 * Return: 1, or for a GRO or GSO packet its segments; 0 if it does not say.
 */
static __always_inline unsigned int
portzero_segs_quick(const struct sk_buff *skb)
{
	return skb_is_gso(skb) ? skb_shinfo(skb)->gso_segs : 1;
}

/* A virtual machine hands over GSO packets without their number of segments. */
static noinline __maybe_unused unsigned int
portzero_segs_slow(const struct sk_buff *skb, unsigned int thoff)
{
	unsigned int hdrlen = thoff;
	const u8 *doff;
	u8 buf;

	doff = skb_header_pointer(skb, thoff + 12, sizeof(buf), &buf);
	if (doff)
		hdrlen += (*doff >> 4) * 4;
	if (skb->len <= hdrlen)
		return 1;
	return DIV_ROUND_UP(skb->len - hdrlen, skb_shinfo(skb)->gso_size);
}

/**
 * portzero_segs - how many packets a TCP packet stands for
 * @skb: the packet
 * @thoff: where its TCP header is
 *
 * Return: at least 1.
 */
static __always_inline unsigned int portzero_segs(const struct sk_buff *skb,
						  unsigned int thoff)
{
	unsigned int segs = portzero_segs_quick(skb);

	return likely(segs) ? segs : portzero_segs_slow(skb, thoff);
}

#endif /* _PORTZERO_PACKET_H */
