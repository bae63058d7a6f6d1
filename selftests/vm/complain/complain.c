// SPDX-License-Identifier: GPL-2.0
/*
 * complain: a module that is in trouble as soon as it is loaded, to see that
 * the test machine notices. The parameter how says in which: warn, oops or
 * hang.
 */
#include <linux/bug.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/processor.h>
#include <linux/string.h>

static char *how = "";
module_param(how, charp, 0444);
MODULE_PARM_DESC(how, "the trouble: warn, oops or hang");

static int __init complain_init(void)
{
	int *nowhere = NULL;

	if (!strcmp(how, "warn")) {
		WARN(1, "asked to warn\n");
	} else if (!strcmp(how, "oops")) {
		WRITE_ONCE(*nowhere, 0);
	} else if (!strcmp(how, "hang")) {
		local_irq_disable();
		for (;;)
			cpu_relax();
	} else {
		return -EINVAL;
	}
	return 0;
}

static void __exit complain_exit(void)
{
}

module_init(complain_init);
module_exit(complain_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Trouble on demand, for the test machine's own test");
