/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracepoint nf_portzero:nf_portzero_match, one event for each true
 * port-zero packet and each hidden one. Free when off.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nf_portzero

#if !defined(_PORTZERO_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _PORTZERO_TRACE_H

#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tracepoint.h>

#include "classify.h"
#include "compat.h"

#ifndef PORTZERO_TRACE_IFNAME
#define PORTZERO_TRACE_IFNAME
static inline const char *portzero_trace_ifname(const struct net_device *in,
						const struct net_device *out)
{
	if (in)
		return in->name;
	return out ? out->name : "";
}
#endif

/*
 * Addresses are 16 bytes for both families, IPv4 mapped as ::ffff:a.b.c.d;
 * ports are in host order. class is enum nf_portzero_counter: src, dst, both
 * or hidden. flags is byte 13 of the TCP header, verdict NF_DROP or NF_ACCEPT.
 */
TRACE_EVENT(nf_portzero_match,

	TP_PROTO(const struct sk_buff *skb, const struct nf_hook_state *state,
		 const struct portzero_match *m,
		 enum nf_portzero_counter class, unsigned int verdict),

	TP_ARGS(skb, state, m, class, verdict),

	TP_STRUCT__entry(
		__array(__u8, saddr, sizeof(struct in6_addr))
		__array(__u8, daddr, sizeof(struct in6_addr))
		__field(__u32, len)
		__field(__u16, sport)
		__field(__u16, dport)
		__field(__u8, family)
		__field(__u8, flags)
		__field(__u8, class)
		__field(__u8, verdict)
		__field(__u8, hook)
		__string(dev, portzero_trace_ifname(state->in, state->out))
	),

	TP_fast_assign(
		const struct ipv6hdr *ip6h = (const void *)skb->data;
		const struct iphdr *iph = (const void *)skb->data;

		if (m->ipv6) {
			memcpy(__entry->saddr, &ip6h->saddr,
			       sizeof(__entry->saddr));
			memcpy(__entry->daddr, &ip6h->daddr,
			       sizeof(__entry->daddr));
		} else {
			ipv6_addr_set_v4mapped(iph->saddr,
					       (void *)__entry->saddr);
			ipv6_addr_set_v4mapped(iph->daddr,
					       (void *)__entry->daddr);
		}
		__entry->len = skb->len;
		__entry->sport = ntohs(m->sport);
		__entry->dport = ntohs(m->dport);
		__entry->family = m->ipv6 ? AF_INET6 : AF_INET;
		__entry->flags = m->flags;
		__entry->class = class;
		__entry->verdict = verdict;
		__entry->hook = state->hook;
		portzero_assign_str(dev, portzero_trace_ifname(state->in,
							       state->out));
	),

	TP_printk("dev=%s %s src=%pI6c sport=%u dst=%pI6c dport=%u class=%s flags=0x%02x len=%u hook=%u verdict=%s",
		  __get_str(dev), __entry->family == AF_INET6 ? "ipv6" : "ipv4",
		  __entry->saddr, __entry->sport,
		  __entry->daddr, __entry->dport,
		  __print_symbolic(__entry->class,
				   { NF_PORTZERO_SRC, "src" },
				   { NF_PORTZERO_DST, "dst" },
				   { NF_PORTZERO_BOTH, "both" },
				   { NF_PORTZERO_HIDDEN, "hidden" }),
		  __entry->flags, __entry->len, __entry->hook,
		  __entry->verdict == NF_DROP ? "drop" : "accept")
);

#endif /* _PORTZERO_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
