// SPDX-License-Identifier: GPL-2.0
/*
 * The switches, net.netfilter.nf_portzero_*, one set in each namespace.
 */

#include <linux/capability.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysctl.h>

#include "compat.h"
#include "netns.h"

enum {
	PORTZERO_CTL_ENABLE,
	PORTZERO_CTL_DROP,
	PORTZERO_CTL_AUDIT,
	PORTZERO_CTLS
};

/* Take a new value over, or leave everything as it was. */
static int portzero_sysctl_set(struct portzero_net *pn, u8 *flag, u8 value)
{
	u8 old;
	int err;

	mutex_lock(&pn->lock);
	old = *flag;
	WRITE_ONCE(*flag, value);
	err = portzero_hooks_set(pn, pn->enable, pn->audit);
	if (err)
		WRITE_ONCE(*flag, old);
	mutex_unlock(&pn->lock);
	return err;
}

/*
 * The kernel's own handlers would take "1 2" for 1 and ignore the rest; an
 * administrator who mistyped is told so instead. The buffer is the kernel's
 * own copy and ends in a NUL.
 */
static int portzero_sysctl_write(struct portzero_net *pn, u8 *flag,
				 char *buffer, size_t len, loff_t pos)
{
	const char *text;

	if (!ns_capable(pn->net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	if (pos || strlen(buffer) != len)
		return -EINVAL;
	text = strim(buffer);
	if (strcmp(text, "0") && strcmp(text, "1"))
		return -EINVAL;
	return portzero_sysctl_set(pn, flag, text[0] == '1');
}

static int portzero_sysctl(portzero_ctl_table *table, int write, void *buffer,
			   size_t *lenp, loff_t *ppos)
{
	struct portzero_net *pn = table->extra1;
	u8 *flag = table->data;
	int value = READ_ONCE(*flag);
	struct ctl_table tmp = {
		.procname = table->procname,
		.data = &value,
		.maxlen = sizeof(value),
	};
	int err;

	if (!write)
		return proc_dointvec(&tmp, write, buffer, lenp, ppos);

	err = portzero_sysctl_write(pn, flag, buffer, *lenp, *ppos);
	if (!err)
		*ppos += *lenp;
	return err;
}

/* The empty entry ends the table up to 6.5. */
static const struct ctl_table portzero_ctl[PORTZERO_CTLS + 1] = {
	[PORTZERO_CTL_ENABLE] = {
		.procname = "nf_portzero_enable",
		.maxlen = sizeof(u8),
		.mode = 0644,
		.proc_handler = portzero_sysctl,
	},
	[PORTZERO_CTL_DROP] = {
		.procname = "nf_portzero_drop",
		.maxlen = sizeof(u8),
		.mode = 0644,
		.proc_handler = portzero_sysctl,
	},
	[PORTZERO_CTL_AUDIT] = {
		.procname = "nf_portzero_audit",
		.maxlen = sizeof(u8),
		.mode = 0644,
		.proc_handler = portzero_sysctl,
	},
};

/**
 * portzero_sysctl_init - let a namespace's administrator steer
 * @pn: the namespace's own, ready to be switched on and off
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int portzero_sysctl_init(struct portzero_net *pn)
{
	struct ctl_table *table;
	int i;

	table = kmemdup(portzero_ctl, sizeof(portzero_ctl), GFP_KERNEL_ACCOUNT);
	if (!table)
		return -ENOMEM;
	for (i = 0; i < PORTZERO_CTLS; i++)
		table[i].extra1 = pn;
	table[PORTZERO_CTL_ENABLE].data = &pn->enable;
	table[PORTZERO_CTL_DROP].data = &pn->drop;
	table[PORTZERO_CTL_AUDIT].data = &pn->audit;

	pn->sysctl_header = register_net_sysctl_sz(pn->net, "net/netfilter",
						   table, PORTZERO_CTLS);
	if (!pn->sysctl_header) {
		kfree(table);
		return -ENOMEM;
	}
	pn->sysctl_table = table;
	return 0;
}

/**
 * portzero_sysctl_exit - take the switches away
 * @pn: the namespace's own
 *
 * Context: may sleep; waits for writers.
 */
void portzero_sysctl_exit(struct portzero_net *pn)
{
	unregister_net_sysctl_table(pn->sysctl_header);
	kfree(pn->sysctl_table);
}
