/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracepoint nf_portzero:nf_portzero_match, one event for each true
 * port-zero packet and each hidden one. Free when off.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nf_portzero

#if !defined(_PORTZERO_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _PORTZERO_TRACE_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tracepoint.h>
#include <net/ipv6.h>

#include <linux/netfilter/nf_portzero.h>

#ifndef PORTZERO_TRACE_ADDR
#define PORTZERO_TRACE_ADDR
static inline void portzero_trace_addr(const struct sk_buff *skb, bool ipv6,
				       void *saddr, void *daddr)
{
	const struct ipv6hdr *ip6h = (const void *)skb->data;
	const struct iphdr *iph = (const void *)skb->data;

	if (ipv6) {
		memcpy(saddr, &ip6h->saddr, sizeof(ip6h->saddr));
		memcpy(daddr, &ip6h->daddr, sizeof(ip6h->daddr));
	} else {
		ipv6_addr_set_v4mapped(iph->saddr, saddr);
		ipv6_addr_set_v4mapped(iph->daddr, daddr);
	}
}

/* so that perf and trace-cmd know the values */
TRACE_DEFINE_ENUM(NF_PORTZERO_SRC);
TRACE_DEFINE_ENUM(NF_PORTZERO_DST);
TRACE_DEFINE_ENUM(NF_PORTZERO_BOTH);
TRACE_DEFINE_ENUM(NF_PORTZERO_HIDDEN);

#define portzero_trace_class(class)				\
	__print_symbolic(class,					\
			 { NF_PORTZERO_SRC, "src" },		\
			 { NF_PORTZERO_DST, "dst" },		\
			 { NF_PORTZERO_BOTH, "both" },		\
			 { NF_PORTZERO_HIDDEN, "hidden" })
#endif

/*
 * Addresses are 16 bytes for both families, IPv4 mapped as ::ffff:a.b.c.d;
 * ports are in host order. class is enum nf_portzero_counter: src, dst, both
 * or hidden. flags is byte 13 of the TCP header, verdict NF_DROP or NF_ACCEPT.
 */
TRACE_EVENT(nf_portzero_match,
	    TP_PROTO(const struct sk_buff *skb, const struct nf_hook_state *state,
		     __be16 sport, __be16 dport, u8 flags,
		     enum nf_portzero_counter class, unsigned int verdict),
	    TP_ARGS(skb, state, sport, dport, flags, class, verdict),
	    TP_STRUCT__entry(__array(__u8, saddr, sizeof(struct in6_addr))
			     __array(__u8, daddr, sizeof(struct in6_addr))
			     __field(__u32, len)
			     __field(__u16, sport)
			     __field(__u16, dport)
			     __field(__u8, family)
			     __field(__u8, flags)
			     __field(__u8, class)
			     __field(__u8, verdict)
			     __field(__u8, hook)
			     __array(char, dev, IFNAMSIZ)
	    ),
	    TP_fast_assign(portzero_trace_addr(skb, state->pf == NFPROTO_IPV6,
					       __entry->saddr, __entry->daddr);
			   __entry->len = skb->len;
			   __entry->sport = ntohs(sport);
			   __entry->dport = ntohs(dport);
			   __entry->family = state->pf;
			   __entry->flags = flags;
			   __entry->class = class;
			   __entry->verdict = verdict;
			   __entry->hook = state->hook;
			   strscpy(__entry->dev, (state->in ?: state->out)->name,
				   IFNAMSIZ);
	    ),
	    TP_printk("dev=%s %s src=%pI6c sport=%u dst=%pI6c dport=%u class=%s flags=0x%02x len=%u hook=%u verdict=%s",
		      __entry->dev, __entry->family == AF_INET6 ? "ipv6" : "ipv4",
		      __entry->saddr, __entry->sport,
		      __entry->daddr, __entry->dport,
		      portzero_trace_class(__entry->class),
		      __entry->flags, __entry->len, __entry->hook,
		      __entry->verdict == NF_DROP ? "drop" : "accept")
);

#endif /* _PORTZERO_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
