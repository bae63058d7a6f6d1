// SPDX-License-Identifier: GPL-2.0
/*
 * portzero pcap: what the module would have counted of captured packets, who
 * talked, and when it spiked.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "explain/judge.h"
#include "input/capture.h"
#include "lib/options.h"
#include "lib/print.h"
#include "lib/util.h"
#include "output/capture.h"
#include "output/warning.h"

/* So many warnings are told. */
#define TOLD		200

/* What it is told. */
struct settings {
	bool json;
	struct detector_config detector;
	const char *labels;
	size_t talkers;
};

static const struct option_row options[] = {
	{ "json", 'j', NULL, "one JSON object", &option_flag,
	  offsetof(struct settings, json) },
	OPTION_PATIENCE(struct settings),
	OPTION_LABELS(struct settings),
	{ "talkers", 0, "N", "list at most N of each kind", &option_number,
	  offsetof(struct settings, talkers) },
	{ 0 }
};

static const struct usage usage = {
	.name = "pcap",
	.operands = "FILE...",
	.about =
"Counts captured packets as the module counts live ones, in pcap and pcapng\n"
"files, '-' being standard input: the counters, the talkers of the whole, and\n"
"the spikes over its time. Give several files in the order of their time.\n"
"Ethernet (with tags, MPLS and PPPoE), Linux cooked, NFLOG, raw IP, loopback,\n"
"PPP, Cisco HDLC and IPoIB.\n",
	.options = options,
	.more =
"A packet that the capture cut so short that its ports or flags are missing is\n"
"only in 'cut'. A packet larger than the network's, as captured where the\n"
"network card splits or joins packets, counts as one. Exit status 2: something\n"
"could not be read; what could be was counted. Spikes don't change it.\n",
};

/**
 * struct told - the warnings of a capture
 * @json: for programs
 * @whole: what the whole looks like, for them
 * @text: both for people, if that is what they are for
 * @count: how many there were
 */
struct told {
	json_t *json;
	json_t *whole;
	FILE *text;
	uint64_t count;
};

static void raise_warning(struct warning *w, void *context)
{
	struct told *told = context;

	if (w->event != DETECT_NONE && told->count++ >= TOLD)
		return;
	if (told->text)
		warning_print(w, told->text);
	else
		json_array_append_new(w->event == DETECT_NONE ? told->whole :
				      told->json, warning_json(w));
}

static void take_row(const struct row *row, void *judge)
{
	judge_row(judge, row);
}

static bool read_all(struct capture *c, char **names, struct row *whole)
{
	bool complete = true;

	for (; *names && !capture_stopped(); names++)
		complete &= capture_read(c, *names);
	seconds_end(&c->seconds, whole);
	if (c->seconds.back)
		complain("the time goes back, in %u places: are the files in order?",
			 c->seconds.back);
	if (capture_stopped())
		complain("interrupted: this is what was counted so far");
	return complete;
}

static void print_json(const struct capture *c, const struct talkers *talkers,
		       size_t most, const struct labels *labels,
		       const struct told *told, bool complete)
{
	json_t *object = capture_json(c, talkers, most, labels);

	json_object_set_new(object, "complete", json_boolean(complete));
	json_object_set_new(object, "warnings", told->json);
	json_object_set_new(object, "more_warnings",
			    json_count(less(told->count, TOLD)));
	json_object_set_new(object, "whole", told->whole);
	json_print(object, stdout, JSON_INDENT(2));
}

static int run(const struct settings *set, const struct labels *labels,
	       char **names)
{
	static struct capture capture;
	static struct judge judge;
	struct talkers talkers = { 0 };
	struct told told = { 0 };
	struct row whole;
	char *text = NULL;
	size_t size;
	bool complete;

	if (set->json) {
		told.json = json_array();
		told.whole = json_array();
	} else {
		told.text = open_memstream(&text, &size);
	}
	if (!told.json && !told.text) {
		complain("pcap: %s", strerror(ENOMEM));
		return USAGE;
	}
	judge_init(&judge, &set->detector);
	judge.labels = labels;
	judge.raise = raise_warning;
	judge.context = &told;
	capture_init(&capture);
	capture.seconds.take = take_row;
	capture.seconds.context = &judge;
	complete = read_all(&capture, names, &whole);
	judge_end(&judge, &whole);
	if (told.text && !told.count)
		fputs("none\n", told.text);
	if (told.text && told.count > TOLD)
		fprintf(told.text, "and %llu more\n", llu(told.count - TOLD));
	judge_whole(&judge, &whole);
	if (told.text)
		fclose(told.text);
	if (tally_talkers(&capture.tally, false, &talkers)) {
		complain("pcap: %s", strerror(ENOMEM));
		complete = false;
	}
	if (set->json) {
		print_json(&capture, &talkers, set->talkers, labels, &told,
			   complete && !capture_stopped());
	} else {
		capture_print(&capture, &talkers, set->talkers, labels);
		printf("\n%sspikes%s\n%s", paint(BOLD), paint(PLAIN), text);
	}
	talkers_free(&talkers);
	judge_free(&judge);
	free(text);
	return complete ? FINE : USAGE;
}

int cmd_pcap(int argc, char **argv)
{
	struct settings set = { .detector = detector_defaults, .talkers = 10 };
	int first = options_read(&usage, &set, argc, argv), outcome;
	struct labels known = { 0 };

	if (first <= 0)
		return first ? USAGE : FINE;
	if (first == argc) {
		complain("pcap: which files? '-' is standard input");
		return USAGE;
	}
	if (!labels_load(set.labels, &known))
		return USAGE;
	outcome = run(&set, &known, argv + first);
	labels_free(&known);
	return outcome;
}
