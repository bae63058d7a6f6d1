// SPDX-License-Identifier: GPL-2.0
/*
 * portzero: counts, names and warns of TCP port-zero traffic, together with
 * the kernel module nf_portzero.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "input/proc.h"
#include "lib/print.h"
#include "lib/version.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "status", cmd_status, "what the module is doing and has seen" },
	{ "watch", cmd_watch, "learn a baseline, warn of spikes" },
	{ "top", cmd_top, "live screen: rates, CPUs, talkers" },
	{ "drop", cmd_drop, "drop port-zero packets, or stop dropping them" },
	{ "verify", cmd_verify, "does the firewall stop port zero?" },
	{ "pcap", cmd_pcap, "the same counts over captured packets" },
	{ "export", cmd_export, "the counters for Prometheus" },
};

#define COMMANDS (ARRAY_SIZE(commands))

static void print_help(FILE *out)
{
	fputs("usage: portzero COMMAND [OPTION...]\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].what);
	fputs("\n'portzero help COMMAND' tells more. A command may be abbreviated.\n"
	      "Exit status: 0 fine, 1 a warning is active or a leak was found,\n"
	      "2 bad usage or input, 3 the module is not loaded or not readable.\n",
	      out);
}

/* The command of that name, or the only one whose name begins like that. */
static const struct command *find(const char *name)
{
	const struct command *found = NULL;

	for (size_t i = 0; i < COMMANDS; i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
		if (strncmp(commands[i].name, name, strlen(name)))
			continue;
		if (found) {
			complain("'%s' could be %s or %s", name, found->name,
				 commands[i].name);
			return NULL;
		}
		found = &commands[i];
	}
	if (!found)
		complain("no command '%s': try 'portzero --help'", name);
	return found;
}

/* The commands, or how one of them is used. */
static int help_on(const char *name)
{
	const struct command *command = name ? find(name) : NULL;

	if (command)
		return command->run(2, (char *[]){ (char *)name,
						   (char *)"--help", NULL });
	if (name)
		return USAGE;
	print_help(stdout);
	return FINE;
}

static int run(int argc, char **argv)
{
	const struct command *command;

	if (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h") ||
	    !strcmp(argv[0], "help"))
		return help_on(argv[1]);
	if (!strcmp(argv[0], "--version") || !strcmp(argv[0], "-V")) {
		puts("portzero " PORTZERO_VERSION);
		return FINE;
	}
	command = find(argv[0]);
	if (!command)
		return USAGE;
	return command->run(argc, argv);
}

int main(int argc, char **argv)
{
	const char *root = getenv("PORTZERO_PROC");
	int outcome;

	if (root && *root)
		proc_set_root(root);
	if (argc < 2 || !*argv[1]) {
		print_help(stderr);
		return USAGE;
	}
	outcome = run(argc - 1, argv + 1);
	return close_stdout() ? outcome : USAGE;
}
