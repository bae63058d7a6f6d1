// SPDX-License-Identifier: GPL-2.0
/*
 * A hook where the first look of nf_portzero is, that does nothing: what
 * netfilter itself charges for a hook. A second one costs less than the first.
 */

#include <linux/limits.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <net/net_namespace.h>

#define PER_HOOK	2	/* IPv4 and IPv6 */

static bool twice;
module_param(twice, bool, 0444);
MODULE_PARM_DESC(twice, "two of them, one after the other (default: 0)");

static unsigned int empty_hook(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static const struct nf_hook_ops empty_hook_ops[2 * PER_HOOK] = {
	{
		.hook = empty_hook,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = INT_MIN + 2,
	}, {
		.hook = empty_hook,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = INT_MIN + 2,
	}, {
		.hook = empty_hook,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = INT_MIN + 3,
	}, {
		.hook = empty_hook,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = INT_MIN + 3,
	},
};

static unsigned int empty_hook_count(void)
{
	return twice ? 2 * PER_HOOK : PER_HOOK;
}

static int __init empty_hook_init(void)
{
	return nf_register_net_hooks(&init_net, empty_hook_ops,
				     empty_hook_count());
}

static void __exit empty_hook_exit(void)
{
	nf_unregister_net_hooks(&init_net, empty_hook_ops, empty_hook_count());
}

module_init(empty_hook_init);
module_exit(empty_hook_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A netfilter hook that does nothing");
