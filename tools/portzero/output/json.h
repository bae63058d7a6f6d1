/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tool's facts as JSON.
 */
#ifndef PORTZERO_JSON_H
#define PORTZERO_JSON_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "input/counters.h"
#include "input/labels.h"
#include "input/talkers.h"

/**
 * json_count() - a counter's value
 * @value: the value; one above the range of JSON integers becomes a real
 *
 * Return: a new reference.
 */
json_t *json_count(uint64_t value);

/**
 * json_number() - a measured value
 * @value: the value; infinity becomes the largest number, as JSON has none
 *
 * Return: a new reference.
 */
json_t *json_number(double value);

/**
 * json_counters() - counters by their names
 * @c: the counters
 * @present: which of them to tell, as in struct snapshot
 *
 * Return: a new reference.
 */
json_t *json_counters(const struct counters *c, uint64_t present);

/**
 * json_talkers() - talkers of one kind
 * @t: the talkers
 * @source: sources, else destinations
 * @most: how many at most
 * @labels: their names
 *
 * Return: a new reference to an array.
 */
json_t *json_talkers(const struct talkers *t, bool source, size_t most,
		     const struct labels *labels);

/**
 * json_print() - print a value and give up its reference
 * @value: the value
 * @out: where to
 * @flags: jansson's, JSON_COMPACT for one line
 */
void json_print(json_t *value, FILE *out, size_t flags);

#endif /* PORTZERO_JSON_H */
