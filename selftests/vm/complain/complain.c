// SPDX-License-Identifier: GPL-2.0
/*
 * complain: a module that is in trouble as soon as it is loaded, to see that
 * the test machine and its kernels notice. The parameter how says in which.
 */
#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/processor.h>
#include <linux/slab.h>
#include <linux/string.h>

static char *how = "";
module_param(how, charp, 0444);
MODULE_PARM_DESC(how, "the trouble: warn, oops, hang, spin, leak, stale, atomic or race");

static void complain_warn(void)
{
	WARN(1, "asked to warn\n");
}

static void complain_oops(void)
{
	int *nowhere = NULL;

	OPTIMIZER_HIDE_VAR(nowhere);
	WRITE_ONCE(*nowhere, 0);
}

static void complain_hang(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

/* The watchdog finds it: interrupts come, but no other task's turn. */
static void complain_spin(void)
{
	preempt_disable();
	for (;;)
		cpu_relax();
}

/* kmemleak finds it. */
static void complain_leak(void)
{
	void *lost = kmalloc(1234, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(lost);
}

/* KASAN finds it: memory that was given back. */
static void complain_stale(void)
{
	int *p = kmalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return;
	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	WRITE_ONCE(*p, 1);
}

/* DEBUG_ATOMIC_SLEEP finds it. */
static void complain_atomic(void)
{
	preempt_disable();
	msleep(20);
	preempt_enable();
}

static int raced;

static int complain_racer(void *unused)
{
	while (!kthread_should_stop()) {
		raced++;
		cond_resched();
	}
	return 0;
}

/* KCSAN finds it, within some seconds. */
static void complain_race(void)
{
	struct task_struct *racer[2];
	int i;

	for (i = 0; i < 2; i++)
		racer[i] = kthread_run(complain_racer, NULL, "racer/%d", i);
	msleep(10 * MSEC_PER_SEC);
	for (i = 0; i < 2; i++)
		if (!IS_ERR(racer[i]))
			kthread_stop(racer[i]);
}

static const struct {
	const char *how;
	void (*complain)(void);
} troubles[] = {
	{ "warn", complain_warn },
	{ "oops", complain_oops },
	{ "hang", complain_hang },
	{ "spin", complain_spin },
	{ "leak", complain_leak },
	{ "stale", complain_stale },
	{ "atomic", complain_atomic },
	{ "race", complain_race },
};

static int __init complain_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(troubles); i++) {
		if (!strcmp(how, troubles[i].how)) {
			troubles[i].complain();
			return 0;
		}
	}
	return -EINVAL;
}

static void __exit complain_exit(void)
{
}

module_init(complain_init);
module_exit(complain_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Trouble on demand, for the test machine's own test");
