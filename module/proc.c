// SPDX-License-Identifier: GPL-2.0
/*
 * What can be read: the counters per CPU and summed, and the talkers.
 */

#include <linux/capability.h>
#include <linux/cpumask.h>
#include <linux/in6.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>

#include "counters.h"
#include "netns.h"
#include "talkers.h"

static const char *const portzero_names[] = NF_PORTZERO_NAMES;

static struct portzero_net *portzero_of_seq(struct seq_file *seq)
{
	return portzero_pernet(seq_file_net(seq));
}

/* The CPUs' rows: position 0 is the header, position n is CPU n - 1. */

static void *portzero_stat_at(struct seq_file *seq, loff_t *pos)
{
	int cpu;

	if (*pos == 0)
		return SEQ_START_TOKEN;
	cpu = cpumask_next(*pos - 2, cpu_possible_mask);
	if (cpu >= nr_cpu_ids)
		return NULL;
	*pos = cpu + 1;
	return per_cpu_ptr(portzero_of_seq(seq)->counters, cpu);
}

static void *portzero_stat_start(struct seq_file *seq, loff_t *pos)
{
	return portzero_stat_at(seq, pos);
}

static void *portzero_stat_next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return portzero_stat_at(seq, pos);
}

static void portzero_stat_stop(struct seq_file *seq, void *v)
{
}

/* lnstat takes every word of the first line for a column. */
static int portzero_stat_show(struct seq_file *seq, void *v)
{
	const struct portzero_counters *row = v;
	int i;

	if (v == SEQ_START_TOKEN) {
		for (i = 0; i < NF_PORTZERO_COUNTERS; i++)
			seq_printf(seq, "%s%s", i ? " " : "", portzero_names[i]);
		seq_putc(seq, '\n');
		return 0;
	}
	for (i = 0; i < NF_PORTZERO_COUNTERS; i++)
		seq_printf(seq, "%s%08llx", i ? " " : "",
			   portzero_value(row, i));
	seq_putc(seq, '\n');
	return 0;
}

static const struct seq_operations portzero_stat_ops = {
	.start = portzero_stat_start,
	.next = portzero_stat_next,
	.stop = portzero_stat_stop,
	.show = portzero_stat_show,
};

static int portzero_totals_show(struct seq_file *seq, void *v)
{
	struct portzero_net *pn = portzero_pernet(seq_file_single_net(seq));
	int i;

	for (i = 0; i < NF_PORTZERO_COUNTERS; i++)
		seq_printf(seq, "%s %llu\n", portzero_names[i],
			   portzero_sum_cpus(pn->counters, i));
	return 0;
}

/**
 * struct portzero_talkers_seq - an open talkers file
 * @p: for seq_file_net()
 * @now: when the report was made, in seconds since the epoch
 * @list: the window and kind that reading has come to
 * @report: taken when reading starts
 */
struct portzero_talkers_seq {
	struct seq_net_private p;
	time64_t now;
	unsigned int list;
	struct portzero_report report;
};

/*
 * Position 0 is the header, then come NF_PORTZERO_TALKERS places for each
 * window and kind, the unused ones left out.
 */
static void *portzero_talkers_at(struct portzero_talkers_seq *s, loff_t *pos)
{
	const loff_t places = NF_PORTZERO_TALKERS;
	struct portzero_top *top = s->report.top[0];
	loff_t i, list, nth;

	if (*pos == 0)
		return SEQ_START_TOKEN;
	for (i = *pos - 1; i < places * PORTZERO_WINDOWS * PORTZERO_KINDS;
	     i += places - nth) {
		list = i / places;
		nth = i % places;
		if (nth >= top[list].used)
			continue;
		s->list = list;
		*pos = i + 1;
		return &top[list].entry[nth];
	}
	return NULL;
}

/*
 * The initial user namespace's files go by their mode. In another one, root may
 * not be mapped yet when the network namespace is made, and could not own a file:
 * there everybody may open it, and it is read by whoever had the right to then.
 */
static bool portzero_in_userns(const struct net *net)
{
	return net->user_ns != &init_user_ns;
}

static bool portzero_talkers_permitted(struct seq_file *seq)
{
	const struct net *net = seq_file_net(seq);

	return !portzero_in_userns(net) ||
	       file_ns_capable(seq->file, net->user_ns, CAP_NET_ADMIN);
}

static void *portzero_talkers_start(struct seq_file *seq, loff_t *pos)
{
	struct portzero_talkers_seq *s = seq->private;
	int err;

	if (*pos == 0) {
		if (!portzero_talkers_permitted(seq))
			return ERR_PTR(-EPERM);
		err = portzero_talkers_report(portzero_of_seq(seq), &s->report);
		if (err)
			return ERR_PTR(err);
		s->now = ktime_get_real_seconds();
	}
	return portzero_talkers_at(s, pos);
}

static void *portzero_talkers_next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return portzero_talkers_at(seq->private, pos);
}

static void portzero_talkers_stop(struct seq_file *seq, void *v)
{
}

static void portzero_talkers_header(struct seq_file *seq,
				    const struct portzero_talkers_seq *s)
{
	const struct portzero_report *r = &s->report;
	time64_t began = s->now - div_u64(r->now - r->began, HZ);

	seq_printf(seq, "# nf_portzero talkers: %d of each kind, windows of %d s\n",
		   NF_PORTZERO_TALKERS, NF_PORTZERO_WINDOW);
	seq_printf(seq, "# now: since %lld, %llu packets; last: since %lld, %llu packets\n",
		   began, r->top[PORTZERO_NOW][PORTZERO_SOURCES].total,
		   began - NF_PORTZERO_WINDOW,
		   r->top[PORTZERO_LAST][PORTZERO_SOURCES].total);
	seq_puts(seq, "# window kind address port count error last_seen\n");
}

/* Seen while the report was being made counts as now. */
static time64_t portzero_seen(const struct portzero_talkers_seq *s,
			      const struct summary_entry *e)
{
	s32 age = (u32)s->report.now - e->seen;

	return s->now - max(age, 0) / HZ;
}

static int portzero_talkers_show(struct seq_file *seq, void *v)
{
	const struct portzero_talkers_seq *s = seq->private;
	const struct summary_entry *e = v;
	__be32 addr4;

	if (v == SEQ_START_TOKEN) {
		portzero_talkers_header(seq, s);
		return 0;
	}

	seq_puts(seq, s->list / PORTZERO_KINDS == PORTZERO_NOW ? "now" : "last");
	seq_puts(seq, s->list % PORTZERO_KINDS == PORTZERO_SOURCES ?
		 " src " : " dst ");
	addr4 = talker_addr4(&e->who);
	if (talker_family(&e->who) == 6)
		seq_printf(seq, "%pI6c", e->who.addr);
	else
		seq_printf(seq, "%pI4", &addr4);
	if (s->list % PORTZERO_KINDS == PORTZERO_SOURCES)
		seq_puts(seq, " -");
	else
		seq_printf(seq, " %u", ntohs(talker_port(&e->who)));
	seq_printf(seq, " %llu %llu %lld\n", e->count, e->error,
		   portzero_seen(s, e));
	return 0;
}

static const struct seq_operations portzero_talkers_ops = {
	.start = portzero_talkers_start,
	.next = portzero_talkers_next,
	.stop = portzero_talkers_stop,
	.show = portzero_talkers_show,
};

/**
 * portzero_proc_init - make a namespace's files
 * @pn: the namespace's own, with counters
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int portzero_proc_init(struct portzero_net *pn)
{
	struct net *net = pn->net;

	if (!proc_create_net("nf_portzero", 0444, net->proc_net_stat,
			     &portzero_stat_ops, sizeof(struct seq_net_private)))
		return -ENOMEM;
	if (!proc_create_net_single("nf_portzero", 0444, net->proc_net,
				    portzero_totals_show, NULL))
		goto err_stat;
	if (!proc_create_net("nf_portzero_talkers",
			     portzero_in_userns(net) ? 0444 : 0400,
			     net->proc_net, &portzero_talkers_ops,
			     sizeof(struct portzero_talkers_seq)))
		goto err_totals;
	return 0;

err_totals:
	remove_proc_entry("nf_portzero", net->proc_net);
err_stat:
	remove_proc_entry("nf_portzero", net->proc_net_stat);
	return -ENOMEM;
}

/**
 * portzero_proc_exit - remove a namespace's files
 * @pn: the namespace's own
 *
 * Context: may sleep; waits for readers.
 */
void portzero_proc_exit(struct portzero_net *pn)
{
	remove_proc_entry("nf_portzero_talkers", pn->net->proc_net);
	remove_proc_entry("nf_portzero", pn->net->proc_net);
	remove_proc_entry("nf_portzero", pn->net->proc_net_stat);
}
