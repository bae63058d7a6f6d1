/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What captures hold, for people and for programs.
 */
#ifndef PORTZERO_OUTPUT_CAPTURE_H
#define PORTZERO_OUTPUT_CAPTURE_H

#include "input/capture.h"
#include "output/json.h"

/**
 * capture_print() - counters, talkers and timeline for people
 * @c: what was read
 * @talkers: who talked
 * @most: list at most so many of each kind
 * @labels: their names
 */
void capture_print(const struct capture *c, const struct talkers *talkers,
		   size_t most, const struct labels *labels);

/**
 * capture_json() - the same for programs
 * @c: what was read
 * @talkers: who talked
 * @most: list at most so many of each kind
 * @labels: their names
 *
 * Return: a new reference to an object.
 */
json_t *capture_json(const struct capture *c, const struct talkers *talkers,
		     size_t most, const struct labels *labels);

#endif /* PORTZERO_OUTPUT_CAPTURE_H */
