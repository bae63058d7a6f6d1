// SPDX-License-Identifier: GPL-2.0
/*
 * The audit: what is still alive after the firewall.
 */

#include <linux/if.h>
#include <linux/if_packet.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "compat.h"
#include "counters.h"
#include "hooks.h"
#include "netns.h"

/*
 * Only what came in can have survived: the host's own packets are no leak, over
 * loopback or within a VRF, nor are copies for whoever watches.
 */
static bool portzero_came_in(const struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	/* a broadcast or multicast of the host's own, even if it is routed on */
	if (skb->pkt_type == PACKET_LOOPBACK)
		return false;
	if (state->hook == NF_INET_POST_ROUTING)
		return skb->skb_iif && !netif_is_l3_master(state->out) &&
		       !portzero_duplicating();
	if (portzero_in_later(skb, state))
		return false;
	if (netif_is_l3_master(state->in))
		return (state->pf == NFPROTO_IPV6 ? inet6_sdif(skb) :
			/* 5.10's would change it, for all it says */
			inet_sdif((struct sk_buff *)skb)) != state->in->ifindex;
	return !(state->in->flags & IFF_LOOPBACK);
}

/**
 * portzero_audit - count a packet that survived
 * @pn: the namespace's own
 * @skb: the packet
 * @state: at LOCAL_IN or POST_ROUTING
 * @class: what it is
 * @segs: how many packets it stands for
 *
 * Context: as a hook.
 */
void portzero_audit(struct portzero_net *pn, const struct sk_buff *skb,
		    const struct nf_hook_state *state,
		    enum portzero_class class, unsigned int segs)
{
	struct portzero_counters __percpu *counters = pn->counters;
	bool local = state->hook == NF_INET_LOCAL_IN;
	bool ipv6 = state->pf == NFPROTO_IPV6;

	if (!portzero_came_in(skb, state))
		return;
	switch (class) {
	case PORTZERO_TRUE:
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
