// SPDX-License-Identifier: GPL-2.0
/*
 * The packet path: look, count, and drop or let pass.
 *
 * The first look is at PRE_ROUTING, where packets come in, and at LOCAL_OUT,
 * where the host's own go out; the audit is after the firewall. An ordinary
 * packet is settled by a glance and at most one per-CPU addition.
 */

#include <linux/if.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <net/dst.h>
#include <net/ip.h>

#include "classify.h"
#include "counters.h"
#include "netns.h"
#include "talkers.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/*
 * In netfilter's hooks skb->data is the first IP byte. Most packets are in one
 * piece; for them the closer look is built once more, without the detour.
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

/* How many packets it stands for; 0 if a GSO packet does not say */
static __always_inline unsigned int
portzero_segs_quick(const struct sk_buff *skb)
{
	return skb_is_gso(skb) ? skb_shinfo(skb)->gso_segs : 1;
}

/* A virtual machine hands over GSO packets without their number of segments. */
static noinline unsigned int portzero_segs_slow(const struct sk_buff *skb,
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

static __always_inline unsigned int portzero_segs(const struct sk_buff *skb,
						  unsigned int thoff)
{
	unsigned int segs = portzero_segs_quick(skb);

	return likely(segs) ? segs : portzero_segs_slow(skb, thoff);
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
 * The loopback device hands a packet in with the route it was sent by: it
 * has been through LOCAL_OUT and is counted.
 */
static bool portzero_looped(const struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	return skb_dst(skb) && state->in->flags & IFF_LOOPBACK;
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

/*
 * Only what came in can have survived: the host's own packets are no leak,
 * over loopback or within a VRF.
 */
static bool portzero_came_in(const struct sk_buff *skb,
			     const struct nf_hook_state *state, bool ipv6)
{
	if (state->hook == NF_INET_POST_ROUTING)
		return skb->skb_iif && !netif_is_l3_master(state->out);
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

static unsigned int portzero_in4(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	return portzero_hook_in(priv, skb, state, false);
}

static unsigned int portzero_in6(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	return portzero_hook_in(priv, skb, state, true);
}

static unsigned int portzero_out4(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	if (likely(portzero_glance(skb, false) != PORTZERO_LOOK))
		return NF_ACCEPT;
	return portzero_look_out(priv, skb, state, false);
}

static unsigned int portzero_out6(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	if (likely(portzero_glance(skb, true) != PORTZERO_LOOK))
		return NF_ACCEPT;
	return portzero_look_out(priv, skb, state, true);
}

static unsigned int portzero_audit4(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	if (unlikely(portzero_glance(skb, false) == PORTZERO_LOOK))
		portzero_audit(priv, skb, state, false);
	return NF_ACCEPT;
}

static unsigned int portzero_audit6(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	if (unlikely(portzero_glance(skb, true) == PORTZERO_LOOK))
		portzero_audit(priv, skb, state, true);
	return NF_ACCEPT;
}

/*
 * Second to the very first: a bridge's ip_sabotage_in() is first, and takes
 * away the packets that have been here already.
 */
#define PORTZERO_PRI_LOOK	(INT_MIN + 1)

/* After every filter chain, before source NAT can rewrite port 0. */
#define PORTZERO_PRI_FORWARDED	(NF_IP_PRI_NAT_SRC - 1)

static const struct nf_hook_ops portzero_look_ops[PORTZERO_HOOKS] = {
	{
		.hook = portzero_in4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = PORTZERO_PRI_LOOK,
	}, {
		.hook = portzero_in6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = PORTZERO_PRI_LOOK,
	}, {
		.hook = portzero_out4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = PORTZERO_PRI_LOOK,
	}, {
		.hook = portzero_out6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = PORTZERO_PRI_LOOK,
	},
};

static const struct nf_hook_ops portzero_audit_ops[PORTZERO_HOOKS] = {
	{
		.hook = portzero_audit4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP_PRI_LAST,
	}, {
		.hook = portzero_audit6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP6_PRI_LAST,
	}, {
		.hook = portzero_audit4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = PORTZERO_PRI_FORWARDED,
	}, {
		.hook = portzero_audit6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = PORTZERO_PRI_FORWARDED,
	},
};

/* Register a set of hooks unless it is; the namespace comes along in priv. */
static int portzero_hooks_on(struct portzero_net *pn, bool *on,
			     struct nf_hook_ops *ops,
			     const struct nf_hook_ops *template)
{
	int i, err;

	if (*on)
		return 0;
	for (i = 0; i < PORTZERO_HOOKS; i++) {
		ops[i] = template[i];
		ops[i].priv = pn;
	}
	err = nf_register_net_hooks(pn->net, ops, PORTZERO_HOOKS);
	*on = !err;
	return err;
}

static void portzero_hooks_off(struct portzero_net *pn, bool *on,
			       const struct nf_hook_ops *ops)
{
	if (*on)
		nf_unregister_net_hooks(pn->net, ops, PORTZERO_HOOKS);
	*on = false;
}

/**
 * portzero_hooks_set - register just the hooks that are wanted
 * @pn: the namespace's own
 * @look: the first look
 * @check: the audit, which goes with the first look only
 *
 * Context: may sleep; pn->lock held, or nobody else knows @pn.
 * Return: 0, or a negative errno and all is as it was.
 */
int portzero_hooks_set(struct portzero_net *pn, bool look, bool check)
{
	bool looking = pn->looking;
	int err;

	if (look) {
		err = portzero_talkers_alloc(pn);
		if (err)
			return err;
		err = portzero_hooks_on(pn, &pn->looking, pn->look,
					portzero_look_ops);
		if (err)
			return err;
	}
	if (look && check) {
		err = portzero_hooks_on(pn, &pn->auditing, pn->check,
					portzero_audit_ops);
		if (err) {
			if (!looking)
				portzero_hooks_off(pn, &pn->looking, pn->look);
			return err;
		}
	} else {
		portzero_hooks_off(pn, &pn->auditing, pn->check);
	}
	if (!look)
		portzero_hooks_off(pn, &pn->looking, pn->look);
	return 0;
}
