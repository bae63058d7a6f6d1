// SPDX-License-Identifier: GPL-2.0
/*
 * portzero export: the counters as Prometheus text, to standard output or to a
 * file for node_exporter's textfile collector.
 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "lib/options.h"
#include "lib/print.h"
#include "output/metrics.h"

/* What it is told. */
struct settings {
	const char *textfile;
	const char *labels;
	size_t talkers;
	bool total;
	bool openmetrics;
};

static const struct option_row options[] = {
	{ "textfile", 0, "FILE",
	  "write FILE instead, all of it or nothing, for node_exporter's textfile collector",
	  &option_text, offsetof(struct settings, textfile) },
	{ "total", 0, NULL, "the sum of all CPUs, not one series for each",
	  &option_flag, offsetof(struct settings, total) },
	{ "openmetrics", 0, NULL, "OpenMetrics' format, not Prometheus' own",
	  &option_flag, offsetof(struct settings, openmetrics) },
	{ "talkers", 0, "N",
	  "tell of the N busiest sources and destinations, too: whoever reads the metrics sees their addresses",
	  &option_number, offsetof(struct settings, talkers) },
	OPTION_LABELS(struct settings),
	{ 0 }
};

static const struct usage usage = {
	.name = "export",
	.about =
"Prints the counters in Prometheus' text format, one series for each CPU.\n"
"'portzero watch --textfile' tells besides what is normal and what is not.\n",
	.options = options,
};

/* Whoever asked for talkers is not to get none for want of rights. */
static int read_talkers(struct talkers *talkers)
{
	int error = talkers_read(talkers);

	if (error)
		proc_complain(NF_PORTZERO_PROC_TALKERS, error);
	return error;
}

static int export(const struct settings *set, struct metrics *m)
{
	const char *wrong;

	if (!set->textfile) {
		metrics_print(m, stdout);
		return FINE;
	}
	wrong = metrics_write(m, set->textfile);
	if (!wrong)
		return FINE;
	complain("%s: %s", set->textfile, wrong);
	return USAGE;
}

int cmd_export(int argc, char **argv)
{
	struct settings set = { 0 };
	struct talkers talkers = { 0 };
	struct snapshot s = { 0 };
	struct labels labels = { 0 };
	int first = options_read(&usage, &set, argc, argv);
	int outcome = NO_MODULE, error;

	if (first <= 0)
		return first ? USAGE : FINE;
	if (set.textfile && set.openmetrics) {
		complain("export: the textfile collector does not read --openmetrics");
		return USAGE;
	}
	if (set.talkers && !labels_load(set.labels, &labels))
		return USAGE;
	error = snapshot_read(&s);
	if (error)
		proc_complain(NF_PORTZERO_PROC_STAT, error);
	if (!error && (!set.talkers || !read_talkers(&talkers))) {
		struct metrics m = {
			.time = s.realtime,
			.snapshot = &s,
			.talkers = set.talkers ? &talkers : NULL,
			.most = set.talkers,
			.labels = &labels,
			.per_cpu = !set.total,
			.openmetrics = set.openmetrics,
		};

		outcome = export(&set, &m);
	}
	talkers_free(&talkers);
	labels_free(&labels);
	snapshot_free(&s);
	return outcome;
}
