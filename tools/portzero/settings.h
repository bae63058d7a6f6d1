/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What portzero watch is told to do: by its command line, and by a file that
 * SIGHUP reads again.
 */
#ifndef PORTZERO_SETTINGS_H
#define PORTZERO_SETTINGS_H

#include <stdbool.h>

#include "detect.h"

#define SETTINGS_DEFAULT	"/etc/portzero/watch.conf"

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
 * @auto_drop: drop while true port zero is warned of
 * @drop_hold: seconds that drop stays on after that
 * @help: only tell how it is used
 *
 * The texts are its own.
 */
struct settings {
	double interval;
	double duration;
	struct detector_config detector;
	char *labels;
	char *state;
	char *replay;
	char *exec;
	char *config;
	bool json;
	bool quiet;
	bool syslog;
	bool auto_drop;
	double drop_hold;
	bool help;
};

/**
 * settings_read() - read the settings
 * @s: the result, to be given back with settings_free() whatever happens
 * @argc: the command line's
 * @argv: the command line, its first word the subcommand
 *
 * The command line counts for more than the file. It may be read again: what
 * is wrong is complained of each time.
 *
 * Return: true if nothing was wrong.
 */
bool settings_read(struct settings *s, int argc, char **argv);

/**
 * settings_free() - give back what settings_read() took
 * @s: the settings
 */
void settings_free(struct settings *s);

/* How portzero watch is used. */
void settings_help(void);

#endif /* PORTZERO_SETTINGS_H */
