/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module keeps for each network namespace.
 */
#ifndef _PORTZERO_NETNS_H
#define _PORTZERO_NETNS_H

#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <net/net_namespace.h>

#include "counters.h"

struct ctl_table;
struct ctl_table_header;
struct portzero_talkers;

#define PORTZERO_HOOKS		4	/* at two places, IPv4 and IPv6 */

/**
 * struct portzero_net - a network namespace's own
 * @counters: per CPU; from namespace start to exit
 * @talkers: per CPU; allocated when first enabled, then kept
 * @drop: sysctl: drop true port zero; read on the packet path
 * @enable: sysctl: hooks are registered
 * @audit: sysctl: audit hooks are registered whenever the others are
 * @looking: the hooks in @look are registered
 * @auditing: the hooks in @check are registered
 * @look: the first look, where packets come in and where the host sends
 * @check: the audit, after the firewall
 * @net: the namespace
 * @lock: serialises all changes of the switches and hooks; may be held while sleeping
 * @sysctl_table: this namespace's copy
 * @sysctl_header: its registration
 */
struct portzero_net {
	struct portzero_counters __percpu *counters;
	struct portzero_talkers __percpu *talkers;
	u8 drop;

	u8 enable;
	u8 audit;
	bool looking;
	bool auditing;
	struct nf_hook_ops look[PORTZERO_HOOKS];
	struct nf_hook_ops check[PORTZERO_HOOKS];
	struct net *net;
	struct mutex lock;	/* of enable, audit and the hooks */
	struct ctl_table *sysctl_table;
	struct ctl_table_header *sysctl_header;
};

/**
 * portzero_pernet - find a namespace's own
 * @net: the namespace
 *
 * Return: never NULL between the namespace's init and exit.
 */
struct portzero_net *portzero_pernet(const struct net *net);

/* hooks.c */
int portzero_hooks_set(struct portzero_net *pn, bool look, bool check);

/* sysctl.c */
int portzero_sysctl_init(struct portzero_net *pn);
void portzero_sysctl_exit(struct portzero_net *pn);

/* proc.c */
int portzero_proc_init(struct portzero_net *pn);
void portzero_proc_exit(struct portzero_net *pn);

#endif /* _PORTZERO_NETNS_H */
