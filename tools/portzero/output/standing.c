// SPDX-License-Identifier: GPL-2.0
/*
 * How it stands with the signals, as text and as JSON.
 */
#include <math.h>
#include <stdio.h>

#include "lib/print.h"
#include "output/json.h"
#include "output/standing.h"
#include "output/warning.h"

/* A rate, or a dash for one that is unknown. */
static const char *format_known(char *buf, size_t size, double rate)
{
	return isnan(rate) ? "-" : format_rate(buf, size, rate);
}

static void print_usual(const char *signal, const struct detect_usual *u)
{
	char first[32], length[32], peak[32];

	printf("%-8s usual: %u since %s, up to %.0f packets in %s, %s at most\n",
	       signal, u->events, format_time(first, sizeof(first), u->first),
	       u->size, format_seconds(length, sizeof(length), u->length),
	       format_rate(peak, sizeof(peak), u->peak));
}

void standing_print(const struct standing *standing)
{
	printf("%s%-8s %12s %12s  %s%s\n", paint(BOLD), "signal", "now", "normally",
	       "state", paint(PLAIN));
	for (int i = 0; i < SIGNALS; i++) {
		const struct standing *s = &standing[i];
		char rate[32], normal[32], since[32];

		printf("%-8s %12s %12s  ", signal_names[i],
		       format_known(rate, sizeof(rate), s->rate),
		       format_known(normal, sizeof(normal), s->baseline));
		if (s->active)
			printf("%s since %s",
			       severity_names[s->event.severity],
			       format_time(since, sizeof(since), s->event.since));
		else
			printf("quiet");
		puts(s->learning ? ", still learning" : "");
	}
	for (int i = 0; i < SIGNALS; i++) {
		for (size_t g = 0; g < standing[i].groups; g++)
			print_usual(signal_names[i], &standing[i].usual[g]);
	}
}

static json_t *usual_json(const struct standing *s)
{
	json_t *array = json_array();

	for (size_t i = 0; i < s->groups; i++) {
		const struct detect_usual *u = &s->usual[i];
		json_t *group = json_object();

		json_object_set_new(group, "events", json_integer(u->events));
		json_object_set_new(group, "first", json_number(u->first));
		json_object_set_new(group, "last", json_number(u->last));
		json_object_set_new(group, "excess", json_number(u->size));
		json_object_set_new(group, "seconds", json_number(u->length));
		json_object_set_new(group, "peak", json_number(u->peak));
		json_array_append_new(array, group);
	}
	return array;
}

json_t *standing_json(const struct standing *standing)
{
	json_t *object = json_object();

	for (int i = 0; i < SIGNALS; i++) {
		const struct standing *s = &standing[i];
		json_t *signal = json_object();

		json_object_set_new(signal, "rate", json_number(s->rate));
		json_object_set_new(signal, "baseline", json_number(s->baseline));
		json_object_set_new(signal, "learning", json_boolean(s->learning));
		json_object_set_new(signal, "active", !s->active ? json_null() :
				    json_string(severity_names[s->event.severity]));
		if (s->active)
			json_object_set_new(signal, "since",
					    json_number(s->event.since));
		json_object_set_new(signal, "usual", usual_json(s));
		json_object_set_new(object, signal_names[i], signal);
	}
	return object;
}
