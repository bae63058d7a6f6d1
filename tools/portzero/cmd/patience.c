// SPDX-License-Identifier: GPL-2.0
/*
 * How often a false warning is put up with, as an option.
 */
#include "cmd/cmd.h"

#define LEAST	3600.0
#define MOST	(1000 * 31557600.0)

static const char *set_patience(void *place, const char *value)
{
	double seconds;

	if (option_time.set(&seconds, value) || seconds < LEAST || seconds > MOST)
		return "wants a time from 1h to 1000y, such as 30d";
	*(double *)place = seconds;
	return NULL;
}

static const char *show_patience(char *buf, size_t size, const void *place)
{
	return option_time.show(buf, size, place);
}

const struct option_kind option_patience = { set_patience, show_patience };
