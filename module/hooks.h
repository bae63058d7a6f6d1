/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks, as netfilter calls them; priv is the struct portzero_net.
 *
 * Context: rcu_read_lock() held; at PRE_ROUTING and LOCAL_IN softirqs are
 * disabled.
 */
#ifndef _PORTZERO_HOOKS_H
#define _PORTZERO_HOOKS_H

struct nf_hook_state;
struct sk_buff;

/* look.c: at PRE_ROUTING and at LOCAL_OUT; NF_ACCEPT or NF_DROP */
unsigned int portzero_in4(void *priv, struct sk_buff *skb,
			  const struct nf_hook_state *state);
unsigned int portzero_in6(void *priv, struct sk_buff *skb,
			  const struct nf_hook_state *state);
unsigned int portzero_out4(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state);
unsigned int portzero_out6(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state);

/* audit.c: at LOCAL_IN and at POST_ROUTING; always NF_ACCEPT */
unsigned int portzero_audit4(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state);
unsigned int portzero_audit6(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state);

#endif /* _PORTZERO_HOOKS_H */
