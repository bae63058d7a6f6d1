/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet's way: netfilter calls the fast path, which settles it or hands it
 * to the slow path, and that to the audit if it survived the firewall.
 *
 * Context: rcu_read_lock() held; at PRE_ROUTING and LOCAL_IN softirqs are
 * disabled.
 */
#ifndef _PORTZERO_HOOKS_H
#define _PORTZERO_HOOKS_H

#include "classify.h"

struct nf_hook_state;
struct portzero_net;
struct sk_buff;

/* fast.c: hooks; priv is the struct portzero_net. At PRE_ROUTING */
unsigned int portzero_fast_in4(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state);
unsigned int portzero_fast_in6(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state);

/* elsewhere */
unsigned int portzero_fast4(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state);
unsigned int portzero_fast6(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state);

/* slow.c: at PRE_ROUTING */
unsigned int portzero_slow_in4(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state);
unsigned int portzero_slow_in6(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state);

/* anywhere */
unsigned int portzero_slow(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state);

/* again.c */
bool portzero_in_again(const struct sk_buff *skb,
		       const struct nf_hook_state *state);
bool portzero_in_later(const struct sk_buff *skb,
		       const struct nf_hook_state *state);
bool portzero_out_again(const struct sk_buff *skb,
			const struct nf_hook_state *state);

/* audit.c */
void portzero_audit(struct portzero_net *pn, const struct sk_buff *skb,
		    const struct nf_hook_state *state,
		    enum portzero_class class, unsigned int segs);

#endif /* _PORTZERO_HOOKS_H */
