/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet as netfilter hands it to a hook: skb->data is the first IP byte.
 */
#ifndef _PORTZERO_PACKET_H
#define _PORTZERO_PACKET_H

#include <linux/skbuff.h>

/**
 * struct portzero_packet - what the classifier fetches bytes from
 * @skb: the packet
 * @data: its first byte
 * @len: how many there are
 * @single: whether it is known to be in one piece and to stand for one packet
 *
 * So that @skb, which counting might change for all that the compiler knows, is
 * not asked again and again.
 */
struct portzero_packet {
	const struct sk_buff *skb;
	const u8 *data;
	u32 len;
	bool single;
};

/* portzero_fetch_t of a packet that is in one piece */
static __always_inline const void *
portzero_fetch_linear(const void *packet, u32 offset, u32 len, void *buf)
{
	const struct portzero_packet *pkt = packet;
	const void *bytes = pkt->data + offset;

	if (offset + len > pkt->len)
		return NULL;
	/* which the compiler need not ask again */
	if (!bytes)
		__builtin_unreachable();
	return bytes;
}

/* and of any; what has to be in one piece is only looked for by the above */
static __always_inline const void *
portzero_fetch_pieces(const void *packet, u32 offset, u32 len, void *buf)
{
	const struct portzero_packet *pkt = packet;

	return buf ? skb_header_pointer(pkt->skb, offset, len, buf) : NULL;
}

/**
 * portzero_segs - how many packets a packet stands for
 * @skb: the packet
 *
 * Return: 1, or for a GRO or GSO packet its segments; 0 if it does not say.
 */
static __always_inline unsigned int portzero_segs(const struct sk_buff *skb)
{
	return skb_is_gso(skb) ? skb_shinfo(skb)->gso_segs : 1;
}

#endif /* _PORTZERO_PACKET_H */
