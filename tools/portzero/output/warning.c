// SPDX-License-Identifier: GPL-2.0
/*
 * A warning as text and as JSON.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "output/json.h"
#include "lib/print.h"
#include "output/warning.h"

/* Talkers told of each kind: to people, and to programs. */
#define TOLD_TEXT	3
#define TOLD_JSON	10

static const char *const titles[SIGNALS] = {
	[SIGNAL_TRUE]		= "true port zero",
	[SIGNAL_PHANTOM]	= "phantoms (not port zero)",
	[SIGNAL_ECHO]		= "echo requests",
	[SIGNAL_LEAK]		= "port zero past the firewall",
};

const char *const severity_names[] = {
	[DETECT_WARNING]	= "warning",
	[DETECT_NOTICE]		= "notice",
};

const char *warning_event(const struct warning *w)
{
	static const char *const names[] = {
		[DETECT_NONE]	= "whole",
		[DETECT_START]	= "start",
		[DETECT_UPDATE]	= "update",
		[DETECT_END]	= "end",
		[DETECT_LEVEL]	= "level",
	};

	return names[w->event];
}

/* Its place among others like it, as it is said behind the rest, or "". */
static const char *rank(const struct detection *f, char *buf, size_t size)
{
	char nth[16], first[32];

	format_time(first, sizeof(first), f->first);
	format_ordinal(nth, sizeof(nth), f->repeats + 1);
	if (f->escalated)
		snprintf(buf, size, "; it outgrew what was usual");
	else if (f->severity == DETECT_WARNING && f->repeats + 1 == DETECT_REPEATS)
		snprintf(buf, size, "; the %s such burst in two weeks; %s", nth,
			 "further ones will be notices");
	else if (f->repeats && (f->severity == DETECT_NOTICE ||
				f->repeats < DETECT_REPEATS))
		snprintf(buf, size, "; again, the %s time since %s", nth, first);
	else
		*buf = '\0';
	return buf;
}

const char *warning_line(const struct warning *w, char *buf, size_t size)
{
	const struct detection *f = &w->facts;
	char rate[32], base[32], span[32], normal[48], place[128];

	format_rate(rate, sizeof(rate), f->rate);
	format_rate(base, sizeof(base), f->baseline);
	format_seconds(span, sizeof(span), f->until - f->since);
	snprintf(normal, sizeof(normal), f->untaught ? "no baseline yet" :
		 "normally %s", base);
	rank(f, place, sizeof(place));
	switch (w->event) {
	case DETECT_START:
	case DETECT_UPDATE:
		snprintf(buf, size, "%s: %s, %s, for %s now%s",
			 titles[w->signal], rate, normal, span, place);
		break;
	case DETECT_END:
		snprintf(buf, size, "%s: over after %s, %.0f packets, %s on average, %s%s",
			 titles[w->signal], span, f->count, rate, normal, place);
		break;
	case DETECT_LEVEL:
		if (f->unlearned)
			snprintf(buf, size,
				 "%s: down from %s to %s; an attack may have been learned; learning anew",
				 titles[w->signal], base, rate);
		else
			snprintf(buf, size,
				 "%s: %s has lasted long enough to be the new normal",
				 titles[w->signal], rate);
		break;
	case DETECT_NONE:
		format_rate(base, sizeof(base), f->peak);
		snprintf(buf, size, "%s: %.0f packets in %s, %s at most, %s",
			 titles[w->signal], f->count, span, base, f->learning ?
			 "no baseline to judge them by" :
			 "none of them beyond the baseline");
		break;
	}
	return buf;
}

/* How often this would come by chance. */
static const char *format_chance(char *buf, size_t size, double chance)
{
	if (chance >= 9)
		snprintf(buf, size, "by chance less than once in a billion years");
	else if (chance >= 6)
		snprintf(buf, size, "by chance once in %.0f million years",
			 pow(10, chance - 6));
	else if (chance >= 0.3)
		snprintf(buf, size, "by chance once in %.0f years",
			 pow(10, chance));
	else
		snprintf(buf, size, "by chance once in %.0f days",
			 fmax(1, 365 * pow(10, chance)));
	return buf;
}

static void print_talkers(const struct warning *w, bool source, FILE *out)
{
	const char *heading = source ? "from" : "to";
	unsigned int told = 0;

	for (size_t i = 0; i < w->talkers->n && told < TOLD_TEXT; i++) {
		const struct talker *t = &w->talkers->v[i];
		char name[INET6_ADDRSTRLEN + 8], count[48];
		const char *label;

		if (t->source != source)
			continue;
		if (t->error)
			snprintf(count, sizeof(count), "%.0f to %.0f packets",
				 (double)(t->count - t->error), (double)t->count);
		else
			snprintf(count, sizeof(count), "%.0f packets",
				 (double)t->count);
		label = labels_find(w->labels, &t->address);
		fprintf(out, "  %-8s %-24s %s%s%s\n", told++ ? "" : heading,
			talker_format(t, name, sizeof(name)), count,
			label ? ", " : "", label ? label : "");
	}
}

static void print_labels(const struct evidence *e, FILE *out)
{
	for (unsigned int i = 0; i < e->labels && e->labelled[i].share >= 0.01; i++)
		fprintf(out, "  %-8s %s explains %.0f %%\n", i ? "" : "labels",
			e->labelled[i].name, 100 * e->labelled[i].share);
}

static void print_details(const struct warning *w, FILE *out)
{
	const struct detection *f = &w->facts;
	const struct reading *r = &w->reading;
	char chance[64];

	format_chance(chance, sizeof(chance), f->chance);
	if (w->event != DETECT_NONE && f->untaught)
		fprintf(out, "  %-8s %.0f packets; %s at any rate that others have published\n",
			"counted", f->count, chance);
	else if (w->event != DETECT_NONE)
		fprintf(out, "  %-8s %.0f packets, %.0f of them beyond normal; %s%s\n",
			"counted", f->count, f->excess, chance,
			f->learning ? "; still learning what is normal" : "");
	if (!w->evidence)
		return;
	fprintf(out, "  %-8s %s%s%s\n", "reading", paint(BOLD),
		reading_texts[r->kind], paint(PLAIN));
	for (unsigned int i = 0; i < r->facts; i++)
		fprintf(out, "  %-8s %s\n", "", r->fact[i]);
	if (w->talkers) {
		print_talkers(w, true, out);
		print_talkers(w, false, out);
		print_labels(w->evidence, out);
	}
	if (w->event != DETECT_END)
		fprintf(out, "  %-8s %s\n", "next",
			w->dropping && w->signal == SIGNAL_TRUE ?
			"drop is on: none of it gets any further; does the line suffer?" : r->next);
}

void warning_print(const struct warning *w, FILE *out)
{
	static const struct head {
		const char *word;
		enum colour colour;
	} heads[] = {
		[DETECT_NONE]	= { "WHOLE", NOTE },
		[DETECT_START]	= { "WARNING", BAD },
		[DETECT_UPDATE]	= { "GOES ON", NOTE },
		[DETECT_END]	= { "OVER", GOOD },
		[DETECT_LEVEL]	= { "LEVEL", NOTE },
	}, notice = { "NOTICE", NOTE };
	const bool usual = w->facts.severity == DETECT_NOTICE;
	const struct head *head = &heads[w->facts.escalated ? DETECT_START :
					 w->event];
	char when[32], line[320];

	if (usual && w->event == DETECT_START)
		head = &notice;
	fprintf(out, "%s %s%-7s%s %s\n",
		format_time(when, sizeof(when), w->facts.time),
		paint(head->colour), head->word, paint(PLAIN),
		warning_line(w, line, sizeof(line)));
	if (w->event != DETECT_LEVEL && !usual)
		print_details(w, out);
	if (head == &heads[DETECT_START])
		fprintf(out, "  %-8s %s\n", "help", "man 7 portzero-runbook");
}

static void set_reading(json_t *object, const struct reading *r)
{
	json_t *facts = json_array();

	for (unsigned int i = 0; i < r->facts; i++)
		json_array_append_new(facts, json_string(r->fact[i]));
	json_object_set_new(object, "text", json_string(reading_texts[r->kind]));
	json_object_set_new(object, "facts", facts);
	json_object_set_new(object, "pings", json_boolean(r->pings));
	json_object_set_new(object, "next", json_string(r->next));
}

static json_t *labels_json(const struct evidence *e)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < e->labels; i++) {
		const struct share *s = &e->labelled[i];

		json_array_append_new(array, json_pack("{s:s, s:f}", "label",
						       s->name, "share",
						       s->share));
	}
	return array;
}

json_t *warning_json(const struct warning *w)
{
	const struct detection *f = &w->facts;
	json_t *object = json_object();

	json_object_set_new(object, "event", json_string(warning_event(w)));
	if (w->event != DETECT_NONE)
		json_object_set_new(object, "severity",
				    json_string(severity_names[f->severity]));
	json_object_set_new(object, "signal", json_string(signal_names[w->signal]));
	json_object_set_new(object, "time", json_number(f->time));
	json_object_set_new(object, "since", json_number(f->since));
	json_object_set_new(object, "until", json_number(f->until));
	json_object_set_new(object, "rate", json_number(f->rate));
	json_object_set_new(object, "baseline", json_number(f->baseline));
	json_object_set_new(object, "peak", json_number(f->peak));
	json_object_set_new(object, "count", json_number(f->count));
	json_object_set_new(object, "excess", json_number(f->excess));
	json_object_set_new(object, "evidence", json_number(f->evidence));
	json_object_set_new(object, "chance_log10_years", json_number(f->chance));
	json_object_set_new(object, "patience", json_number(w->patience));
	if (f->repeats) {
		json_object_set_new(object, "repeats", json_integer(f->repeats));
		json_object_set_new(object, "first", json_number(f->first));
	}
	json_object_set_new(object, "learning", json_boolean(f->learning));
	json_object_set_new(object, "escalated", json_boolean(f->escalated));
	json_object_set_new(object, "untaught", json_boolean(f->untaught));
	json_object_set_new(object, "unlearned", json_boolean(f->unlearned));
	json_object_set_new(object, "reading",
			    json_string(reading_names[w->reading.kind]));
	if (!w->evidence)
		return object;
	json_object_set_new(object, "dropping", json_boolean(w->dropping));
	set_reading(object, &w->reading);
	json_object_set_new(object, "counters",
			    json_counters(&w->evidence->counts, w->present));
	if (w->talkers && w->talkers->n) {
		json_object_set_new(object, "sources",
				    json_talkers(w->talkers, true, TOLD_JSON,
						 w->labels));
		json_object_set_new(object, "destinations",
				    json_talkers(w->talkers, false, TOLD_JSON,
						 w->labels));
		json_object_set_new(object, "labels", labels_json(w->evidence));
	}
	return object;
}
