/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The figures of a background, over all seeds.
 */
#ifndef DETECT_SUMMARY_H
#define DETECT_SUMMARY_H

#include <stdbool.h>

#include "trial.h"

/* How well something saw a change. */
struct sight {
	unsigned int forks;
	unsigned int missed;
	double delay;		/* mean; a miss counts as the change's length */
	unsigned int alarm;	/* of a peer: with the window that was best */
};

/**
 * struct summary - the figures of a background
 * @background: it
 * @forks: whether each change was tried, and how often
 * @bound: the optimum's delay, mean over the forks
 * @years: warnings and notices in all simulated years
 * @played: so many of them
 * @alarms: warnings for nothing per 30 days
 * @early: those of them in the first three days
 * @levels: level changes for nothing, per 30 days
 * @ours: how the detector saw each change
 * @usual_alarms: each peer's false alarms per 30 days at its usual threshold
 * @threshold: each peer's lowest threshold with no more false alarms than ours, leaving the
 *	first three days out for all
 * @peers: how each kind saw a change with that and the window that was best for it
 */
struct summary {
	const struct background *background;
	unsigned int forks[CHANGES];
	double bound[CHANGES];
	struct years years;
	unsigned int played;
	double alarms;
	double early;
	double levels;
	struct sight ours[CHANGES];
	double usual_alarms[PEER_ALARMS];
	double threshold[PEER_ALARMS];
	struct sight peers[KINDS][CHANGES];
};

void summarize(struct summary *s, const struct background *b,
	       const struct month *months, unsigned int count);

/**
 * struct yearly - warnings of a gateway in a year, all of its signals being alike
 * @mean: measured
 * @low: with 95 % confidence that much at least
 * @high: or at most
 */
struct yearly {
	double mean;
	double low;
	double high;
};

/**
 * yearly() - from so many warnings in so many simulated years of a signal
 * @warnings: which come at random
 * @years: of one signal
 *
 * Byar's approximation (Breslow and Day, "Statistical methods in cancer research",
 * volume 2, IARC 1987, chapter 2).
 */
struct yearly yearly(unsigned int warnings, unsigned int years);

/*
 * Warnings of a gateway in a year by the CUSUM for a step, told the rates and the law
 * without bursts and wandering.
 */
double optimum_warnings(const struct summary *s, enum change_kind change);

/* The delay that a bar allows: a multiple of the bound, or a row if longer. */
double allowed(const struct summary *s, enum change_kind change, double bar);

#endif
