// SPDX-License-Identifier: GPL-2.0
/*
 * Stands in for the files that are still to come; a real definition wins over
 * a weak one.
 */
#include <stdio.h>

#include "cmd.h"
#include "replay.h"
#include "say.h"
#include "state.h"
#include "util.h"

#define weak	__attribute__((\
weak))
static int not_yet(char **argv)
{
	complain("%s is not there yet", argv[0]);
	return USAGE;
}

weak int cmd_pcap(int argc, char **argv)
{
	(void)argc;
	return not_yet(argv);
}

weak struct replay *replay_open(const char *path, char *why, size_t size)
{
	snprintf(why, size, "%s: cannot replay yet", path);
	return NULL;
}

weak bool replay_has(const struct replay *replay, enum portzero_signal signal)
{
	(void)replay;
	(void)signal;
	return false;
}

weak double replay_progress(const struct replay *replay)
{
	(void)replay;
	return -1;
}

weak int replay_next(struct replay *replay, struct replay_row *row,
		       char *why, size_t size)
{
	(void)replay;
	(void)row;
	(void)why;
	(void)size;
	return 0;
}

weak void replay_close(struct replay *replay)
{
	(void)replay;
}

weak enum state_result state_load(const char *path,
				    struct detector *detectors,
				    double *saved, char *why, size_t size)
{
	(void)path;
	(void)detectors;
	(void)saved;
	(void)why;
	(void)size;
	return STATE_ABSENT;
}

weak int state_save(const char *path, const struct detector *detectors,
		      double now, char *why, size_t size)
{
	(void)path;
	(void)detectors;
	(void)now;
	(void)why;
	(void)size;
	return 0;
}
