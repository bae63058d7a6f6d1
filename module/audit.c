// SPDX-License-Identifier: GPL-2.0
/*
 * The audit: what is still alive after the firewall.
 */

#include <linux/if.h>
#include <linux/if_packet.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/ip.h>

#include "classify.h"
#include "counters.h"
#include "hooks.h"
#include "netns.h"
#include "packet.h"

/*
 * Only what came in can have survived: the host's own packets are no leak,
 * over loopback or within a VRF.
 */
static bool portzero_came_in(const struct sk_buff *skb,
			     const struct nf_hook_state *state, bool ipv6)
{
	if (state->hook == NF_INET_POST_ROUTING)
		return skb->skb_iif && !netif_is_l3_master(state->out);
	if (skb->pkt_type == PACKET_LOOPBACK)
		return false;
	if (netif_is_l3_master(state->in))
		return (ipv6 ? inet6_sdif(skb) : inet_sdif(skb)) !=
		       state->in->ifindex;
	return !(state->in->flags & IFF_LOOPBACK);
}

static noinline void portzero_audit(struct portzero_net *pn,
				    const struct sk_buff *skb,
				    const struct nf_hook_state *state,
				    bool ipv6)
{
	struct portzero_counters __percpu *counters = pn->counters;
	bool local = state->hook == NF_INET_LOCAL_IN;
	struct portzero_match m;
	unsigned int segs;

	if (!portzero_came_in(skb, state, ipv6))
		return;
	portzero_classify(skb, ipv6, portzero_fetch_pieces, &m);
	switch (m.class) {
	case PORTZERO_TRUE:
		segs = portzero_segs(skb, m.thoff);
		portzero_add(counters, NF_PORTZERO_LEAK, segs);
		if (local)
			portzero_add(counters, NF_PORTZERO_LEAK_LOCAL, segs);
		if (ipv6)
			portzero_add(counters, NF_PORTZERO_LEAK_IPV6, segs);
		break;
	case PORTZERO_ECHO:
		portzero_add(counters, NF_PORTZERO_LEAK_ECHO, 1);
		if (local)
			portzero_add(counters, NF_PORTZERO_LEAK_ECHO_LOCAL, 1);
		if (ipv6)
			portzero_add(counters, NF_PORTZERO_LEAK_ECHO_IPV6, 1);
		break;
	default:
		break;
	}
}

unsigned int portzero_audit4(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	if (unlikely(portzero_glance(skb, false) == PORTZERO_LOOK))
		portzero_audit(priv, skb, state, false);
	return NF_ACCEPT;
}

unsigned int portzero_audit6(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	if (unlikely(portzero_glance(skb, true) == PORTZERO_LOOK))
		portzero_audit(priv, skb, state, true);
	return NF_ACCEPT;
}
