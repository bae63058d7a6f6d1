// SPDX-License-Identifier: GPL-2.0
/*
 * Rows from the live module.
 */
#include <math.h>
#include <string.h>

#include <linux/netfilter/nf_portzero.h>

#include "input/live.h"
#include "lib/print.h"

/* Ticks between looks at the switches: they cost as much as the counters. */
#define SWITCH_TICKS	5
/* Seconds that clocks may differ over a tick before it means something. */
#define CLOCK_SLACK	2

static int live_talkers(const void *context, struct talkers *talkers)
{
	(void)context;
	return talkers_read(talkers);
}

static void read_switches(struct live *live)
{
	if (live->ticks++ % SWITCH_TICKS)
		return;
	if (proc_get_switch(NF_PORTZERO_PROC_ENABLE, &live->enabled))
		live->enabled = true;
	if (proc_get_switch(NF_PORTZERO_PROC_AUDIT, &live->audit))
		live->audit = false;
	if (live->enabled != live->disabled)
		return;
	live->disabled = !live->enabled;
	complain(live->enabled ? "the module counts again" :
		 "the module counts nothing here: sysctl net.netfilter.nf_portzero_enable=1");
}

/* Which signals the counters tell of. */
static unsigned int known(struct live *live)
{
	unsigned int signals = ALL_SIGNALS;

	read_switches(live);
	if (!live->enabled)
		return 0;
	/* Without the audit no leak is counted, which isn't to say there is none. */
	if (!live->audit || !live->auditing)
		signals &= ~SIGNAL(SIGNAL_LEAK);
	live->auditing = live->audit;
	return signals;
}

static void between(struct live *live, const struct snapshot *from,
		    const struct snapshot *to, struct row *row)
{
	double awake = to->monotonic - from->monotonic;
	double passed = to->boottime - from->boottime;
	double clock = to->realtime - from->realtime;

	*row = (struct row) {
		.time = to->realtime,
		.seconds = awake,
		.gap = passed - awake > CLOCK_SLACK ||
		       fabs(clock - passed) > CLOCK_SLACK,
		.delta = &live->delta,
		.present = to->present,
		.talkers = live_talkers,
	};
	if (counters_between(from, to, &live->delta))
		row->known = known(live);
	else
		/* How much of the interval they cover is not known. */
		complain("the counters began anew: was the module reloaded? Going on from there");
	row_count(row);
}

int live_read(struct live *live, struct row *row)
{
	const struct snapshot *from = &live->snap[live->now];
	struct snapshot *to = &live->snap[!live->now];
	int error = snapshot_read(to);
	bool started = live->started, back = live->trouble;

	if (error) {
		if (error != live->trouble) {
			proc_complain(NF_PORTZERO_PROC_STAT, error);
			if (started)
				complain("nothing is watched until it is back");
		}
		live->trouble = error;
		return error;
	}
	live->now = !live->now;
	live->started = true;
	live->trouble = 0;
	if (!started)
		return 0;
	if (back)
		complain("the module is back");
	between(live, from, to, row);
	row->gap |= back;
	return 1;
}

const struct snapshot *live_snapshot(const struct live *live)
{
	return live->trouble ? NULL : &live->snap[live->now];
}

void live_free(struct live *live)
{
	snapshot_free(&live->snap[0]);
	snapshot_free(&live->snap[1]);
}
