// SPDX-License-Identifier: GPL-2.0
/*
 * What portzero watch is told to do: by its command line, and by a file that
 * SIGHUP reads again.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/watch_settings.h"
#include "input/labels.h"
#include "lib/print.h"
#include "lib/settings.h"
#include "output/autodrop.h"
#include "output/exec.h"

#define SETTINGS_DEFAULT	"/etc/portzero/watch.conf"

#define TEXT_OF(macro)	#macro
#define TEXT(macro)	TEXT_OF(macro)

static const char *set_count(void *place, const char *value)
{
	char *end;
	double count = strtod(value, &end);

	if (end == value || *end || !isfinite(count) || count < 1)
		return "wants a number from 1 on";
	*(double *)place = count;
	return NULL;
}

static const char *show_count(char *buf, size_t size, const void *place)
{
	snprintf(buf, size, "%.0f", *(const double *)place);
	return buf;
}

static const char *set_auto_drop(void *place, const char *value)
{
	struct settings *s = place;

	s->auto_drop = true;
	return value ? option_time.set(&s->drop_hold, value) : NULL;
}

static const struct option_kind kind_count = { set_count, show_count };
static const struct option_kind kind_auto_drop = { set_auto_drop, NULL };

static const struct option_row options[] = {
	{ "interval", 0, "TIME", "time between readings", &option_time,
	  offsetof(struct settings, interval) },
	{ "for", 0, "TIME", "stop after that time", &option_time,
	  offsetof(struct settings, duration) },
	OPTION_PATIENCE(struct settings),
	{ "min-count", 0, "N", "packets above normal that a warning needs",
	  &kind_count, offsetof(struct settings, detector.least) },
	{ "hold", 0, "TIME",
	  "end a warning when its spike has been over that long", &option_time,
	  offsetof(struct settings, detector.hold) },
	OPTION_LABELS(struct settings),
	{ "state", 0, "FILE", "keep what was learned in FILE", &option_text,
	  offsetof(struct settings, state) },
	{ "config", 0, "FILE",
	  "more of these options, without the dashes, one a line (default "
	  SETTINGS_DEFAULT ")", &option_text,
	  offsetof(struct settings, config) },
	{ "replay", 0, "FILE",
	  "judge recorded counts: CSV with the columns time and any of true, phantom, echo, leak; '-' is standard input",
	  &option_text, offsetof(struct settings, replay) },
	{ .help = "Where warnings go, all at once if wanted:" },
	{ "json", 'j', NULL, "one JSON object a line on standard output, not text",
	  &option_flag, offsetof(struct settings, json) },
	{ "quiet", 0, NULL, "nothing on standard output", &option_flag,
	  offsetof(struct settings, quiet) },
	{ "syslog", 0, NULL, "to journald with structured fields, or to syslog",
	  &option_flag, offsetof(struct settings, syslog) },
	{ "exec", 0, "COMMAND",
	  "run COMMAND with the warning as JSON on its standard input: words between blanks, no shell, "
	  TEXT(EXEC_SECONDS) " s at most", &option_text,
	  offsetof(struct settings, exec) },
	{ "textfile", 0, "FILE",
	  "counters, what is normal and what is not, for node_exporter's textfile collector: all of FILE, every "
	  TEXT(EXPORT_EVERY) " s and when a warning changes",
	  &option_text, offsetof(struct settings, textfile) },
	{ "talkers", 0, "N",
	  "tell there of the N busiest sources and destinations, too",
	  &option_number, offsetof(struct settings, talkers) },
	{ "auto-drop", 0, "[=TIME]",
	  "switch drop on at a warning of true port zero, and off again that long after its end (default "
	  TEXT(AUTODROP_HOLD) " s)", &kind_auto_drop, 0 },
	{ 0 }
};

static const struct usage usage = {
	.name = "watch",
	.about =
"Reads the module's counters, learns this host's own baseline, and warns when\n"
"true port zero, phantoms, echo requests or (with audit on) leaks spike.\n",
	.options = options,
	.more =
"TIME is a number with ms, s, m, h, d or y behind it. SIGHUP reads the labels\n"
"and the file of options again, SIGUSR1 prints what was learned and what is held\n"
"to be usual. What is usual is told as a notice: neither --exec nor --auto-drop\n"
"nor the exit status heed it. Exit status 1: a warning is active at the end.\n",
};

static bool consistent(const struct settings *s)
{
	if (s->replay && s->auto_drop)
		complain("watch: recorded counts are no reason for --auto-drop now");
	else if (s->replay && s->syslog)
		complain("watch: recorded counts are no news for --syslog");
	else if (s->replay && s->textfile)
		complain("watch: recorded counts are no state of now for --textfile");
	else if (s->talkers && !s->textfile)
		complain("watch: --talkers is for --textfile");
	else if (s->replay && s->duration > 0)
		complain("watch: --for is for live counters, --replay ends with its file");
	else if (s->interval < 0.01)
		complain("watch: --interval is 10ms at least");
	else
		return true;
	return false;
}

static void start_over(struct settings *s)
{
	*s = (struct settings){
		.interval = 1,
		.detector = detector_defaults,
		.drop_hold = AUTODROP_HOLD,
	};
}

int watch_settings(struct settings *s, int argc, char **argv)
{
	const char *path;
	int given;

	/* Once to find the file, and then over what the file says. */
	start_over(s);
	given = options_read(&usage, s, argc, argv);
	if (given <= 0)
		return given;
	path = s->config;
	/* A replay is to give the same warnings wherever it is run. */
	if (!path && !s->replay && !access(SETTINGS_DEFAULT, F_OK))
		path = SETTINGS_DEFAULT;
	if (path) {
		start_over(s);
		s->text = settings_read(path, &usage, s);
		if (s->text && s->config)
			complain("%s: config is no option in a file", path);
		if (!s->text || s->config)
			return -1;
		options_read(&usage, s, argc, argv);
	}
	return consistent(s) ? given : -1;
}
