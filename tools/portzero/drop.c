// SPDX-License-Identifier: GPL-2.0
/*
 * portzero drop: drop true port-zero packets, or stop dropping them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/netfilter/nf_portzero.h>

#include "cmd.h"
#include "json.h"
#include "options.h"
#include "proc.h"
#include "say.h"

static const char help[] =
"usage: portzero drop on|off [--json]\n"
"\n"
"Switches net.netfilter.nf_portzero_drop in this network namespace and says\n"
"what changed. When on, TCP packets from or to port 0 are dropped, and IPv6\n"
"first fragments that hide their TCP header; nothing else is.\n"
"\n"
"  --json   print {\"drop\": true|false, \"changed\": true|false}\n";

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
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	bool json = false, on, was;
	int option, error;

	while ((option = next_option(argc, argv, options)) != OPTIONS_END) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'h':
			fputs(help, stdout);
			return FINE;
		default:
			return USAGE;
		}
	}
	if (optind + 1 != argc || (strcmp(argv[optind], "on") &&
				   strcmp(argv[optind], "off"))) {
		complain("drop: say 'on' or 'off'");
		return USAGE;
	}
	on = !strcmp(argv[optind], "on");
	error = proc_get_switch(NF_PORTZERO_PROC_DROP, &was);
	if (!error && was != on)
		error = proc_set_switch(NF_PORTZERO_PROC_DROP, on);
	if (error == -EIO)
		complain("drop did not stay %s: somebody else switches it too",
			 on ? "on" : "off");
	else if (error)
		proc_complain(NF_PORTZERO_PROC_DROP, error);
	if (error)
		return NO_MODULE;
	if (json)
		json_print(json_pack("{s:b, s:b}", "drop", on, "changed",
				     was != on), stdout, 0);
	else
		tell(on, was != on);
	return FINE;
}
