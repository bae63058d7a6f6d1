/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers kept in a text file: a line that says what it is, a name and its
 * values on each line, and a checksum at the end. It is replaced whole, and
 * comes back as it was or not at all.
 */
#ifndef PORTZERO_STATE_H
#define PORTZERO_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * enum state_result - how reading went
 * @STATE_LOADED: all is well
 * @STATE_ABSENT: there is no such file, or an empty one
 * @STATE_ASIDE: it is ours, but damaged or of another version; it has another
 *	name now, and @why says so
 * @STATE_FAILED: it can't be read, it is not ours, or it can't be set aside;
 *	@why says so. Saving would fail, too
 */
enum state_result {
	STATE_LOADED,
	STATE_ABSENT,
	STATE_ASIDE,
	STATE_FAILED
};

/**
 * struct state - a state that is being written or read, private
 * @out: where it is written to, or NULL when it is read
 * @text: all of it
 * @size: of @text
 * @next: the line to be read next
 * @wrong: what is wrong with it, or NULL
 */
struct state {
	FILE *out;
	char *text;
	size_t size;
	char *next;
	const char *wrong;
};

/**
 * state_values() - write values, or read them
 * @s: the state
 * @name: their name, without blanks
 * @values: the values
 * @n: how many
 *
 * They are read in the order in which they were written; what doesn't fit is
 * remembered, and @values left alone from there on.
 *
 * Return: true if they were read.
 */
bool state_values(struct state *s, const char *name, double *values, size_t n);

/**
 * state_load() - read a state
 * @path: the file
 * @visit: calls state_values() for all there is; false if what was read can't be
 * @context: handed to @visit
 * @why: for a sentence of explanation, unless loaded or absent
 * @size: of @why
 */
enum state_result state_load(const char *path,
			     bool (*visit)(struct state *s, void *context),
			     void *context, char *why, size_t size);

/**
 * state_look() - read a state that another program keeps: it stays where it is
 * @path: the file
 * @visit: as for state_load()
 * @context: handed to @visit
 * @why: for a sentence of explanation, unless loaded or absent
 * @size: of @why
 *
 * Return: never STATE_ASIDE. What can't be taken is STATE_FAILED.
 */
enum state_result state_look(const char *path,
			     bool (*visit)(struct state *s, void *context),
			     void *context, char *why, size_t size);

/**
 * state_save() - write a state, all of it or nothing
 * @path: the file
 * @visit: calls state_values() for all there is
 * @context: handed to @visit
 *
 * Return: NULL, or what is wrong; the old file is then as it was.
 */
const char *state_save(const char *path,
		       bool (*visit)(struct state *s, void *context),
		       void *context);

#endif /* PORTZERO_STATE_H */
