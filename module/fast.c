// SPDX-License-Identifier: GPL-2.0
/*
 * The fast path: what netfilter calls for every packet.
 *
 * A glance settles an ordinary one, at the cost of at most one per-CPU addition.
 * Whatever takes a closer look goes on to the slow path.
 */

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include "classify.h"
#include "counters.h"
#include "hooks.h"
#include "netns.h"
#include "packet.h"

static __always_inline enum portzero_class
portzero_glance(const struct sk_buff *skb, bool ipv6)
{
	return ipv6 ? portzero_glance6(skb->data, skb_headlen(skb)) :
		      portzero_glance4(skb->data, skb_headlen(skb));
}

static __always_inline unsigned int
portzero_fast_in(struct portzero_net *pn, struct sk_buff *skb,
		 const struct nf_hook_state *state, bool ipv6)
{
	enum portzero_class class = portzero_glance(skb, ipv6);
	unsigned int segs;

	if (class == PORTZERO_OTHER)
		return NF_ACCEPT;
	/* a VRF shows its packets here once more, as from itself */
	if (unlikely(netif_is_l3_master(state->in)))
		return NF_ACCEPT;

	if (class == PORTZERO_TCP) {
		if (likely(!skb_is_gso(skb))) {
			portzero_add(pn->counters, NF_PORTZERO_TCP, 1);
			return NF_ACCEPT;
		}
		segs = portzero_segs(skb);
		if (segs) {
			portzero_add(pn->counters, NF_PORTZERO_TCP, segs);
			return NF_ACCEPT;
		}
	}
	return ipv6 ? portzero_slow_in6(pn, skb, state) :
		      portzero_slow_in4(pn, skb, state);
}

/* Where nothing is counted of ordinary packets */
static __always_inline unsigned int
portzero_fast(struct portzero_net *pn, struct sk_buff *skb,
	      const struct nf_hook_state *state, bool ipv6)
{
	if (likely(portzero_glance(skb, ipv6) != PORTZERO_LOOK))
		return NF_ACCEPT;
	return portzero_slow(pn, skb, state);
}

unsigned int portzero_fast_in4(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	return portzero_fast_in(priv, skb, state, false);
}

unsigned int portzero_fast_in6(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	return portzero_fast_in(priv, skb, state, true);
}

unsigned int portzero_fast4(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	return portzero_fast(priv, skb, state, false);
}

unsigned int portzero_fast6(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	return portzero_fast(priv, skb, state, true);
}
