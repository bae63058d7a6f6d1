// SPDX-License-Identifier: GPL-2.0
/*
 * failpercpu: lets an allocation of per-CPU memory fail.
 *
 * The kernel's own fault injection does not reach those: they mostly take from
 * what is at hand. Who writes n to the parameter nth has his n-th one fail; then,
 * as with fail-nth, it reads 0.
 */
#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>

static atomic_t nth = ATOMIC_INIT(0);
static struct task_struct *who;

static int failpercpu_set(const char *text, const struct kernel_param *kp)
{
	unsigned int n;
	int err = kstrtouint(text, 0, &n);

	if (err)
		return err;
	WRITE_ONCE(who, current);
	atomic_set(&nth, n);
	return 0;
}

static int failpercpu_get(char *text, const struct kernel_param *kp)
{
	return sysfs_emit(text, "%d\n", atomic_read(&nth));
}

static const struct kernel_param_ops failpercpu_ops = {
	.set = failpercpu_set,
	.get = failpercpu_get,
};
module_param_cb(nth, &failpercpu_ops, NULL, 0644);
MODULE_PARM_DESC(nth, "which of the writer's next allocations is to fail");

/* Return to the caller at once, with NULL. */
static int failpercpu_enter(struct kprobe *p, struct pt_regs *regs)
{
	if (READ_ONCE(who) != current || atomic_dec_if_positive(&nth) != 0)
		return 0;
	regs_set_return_value(regs, 0);
	instruction_pointer_set(regs, *(unsigned long *)regs->sp);
	regs->sp += sizeof(long);
	return 1;
}

/* With this the probe is no jump, from which there is no return. */
static void failpercpu_after(struct kprobe *p, struct pt_regs *regs,
			     unsigned long flags)
{
}

static struct kprobe failpercpu_probe = {
	.symbol_name = "__alloc_percpu_gfp",
	.pre_handler = failpercpu_enter,
	.post_handler = failpercpu_after,
};

static int __init failpercpu_init(void)
{
	return register_kprobe(&failpercpu_probe);
}

static void __exit failpercpu_exit(void)
{
	unregister_kprobe(&failpercpu_probe);
}

module_init(failpercpu_init);
module_exit(failpercpu_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Lets the n-th allocation of per-CPU memory fail");
