// SPDX-License-Identifier: GPL-2.0
/*
 * How counts are spread over the time of a capture.
 */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "say.h"
#include "timeline.h"
#include "util.h"

#define BAR	24

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

static bool empty(const struct timeline *t, unsigned int i)
{
	for (int s = 0; s < TIMELINE_SIGNALS; s++) {
		if (t->slot[i].count[s])
			return false;
	}
	return true;
}

static void print_slot(const struct timeline *t, unsigned int i, uint64_t most)
{
	const struct timeline_slot *slot = &t->slot[i];
	uint64_t true_packets = slot->count[SIGNAL_TRUE];
	int bar = most ? (int)((double)true_packets * BAR / (double)most + 0.5) : 0;
	char when[32];

	if (true_packets && !bar)
		bar = 1;
	printf("%-24s %12llu %12llu %12llu%s%.*s\n",
	       format_time(when, sizeof(when),
			   (double)(t->base + i * t->width)),
	       llu(true_packets), llu(slot->count[SIGNAL_PHANTOM]),
	       llu(slot->count[SIGNAL_ECHO]), bar ? "  " : "", bar,
	       "########################");
}

void timeline_print(const struct timeline *t)
{
	unsigned int skipped = 0;
	uint64_t most = 0;
	char width[32];

	if (!t->used)
		return;
	printf("\n%stimeline, %-14s %12s %12s %12s%s\n", paint(BOLD),
	       format_seconds(width, sizeof(width), (double)t->width),
	       "true", "phantom", "echo", paint(PLAIN));
	for (unsigned int i = 0; i < t->used; i++) {
		if (t->slot[i].count[SIGNAL_TRUE] > most)
			most = t->slot[i].count[SIGNAL_TRUE];
	}
	for (unsigned int i = 0; i < t->used; i++) {
		/* of a long silence, the first and the last line */
		if (i && i + 1 < t->used && empty(t, i - 1) && empty(t, i) &&
		    empty(t, i + 1)) {
			skipped++;
			continue;
		}
		if (skipped)
			puts("...");
		skipped = 0;
		print_slot(t, i, most);
	}
}

json_t *timeline_json(const struct timeline *t)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < t->used; i++) {
		json_t *slot = json_object();

		json_object_set_new(slot, "time",
				    json_integer(t->base + i * t->width));
		json_object_set_new(slot, "seconds", json_integer(t->width));
		for (int s = 0; s < TIMELINE_SIGNALS; s++)
			json_object_set_new(slot, signal_names[s],
					    json_count(t->slot[i].count[s]));
		json_array_append_new(array, slot);
	}
	return array;
}
