// SPDX-License-Identifier: GPL-2.0
/*
 * portzero status: what the module is doing and has seen.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "explain/learned.h"
#include "input/bypass.h"
#include "lib/options.h"
#include "lib/print.h"
#include "output/json.h"
#include "output/standing.h"
#include "output/table.h"

/* What it is set. */
struct settings {
	bool json;
	const char *labels;
	const char *state;
	size_t talkers;
};

static const struct option_row options[] = {
	{ "json", 'j', NULL, "one JSON object", &option_flag,
	  offsetof(struct settings, json) },
	OPTION_LABELS(struct settings),
	{ "state", 0, "FILE",
	  "where the watch keeps what it learned (default " LEARNED_DEFAULT ")",
	  &option_text, offsetof(struct settings, state) },
	{ "talkers", 0, "N", "list at most N of each kind", &option_number,
	  offsetof(struct settings, talkers) },
	{ 0 }
};

static const struct usage usage = {
	.name = "status",
	.about =
"Shows the module's switches, its counters, who sends true port-zero packets\n"
"where (for root: addresses are not for every user), and what the watch has\n"
"learned: what is normal, what it warns of, what it holds to be usual.\n",
	.options = options,
};

/* A switch may be unreadable, which is not the same as off. */
enum tristate { OFF, ON, UNKNOWN };

struct status {
	enum tristate enable, drop, audit;
	char version[32];
	struct snapshot s;
	struct talkers talkers;
	int talkers_error;
	struct labels labels;
	size_t most;
	const char *state;
	enum state_result learned;
	bool denied;
	double saved;
	struct standing standing[SIGNALS];
};

static enum tristate read_switch(const char *name)
{
	bool on;
	int error = proc_get_switch(name, &on);

	if (error) {
		proc_complain(name, error);
		return UNKNOWN;
	}
	return on ? ON : OFF;
}

static void print_switch(const char *name, enum tristate state, enum colour on,
			 enum colour off)
{
	static const char *const text[] = { "off", "on", "unknown" };
	enum colour colour = state == ON ? on : state == OFF ? off : NOTE;

	printf("  %s %s%s%s", name, paint(colour), text[state], paint(PLAIN));
}

static void print_cpus(const struct snapshot *s)
{
	printf("\n%s%-5s %14s %14s %14s %14s %14s%s\n", paint(BOLD), "CPU",
	       "tcp", "true", "phantom", "echo", "dropped", paint(PLAIN));
	for (unsigned int cpu = 0; cpu < s->cpus; cpu++) {
		const struct counters *c = &s->cpu[cpu];

		printf("%-5u %14llu %14llu %14llu %14llu %14llu\n", cpu,
		       llu(c->value[NF_PORTZERO_TCP]), llu(true_packets(c)),
		       llu(phantom_packets(c)),
		       llu(c->value[NF_PORTZERO_ECHO]),
		       llu(c->value[NF_PORTZERO_DROPPED]));
	}
}

static void print_learned(const struct status *status)
{
	char ago[32];

	if (status->denied)
		puts("\nlearned: only root may read it");
	if (status->learned != STATE_LOADED)
		return;
	printf("\n%slearned%s, as it was %s ago\n", paint(BOLD), paint(PLAIN),
	       format_seconds(ago, sizeof(ago),
			      fmax(0, status->s.realtime - status->saved)));
	standing_print(status->standing);
}

static void print_text(const struct status *status)
{
	printf("%snf_portzero%s%s%s", paint(BOLD), *status->version ? " " : "",
	       status->version, paint(PLAIN));
	print_switch("counting", status->enable, GOOD, NOTE);
	print_switch("drop", status->drop, GOOD, PLAIN);
	print_switch("audit", status->audit, NOTE, PLAIN);
	putchar('\n');
	table_counters(&status->s.sum, status->s.present);
	print_cpus(&status->s);
	if (status->talkers_error == -EACCES) {
		puts("\ntalkers: only root may read them");
	} else if (!status->talkers_error) {
		table_talkers(&status->talkers, true, "sources, last two minutes",
			      status->most, &status->labels,
			      status->s.realtime);
		table_talkers(&status->talkers, false, "destinations",
			      status->most, &status->labels,
			      status->s.realtime);
	}
	print_learned(status);
}

static void set_switch(json_t *object, const char *key, enum tristate state)
{
	json_object_set_new(object, key, state == UNKNOWN ? json_null() :
							    json_boolean(state == ON));
}

static json_t *learned_json(const struct status *status)
{
	json_t *object;

	if (status->learned != STATE_LOADED)
		return json_null();
	object = json_object();
	json_object_set_new(object, "time", json_number(status->saved));
	json_object_set_new(object, "signals", standing_json(status->standing));
	return object;
}

static void print_json(const struct status *status)
{
	const struct snapshot *s = &status->s;
	json_t *object = json_object(), *cpus = json_array();

	json_object_set_new(object, "version", *status->version ?
			    json_string(status->version) : json_null());
	json_object_set_new(object, "time", json_real(s->realtime));
	set_switch(object, "enable", status->enable);
	set_switch(object, "drop", status->drop);
	set_switch(object, "audit", status->audit);
	json_object_set_new(object, "counters",
			    json_counters(&s->sum, s->present));
	for (unsigned int cpu = 0; cpu < s->cpus; cpu++)
		json_array_append_new(cpus, json_counters(&s->cpu[cpu],
							  s->present));
	json_object_set_new(object, "per_cpu", cpus);
	if (!status->talkers_error) {
		json_t *talkers = json_object();

		json_object_set_new(talkers, "sources",
				    json_talkers(&status->talkers, true,
						 status->most,
						 &status->labels));
		json_object_set_new(talkers, "destinations",
				    json_talkers(&status->talkers, false,
						 status->most,
						 &status->labels));
		json_object_set_new(object, "talkers", talkers);
	}
	json_object_set_new(object, "learned", learned_json(status));
	json_print(object, stdout, JSON_INDENT(2));
}

/* Return: false after complaining. */
static bool gather_learned(struct status *status)
{
	struct detector detectors[SIGNALS];
	struct stat st = { 0 };
	char why[512];

	status->learned = STATE_ABSENT;
	if (stat(status->state, &st) || access(status->state, R_OK)) {
		status->denied = errno == EACCES;
		if (status->denied || errno == ENOENT || errno == ENOTDIR)
			return true;
	}
	for (int s = 0; s < SIGNALS; s++)
		detector_init(&detectors[s], NULL);
	status->learned = learned_look(status->state, detectors, why, sizeof(why));
	if (status->learned == STATE_FAILED)
		complain("%s", why);
	status->saved = (double)st.st_mtime;
	for (int s = 0; s < SIGNALS; s++)
		standing_of(&detectors[s], status->s.realtime,
			    &status->standing[s]);
	return status->learned != STATE_FAILED;
}

static int gather(struct status *status)
{
	int error = snapshot_read(&status->s);
	bool learned;

	if (error) {
		proc_complain(NF_PORTZERO_PROC_STAT, error);
		return NO_MODULE;
	}
	status->enable = read_switch(NF_PORTZERO_PROC_ENABLE);
	status->drop = read_switch(NF_PORTZERO_PROC_DROP);
	status->audit = read_switch(NF_PORTZERO_PROC_AUDIT);
	module_version(status->version, sizeof(status->version));
	error = talkers_read(&status->talkers);
	if (error && error != -EACCES && error != -ENOENT)
		proc_complain(NF_PORTZERO_PROC_TALKERS, error);
	status->talkers_error = error;
	learned = gather_learned(status);
	if (status->enable == UNKNOWN || status->drop == UNKNOWN ||
	    status->audit == UNKNOWN)
		return NO_MODULE;
	return learned ? FINE : USAGE;
}

int cmd_status(int argc, char **argv)
{
	struct status status = { 0 };
	struct settings set = { .talkers = 10, .state = LEARNED_DEFAULT };
	int first = options_read(&usage, &set, argc, argv), outcome;

	if (first <= 0)
		return first ? USAGE : FINE;
	status.most = set.talkers;
	status.state = set.state;
	if (!labels_load(set.labels, &status.labels))
		return USAGE;
	outcome = gather(&status);
	if (status.s.cpus && set.json)
		print_json(&status);
	else if (status.s.cpus)
		print_text(&status);
	if (status.s.cpus)
		bypass_complain();
	talkers_free(&status.talkers);
	snapshot_free(&status.s);
	labels_free(&status.labels);
	return outcome;
}
