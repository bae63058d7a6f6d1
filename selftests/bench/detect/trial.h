/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One month of one background under one seed: false alarms while nothing
 * changes, and delays on forks of the month that something happens in.
 */
#ifndef DETECT_TRIAL_H
#define DETECT_TRIAL_H

#include <stddef.h>

#include "detect/detector.h"
#include "peers.h"
#include "traffic.h"

/* A month to count false alarms in; changes come after ten days of it. */
#define DAYS		30
#define LEARN_DAYS	10

/* Peers have so long to fill their windows. */
#define EARLY_DAYS	3

/* Each time that a peer's statistic was higher than before in a fork. */
struct step {
	unsigned int alarm : 5;
	unsigned int rows : 27;		/* since the change */
	float value;
};

/* A change laid on a fork. */
struct fork {
	double bound;		/* the optimum's, for the rate at the onset; or 0 */
	double lasts;
	double delay;		/* the detector's, or infinity: missed */
	size_t first, steps;	/* the peers', in struct month */
};

/* All forks of a change. */
struct forks {
	struct fork *fork;
	size_t count;
};

/* Of a peer's statistic, the highest value of each hour of the month. */
#define HOURS		(DAYS * 24)

struct month {
	unsigned int alarms;		/* warnings for nothing */
	unsigned int early;		/* those of them in the first three days */
	unsigned int levels;		/* level changes for nothing */
	float highest[PEER_ALARMS][HOURS];
	struct forks forks[CHANGES];
	struct step *steps;
	size_t stepped, room;
	double rows;			/* fed to the detector in all */
};

/* A year after three weeks to settle, in rows that are cheap enough for many. */
#define YEARS_ROW	10
#define SETTLE_DAYS	21

struct years {
	unsigned int first;		/* warnings in the first three weeks */
	unsigned int warnings;
	unsigned int notices;
	unsigned int levels;
};

void years_play(struct years *y, const struct background *b, unsigned long seed);

/* Whether that was a warning's beginning, or a notice's that became one. */
bool warned(enum detect_event event, const struct detection *said);

/* Plays it, and tries the changes from the first to the last. */
void month_play(struct month *m, const struct background *b,
		unsigned long seed, enum change_kind first,
		enum change_kind last);

/* When did each peer's statistic reach its threshold? Infinity if it didn't. */
void month_peer_delays(const struct month *m, const struct fork *f, double row,
		       const double threshold[PEER_ALARMS],
		       double delay[PEER_ALARMS]);

void month_free(struct month *m);

#endif
