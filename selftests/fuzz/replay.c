// SPDX-License-Identifier: GPL-2.0
/*
 * Recorded counts: whatever a file holds, its rows go forward in time, and
 * what is wrong is told once, with its line.
 */
#include <math.h>

#include "fuzz.h"
#include "input/replay.h"
#include "text.h"

int fuzz_input(const __u8 *data, size_t size)
{
	const char *path = text_file(data, size);
	struct replay *replay;
	char why[512] = "";
	double last = -INFINITY;
	struct row row;
	int got;

	replay = replay_open(path, why, sizeof(why));
	if (!replay) {
		MUST(*why);
		return 0;
	}
	while ((got = replay_next(replay, &row, why, sizeof(why))) > 0) {
		MUST(isfinite(row.time) && row.time >= last);
		MUST(isfinite(row.seconds) && row.seconds > 0);
		MUST(row.known && !(row.known & ~ALL_SIGNALS));
		for (int s = 0; s < SIGNALS; s++)
			MUST(row.known & SIGNAL(s) || !row.counts[s]);
		MUST(replay_progress(replay) <= 1);
		last = row.time;
	}
	MUST(!got == !*why);
	if (got)
		MUST(strchr(why, ':'));
	replay_close(replay);
	return 0;
}
