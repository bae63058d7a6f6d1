// SPDX-License-Identifier: GPL-2.0
/*
 * portzero drop: drop true port-zero packets, or stop dropping them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/netfilter/nf_portzero.h>

#include "cmd/cmd.h"
#include "output/json.h"
#include "lib/options.h"
#include "input/borrow.h"
#include "input/bypass.h"
#include "input/proc.h"
#include "lib/print.h"

static const struct option_row options[] = {
	{ "json", 'j', NULL,
	  "print {\"drop\": true|false, \"changed\": true|false}",
	  &option_flag, 0 },
	{ 0 }
};

static const struct usage usage = {
	.name = "drop",
	.operands = "on|off",
	.about =
"Switches net.netfilter.nf_portzero_drop in this network namespace and says\n"
"what changed. When on, TCP packets from or to port 0 are dropped, and IPv6\n"
"first fragments that hide their TCP header; nothing else is.\n",
	.options = options,
};

static void tell(bool on, bool changed)
{
	bool enabled;

	printf("drop %s %s%s%s\n", changed ? "is now" : "already was",
	       paint(on ? GOOD : NOTE), on ? "on" : "off", paint(PLAIN));
	if (on && !proc_get_switch(NF_PORTZERO_PROC_ENABLE, &enabled) && !enabled)
		complain("nothing is dropped yet: sysctl net.netfilter.nf_portzero_enable=1");
}

int cmd_drop(int argc, char **argv)
{
	bool json = false, on, was;
	int first = options_read(&usage, &json, argc, argv), error;

	if (first <= 0)
		return first ? USAGE : FINE;
	if (first + 1 != argc ||
	    (strcmp(argv[first], "on") && strcmp(argv[first], "off"))) {
		complain("drop: say 'on' or 'off'");
		return USAGE;
	}
	on = !strcmp(argv[first], "on");
	error = proc_get_switch(NF_PORTZERO_PROC_DROP, &was);
	/* Also where nothing changes: from now on it is as its owner wants it. */
	if (!error)
		error = proc_set_switch(NF_PORTZERO_PROC_DROP, on);
	if (error == -EIO)
		complain("drop did not stay %s: somebody else switches it too",
			 on ? "on" : "off");
	else if (error)
		proc_complain(NF_PORTZERO_PROC_DROP, error);
	if (error)
		return NO_MODULE;
	borrow_forget(NF_PORTZERO_PROC_DROP);
	if (on)
		bypass_complain();
	if (json)
		json_print(json_pack("{s:b, s:b}", "drop", on, "changed",
				     was != on), stdout, 0);
	else
		tell(on, was != on);
	return FINE;
}
