/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the evidence of an event looks like: a name for it, the facts that the
 * name rests on, and what to do next. Never more than the evidence carries.
 */
#ifndef PORTZERO_READING_H
#define PORTZERO_READING_H

#include "explain/evidence.h"
#include "input/row.h"

enum reading_kind {
	READING_UNCLEAR,
	READING_HORIZONTAL_SCAN,
	READING_VERTICAL_SCAN,
	READING_HOST_PROBE,
	READING_FLOOD,
	READING_SPOOFED_FLOOD,
	READING_REFLECTION,
	READING_BACKSCATTER,
	READING_FINGERPRINTING,
	READING_OWN_HOST,
	READING_PHANTOMS,
	READING_HIDDEN,
	READING_PINGS,
	READING_LEAK,
	READINGS
};

#define READING_FACTS	8
#define READING_LENGTH	96

/**
 * struct reading - how the evidence reads
 * @kind: its name
 * @facts: how many facts
 * @fact: what it rests on, a phrase each
 * @pings: echo requests beyond the normal ones came beside port zero
 * @next: what to do next, a sentence
 */
struct reading {
	enum reading_kind kind;
	unsigned int facts;
	char fact[READING_FACTS][READING_LENGTH];
	bool pings;
	const char *next;
};

/* For programs: "horizontal-scan", "unclear" ... */
extern const char *const reading_names[READINGS];

/* For people, a phrase each. */
extern const char *const reading_texts[READINGS];

/**
 * reading_of_counts() - what a bare count tells by its signal alone
 * @signal: what was counted
 */
enum reading_kind reading_of_counts(enum portzero_signal signal);

/**
 * reading_of() - read the evidence
 * @signal: what the event is about
 * @e: what is known about it
 * @r: the reading
 */
void reading_of(enum portzero_signal signal, const struct evidence *e,
		struct reading *r);

#endif /* PORTZERO_READING_H */
