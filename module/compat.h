/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels the module is built for, 5.10 and later.
 * Each entry names the version from which it is not needed any more. It goes by
 * a macro that came with the change, or by what Kbuild found to compile.
 */
#ifndef _PORTZERO_COMPAT_H
#define _PORTZERO_COMPAT_H

#include <linux/netfilter.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>

/* 6.6: a table is registered with its size, and needs no empty last entry */
#ifndef register_net_sysctl
#define register_net_sysctl_sz(net, path, table, size) \
	register_net_sysctl(net, path, table)
#endif

/* 6.11: sysctl handlers get a const table */
#ifdef PORTZERO_CONST_CTL_TABLE
#define portzero_ctl_table const struct ctl_table
#else
#define portzero_ctl_table struct ctl_table
#endif

/* 6.16: it is the task that says that a copy is on its way, no longer the CPU */
#ifdef PORTZERO_TASK_DUPLICATES
#define portzero_duplicating()	current->in_nf_duplicate
#else
#define portzero_duplicating()	this_cpu_read(nf_skb_duplicated)
#endif

/*
 * 6.8, where gcc has configured it, reads per-CPU data through a named address
 * space. clang, at least up to 14, makes that a read of some other address, at which
 * the kernel faults.
 */
#if defined(__clang__) && defined(CONFIG_CC_IS_GCC) && defined(CONFIG_CC_HAS_NAMED_AS)
#error "this kernel was built by gcc: build the module by gcc, too"
#endif

#endif /* _PORTZERO_COMPAT_H */
