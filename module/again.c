// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that the kernel shows a hook once more. They are counted, and dropped,
 * the first time.
 */

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_bridge.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ipv6.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "compat.h"
#include "hooks.h"

/*
 * A bridge with br_netfilter has shown it, and spares only those that do not
 * belong to a VRF a second time.
 */
static bool portzero_bridged(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	return nf_bridge_info_exists(skb) && !nf_bridge_in_prerouting(skb);
#else
	return false;
#endif
}

/* All that was undone since it came in, or out of a tunnel, is AH, which hides nothing. */
static bool portzero_authenticated(const struct sk_buff *skb)
{
	const struct sec_path *sp = skb_sec_path(skb);
	int i = sp ? sp->len : 0;
	bool seen = false;

	while (i-- && sp->xvec[i]->props.mode == XFRM_MODE_TRANSPORT) {
		if (sp->xvec[i]->id.proto != IPPROTO_AH)
			return false;
		seen = true;
	}
	return seen;
}

/**
 * portzero_in_again - has it been at PRE_ROUTING already?
 * @skb: a packet with extensions; no other can have been
 * @state: at PRE_ROUTING
 *
 * IPv4's AH hides what it holds from the classifier, other than IPv6's.
 *
 * Context: as a hook.
 * Return: whether it has.
 */
bool portzero_in_again(const struct sk_buff *skb,
		       const struct nf_hook_state *state)
{
	return portzero_bridged(skb) ||
	       (state->pf == NFPROTO_IPV6 && portzero_authenticated(skb));
}

/**
 * portzero_in_later - will it be at LOCAL_IN once more, if at all?
 * @skb: the packet
 * @state: at LOCAL_IN
 *
 * Without the AH it still has, behind which IPv6's firewall does not look.
 *
 * Context: as a hook.
 * Return: whether it will.
 */
bool portzero_in_later(const struct sk_buff *skb,
		       const struct nf_hook_state *state)
{
	unsigned int offset = 0;

	return state->pf == NFPROTO_IPV6 &&
	       ipv6_find_hdr(skb, &offset, NEXTHDR_AUTH, NULL, NULL) >= 0;
}

/* On its way to a VRF's qdisc, or about to be shown as from where it really goes */
static bool portzero_vrf(const struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (!dst || !netif_is_l3_master(dst->dev))
		return netif_is_l3_master(state->out);
	/* unless it is for the host itself */
	return state->pf == NFPROTO_IPV6 ?
	       !(container_of(dst, struct rt6_info, dst)->rt6i_flags & RTF_LOCAL) :
	       container_of(dst, struct rtable, dst)->rt_type != RTN_LOCAL;
}

static bool portzero_transformed(const struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	return state->pf == NFPROTO_IPV6 ?
	       IP6CB(skb)->flags & IP6SKB_XFRM_TRANSFORMED :
	       IPCB(skb)->flags & IPSKB_XFRM_TRANSFORMED;
}

static bool portzero_balanced(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_IP_VS)
	return skb->ipvs_property;
#else
	return false;
#endif
}

/**
 * portzero_out_again - has it been at LOCAL_OUT, or is it not the host's own?
 * @skb: the packet
 * @state: at LOCAL_OUT
 *
 * Context: as a hook; softirqs disabled.
 * Return: whether it has, will be as from another device, or came in.
 */
bool portzero_out_again(const struct sk_buff *skb,
			const struct nf_hook_state *state)
{
	return skb->skb_iif || portzero_vrf(skb, state) ||
	       portzero_transformed(skb, state) || portzero_balanced(skb) ||
	       portzero_duplicating();
}
