// SPDX-License-Identifier: GPL-2.0
/*
 * The packet path: look, count, and drop or let pass.
 *
 * At PRE_ROUTING, where packets come in, and at LOCAL_OUT, where the host's own
 * go out. An ordinary packet is settled by a glance and at most one per-CPU
 * addition.
 */

#include <linux/if.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
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
		    const struct sk_buff *skb, portzero_fetch_t fetch,
		    const struct portzero_match *m, unsigned int segs)
{
	portzero_add(counters, portzero_port_class(m), segs);
	portzero_add(counters, portzero_flag_class(m->flags), segs);
	if (m->payload)
		portzero_add(counters, NF_PORTZERO_PAYLOAD, segs);
	if (m->badhdr)
		portzero_add(counters, NF_PORTZERO_BADHDR, segs);
	/* else the device has checked it, or will fill it in */
	if ((skb->ip_summed == CHECKSUM_NONE ||
	     skb->ip_summed == CHECKSUM_COMPLETE) &&
	    portzero_badcsum(skb, fetch, skb->len, m))
		portzero_add(counters, NF_PORTZERO_BADCSUM, segs);
	if (m->ipv6)
		portzero_add(counters, NF_PORTZERO_IPV6, segs);
	portzero_add(counters, NF_PORTZERO_BYTES, likely(segs == 1) ?
		     skb->len : skb->len + (segs - 1) * m->hdrlen);
	portzero_count_talkers(pn, skb, m->ipv6, m->dport, segs);
}

/*
 * Looks once more instead of taking the match, which can stay in registers as
 * long as nobody asks for its address.
 */
static noinline void portzero_trace(const struct sk_buff *skb,
				    const struct nf_hook_state *state,
				    bool ipv6, unsigned int verdict)
{
	struct portzero_match m;

	portzero_classify(skb, ipv6, portzero_fetch_pieces, &m);
	trace_nf_portzero_match(skb, state, &m,
				m.class == PORTZERO_TRUE ?
				portzero_port_class(&m) : NF_PORTZERO_HIDDEN,
				verdict);
}

/* What becomes of a packet that drop mode is for */
static __always_inline unsigned int
portzero_verdict(struct portzero_net *pn,
		 struct portzero_counters __percpu *counters,
		 const struct sk_buff *skb, const struct nf_hook_state *state,
		 bool ipv6, unsigned int segs)
{
	unsigned int verdict = NF_ACCEPT;

	if (READ_ONCE(pn->drop)) {
		portzero_add(counters, NF_PORTZERO_DROPPED, segs);
		verdict = NF_DROP;
	}
	if (trace_nf_portzero_match_enabled())
		portzero_trace(skb, state, ipv6, verdict);
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

static __always_inline unsigned int
portzero_look_in(struct portzero_net *pn, const struct sk_buff *skb,
		 const struct nf_hook_state *state, bool ipv6,
		 portzero_fetch_t fetch)
{
	struct portzero_counters __percpu *counters = pn->counters;
	struct portzero_match m = { .class = PORTZERO_OTHER };
	unsigned int segs;

	portzero_classify(skb, ipv6, fetch, &m);
	switch (m.class) {
	case PORTZERO_TCP:
		portzero_add(counters, NF_PORTZERO_TCP,
			     portzero_segs(skb, m.thoff));
		return NF_ACCEPT;
	case PORTZERO_TRUE:
		segs = portzero_segs(skb, m.thoff);
		portzero_add(counters, NF_PORTZERO_TCP, segs);
		if (portzero_looped(skb, state))
			return NF_ACCEPT;
		portzero_count_true(pn, counters, skb, fetch, &m, segs);
		return portzero_verdict(pn, counters, skb, state, ipv6, segs);
	case PORTZERO_HIDDEN:
		if (portzero_looped(skb, state))
			return NF_ACCEPT;
		portzero_add(counters, NF_PORTZERO_HIDDEN, 1);
		return portzero_verdict(pn, counters, skb, state, ipv6, 1);
	case PORTZERO_FRAG:
		portzero_add(counters, NF_PORTZERO_FRAG, 1);
		return NF_ACCEPT;
	case PORTZERO_SHORT:
		portzero_add(counters, NF_PORTZERO_SHORT, 1);
		return NF_ACCEPT;
	case PORTZERO_ECHO:
		portzero_add(counters, NF_PORTZERO_ECHO, 1);
		if (ipv6)
			portzero_add(counters, NF_PORTZERO_ECHO_IPV6, 1);
		return NF_ACCEPT;
	default:
		return NF_ACCEPT;
	}
}

static noinline unsigned int
portzero_look_in4(struct portzero_net *pn, const struct sk_buff *skb,
		  const struct nf_hook_state *state)
{
	return portzero_look_in(pn, skb, state, false, portzero_fetch_linear);
}

static noinline unsigned int
portzero_look_in6(struct portzero_net *pn, const struct sk_buff *skb,
		  const struct nf_hook_state *state)
{
	return portzero_look_in(pn, skb, state, true, portzero_fetch_linear);
}

static noinline unsigned int
portzero_look_in_pieces(struct portzero_net *pn, const struct sk_buff *skb,
			const struct nf_hook_state *state, bool ipv6)
{
	return portzero_look_in(pn, skb, state, ipv6, portzero_fetch_pieces);
}

static noinline unsigned int portzero_look_out(struct portzero_net *pn,
					       const struct sk_buff *skb,
					       const struct nf_hook_state *state,
					       bool ipv6)
{
	struct portzero_counters __percpu *counters = pn->counters;
	struct portzero_match m;
	unsigned int segs;

	/* a VRF shows its packets here once before they show for themselves */
	if (netif_is_l3_master(state->out) && skb_dst(skb)->dev != state->out)
		return NF_ACCEPT;
	/* what came in and is sent on from here, by IPVS or TEE, is not the host's */
	if (skb->skb_iif)
		return NF_ACCEPT;

	portzero_classify(skb, ipv6, portzero_fetch_pieces, &m);
	switch (m.class) {
	case PORTZERO_TRUE:
		segs = portzero_segs(skb, m.thoff);
		portzero_add(counters, NF_PORTZERO_OUT, segs);
		return portzero_verdict(pn, counters, skb, state, ipv6, segs);
	case PORTZERO_HIDDEN:
		portzero_add(counters, NF_PORTZERO_HIDDEN, 1);
		return portzero_verdict(pn, counters, skb, state, ipv6, 1);
	default:
		return NF_ACCEPT;
	}
}

static __always_inline unsigned int
portzero_hook_in(struct portzero_net *pn, const struct sk_buff *skb,
		 const struct nf_hook_state *state, bool ipv6)
{
	unsigned int segs;

	/* a VRF shows its packets here once more, as from itself */
	if (unlikely(netif_is_l3_master(state->in)))
		return NF_ACCEPT;

	switch (portzero_glance(skb, ipv6)) {
	case PORTZERO_TCP:
		segs = portzero_segs_quick(skb);
		if (unlikely(!segs))
			break;
		portzero_add(pn->counters, NF_PORTZERO_TCP, segs);
		return NF_ACCEPT;
	case PORTZERO_OTHER:
		return NF_ACCEPT;
	default:
		break;
	}
	if (unlikely(skb_is_nonlinear(skb)))
		return portzero_look_in_pieces(pn, skb, state, ipv6);
	return ipv6 ? portzero_look_in6(pn, skb, state) :
		      portzero_look_in4(pn, skb, state);
}

unsigned int portzero_in4(void *priv, struct sk_buff *skb,
			  const struct nf_hook_state *state)
{
	return portzero_hook_in(priv, skb, state, false);
}

unsigned int portzero_in6(void *priv, struct sk_buff *skb,
			  const struct nf_hook_state *state)
{
	return portzero_hook_in(priv, skb, state, true);
}

unsigned int portzero_out4(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	if (likely(portzero_glance(skb, false) != PORTZERO_LOOK))
		return NF_ACCEPT;
	return portzero_look_out(priv, skb, state, false);
}

unsigned int portzero_out6(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	if (likely(portzero_glance(skb, true) != PORTZERO_LOOK))
		return NF_ACCEPT;
	return portzero_look_out(priv, skb, state, true);
}
