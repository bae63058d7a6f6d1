/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What portzero watch is told to do: by its command line, and by a file that
 * SIGHUP reads again.
 */
#ifndef PORTZERO_WATCH_SETTINGS_H
#define PORTZERO_WATCH_SETTINGS_H

#include <stdbool.h>

#include "detect/detector.h"

/* Seconds between writings of the file for Prometheus. */
#define EXPORT_EVERY	10

/**
 * struct settings - all of it
 * @interval: seconds between readings
 * @duration: seconds until it stops, or 0
 * @detector: for the detectors
 * @labels: file of labels, or NULL for the default one
 * @state: file for what was learned, or NULL
 * @replay: recorded counts, or NULL
 * @exec: command for each warning, or NULL
 * @config: file of settings, or NULL for the default one
 * @json: JSON on standard output
 * @quiet: nothing on standard output
 * @syslog: warnings to the system's log
 * @textfile: file for Prometheus, or NULL
 * @talkers: so many of each kind go there, too
 * @auto_drop: drop while true port zero is warned of
 * @drop_hold: seconds that drop stays on after that
 * @text: of the file, which the others may point into
 */
struct settings {
	double interval;
	double duration;
	struct detector_config detector;
	const char *labels;
	const char *state;
	const char *replay;
	const char *exec;
	const char *config;
	bool json;
	bool quiet;
	bool syslog;
	const char *textfile;
	size_t talkers;
	bool auto_drop;
	double drop_hold;
	char *text;
};

/**
 * watch_settings() - read the settings
 * @s: the result; its @text is to be freed, whatever happens
 * @argc: the command line's
 * @argv: the command line, its first word the subcommand
 *
 * The command line counts for more than the file. It may be read again: what
 * is wrong is complained of each time.
 *
 * Return: above 0 if nothing was wrong; 0 if help was asked for, and printed;
 * below that after complaining.
 */
int watch_settings(struct settings *s, int argc, char **argv);

#endif /* PORTZERO_WATCH_SETTINGS_H */
