/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What people use instead: four usual alarms, each as a statistic that rings
 * when it reaches a threshold.
 */
#ifndef DETECT_PEERS_H
#define DETECT_PEERS_H

enum peer_kind {
	FIXED,		/* packets in the last minute */
	SIGMA,		/* the same, in standard deviations of a day's minutes */
	PROMETHEUS,	/* rate[5m] / avg_over_time[1d] */
	EWMA,		/* chart of 10 s counts, weight 0.2, limits of a day */
	PEERS
};

extern const char *const peer_names[PEERS];

/* Their usual thresholds; 0 where there is none. */
extern const double peer_usual[PEERS];

#define PEER_MINUTES	1440
#define PEER_ROWS	300

/*
 * Rows may be of 1, 10 or 3600 seconds. A window shorter than a row is a row.
 * Fixed in size, without pointers.
 */
struct peers {
	unsigned int rows[PEER_ROWS];	/* the last rows, a ring */
	unsigned int row;
	unsigned int minute_rows, five_rows;	/* rows in such a window */
	double minute, five;		/* sums over them */

	unsigned int minutes[PEER_MINUTES];	/* the last day's minutes, a ring */
	unsigned int at, filled, day;	/* minutes in a day */
	unsigned int in_minute;
	double filling;			/* the minute that isn't full yet */
	double sum, squares;		/* of the ring */

	unsigned int in_ten, ten_rows;
	double ten;			/* the ten seconds that aren't full yet */
	double mean, variance;		/* of ten-second counts, fading by the day */
	double samples;
	double ewma;

	double value[PEERS];		/* the statistics now */
};

void peers_init(struct peers *p, double row);
void peers_feed(struct peers *p, double count);

#endif
