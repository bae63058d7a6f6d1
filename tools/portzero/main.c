// SPDX-License-Identifier: GPL-2.0
/*
 * portzero: counts, names and warns of TCP port-zero traffic, together with
 * the kernel module nf_portzero.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h") ||
	       !strcmp(word, "help");
}

/* The commands, or how one of them is used. */
static int help_on(int argc, char **argv)
{
	const struct command *command;

	if (argc > 1) {
		complain("help: cannot take '%s': try 'portzero --help'", argv[1]);
		return USAGE;
	}
	if (!argc || is_help(argv[0])) {
		print_help(stdout);
		return FINE;
	}
	command = find(argv[0]);
	if (!command)
		return USAGE;
	return command->run(2, (char *[]){ argv[0], (char *)"--help", NULL });
}

static int run(int argc, char **argv)
{
	const struct command *command;

	if (is_help(argv[0]))
		return help_on(argc - 1, argv + 1);
	if (!strcmp(argv[0], "--version") || !strcmp(argv[0], "-V")) {
		puts("portzero " PORTZERO_VERSION);
		return FINE;
	}
	command = find(argv[0]);
	if (!command)
		return USAGE;
	return command->run(argc, argv);
}

/*
 * What the caller has closed would be the next file that is opened, and complaints
 * be written into it. This can be neither read nor written, as before.
 */
static bool streams_taken(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/", O_PATH) != fd)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	const char *root = getenv("PORTZERO_PROC");
	int outcome;

	if (!streams_taken()) {
		complain("cannot take the place of what is closed: %m");
		return USAGE;
	}
	if (root && *root)
		proc_set_root(root);
	if (argc < 2 || !*argv[1]) {
		print_help(stderr);
		return USAGE;
	}
	outcome = run(argc - 1, argv + 1);
	return close_stdout() ? outcome : USAGE;
}
