// SPDX-License-Identifier: GPL-2.0
/*
 * What captures hold, for people and for programs.
 */
#include <stdio.h>

#include "lib/print.h"
#include "lib/util.h"
#include "output/capture.h"
#include "output/table.h"

#define BAR	24

static void print_summary(const struct capture *c)
{
	char from[32], to[32], span[32];

	printf("%s%llu packets%s", paint(BOLD), llu(c->tally.packets),
	       paint(PLAIN));
	if (c->first >= 0)
		printf("  %s to %s, %s",
		       format_time(from, sizeof(from), (double)c->first),
		       format_time(to, sizeof(to), (double)c->last),
		       format_seconds(span, sizeof(span),
				      (double)(c->last - c->first)));
	putchar('\n');
}

static void print_uncounted(const struct tally *t)
{
	printf("\n%sin no column above%s\n", paint(BOLD), paint(PLAIN));
	printf("  %-9s %14llu  %s\n", "cut", llu(t->cut),
	       "the capture ends before ports or flags");
	if (t->cut_zero)
		printf("  %-9s %14llu  %s\n", "cut_zero", llu(t->cut_zero),
		       "of these: a port is 0, the flags are missing");
	printf("  %-9s %14llu  %s\n", "malformed", llu(t->malformed),
	       "no IP stack would take them");
	printf("  %-9s %14llu  %s\n", "other", llu(t->other),
	       "no IP was found: another protocol, a tunnel");
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

static void print_timeline(const struct timeline *t)
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

void capture_print(const struct capture *c, const struct talkers *talkers,
		   size_t most, const struct labels *labels)
{
	print_summary(c);
	table_counters(&c->tally.counters, TALLY_COLUMNS);
	print_uncounted(&c->tally);
	table_talkers(talkers, true, "sources", most, labels, 0);
	table_talkers(talkers, false, "destinations", most, labels, 0);
	print_timeline(&c->timeline);
}

static json_t *time_json(int64_t time)
{
	return time < 0 ? json_null() : json_integer(time);
}

static json_t *timeline_json(const struct timeline *t)
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

json_t *capture_json(const struct capture *c, const struct talkers *talkers,
		     size_t most, const struct labels *labels)
{
	const struct tally *t = &c->tally;
	json_t *object = json_object();
	json_t *who = json_object();

	json_object_set_new(who, "sources",
			    json_talkers(talkers, true, most, labels));
	json_object_set_new(who, "destinations",
			    json_talkers(talkers, false, most, labels));
	json_object_set_new(object, "packets", json_count(t->packets));
	json_object_set_new(object, "first", time_json(c->first));
	json_object_set_new(object, "last",
			    time_json(c->first < 0 ? -1 : c->last));
	json_object_set_new(object, "counters",
			    json_counters(&t->counters, ~UINT64_C(0)));
	json_object_set_new(object, "cut", json_count(t->cut));
	json_object_set_new(object, "cut_zero", json_count(t->cut_zero));
	json_object_set_new(object, "malformed", json_count(t->malformed));
	json_object_set_new(object, "other", json_count(t->other));
	json_object_set_new(object, "talkers", who);
	json_object_set_new(object, "timeline", timeline_json(&c->timeline));
	return object;
}
