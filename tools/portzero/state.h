/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the detectors have learned, kept over restarts and reboots.
 */
#ifndef PORTZERO_STATE_H
#define PORTZERO_STATE_H

#include <stddef.h>

#include "detect.h"

/**
 * enum state_result - how loading went
 * @STATE_LOADED: the detectors go on where they were saved; call
 *	detector_gap() on each before the first row, for time has passed
 * @STATE_ABSENT: there is no such file; the detectors were left alone
 * @STATE_ASIDE: the file is damaged or not ours. It was renamed to PATH.bad, the
 *	detectors were left alone, and @why says what was wrong
 * @STATE_FAILED: the file can't be read, or not be set aside; @why says so.
 *	Saving would overwrite something of worth, so don't
 */
enum state_result {
	STATE_LOADED,
	STATE_ABSENT,
	STATE_ASIDE,
	STATE_FAILED
};

/**
 * state_load - read the detectors' state
 * @path: the file
 * @detectors: SIGNALS of them; changed only when STATE_LOADED is returned.
 *	Their settings (config) stay as they are
 * @saved: if not NULL: when the state was saved, seconds since the epoch
 * @why: for a sentence of explanation, unless loaded or absent
 * @size: of @why
 */
enum state_result state_load(const char *path, struct detector *detectors,
			     double *saved, char *why, size_t size);

/**
 * state_save - write the detectors' state, all of it or nothing
 * @path: the file; PATH.tmp is written, synced and renamed over it
 * @detectors: SIGNALS of them
 * @now: seconds since the epoch
 * @why: for a sentence of explanation when it fails
 * @size: of @why
 *
 * Return: 0, or -1 when it failed; the old file is then as it was.
 */
int state_save(const char *path, const struct detector *detectors, double now,
	       char *why, size_t size);

#endif /* PORTZERO_STATE_H */
