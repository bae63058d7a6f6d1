// SPDX-License-Identifier: GPL-2.0
/*
 * Warnings in the system's log.
 */
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "output/journal.h"
#include "lib/print.h"

#define JOURNAL		"/run/systemd/journal/socket"
#define FIELDS		24
#define FIELD_SIZE	320

/* "KEY=value", gathered for one message. */
struct fields {
	int n;
	char text[FIELDS][FIELD_SIZE];
};

__printf(2, 3)
static void field(struct fields *f, const char *fmt, ...)
{
	va_list args;

	if (f->n == FIELDS)
		return;
	va_start(args, fmt);
	vsnprintf(f->text[f->n++], FIELD_SIZE, fmt, args);
	va_end(args);
}

static int priority(const struct warning *w)
{
	const struct detection *d = &w->facts;

	if (d->severity == DETECT_NOTICE || w->event == DETECT_END ||
	    (w->event == DETECT_LEVEL && !d->unlearned))
		return LOG_NOTICE;
	return LOG_WARNING;
}

static void talker_fields(const struct warning *w, struct fields *f)
{
	bool source = false, destination = false;

	for (size_t i = 0; i < w->talkers->n; i++) {
		const struct talker *t = &w->talkers->v[i];
		bool *told = t->source ? &source : &destination;
		char name[INET6_ADDRSTRLEN + 8];
		const char *label;

		if (*told)
			continue;
		*told = true;
		field(f, "PORTZERO_%s=%s", t->source ? "SOURCE" : "DESTINATION",
		      talker_format(t, name, sizeof(name)));
		label = labels_find(w->labels, &t->address);
		if (label && t->source)
			field(f, "PORTZERO_LABEL=%s", label);
	}
}

static void fill(const struct warning *w, struct fields *f)
{
	const struct detection *d = &w->facts;

	field(f, "PORTZERO_EVENT=%s", warning_event(w));
	field(f, "PORTZERO_SIGNAL=%s", signal_names[w->signal]);
	field(f, "PORTZERO_SEVERITY=%s", severity_names[d->severity]);
	field(f, "PORTZERO_TIME=%.3f", d->time);
	field(f, "PORTZERO_SINCE=%.3f", d->since);
	field(f, "PORTZERO_RATE=%.6g", d->rate);
	field(f, "PORTZERO_BASELINE=%.6g", d->baseline);
	field(f, "PORTZERO_PEAK=%.6g", d->peak);
	field(f, "PORTZERO_COUNT=%.0f", d->count);
	field(f, "PORTZERO_PATIENCE=%.0f", w->patience);
	if (d->repeats) {
		field(f, "PORTZERO_REPEATS=%u", d->repeats);
		field(f, "PORTZERO_FIRST=%.3f", d->first);
	}
	field(f, "PORTZERO_LEARNING=%d", d->learning);
	field(f, "PORTZERO_ESCALATED=%d", d->escalated);
	field(f, "PORTZERO_UNTAUGHT=%d", d->untaught);
	field(f, "PORTZERO_UNLEARNED=%d", d->unlearned);
	field(f, "PORTZERO_READING=%s", reading_names[w->reading.kind]);
	if (!w->evidence)
		return;
	field(f, "PORTZERO_DROPPING=%d", w->dropping);
	field(f, "PORTZERO_NEXT=%s", w->reading.next);
	if (w->talkers)
		talker_fields(w, f);
}

static void to_syslog(const struct warning *w, const char *line,
		      const struct fields *f)
{
	char text[2048];
	size_t used = (size_t)snprintf(text, sizeof(text), "%s", line);

	for (int i = 0; i < f->n && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s", i ? ", " : " | ", f->text[i]);
	openlog("portzero", LOG_PID, LOG_DAEMON);
	syslog(priority(w), "%s", text);
	closelog();
}

static int to_journal(const struct warning *w, const char *line,
		      const struct fields *f)
{
	struct iovec iov[FIELDS + 2];
	char message[340], level[16];
	int n = 0;

	snprintf(message, sizeof(message), "MESSAGE=%s", line);
	snprintf(level, sizeof(level), "PRIORITY=%d", priority(w));
	iov[n++] = (struct iovec){ message, strlen(message) };
	iov[n++] = (struct iovec){ level, strlen(level) };
	for (int i = 0; i < f->n; i++)
		iov[n++] = (struct iovec){ (void *)f->text[i], strlen(f->text[i]) };
	n = sd_journal_sendv(iov, n);
	if (n < 0)
		complain("journald: %s", strerror(-n));
	return n;
}

void journal_send(const struct warning *w)
{
	struct fields f = { 0 };
	char line[320];

	warning_line(w, line, sizeof(line));
	fill(w, &f);
	if (access(JOURNAL, W_OK) || to_journal(w, line, &f) < 0)
		to_syslog(w, line, &f);
}
