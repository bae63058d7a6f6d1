// SPDX-License-Identifier: GPL-2.0
/*
 * What had been counted at moments of the last hour.
 */
#include "explain/history.h"

void history_add(struct history *h, double time, double seconds,
		 const struct counters *delta)
{
	const struct moment *last;

	if (!h->n) {
		h->moment[0] = (struct moment){ .time = time - seconds };
		h->n = 1;
		h->next = 1;
	}
	counters_add(&h->total, delta);
	h->seconds += seconds;
	last = &h->moment[(h->next + HISTORY_LENGTH - 1) % HISTORY_LENGTH];
	/* A clock set back must not stop the history. */
	if (time >= last->time && time < last->time + HISTORY_STEP)
		return;
	h->moment[h->next] = (struct moment){ time, h->seconds, h->total };
	h->next = (h->next + 1) % HISTORY_LENGTH;
	if (h->n < HISTORY_LENGTH)
		h->n++;
}

const struct moment *history_at(const struct history *h, double time)
{
	static const struct moment nothing;
	const struct moment *m = &nothing;

	for (unsigned int i = 1; i <= h->n; i++) {
		m = &h->moment[(h->next + HISTORY_LENGTH - i) % HISTORY_LENGTH];
		if (m->time <= time)
			break;
	}
	return m;
}
