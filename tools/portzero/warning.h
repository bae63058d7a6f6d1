/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A warning: all that is known about an event at one moment, as data, and as
 * text and JSON.
 */
#ifndef PORTZERO_WARNING_H
#define PORTZERO_WARNING_H

#include <jansson.h>
#include <stdio.h>

#include "detect.h"
#include "evidence.h"
#include "reading.h"

/**
 * struct warning - an event's start, update or end, or a change of level
 * @event: which of them
 * @signal: what it is about
 * @facts: what the detector says
 * @evidence: what was counted and who talked, or NULL (recorded counts)
 * @present: the counters the module has
 * @talkers: who talked, or NULL
 * @labels: names of prefixes
 * @reading: what it looks like, with @evidence only
 * @dropping: true packets are being dropped
 */
struct warning {
	enum detect_event event;
	enum portzero_signal signal;
	struct detection facts;
	const struct evidence *evidence;
	uint64_t present;
	const struct talkers *talkers;
	const struct labels *labels;
	struct reading reading;
	bool dropping;
};

/* "start", "update", "end", "level" */
const char *warning_event(const struct warning *w);

/**
 * warning_line() - the warning in one line, without its time
 * @w: the warning
 * @buf: the result; 256 bytes are enough
 * @size: of @buf
 *
 * Return: @buf.
 */
const char *warning_line(const struct warning *w, char *buf, size_t size);

/**
 * warning_print() - the warning as a few lines for people
 * @w: the warning
 * @out: where to
 */
void warning_print(const struct warning *w, FILE *out);

/**
 * warning_json() - the warning for programs
 * @w: the warning
 *
 * Return: a new reference.
 */
json_t *warning_json(const struct warning *w);

#endif /* PORTZERO_WARNING_H */
