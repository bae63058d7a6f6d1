// SPDX-License-Identifier: GPL-2.0
/*
 * Rows from captured packets.
 */
#include "input/seconds.h"

/* Seconds that packets may be late without time going back. */
#define LATE		5
/* Seconds between two files that make them follow on each other. */
#define FOLLOWS		10
/*
 * Silence is handed on in rows that grow from these seconds to those: a packet
 * makes few of them, whatever its time.
 */
#define SILENCE		60
#define SILENCE_ROW	86400
/* A longer silence is none: nobody was capturing. */
#define SILENCE_MAX	(7 * 86400)

static int recent_talkers(const void *tally, struct talkers *talkers)
{
	return tally_talkers(tally, true, talkers);
}

static int all_talkers(const void *tally, struct talkers *talkers)
{
	return tally_talkers(tally, false, talkers);
}

static struct row make(const struct seconds *s, int64_t end, double seconds,
		       const struct counters *delta)
{
	struct row row = {
		.time = (double)end,
		.seconds = seconds,
		.known = ALL_SIGNALS & ~SIGNAL(SIGNAL_LEAK),
		.delta = delta,
		.present = TALLY_COLUMNS,
		.captured = true,
		.talkers = recent_talkers,
		.context = s->tally,
	};

	row_count(&row);
	return row;
}

/* A row that ends at a time, with what was counted since the row before. */
static void hand_on(struct seconds *s, int64_t end, int64_t seconds)
{
	struct counters delta;
	struct row row;

	for (int i = 0; i < NF_PORTZERO_COUNTERS; i++)
		delta.value[i] = s->tally->counters.value[i] -
				 s->before.value[i];
	s->before = s->tally->counters;
	row = make(s, end, (double)seconds, &delta);
	row.gap = s->gap;
	s->gap = false;
	s->covered += (double)seconds;
	s->take(&row, s->context);
}

static void silence(struct seconds *s, int64_t from, int64_t to)
{
	int64_t seconds = SILENCE;

	while (from < to) {
		if (seconds > to - from)
			seconds = to - from;
		from += seconds;
		hand_on(s, from, seconds);
		seconds *= 2;
		if (seconds > SILENCE_ROW)
			seconds = SILENCE_ROW;
	}
}

void seconds_advance(struct seconds *s, int64_t time)
{
	int64_t after = s->second + 1;

	if (!s->started) {
		s->started = true;
		s->second = time;
		return;
	}
	if (time <= s->second && s->second - time <= LATE)
		return;
	hand_on(s, after, 1);
	if (time < s->second) {
		s->back++;
		s->gap = true;
	} else if (time - after > SILENCE_MAX) {
		s->gap = true;
	} else {
		silence(s, after, time);
	}
	s->second = time;
}

void seconds_pause(struct seconds *s, int64_t time)
{
	if (!s->started || time - s->second <= FOLLOWS)
		return;
	hand_on(s, s->second + 1, 1);
	s->gap = true;
	s->second = time;
}

void seconds_end(struct seconds *s, struct row *whole)
{
	if (s->started)
		hand_on(s, s->second + 1, 1);
	*whole = make(s, s->second + 1, s->covered, &s->tally->counters);
	whole->talkers = all_talkers;
	if (!s->started)
		whole->known = 0;
}
