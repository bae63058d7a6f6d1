// SPDX-License-Identifier: GPL-2.0
/*
 * The talkers: a Space-Saving summary for each CPU, kind and window, written
 * by its CPU alone in softirq, and merged when somebody reads.
 */

#include <linux/bottom_half.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/smp.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "compat.h"
#include "netns.h"
#include "talkers.h"

struct summary_key portzero_key __read_mostly;

/**
 * portzero_talkers_seed - make the hash one that nobody can guess
 */
void portzero_talkers_seed(void)
{
	get_random_bytes(&portzero_key, sizeof(portzero_key));
}

/**
 * portzero_talkers_alloc - give a namespace its summaries, unless it has them
 * @pn: the namespace's own
 *
 * Context: may sleep; before the hooks are registered.
 * Return: 0 or -ENOMEM.
 */
int portzero_talkers_alloc(struct portzero_net *pn)
{
	struct portzero_talkers __percpu *talkers;
	struct portzero_talkers *t;
	int cpu, window, kind;

	if (pn->talkers)
		return 0;
	talkers = alloc_percpu_gfp(struct portzero_talkers,
				   GFP_KERNEL_ACCOUNT);
	if (!talkers)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		t = per_cpu_ptr(talkers, cpu);
		local_lock_init(&t->lock);
		for (window = 0; window < PORTZERO_WINDOWS; window++)
			for (kind = 0; kind < PORTZERO_KINDS; kind++)
				summary_clear(&t->summary[window][kind], 0);
	}
	/* the file may be open already */
	smp_store_release(&pn->talkers, talkers);
	return 0;
}

/**
 * portzero_talkers_free - the end of a namespace's summaries
 * @pn: the namespace's own
 *
 * Context: after the hooks are unregistered and the file is gone.
 */
void portzero_talkers_free(struct portzero_net *pn)
{
	free_percpu(pn->talkers);
	pn->talkers = NULL;
}

/* The window's number is the same on every CPU. */
static u32 portzero_window(u64 now)
{
	return div_u64(now, NF_PORTZERO_WINDOW * HZ);
}

/**
 * portzero_talkers_turn - begin a new window on this CPU
 * @t: the CPU's summaries
 * @now: jiffies
 *
 * Context: softirqs disabled.
 */
void portzero_talkers_turn(struct portzero_talkers *t, u64 now)
{
	u32 window = portzero_window(now);
	int kind;

	t->began = (u64)window * NF_PORTZERO_WINDOW * HZ;
	t->now = t->summary[window % PORTZERO_WINDOWS];
	for (kind = 0; kind < PORTZERO_KINDS; kind++)
		summary_clear(&t->now[kind], window);
}

/**
 * struct portzero_gather - a reader on its way over the CPUs
 * @talkers: the namespace's summaries
 * @window: the number of the current window
 * @cpu: the CPU it has come to
 * @cpus: those worth going to
 * @part: what it has by now
 *
 * An entry here is reduced by its summary's smallest count, @min. A talker
 * that a CPU's summary does not hold sent at most @min there, so adding the
 * @min of all CPUs to the sum of a talker's parts gives its count, and the
 * same for its error, wherever it is held and wherever not.
 *
 * The NF_PORTZERO_TALKERS largest of these are enough to list everyone above
 * 1/NF_PORTZERO_TALKERS of all N packets: the parts of all talkers add up to
 * N - NF_PORTZERO_TALKERS * min, so fewer than NF_PORTZERO_TALKERS of them can
 * reach N / NF_PORTZERO_TALKERS - min.
 */
struct portzero_gather {
	struct portzero_talkers __percpu *talkers;
	u32 window;
	int cpu;
	cpumask_var_t cpus;
	struct portzero_part {
		u64 total;
		u64 min;
		size_t used;
		struct summary_entry *entry;
	} part[PORTZERO_WINDOWS][PORTZERO_KINDS];
};

static void portzero_gather_part(struct portzero_part *part,
				 const struct summary *s)
{
	struct summary_entry *e;
	unsigned int i;

	part->min += s->min;
	for (i = 0; i < s->used; i++) {
		e = &part->entry[part->used++];
		*e = s->entry[i];
		part->total += e->count;
		e->count -= s->min;
		e->error -= s->min;
	}
}

/* With softirqs disabled, on the CPU itself unless it is offline. */
static int portzero_gather_cpu(void *arg)
{
	struct portzero_gather *g = arg;
	struct portzero_talkers *t = per_cpu_ptr(g->talkers, g->cpu);
	const struct summary *s;
	int age, kind;
	u32 window;

	local_bh_disable();
	local_lock_nested_bh(&g->talkers->lock);
	for (age = 0; age < PORTZERO_WINDOWS; age++) {
		window = g->window - age;
		for (kind = 0; kind < PORTZERO_KINDS; kind++) {
			s = &t->summary[window % PORTZERO_WINDOWS][kind];
			if (s->window == window)
				portzero_gather_part(&g->part[age][kind], s);
		}
	}
	local_unlock_nested_bh(&g->talkers->lock);
	local_bh_enable();
	return 0;
}

/*
 * The CPUs that have counted a talker lately. The others are left alone: they
 * may have better to do, and there may be hundreds of them.
 */
static void portzero_gather_worth(struct portzero_gather *g)
{
	const struct portzero_talkers *t;
	int cpu, i;

	for_each_possible_cpu(cpu) {
		t = per_cpu_ptr(g->talkers, cpu);
		for (i = 0; i < PORTZERO_WINDOWS; i++)
			if (g->window - READ_ONCE(t->summary[i][0].window) <
			    PORTZERO_WINDOWS &&
			    READ_ONCE(t->summary[i][0].used))
				cpumask_set_cpu(cpu, g->cpus);
	}
}

/*
 * Each CPU's summaries are read on that CPU with softirqs disabled: they hold
 * still, and writing them needs no lock.
 */
static void portzero_gather_all(struct portzero_gather *g)
{
	cpus_read_lock();
	for_each_cpu(g->cpu, g->cpus) {
		if (cpu_online(g->cpu))
			smp_call_on_cpu(g->cpu, portzero_gather_cpu, g, false);
		else
			portzero_gather_cpu(g);
		cond_resched();
	}
	cpus_read_unlock();
}

static int portzero_compare_who(const void *a, const void *b)
{
	const struct summary_entry *l = a, *r = b;

	return memcmp(&l->who, &r->who, sizeof(l->who));
}

static int portzero_compare_count(const void *a, const void *b)
{
	const struct summary_entry *l = a, *r = b;

	if (l->count != r->count)
		return l->count < r->count ? 1 : -1;
	return portzero_compare_who(a, b);
}

/* Turn the parts of all CPUs into a list of talkers, most packets first. */
static void portzero_merge(struct portzero_part *part,
			   struct portzero_top *top)
{
	struct summary_entry *e = part->entry;
	size_t i, n = 0;

	sort(e, part->used, sizeof(*e), portzero_compare_who, NULL);
	for (i = 0; i < part->used; i++) {
		if (n && !portzero_compare_who(&e[n - 1], &e[i])) {
			e[n - 1].count += e[i].count;
			e[n - 1].error += e[i].error;
			if ((s32)(e[i].seen - e[n - 1].seen) > 0)
				e[n - 1].seen = e[i].seen;
		} else {
			e[n++] = e[i];
		}
	}
	for (i = 0; i < n; i++) {
		e[i].count += part->min;
		e[i].error += part->min;
	}
	sort(e, n, sizeof(*e), portzero_compare_count, NULL);

	top->total = part->total;
	top->used = min_t(size_t, n, NF_PORTZERO_TALKERS);
	memcpy(top->entry, e, top->used * sizeof(*e));
}

/**
 * portzero_talkers_report - merge the talkers of all CPUs
 * @pn: the namespace's own
 * @report: where to
 *
 * Context: may sleep; runs on each CPU that has counted a talker lately.
 * Return: 0 or -ENOMEM.
 */
int portzero_talkers_report(struct portzero_net *pn,
			    struct portzero_report *report)
{
	u64 now = get_jiffies_64();
	struct portzero_gather g = {
		/* pairs with the release in portzero_talkers_alloc() */
		.talkers = smp_load_acquire(&pn->talkers),
		.window = portzero_window(now),
	};
	struct summary_entry *room;
	int age, kind, err = 0;
	size_t n, i = 0;

	memset(report, 0, sizeof(*report));
	report->now = now;
	report->began = (u64)g.window * NF_PORTZERO_WINDOW * HZ;
	if (!g.talkers)
		return 0;

	if (!zalloc_cpumask_var(&g.cpus, GFP_KERNEL_ACCOUNT))
		return -ENOMEM;
	portzero_gather_worth(&g);
	n = cpumask_weight(g.cpus) * NF_PORTZERO_TALKERS;
	if (!n)
		goto out_cpus;
	room = kvmalloc_array(n * PORTZERO_WINDOWS * PORTZERO_KINDS,
			      sizeof(*room), GFP_KERNEL_ACCOUNT);
	if (!room) {
		err = -ENOMEM;
		goto out_cpus;
	}
	for (age = 0; age < PORTZERO_WINDOWS; age++)
		for (kind = 0; kind < PORTZERO_KINDS; kind++)
			g.part[age][kind].entry = room + n * i++;

	portzero_gather_all(&g);
	for (age = 0; age < PORTZERO_WINDOWS; age++)
		for (kind = 0; kind < PORTZERO_KINDS; kind++)
			portzero_merge(&g.part[age][kind],
				       &report->top[age][kind]);
	kvfree(room);
out_cpus:
	free_cpumask_var(g.cpus);
	return err;
}
