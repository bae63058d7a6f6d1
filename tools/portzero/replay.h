/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recorded counts, read from a CSV file row by row.
 *
 * The first line names the columns, in any order: "time", needed, and at least
 * one of "true", "phantom", "echo" and "leak". A time is in seconds since the
 * epoch, with or without a fraction, or ISO 8601: 2013-11-02T01:00:00Z, the zone
 * Z, +hh:mm or none, which is Z. A count is a whole number: the packets in the interval since the
 * row before, which ends at the row's time. The first row has no row before it,
 * so it only sets the time, and its counts are not used.
 *
 * Lines may end in CR LF. Empty lines and lines that start with '#' are
 * skipped, so are columns with other names. Anything else is an error, with
 * the file's name and the line's number: a missing or empty field, a field too
 * many, a negative or fractional count, a time that is not later than that of
 * the row before.
 */
#ifndef PORTZERO_REPLAY_H
#define PORTZERO_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detect.h"

struct replay;

/**
 * struct replay_row - what happened in an interval
 * @time: its end, seconds since the epoch
 * @seconds: its length
 * @counts: packets in it, 0 for signals that the file doesn't have
 */
struct replay_row {
	double time;
	double seconds;
	uint64_t counts[SIGNALS];
};

/**
 * replay_open - open a file of recorded counts and read its header
 * @path: the file, "-" for the standard input
 * @why: for a sentence of explanation when it fails
 * @size: of @why
 *
 * Return: the replay, or NULL when it failed.
 */
struct replay *replay_open(const char *path, char *why, size_t size);

/* Whether the file has a column for a signal. */
bool replay_has(const struct replay *replay, enum portzero_signal signal);

/* How far we are, from 0 to 1, or below 0 when it can't be known (a pipe). */
double replay_progress(const struct replay *replay);

/**
 * replay_next - the next row
 * @replay: from replay_open()
 * @row: filled in when 1 is returned
 * @why: for a sentence of explanation, "FILE:LINE: what is wrong with it"
 * @size: of @why
 *
 * Return: 1 for a row, 0 at the end, -1 when a line is bad or the file can't
 * be read. Nothing follows a bad line.
 */
int replay_next(struct replay *replay, struct replay_row *row, char *why,
		size_t size);

void replay_close(struct replay *replay);

#endif /* PORTZERO_REPLAY_H */
