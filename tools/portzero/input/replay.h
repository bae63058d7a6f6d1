/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recorded counts, read from a CSV file row by row.
 *
 * The first line names the columns, in any order: "time", needed, and at least
 * one of "true", "phantom", "echo" and "leak"; others are skipped. A time is
 * what parse_time() reads. A count is a whole number: the packets in the
 * interval since the row before, which ends at the row's time. The first row has
 * no row before it, so it only sets the time, and its counts are not used. The
 * row after a leap second that has rows of its own is a second longer than its
 * time says.
 *
 * Anything else is an error, with the file's name and the line's number: a
 * missing or empty field, a field too many, a negative or fractional count, a
 * time that is not later than that of the row before.
 */
#ifndef PORTZERO_REPLAY_H
#define PORTZERO_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/row.h"

struct replay;

/**
 * replay_open - open a file of recorded counts and read its header
 * @path: the file, "-" for the standard input
 * @why: for a sentence of explanation when it fails
 * @size: of @why
 *
 * Return: the replay, or NULL when it failed.
 */
struct replay *replay_open(const char *path, char *why, size_t size);

/* How far we are, from 0 to 1, or below 0 when it can't be known (a pipe). */
double replay_progress(const struct replay *replay);

/**
 * replay_next - the next row
 * @replay: from replay_open()
 * @row: filled in when 1 is returned; the file's columns are what is known
 * @why: for a sentence of explanation, "FILE:LINE: what is wrong with it"
 * @size: of @why
 *
 * Return: 1 for a row, 0 at the end, -1 when a line is bad or the file can't
 * be read. Nothing follows a bad line.
 */
int replay_next(struct replay *replay, struct row *row, char *why,
		size_t size);

void replay_close(struct replay *replay);

#endif /* PORTZERO_REPLAY_H */
