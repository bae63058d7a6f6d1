/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How it stands with the signals, as text and as JSON.
 */
#ifndef PORTZERO_OUTPUT_STANDING_H
#define PORTZERO_OUTPUT_STANDING_H

#include <jansson.h>

#include "explain/standing.h"
#include "input/row.h"

/**
 * standing_print() - a line for each signal and each group of usual events
 * @standing: SIGNALS of them
 */
void standing_print(const struct standing *standing);

/**
 * standing_json() - the same for programs
 * @standing: SIGNALS of them
 *
 * Return: a new reference.
 */
json_t *standing_json(const struct standing *standing);

#endif /* PORTZERO_OUTPUT_STANDING_H */
