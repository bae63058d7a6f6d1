// SPDX-License-Identifier: GPL-2.0
/*
 * What portzero watch is told to do: by its command line, and by a file that
 * SIGHUP reads again.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autodrop.h"
#include "hook.h"
#include "labels.h"
#include "options.h"
#include "say.h"
#include "settings.h"

static const char help[] =
"usage: portzero watch [OPTION...]\n"
"\n"
"Reads the module's counters, learns this host's own baseline, and warns when\n"
"true port zero, phantoms, echo requests or (with audit on) leaks spike.\n"
"\n"
"  --interval TIME     time between readings (default 1s)\n"
"  --for TIME          stop after that time\n"
"  --min-count N       packets above normal that a warning needs (default %.0f)\n"
"  --hold TIME         end a warning when its spike has been over that long\n"
"                      (default %.0f min)\n"
"  --labels FILE       names of known prefixes (default " LABELS_DEFAULT ")\n"
"  --state FILE        keep what was learned in FILE\n"
"  --config FILE       more of these options, without the dashes, one a line\n"
"                      (default " SETTINGS_DEFAULT ")\n"
"  --replay FILE       judge recorded counts: CSV with the columns time and\n"
"                      any of true, phantom, echo, leak; '-' is standard input\n"
"Where warnings go, all at once if wanted:\n"
"  --json              one JSON object a line on standard output, not text\n"
"  --quiet             nothing on standard output\n"
"  --syslog            to journald with structured fields, or to syslog\n"
"  --exec COMMAND      run COMMAND with the warning as JSON on its standard\n"
"                      input: words between blanks, no shell, %d s at most\n"
"  --auto-drop[=TIME]  switch drop on at a warning of true port zero, and off\n"
"                      again that long after its end (default %d min)\n"
"\n"
"TIME is a number with s, m, h or d behind it. SIGHUP reads the labels and the\n"
"file of options again, SIGUSR1 prints what was learned. Exit status 1: a\n"
"warning is active at the end.\n";

enum {
	OPT_INTERVAL, OPT_FOR, OPT_MIN_COUNT, OPT_HOLD, OPT_LABELS,
	OPT_STATE, OPT_CONFIG, OPT_REPLAY, OPT_JSON, OPT_QUIET, OPT_SYSLOG,
	OPT_EXEC, OPT_AUTO_DROP, OPT_HELP
};

static const struct option options[] = {
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "for", required_argument, NULL, OPT_FOR },
	{ "min-count", required_argument, NULL, OPT_MIN_COUNT },
	{ "hold", required_argument, NULL, OPT_HOLD },
	{ "labels", required_argument, NULL, OPT_LABELS },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "replay", required_argument, NULL, OPT_REPLAY },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "syslog", no_argument, NULL, OPT_SYSLOG },
	{ "exec", required_argument, NULL, OPT_EXEC },
	{ "auto-drop", optional_argument, NULL, OPT_AUTO_DROP },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 }
};

void settings_help(void)
{
	printf(help, detector_defaults.least, detector_defaults.hold / 60,
	       HOOK_SECONDS, AUTODROP_HOLD / 60);
}

/* The setters say what is wrong, or return NULL. */

static const char *set_time(double *time, const char *value)
{
	return parse_seconds(value, time) ? NULL :
	       "wants a time such as 10s or 5m";
}

static const char *set_count(double *count, const char *value)
{
	char *end;

	*count = strtod(value, &end);
	return end != value && !*end && isfinite(*count) && *count >= 1 ?
	       NULL : "wants a number from 1 on";
}

static const char *set_text(char **text, const char *value)
{
	free(*text);
	*text = strdup(value);
	if (!*text)
		return "is too much: out of memory";
	return **text ? NULL : "wants a value";
}

static const char *set_flag(bool *flag)
{
	*flag = true;
	return NULL;
}

static const char *set(struct settings *s, int option, const char *value)
{
	switch (option) {
	case OPT_INTERVAL:
		return set_time(&s->interval, value);
	case OPT_FOR:
		return set_time(&s->duration, value);
	case OPT_MIN_COUNT:
		return set_count(&s->detector.least, value);
	case OPT_HOLD:
		return set_time(&s->detector.hold, value);
	case OPT_LABELS:
		return set_text(&s->labels, value);
	case OPT_STATE:
		return set_text(&s->state, value);
	case OPT_CONFIG:
		return set_text(&s->config, value);
	case OPT_REPLAY:
		return set_text(&s->replay, value);
	case OPT_JSON:
		return set_flag(&s->json);
	case OPT_QUIET:
		return set_flag(&s->quiet);
	case OPT_SYSLOG:
		return set_flag(&s->syslog);
	case OPT_EXEC:
		return set_text(&s->exec, value);
	case OPT_AUTO_DROP:
		s->auto_drop = true;
		return value ? set_time(&s->drop_hold, value) : NULL;
	case OPT_HELP:
		return set_flag(&s->help);
	}
	return "is no option";
}

static const char *set_line(struct settings *s, const char *name,
			    const char *value)
{
	const struct option *o;

	for (o = options; o->name && strcmp(o->name, name);)
		o++;
	if (!o->name || o->val == OPT_CONFIG || o->val == OPT_HELP)
		return "is no option";
	if (o->has_arg == required_argument && !*value)
		return "wants a value";
	if (o->has_arg == no_argument && *value)
		return "takes no value";
	return set(s, o->val, *value ? value : NULL);
}

static bool read_file(struct settings *s, const char *path)
{
	static const char blank[] = " \t\r\n";
	FILE *file = fopen(path, "re");
	unsigned long number = 0;
	char *line = NULL;
	size_t size = 0;
	bool good = true;

	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return false;
	}
	while (getline(&line, &size, file) >= 0) {
		char *name = line + strspn(line, blank), *value, *end;
		const char *wrong;

		number++;
		if (!*name || *name == '#')
			continue;
		value = name + strcspn(name, blank);
		if (*value)
			*value++ = '\0';
		value += strspn(value, blank);
		for (end = value + strlen(value); end > value &&
		     strchr(blank, end[-1]);)
			*--end = '\0';
		wrong = set_line(s, name, value);
		if (wrong) {
			complain("%s:%lu: %s %s", path, number, name, wrong);
			good = false;
		}
	}
	if (ferror(file)) {
		complain("%s: %s", path, strerror(errno));
		good = false;
	}
	free(line);
	fclose(file);
	return good;
}

static bool read_line(struct settings *s, int argc, char **argv)
{
	int option;

	/* From the beginning, also when it was read before. */
	optind = 0;
	while ((option = next_option(argc, argv, options)) != OPTIONS_END) {
		const char *wrong;

		if (option == OPTION_BAD)
			return false;
		wrong = set(s, option, optarg);
		if (wrong) {
			complain("watch: --%s %s, not '%s'",
				 options[option].name, wrong, optarg);
			return false;
		}
	}
	if (optind < argc) {
		complain("watch: cannot take '%s'", argv[optind]);
		return false;
	}
	return true;
}

static bool consistent(const struct settings *s)
{
	if (s->replay && s->auto_drop)
		complain("watch: recorded counts are no reason for --auto-drop now");
	else if (s->replay && s->syslog)
		complain("watch: recorded counts are no news for --syslog");
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

bool settings_read(struct settings *s, int argc, char **argv)
{
	const char *path;
	char *config;
	bool good;

	/* Once to find the file, and then over what the file says. */
	start_over(s);
	if (!read_line(s, argc, argv))
		return false;
	if (s->help)
		return true;
	path = s->config;
	/* A replay is to give the same warnings wherever it is run. */
	if (!path && !s->replay && !access(SETTINGS_DEFAULT, F_OK))
		path = SETTINGS_DEFAULT;
	if (path) {
		config = strdup(path);
		settings_free(s);
		start_over(s);
		good = config && read_file(s, config);
		free(config);
		if (!good || !read_line(s, argc, argv))
			return false;
	}
	return consistent(s);
}

void settings_free(struct settings *s)
{
	free(s->labels);
	free(s->state);
	free(s->replay);
	free(s->exec);
	free(s->config);
	memset(s, 0, sizeof(*s));
}
