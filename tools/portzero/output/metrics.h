/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters, and what the watch makes of them, as text for Prometheus.
 */
#ifndef PORTZERO_METRICS_H
#define PORTZERO_METRICS_H

#include <stdbool.h>
#include <stdio.h>

#include "explain/judge.h"
#include "input/counters.h"
#include "input/talkers.h"

/**
 * struct metrics - what is to be told, and how
 * @time: now, seconds since the epoch
 * @snapshot: the counters, or NULL if they can't be read
 * @judge: what is made of them, or NULL
 * @talkers: who talks, or NULL
 * @most: tell of at most so many of each kind
 * @labels: their names, or NULL
 * @per_cpu: a series for each CPU, else their sum
 * @openmetrics: in the words of OpenMetrics, which are stricter
 */
struct metrics {
	double time;
	const struct snapshot *snapshot;
	const struct judge *judge;
	const struct talkers *talkers;
	size_t most;
	const struct labels *labels;
	bool per_cpu;
	bool openmetrics;
};

/**
 * metrics_print() - print it
 * @m: what is to be told
 * @out: where to
 */
void metrics_print(const struct metrics *m, FILE *out);

/**
 * metrics_write() - put it in a file for node_exporter's textfile collector
 * @m: what is to be told
 * @path: the file, which is replaced at once
 *
 * Return: NULL, or what is wrong; the old file is then as it was.
 */
const char *metrics_write(const struct metrics *m, const char *path);

#endif /* PORTZERO_METRICS_H */
