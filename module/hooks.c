// SPDX-License-Identifier: GPL-2.0
/*
 * Where the hooks sit, and when.
 */

#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>

#include "hooks.h"
#include "netns.h"
#include "talkers.h"

/*
 * Second to the very first: a bridge's ip_sabotage_in() is first, and takes
 * away the packets that have been here already.
 */
#define PORTZERO_PRI_LOOK	(INT_MIN + 1)

/* After every filter chain, before source NAT can rewrite port 0. */
#define PORTZERO_PRI_FORWARDED	(NF_IP_PRI_NAT_SRC - 1)

static const struct nf_hook_ops portzero_look_ops[PORTZERO_HOOKS] = {
	{
		.hook = portzero_fast_in4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = PORTZERO_PRI_LOOK,
	}, {
		.hook = portzero_fast_in6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = PORTZERO_PRI_LOOK,
	}, {
		.hook = portzero_fast4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = PORTZERO_PRI_LOOK,
	}, {
		.hook = portzero_fast6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = PORTZERO_PRI_LOOK,
	},
};

static const struct nf_hook_ops portzero_audit_ops[PORTZERO_HOOKS] = {
	{
		.hook = portzero_fast4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP_PRI_LAST,
	}, {
		.hook = portzero_fast6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP6_PRI_LAST,
	}, {
		.hook = portzero_fast4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = PORTZERO_PRI_FORWARDED,
	}, {
		.hook = portzero_fast6,
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
