// SPDX-License-Identifier: GPL-2.0
/*
 * How counts are spread over the time of a capture.
 */
#include <string.h>

#include "input/timeline.h"
#include "lib/util.h"

/* Widths that people think in. Each divides the next. */
static const int64_t widths[] = {
	1, 5, 10, 30, 60, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600,
	86400, 7 * 86400,
};

static int64_t wider(int64_t width)
{
	for (size_t i = 0; i < ARRAY_SIZE(widths); i++) {
		if (widths[i] > width)
			return widths[i];
	}
	return width * 10;
}

static int64_t floor_to(int64_t time, int64_t width)
{
	int64_t rest = time % width;

	return time - (rest < 0 ? rest + width : rest);
}

/* The timeline again, with slots of that width from that time on. */
static void lay_out(struct timeline *t, int64_t base, int64_t width)
{
	struct timeline old = *t;

	memset(t, 0, sizeof(*t));
	t->base = base;
	t->width = width;
	for (unsigned int i = 0; i < old.used; i++) {
		uint64_t n = (uint64_t)(old.base + i * old.width - base) /
			     (uint64_t)width;

		for (int s = 0; s < TIMELINE_SIGNALS; s++)
			t->slot[n].count[s] += old.slot[i].count[s];
		t->used = (unsigned int)n + 1;
	}
}

/* Make the timeline reach to a time. */
static void stretch(struct timeline *t, int64_t time)
{
	int64_t end = t->base + t->used * t->width;
	int64_t from = time < t->base ? time : t->base;
	int64_t to = time >= end ? time : end - 1;
	int64_t width = t->width, base = floor_to(from, width);

	while ((to - base) / width >= TIMELINE_SLOTS) {
		width = wider(width);
		base = floor_to(from, width);
	}
	if (width != t->width || base != t->base)
		lay_out(t, base, width);
	t->used = (unsigned int)((to - base) / width) + 1;
}

void timeline_add(struct timeline *t, int64_t time, enum portzero_signal signal,
		  uint64_t packets)
{
	uint64_t n;

	if (!t->width) {
		t->width = widths[0];
		t->base = time;
	}
	n = (uint64_t)(time - t->base);
	if (time < t->base || n >= t->used * (uint64_t)t->width) {
		stretch(t, time);
		n = (uint64_t)(time - t->base);
	}
	t->slot[n / (uint64_t)t->width].count[signal] += packets;
}

void timeline_class(struct timeline *t, int64_t time, enum portzero_class class)
{
	switch (class) {
	case PORTZERO_TRUE:
		timeline_add(t, time, SIGNAL_TRUE, 1);
		break;
	case PORTZERO_FRAG:
	case PORTZERO_SHORT:
	case PORTZERO_HIDDEN:
		timeline_add(t, time, SIGNAL_PHANTOM, 1);
		break;
	case PORTZERO_ECHO:
		timeline_add(t, time, SIGNAL_ECHO, 1);
		break;
	default:
		break;
	}
}
