// SPDX-License-Identifier: GPL-2.0
/*
 * nf_portzero: see, understand and stop TCP port-zero traffic.
 *
 * The module's whole life. hooks.c says where netfilter calls. A packet goes one
 * way, through fast.c and if that could not settle it slow.c and audit.c; by what
 * classify.h says it is into counters.h and talkers.c. proc.c shows them and
 * sysctl.c steers.
 */

#include <linux/module.h>
#include <linux/rcupdate.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "counters.h"
#include "netns.h"
#include "talkers.h"

static bool enable = true;
module_param(enable, bool, 0444);
MODULE_PARM_DESC(enable, "count from the start, in the initial namespace (default: 1)");

static bool drop;
module_param(drop, bool, 0444);
MODULE_PARM_DESC(drop, "drop from the start, in the initial namespace (default: 0)");

static bool audit;
module_param(audit, bool, 0444);
MODULE_PARM_DESC(audit, "audit from the start, in the initial namespace (default: 0)");

static unsigned int portzero_net_id __read_mostly;

struct portzero_net *portzero_pernet(const struct net *net)
{
	return net_generic(net, portzero_net_id);
}

static int __net_init portzero_net_init(struct net *net)
{
	struct portzero_net *pn = portzero_pernet(net);
	bool initial = net_eq(net, &init_net);
	int err;

	pn->net = net;
	pn->enable = initial && enable;
	pn->drop = initial && drop;
	pn->audit = initial && audit;
	mutex_init(&pn->lock);

	pn->counters = alloc_percpu_gfp(struct portzero_counters,
					GFP_KERNEL_ACCOUNT);
	if (!pn->counters)
		return -ENOMEM;
	err = portzero_proc_init(pn);
	if (err)
		goto err_counters;
	err = portzero_hooks_set(pn, pn->enable, pn->audit);
	if (err)
		goto err_proc;
	err = portzero_sysctl_init(pn);
	if (err)
		goto err_hooks;
	return 0;

err_hooks:
	portzero_hooks_set(pn, false, false);
err_proc:
	portzero_proc_exit(pn);
	synchronize_rcu();	/* a CPU may still be in a hook */
	portzero_talkers_free(pn);
err_counters:
	free_percpu(pn->counters);
	return err;
}

/* From here to the exit an RCU grace period passes: no CPU is in a hook then. */
static void __net_exit portzero_net_pre_exit(struct net *net)
{
	struct portzero_net *pn = portzero_pernet(net);

	portzero_sysctl_exit(pn);
	portzero_hooks_set(pn, false, false);
}

static void __net_exit portzero_net_exit(struct net *net)
{
	struct portzero_net *pn = portzero_pernet(net);

	portzero_proc_exit(pn);
	portzero_talkers_free(pn);
	free_percpu(pn->counters);
}

static struct pernet_operations portzero_net_ops = {
	.init = portzero_net_init,
	.pre_exit = portzero_net_pre_exit,
	.exit = portzero_net_exit,
	.id = &portzero_net_id,
	.size = sizeof(struct portzero_net),
};

static int __init portzero_init(void)
{
	portzero_talkers_seed();
	return register_pernet_subsys(&portzero_net_ops);
}

static void __exit portzero_exit(void)
{
	unregister_pernet_subsys(&portzero_net_ops);
}

module_init(portzero_init);
module_exit(portzero_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("portzero developers");
MODULE_VERSION("1.0");
MODULE_DESCRIPTION("Count, explain and drop TCP port-zero traffic");
