/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What people use instead: four usual alarms with several windows each, as
 * statistics that ring when they reach a threshold. And the optimum among them,
 * which nobody can use: Page's CUSUM that is told the rates and the law.
 */
#ifndef DETECT_PEERS_H
#define DETECT_PEERS_H

enum peer_kind {
	FIXED,		/* packets in a window */
	SIGMA,		/* those of a minute, in standard deviations of a window's */
	PROMETHEUS,	/* rate[short window] / avg_over_time[long window] */
	EWMA,		/* by the weight of a row, in its standard deviations of a day */
	PEERS,
	CUSUM = PEERS,	/* told the rate and what the change makes of it */
	KINDS
};

extern const char *const peer_names[KINDS];

/* Their usual thresholds; 0 where there is none, or it is the optimum's own. */
extern const double peer_usual[KINDS];

#define PEER_SHORTS	5
#define PEER_LONGS	4
#define PEER_RATES	3	/* short windows that Prometheus takes */
#define PEER_WEIGHTS	6
#define PEER_RATIOS	3
#define PEER_ALARMS	(PEER_SHORTS + PEER_LONGS + PEER_RATES * PEER_LONGS + \
			 PEER_WEIGHTS + PEER_RATIOS)

/* The alarm that the CUSUM for a step is: x2, x5 and x20 are the last ones. */
#define PEER_CUSUM	(PEER_ALARMS - PEER_RATIOS)

/* A peer with a window. */
struct peer_alarm {
	enum peer_kind kind;
	const char *window;
};

extern const struct peer_alarm peer_alarms[PEER_ALARMS];

#define PEER_ROWS	3600
#define PEER_MINUTES	(7 * 1440)

/* A window of minutes that are over. */
struct peer_long {
	unsigned int minutes, filled;
	double sum, squares;
	double mean, of_mean, of_deviation;	/* the latter are reciprocals */
};

/* A chart, and its mean and variance, fading by the day. */
struct peer_ewma {
	double now, mean, variance;
};

/*
 * Rows may be of 1, 10 or 3600 seconds. A window shorter than a row is a row.
 * Fixed in size, without pointers.
 */
struct peers {
	unsigned int rows[PEER_ROWS];	/* the last rows, a ring */
	unsigned int row;
	unsigned int in_short[PEER_SHORTS];	/* rows in such a window */
	double shorts[PEER_SHORTS];	/* sums over them */
	double of_short[PEER_SHORTS];	/* a minute's part of it */

	unsigned int minutes[PEER_MINUTES];	/* the last minutes, a ring */
	unsigned int at, in_minute;
	double filling;			/* the minute that isn't full yet */
	struct peer_long longs[PEER_LONGS];

	double samples, most_samples;	/* in a day */
	struct peer_ewma ewma[PEER_WEIGHTS];

	double dispersion;
	double cusum[PEER_RATIOS];

	float value[PEER_ALARMS];	/* the statistics now */
};

void peers_init(struct peers *p, double row, double dispersion);

/**
 * peers_feed - one row
 * @p: the peers
 * @count: packets in it
 * @expected: packets that the background brings in it, for the CUSUM
 */
void peers_feed(struct peers *p, double count, double expected);

#endif
