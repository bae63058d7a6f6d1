// SPDX-License-Identifier: GPL-2.0
/*
 * A subcommand's options.
 */
#include <stdio.h>

#include "options.h"
#include "say.h"

int next_option(int argc, char **argv, const struct option *options)
{
	int at = optind ? optind : 1;
	int option;

	opterr = 0;
	option = getopt_long(argc, argv, ":", options, NULL);
	if (option == ':') {
		complain("%s: %s needs a value", argv[0], argv[optind - 1]);
		return OPTION_BAD;
	}
	if (option == '?')
		complain("%s: cannot take '%s': see 'portzero %s --help'",
			 argv[0], argv[at < argc ? at : argc - 1], argv[0]);
	return option;
}

bool option_number(const char *command, const char *option, size_t *value)
{
	char extra;

	if (sscanf(optarg, "%zu%c", value, &extra) == 1 && *optarg != '-')
		return true;
	complain("%s: --%s wants a number, not '%s'", command, option, optarg);
	return false;
}
