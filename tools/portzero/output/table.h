/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters and talkers as tables for people.
 */
#ifndef PORTZERO_TABLE_H
#define PORTZERO_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "input/counters.h"
#include "input/labels.h"
#include "input/talkers.h"

/**
 * table_counters() - print counters in groups, each with what it means
 * @c: the counters
 * @present: which of them to print, as in struct snapshot
 */
void table_counters(const struct counters *c, uint64_t present);

/**
 * table_talkers() - print talkers of one kind, the busiest first
 * @t: the talkers
 * @source: sources, else destinations
 * @heading: above the names
 * @most: how many at most; 0 prints nothing at all
 * @labels: their names
 * @now: print how long ago they were seen; 0: print when
 */
void table_talkers(const struct talkers *t, bool source, const char *heading,
		   size_t most, const struct labels *labels, double now);

#endif /* PORTZERO_TABLE_H */
