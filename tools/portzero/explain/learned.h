/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the detectors have learned, kept over restarts and reboots.
 */
#ifndef PORTZERO_LEARNED_H
#define PORTZERO_LEARNED_H

#include "detect/detector.h"
#include "input/row.h"
#include "lib/state.h"

/* Where the service keeps it. */
#define LEARNED_DEFAULT	"/var/lib/portzero/state"

/**
 * learned_load() - read what the detectors have learned
 * @path: the file
 * @detectors: SIGNALS of them; changed only when STATE_LOADED is returned.
 *	Their settings (config) stay as they are
 * @why: for a sentence of explanation, unless loaded or absent
 * @size: of @why
 */
enum state_result learned_load(const char *path, struct detector *detectors,
			       char *why, size_t size);

/**
 * learned_look() - read what the detectors of a watch have learned, and leave the
 *	file alone
 * @path: the file
 * @detectors: as for learned_load()
 * @why: for a sentence of explanation, unless loaded or absent
 * @size: of @why
 *
 * Return: never STATE_ASIDE.
 */
enum state_result learned_look(const char *path, struct detector *detectors,
			       char *why, size_t size);

/**
 * learned_save() - write what the detectors have learned, all of it or nothing
 * @path: the file
 * @detectors: SIGNALS of them
 *
 * Return: NULL, or what is wrong; the old file is then as it was.
 */
const char *learned_save(const char *path, const struct detector *detectors);

#endif /* PORTZERO_LEARNED_H */
