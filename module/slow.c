// SPDX-License-Identifier: GPL-2.0
/*
 * The slow path: look closely at what a glance could not settle, count it, and
 * drop it or let it pass.
 */

#include <linux/bottom_half.h>
#include <linux/if.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/preempt.h>
#include <linux/skbuff.h>
#include <net/dst.h>

#include "classify.h"
#include "counters.h"
#include "hooks.h"
#include "netns.h"
#include "packet.h"
#include "talkers.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

#define PORTZERO_JUMBO_LEN	8	/* hop-by-hop header with a jumbo payload option */

/* A virtual machine hands over GSO packets without their number of segments. */
static noinline unsigned int portzero_segs_reckoned(const struct sk_buff *skb,
						    unsigned int thoff)
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

static __always_inline unsigned int
portzero_segs_slow(const struct portzero_packet *pkt,
		   const struct portzero_match *m)
{
	unsigned int segs = pkt->single ? 1 : portzero_segs(pkt->skb);

	return likely(segs) ? segs : portzero_segs_reckoned(pkt->skb, m->thoff);
}

/*
 * Bytes of the packets that one stands for. An IPv6 packet of more than 65,535 bytes
 * begins with an option that says so, which none of them has.
 */
static noinline u64 portzero_segs_bytes(const struct portzero_packet *pkt,
					const struct portzero_match *m,
					unsigned int segs)
{
	const struct ipv6hdr *ip6h = (const void *)pkt->data;
	u32 jumbo = 0;

	if (m->ipv6 && pkt->len > U16_MAX + sizeof(*ip6h) &&
	    ip6h->nexthdr == PORTZERO_NEXTHDR_HOP)
		jumbo = PORTZERO_JUMBO_LEN;
	return pkt->len - jumbo + (u64)(segs - 1) * (m->hdrlen - jumbo);
}

static __always_inline void
portzero_count_talkers(struct portzero_net *pn, const struct sk_buff *skb,
		       bool ipv6, __be16 dport, unsigned int segs)
{
	const struct ipv6hdr *ip6h = (const void *)skb->data;
	const struct iphdr *iph = (const void *)skb->data;

	if (ipv6)
		portzero_talkers_count(pn->talkers, talker6(&ip6h->saddr, 0),
				       talker6(&ip6h->daddr, dport), segs);
	else
		portzero_talkers_count(pn->talkers, talker4(iph->saddr, 0),
				       talker4(iph->daddr, dport), segs);
}

static __always_inline void
portzero_count_true(struct portzero_net *pn,
		    struct portzero_counters __percpu *counters,
		    const struct portzero_packet *pkt, portzero_fetch_t fetch,
		    const struct portzero_match *m, unsigned int segs)
{
	const struct sk_buff *skb = pkt->skb;

	portzero_add(counters, portzero_port_class(m), segs);
	portzero_add(counters, portzero_flag_class(m->flags), segs);
	if (m->payload)
		portzero_add(counters, NF_PORTZERO_PAYLOAD, segs);
	if (m->badhdr)
		portzero_add(counters, NF_PORTZERO_BADHDR, segs);
	/* else the device has checked it, or will fill it in */
	if ((skb->ip_summed == CHECKSUM_NONE ||
	     skb->ip_summed == CHECKSUM_COMPLETE) &&
	    portzero_badcsum(pkt, fetch, pkt->len, m))
		portzero_add(counters, NF_PORTZERO_BADCSUM, segs);
	if (m->ipv6)
		portzero_add(counters, NF_PORTZERO_IPV6, segs);
	portzero_add(counters, NF_PORTZERO_BYTES, likely(segs == 1) ?
		     pkt->len : portzero_segs_bytes(pkt, m, segs));
	portzero_count_talkers(pn, skb, m->ipv6, m->dport, segs);
}

/* What becomes of a packet that drop mode is for */
static __always_inline unsigned int
portzero_verdict(struct portzero_net *pn,
		 struct portzero_counters __percpu *counters,
		 const struct sk_buff *skb, const struct nf_hook_state *state,
		 const struct portzero_match *m, unsigned int segs)
{
	unsigned int verdict = NF_ACCEPT;

	if (READ_ONCE(pn->drop)) {
		portzero_add(counters, NF_PORTZERO_DROPPED, segs);
		verdict = NF_DROP;
	}
	if (trace_nf_portzero_match_enabled())
		trace_nf_portzero_match(skb, state, m->sport, m->dport,
					m->flags, m->class == PORTZERO_TRUE ?
					portzero_port_class(m) :
					NF_PORTZERO_HIDDEN, verdict);
	return verdict;
}

/*
 * The loopback device hands a packet in with the route it was sent by, and so
 * comes back the copy of a broadcast or multicast: it has been through
 * LOCAL_OUT and is counted.
 */
static bool portzero_looped(const struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	return skb_dst(skb) && (state->in->flags & IFF_LOOPBACK ||
				skb->pkt_type == PACKET_LOOPBACK);
}

/* PRE_ROUTING: it comes in */
static __always_inline unsigned int
portzero_slow_in(struct portzero_net *pn, const struct portzero_packet *pkt,
		 portzero_fetch_t fetch, const struct nf_hook_state *state,
		 const struct portzero_match *m)
{
	struct portzero_counters __percpu *counters = pn->counters;
	unsigned int segs;

	switch (m->class) {
	case PORTZERO_TCP:
		portzero_add(counters, NF_PORTZERO_TCP,
			     portzero_segs_slow(pkt, m));
		return NF_ACCEPT;
	case PORTZERO_TRUE:
		segs = portzero_segs_slow(pkt, m);
		portzero_add(counters, NF_PORTZERO_TCP, segs);
		if (portzero_looped(pkt->skb, state))
			return NF_ACCEPT;
		portzero_count_true(pn, counters, pkt, fetch, m, segs);
		return portzero_verdict(pn, counters, pkt->skb, state, m, segs);
	case PORTZERO_HIDDEN:
		if (portzero_looped(pkt->skb, state))
			return NF_ACCEPT;
		portzero_add(counters, NF_PORTZERO_HIDDEN, 1);
		return portzero_verdict(pn, counters, pkt->skb, state, m, 1);
	case PORTZERO_FRAG:
		portzero_add(counters, NF_PORTZERO_FRAG, 1);
		return NF_ACCEPT;
	case PORTZERO_SHORT:
		portzero_add(counters, NF_PORTZERO_SHORT, 1);
		return NF_ACCEPT;
	case PORTZERO_ECHO:
		portzero_add(counters, NF_PORTZERO_ECHO, 1);
		if (m->ipv6)
			portzero_add(counters, NF_PORTZERO_ECHO_IPV6, 1);
		return NF_ACCEPT;
	default:
		return NF_ACCEPT;
	}
}

/* LOCAL_OUT: the host sends it */
static __always_inline unsigned int
portzero_slow_out(struct portzero_net *pn, const struct portzero_packet *pkt,
		  const struct nf_hook_state *state,
		  const struct portzero_match *m)
{
	struct portzero_counters __percpu *counters = pn->counters;
	unsigned int segs;

	switch (m->class) {
	case PORTZERO_TRUE:
		segs = portzero_segs_slow(pkt, m);
		portzero_add(counters, NF_PORTZERO_OUT, segs);
		return portzero_verdict(pn, counters, pkt->skb, state, m, segs);
	case PORTZERO_HIDDEN:
		portzero_add(counters, NF_PORTZERO_HIDDEN, 1);
		return portzero_verdict(pn, counters, pkt->skb, state, m, 1);
	default:
		return NF_ACCEPT;
	}
}

static __always_inline unsigned int
portzero_look(struct portzero_net *pn, const struct sk_buff *skb,
	      const struct nf_hook_state *state, bool ipv6, unsigned int hook,
	      bool single)
{
	const portzero_fetch_t fetch = single ? portzero_fetch_linear :
						portzero_fetch_pieces;
	const struct portzero_packet pkt = {
		.skb = skb,
		.data = skb->data,
		.len = skb->len,
		.single = single,
	};
	struct portzero_match m = {};

	if (hook == NF_INET_PRE_ROUTING &&
	    skb_has_extensions((struct sk_buff *)skb) &&
	    portzero_in_again(skb, state))
		return NF_ACCEPT;
	if (hook == NF_INET_LOCAL_OUT && portzero_out_again(skb, state))
		return NF_ACCEPT;

	if (ipv6)
		portzero_classify6(&pkt, fetch, pkt.len, &m);
	else
		portzero_classify4(&pkt, fetch, pkt.len, &m);

	switch (hook) {
	case NF_INET_PRE_ROUTING:
		return portzero_slow_in(pn, &pkt, fetch, state, &m);
	case NF_INET_LOCAL_OUT:
		return portzero_slow_out(pn, &pkt, state, &m);
	default:
		portzero_audit(pn, skb, state, m.class,
			       m.class == PORTZERO_TRUE ?
			       portzero_segs_slow(&pkt, &m) : 1);
		return NF_ACCEPT;
	}
}

/*
 * Softirqs are disabled, but for what a queueing bridge puts back. What comes in goes
 * to the functions for one piece, the only ones that look at a checksum.
 */
static noinline unsigned int
portzero_slow_interruptible(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	unsigned int verdict;

	local_bh_disable();
	if (state->hook != NF_INET_PRE_ROUTING)
		verdict = portzero_slow(priv, skb, state);
	else if (state->pf == NFPROTO_IPV6)
		verdict = portzero_slow_in6(priv, skb, state);
	else
		verdict = portzero_slow_in4(priv, skb, state);
	local_bh_enable();
	return verdict;
}

/**
 * portzero_slow - look closely at any packet
 * @priv: the struct portzero_net
 * @skb: the packet
 * @state: says which family and where
 *
 * Context: as a hook.
 * Return: NF_ACCEPT or NF_DROP.
 */
unsigned int portzero_slow(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	if (unlikely(!softirq_count()))
		return portzero_slow_interruptible(priv, skb, state);
	return portzero_look(priv, skb, state, state->pf == NFPROTO_IPV6,
			     state->hook, false);
}

/*
 * Most packets come whole, in one piece, and stand for one. Of a function for each
 * family that knows so a packet executes a hundred instructions less.
 */
static __always_inline unsigned int
portzero_slow_single(struct portzero_net *pn, struct sk_buff *skb,
		     const struct nf_hook_state *state, bool ipv6)
{
	if (unlikely(!softirq_count() || skb_is_nonlinear(skb) ||
		     skb_is_gso(skb)))
		return portzero_slow(pn, skb, state);
	return portzero_look(pn, skb, state, ipv6, NF_INET_PRE_ROUTING, true);
}

unsigned int portzero_slow_in4(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	return portzero_slow_single(priv, skb, state, false);
}

unsigned int portzero_slow_in6(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	return portzero_slow_single(priv, skb, state, true);
}
