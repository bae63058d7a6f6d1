/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels the module is built for, 6.1 and later.
 * Each entry names the version from which it is not needed any more, and goes
 * by a macro which came with the change.
 */
#ifndef _PORTZERO_COMPAT_H
#define _PORTZERO_COMPAT_H

#include <linux/local_lock.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>

/* 6.6: a table is registered with its size, and needs no empty last entry */
#ifndef register_net_sysctl
#define register_net_sysctl_sz(net, path, table, size) \
	register_net_sysctl(net, path, table)
#endif

/* 6.11: sysctl handlers get a const table */
#ifdef local_lock_nested_bh
#define portzero_ctl_table const struct ctl_table
#else
#define portzero_ctl_table struct ctl_table
#endif

/* 6.11: until then, PREEMPT_RT's local_bh_disable() itself is the lock */
#ifndef local_lock_nested_bh
#define local_lock_nested_bh(lock)	((void)(lock))
#define local_unlock_nested_bh(lock)	((void)(lock))
#endif

#endif /* _PORTZERO_COMPAT_H */
