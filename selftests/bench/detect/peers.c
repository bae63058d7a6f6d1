// SPDX-License-Identifier: GPL-2.0
/*
 * The usual alarms.
 */
#include <math.h>
#include <string.h>

#include "peers.h"

const char *const peer_names[PEERS] = {
	"fixed", "mean+3sd", "prometheus", "ewma"
};

const double peer_usual[PEERS] = { 0, 3, 5, 3 };

#define WEIGHT	0.2

void peers_init(struct peers *p, double row)
{
	memset(p, 0, sizeof(*p));
	p->minute_rows = fmax(1, 60 / row);
	p->five_rows = fmax(1, 300 / row);
	p->ten_rows = fmax(1, 10 / row);
	p->day = fmin(PEER_MINUTES, 86400 / row);
}

static void end_minute(struct peers *p)
{
	double old = p->minutes[p->at], new = p->filling;

	if (p->filled == p->day) {
		p->sum -= old;
		p->squares -= old * old;
	} else {
		p->filled++;
	}
	p->sum += new;
	p->squares += new * new;
	p->minutes[p->at] = new;
	p->at = (p->at + 1) % p->day;
	p->in_minute = 0;
	p->filling = 0;
}

static void end_ten(struct peers *p)
{
	double share = 1 / fmin(++p->samples, 86400.0 / (10 * p->ten_rows));
	double off = p->ten - p->mean;

	p->ewma += WEIGHT * (p->ten - p->ewma);
	p->value[EWMA] = p->variance > 0 ?
		(p->ewma - p->mean) /
		sqrt(p->variance * WEIGHT / (2 - WEIGHT)) : 0;
	p->mean += share * off;
	p->variance += share * (off * off * (1 - share) - p->variance);
	p->in_ten = 0;
	p->ten = 0;
}

void peers_feed(struct peers *p, double count)
{
	unsigned int r = p->row;

	p->minute += count - p->rows[(r + PEER_ROWS - p->minute_rows) %
				     PEER_ROWS];
	p->five += count - p->rows[(r + PEER_ROWS - p->five_rows) % PEER_ROWS];
	p->rows[r] = count;
	p->row = (r + 1) % PEER_ROWS;

	p->value[FIXED] = p->minute;
	p->value[SIGMA] = 0;
	p->value[PROMETHEUS] = 0;
	if (p->filled > 1 && p->sum > 0) {
		double mean = p->sum / p->filled;
		double variance = p->squares / p->filled - mean * mean;

		p->value[SIGMA] = (p->minute - mean) /
				  sqrt(fmax(variance, 1.0 / p->filled));
		p->value[PROMETHEUS] = p->five / p->five_rows /
				       (mean / p->minute_rows);
	}

	p->filling += count;
	if (++p->in_minute == p->minute_rows)
		end_minute(p);
	p->ten += count;
	if (++p->in_ten == p->ten_rows)
		end_ten(p);
}
