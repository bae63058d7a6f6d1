// SPDX-License-Identifier: GPL-2.0
/*
 * The talkers: a Space-Saving summary for each CPU, kind and window, written
 * by its CPU alone, and copied and merged when somebody reads. Reading asks nothing
 * of another CPU and waits for none.
 */

#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sort.h>
#include <linux/string.h>

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
	int cpu;

	if (pn->talkers)
		return 0;
	talkers = alloc_percpu_gfp(struct portzero_talkers,
				   GFP_KERNEL_ACCOUNT);
	if (!talkers)
		return -ENOMEM;
	/* empty summaries are all zeroes */
	for_each_possible_cpu(cpu)
		seqcount_init(&per_cpu_ptr(talkers, cpu)->seq);
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
 * Context: within the CPU's write section.
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

/* A merge holds so many entries at most, and cuts them down to so many. */
#define PORTZERO_MERGE_MAX	512
#define PORTZERO_MERGE_CUT	256

/*
 * Tries to copy a summary. It takes more than a few only when a hypervisor has
 * taken the CPU away while it wrote.
 */
#define PORTZERO_TRIES		1000000

/**
 * struct portzero_merge - the summaries of all CPUs, merged one by one
 * @total: all their packets
 * @min: no talker that has no entry sent more
 * @used: how many entries there are
 * @entry: the talkers, each with its count and error reduced by @min
 * @copy: the summary that is being merged
 *
 * A talker that a CPU's summary does not hold sent at most the summary's
 * smallest count, min, there. So with all entries reduced by their summary's
 * min, a talker's count is the sum of its entries and of the min of all CPUs, and
 * its error likewise, wherever it is held and wherever not.
 *
 * The NF_PORTZERO_TALKERS largest of these are enough to list everyone above
 * 1/NF_PORTZERO_TALKERS of all N packets: the reduced counts add up to
 * N - NF_PORTZERO_TALKERS * min, so fewer than NF_PORTZERO_TALKERS of them can
 * reach N / NF_PORTZERO_TALKERS - min.
 *
 * When there are too many entries, all are reduced by the first that has to go,
 * and that is added to @min. More than NF_PORTZERO_TALKERS entries lose as much,
 * so all of this still holds. Many CPUs' summaries are merged in little room, and
 * in steps between which the reader can be stopped.
 */
struct portzero_merge {
	u64 total;
	u64 min;
	unsigned int used;
	struct summary_entry entry[PORTZERO_MERGE_MAX];
	struct summary copy;
};

static int portzero_compare(const void *a, const void *b)
{
	const struct summary_entry *l = a, *r = b;

	if (l->count != r->count)
		return l->count < r->count ? 1 : -1;
	return memcmp(&l->who, &r->who, sizeof(l->who));
}

static void portzero_merge_sort(struct portzero_merge *m)
{
	sort(m->entry, m->used, sizeof(*m->entry), portzero_compare, NULL);
}

static void portzero_merge_cut(struct portzero_merge *m)
{
	unsigned int i;
	u64 cut;

	portzero_merge_sort(m);
	cut = m->entry[PORTZERO_MERGE_CUT].count;
	m->min += cut;
	m->used = PORTZERO_MERGE_CUT;
	for (i = 0; i < m->used; i++) {
		m->entry[i].count -= cut;
		m->entry[i].error -= cut;
	}
}

static void portzero_merge_entry(struct portzero_merge *m,
				 const struct summary_entry *e, u64 min)
{
	struct summary_entry *to;

	for (to = m->entry; to < m->entry + m->used; to++)
		if (talker_same(to->who, e->who))
			goto found;
	m->used++;
	*to = (struct summary_entry){ .who = e->who, .seen = e->seen };
found:
	to->count += e->count - min;
	to->error += e->error - min;
	if ((s32)(e->seen - to->seen) > 0)
		to->seen = e->seen;
}

static void portzero_merge_copy(struct portzero_merge *m)
{
	const struct summary *s = &m->copy;
	unsigned int i;

	if (m->used + s->used > PORTZERO_MERGE_MAX)
		portzero_merge_cut(m);
	for (i = 0; i < s->used; i++) {
		m->total += s->entry[i].count;
		portzero_merge_entry(m, &s->entry[i], s->min);
	}
	m->min += s->min;
}

/* Copy a CPU's summary at a moment when nothing is written there. */
static int portzero_copy(const struct portzero_talkers *t,
			 const struct summary *s, struct summary *copy)
{
	unsigned int seq, tries;

	for (tries = 0; tries < PORTZERO_TRIES; tries++) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		seq = raw_read_seqcount(&t->seq);
		if (!(seq & 1)) {
			memcpy(copy, s, sizeof(*copy));
			if (!read_seqcount_retry(&t->seq, seq))
				return 0;
		}
		cpu_relax();
	}
	return -EAGAIN;
}

static int portzero_merge_cpus(struct portzero_merge *m,
			       struct portzero_talkers __percpu *talkers,
			       u32 window, int kind)
{
	const struct portzero_talkers *t;
	const struct summary *s;
	int cpu, err;

	m->total = 0;
	m->min = 0;
	m->used = 0;
	for_each_possible_cpu(cpu) {
		t = per_cpu_ptr(talkers, cpu);
		s = &t->summary[window % PORTZERO_WINDOWS][kind];
		if (READ_ONCE(s->window) != window)
			continue;
		err = portzero_copy(t, s, &m->copy);
		if (err)
			return err;
		if (m->copy.window == window)
			portzero_merge_copy(m);
	}
	return 0;
}

/* The list of talkers, most packets first. */
static void portzero_merge_top(struct portzero_merge *m,
			       struct portzero_top *top)
{
	unsigned int i;

	portzero_merge_sort(m);
	top->total = m->total;
	top->used = min_t(unsigned int, m->used, NF_PORTZERO_TALKERS);
	for (i = 0; i < top->used; i++) {
		top->entry[i] = m->entry[i];
		top->entry[i].count += m->min;
		top->entry[i].error += m->min;
	}
}

/**
 * portzero_talkers_report - merge the talkers of all CPUs
 * @pn: the namespace's own
 * @report: where to
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, -EINTR when the reader is being killed, or -EAGAIN when a
 * CPU stopped while it was writing.
 */
int portzero_talkers_report(struct portzero_net *pn,
			    struct portzero_report *report)
{
	struct portzero_talkers __percpu *talkers;
	u64 now = get_jiffies_64();
	u32 window = portzero_window(now);
	struct portzero_merge *m;
	int age, kind, err = 0;

	/* pairs with the release in portzero_talkers_alloc() */
	talkers = smp_load_acquire(&pn->talkers);
	memset(report, 0, sizeof(*report));
	report->now = now;
	report->began = (u64)window * NF_PORTZERO_WINDOW * HZ;
	if (!talkers)
		return 0;

	m = kvmalloc(sizeof(*m), GFP_KERNEL_ACCOUNT);
	if (!m)
		return -ENOMEM;
	for (age = 0; age < PORTZERO_WINDOWS; age++) {
		for (kind = 0; kind < PORTZERO_KINDS; kind++) {
			err = portzero_merge_cpus(m, talkers, window - age,
						  kind);
			if (err)
				goto out;
			portzero_merge_top(m, &report->top[age][kind]);
		}
	}
out:
	kvfree(m);
	return err;
}
