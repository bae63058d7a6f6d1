// SPDX-License-Identifier: GPL-2.0
/*
 * portzero pcap: what the module would have counted of captured packets, who
 * talked, and when it spiked.
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "json.h"
#include "link.h"
#include "options.h"
#include "say.h"
#include "spikes.h"
#include "table.h"
#include "tally.h"
#include "timeline.h"
#include "util.h"

/* Read so much at once; packets between looks at the clock; warnings told. */
#define BUFFER		1048576
#define GLANCES		65536
#define TOLD		200

/* The columns that only a live gateway has. */
static const enum nf_portzero_counter live_only[] = {
	NF_PORTZERO_OUT, NF_PORTZERO_DROPPED, NF_PORTZERO_LEAK,
	NF_PORTZERO_LEAK_ECHO,
};

static const char help[] =
"usage: portzero pcap [--json] [--labels FILE] [--talkers N] FILE...\n"
"\n"
"Counts captured packets as the module counts live ones, in pcap and pcapng\n"
"files, '-' being standard input: the counters, the talkers of the whole, and\n"
"the spikes over its time. Give several files in the order of their time.\n"
"Ethernet (with VLAN tags and PPPoE), Linux cooked, raw IP, loopback and PPP.\n"
"\n"
"  --json          one JSON object\n"
"  --labels FILE   names of known prefixes (default " LABELS_DEFAULT ")\n"
"  --talkers N     list at most N of each kind (default 10)\n"
"\n"
"A packet that the capture cut so short that its ports or flags are missing is\n"
"only in 'cut'. A packet larger than the network's, as captured where the\n"
"network card splits or joins packets, counts as one. Exit status 2: something\n"
"could not be read; what could be was counted. Spikes don't change it.\n";

/* Something wrong with packets that can be counted all the same. */
struct blemish {
	const char *what;
	uint64_t first;
	uint64_t count;
};

enum { EMPTY, OVERLONG, TIMELESS, BLEMISHES };

static const char *const blemish_texts[BLEMISHES] = {
	[EMPTY]		= "is empty",
	[OVERLONG]	= "claims to be shorter than what was captured of it",
	[TIMELESS]	= "has a time out of all reason",
};

/**
 * struct reader - a reading of files
 * @tally: the counts that come of it
 * @timeline: the same over time
 * @spikes: the watch over that
 * @labels: names of prefixes
 * @file: the one being read
 * @linktype: its link type
 * @packet: how many packets have been read of it
 * @blemish: what was wrong with some of them
 * @second: the time by now, -1 at the beginning of a file
 * @first: the time of the first packet, -1 before it
 * @last: the latest time
 * @size: of the file, 0 if that is unknown
 * @stream: the file
 * @progress: when the progress line is due, 0 for never
 * @warnings: what was warned of, for programs
 * @text: the same for people
 * @told: how many that is
 */
struct reader {
	struct tally tally;
	struct timeline timeline;
	struct spikes spikes;
	struct labels labels;
	const char *file;
	int linktype;
	uint64_t packet;
	struct blemish blemish[BLEMISHES];
	int64_t second;
	int64_t first;
	int64_t last;
	double size;
	FILE *stream;
	double progress;
	json_t *warnings;
	FILE *text;
	uint64_t told;
};

static pcap_t *reading;
static int interrupted;

static bool stopped(void)
{
	return __atomic_load_n(&interrupted, __ATOMIC_RELAXED);
}

/* Asked to stop: show what was counted so far. */
static void interrupt(int signal)
{
	pcap_t *pcap = __atomic_load_n(&reading, __ATOMIC_RELAXED);

	__atomic_store_n(&interrupted, signal, __ATOMIC_RELAXED);
	if (pcap)
		pcap_breakloop(pcap);
}

static void raise_warning(const struct warning *w, void *context)
{
	struct reader *r = context;

	if (r->told++ >= TOLD)
		return;
	if (r->text)
		warning_print(w, r->text);
	else
		json_array_append_new(r->warnings, warning_json(w));
}

static void blemish(struct reader *r, int which)
{
	struct blemish *b = &r->blemish[which];

	if (!b->count++)
		b->first = r->packet;
}

static void set_time(struct reader *r, int64_t time)
{
	if (time < 0 || time > UINT32_MAX) {
		blemish(r, TIMELESS);
		if (r->second >= 0)
			return;
		time = r->last > 0 ? r->last : 0;
	}
	if (r->second < 0)
		spikes_pause(&r->spikes, time);
	spikes_advance(&r->spikes, time);
	timeline_add(&r->timeline, time, SIGNAL_TRUE, 0);
	if (r->first < 0 || time < r->first)
		r->first = time;
	if (time > r->last)
		r->last = time;
	r->second = time;
}

static void show_progress(struct reader *r)
{
	double now = clock_seconds(CLOCK_MONOTONIC);

	if (now < r->progress)
		return;
	r->progress = now + 1;
	fprintf(stderr, "\r%s: %llu packets", r->file, llu(r->packet));
	if (r->size > 0)
		fprintf(stderr, ", %.0f %%",
			100 * (double)ftello(r->stream) / r->size);
	fputs("\033[K", stderr);
}

static void count_signal(struct reader *r, enum portzero_signal signal)
{
	spikes_add(&r->spikes, signal);
	timeline_add(&r->timeline, r->second, signal, 1);
}

static void take_packet(u_char *user, const struct pcap_pkthdr *header,
			const u_char *bytes)
{
	struct reader *r = (struct reader *)user;
	struct frame f = { bytes, header->caplen, header->len };

	r->packet++;
	if (f.cap > f.len) {
		blemish(r, OVERLONG);
		f.len = f.cap;
	} else if (!f.len) {
		blemish(r, EMPTY);
	}
	if (header->ts.tv_sec != r->second)
		set_time(r, header->ts.tv_sec);
	switch (tally_frame(&r->tally, r->linktype, &f, r->second)) {
	case PORTZERO_TRUE:
		count_signal(r, SIGNAL_TRUE);
		break;
	case PORTZERO_FRAG:
	case PORTZERO_SHORT:
	case PORTZERO_HIDDEN:
		count_signal(r, SIGNAL_PHANTOM);
		break;
	case PORTZERO_ECHO:
		count_signal(r, SIGNAL_ECHO);
		break;
	default:
		break;
	}
	if (r->packet % GLANCES == 0 && r->progress > 0)
		show_progress(r);
}

/* A hint for the likeliest reason why a file is no capture. */
static const char *unpack_hint(FILE *stream)
{
	static const struct {
		unsigned char magic[4];
		size_t len;
		const char *hint;
	} formats[] = {
		{ { 0x1f, 0x8b }, 2, ": try zcat FILE | portzero pcap -" },
		{ { 0xfd, 0x37, 0x7a, 0x58 }, 4,
		  ": try xzcat FILE | portzero pcap -" },
		{ { 0x28, 0xb5, 0x2f, 0xfd }, 4,
		  ": try zstdcat FILE | portzero pcap -" },
	};
	unsigned char magic[4];

	if (pread(fileno(stream), magic, sizeof(magic), 0) != sizeof(magic))
		return "";
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!memcmp(magic, formats[i].magic, formats[i].len))
			return formats[i].hint;
	}
	return "";
}

static FILE *open_stream(const char *name)
{
	FILE *stream;

	if (strcmp(name, "-")) {
		stream = fopen(name, "rb");
		if (!stream)
			complain("%s: %s", name, strerror(errno));
		return stream;
	}
	if (!isatty(STDIN_FILENO))
		return stdin;
	complain("pcap: standard input is a terminal: packets are wanted");
	return NULL;
}

static pcap_t *open_capture(struct reader *r, const char *name)
{
	static char buffer[BUFFER];
	char why[PCAP_ERRBUF_SIZE];
	struct stat st;
	pcap_t *pcap;

	r->stream = open_stream(name);
	if (!r->stream)
		return NULL;
	if (!fstat(fileno(r->stream), &st)) {
		r->size = S_ISREG(st.st_mode) ? (double)st.st_size : 0;
		errno = EISDIR;
		if (S_ISDIR(st.st_mode)) {
			complain("%s: %s", name, strerror(errno));
			fclose(r->stream);
			return NULL;
		}
	}
	/* We are alone here, and large files are read. */
	__fsetlocking(r->stream, FSETLOCKING_BYCALLER);
	setvbuf(r->stream, buffer, _IOFBF, sizeof(buffer));
	pcap = pcap_fopen_offline(r->stream, why);
	if (!pcap) {
		complain("%s: %s%s", name, why, unpack_hint(r->stream));
		if (r->stream != stdin)
			fclose(r->stream);
		return NULL;
	}
	r->linktype = pcap_datalink(pcap);
	if (!link_known(r->linktype)) {
		const char *type = pcap_datalink_val_to_description(r->linktype);

		complain("%s: link type %d (%s): cannot find IP in such packets",
			 name, r->linktype, type ? type : "unknown");
		pcap_close(pcap);
		return NULL;
	}
	return pcap;
}

static bool report_blemishes(const struct reader *r)
{
	bool clean = true;

	for (int i = 0; i < BLEMISHES; i++) {
		const struct blemish *b = &r->blemish[i];

		if (!b->count)
			continue;
		clean = false;
		if (b->count > 1)
			complain("%s: packet %llu %s, and %llu more", r->file,
				 llu(b->first), blemish_texts[i],
				 llu(b->count - 1));
		else
			complain("%s: packet %llu %s", r->file, llu(b->first),
				 blemish_texts[i]);
	}
	return clean;
}

/* Count the packets of a file; false if something was wrong with it. */
static bool read_capture(struct reader *r, const char *name)
{
	bool progress = isatty(STDERR_FILENO);
	pcap_t *pcap;
	int result;

	r->file = strcmp(name, "-") ? name : "standard input";
	r->packet = 0;
	r->second = -1;
	memset(r->blemish, 0, sizeof(r->blemish));
	pcap = open_capture(r, name);
	if (!pcap)
		return false;
	r->progress = progress ? clock_seconds(CLOCK_MONOTONIC) + 2 : 0;
	__atomic_store_n(&reading, pcap, __ATOMIC_RELAXED);
	result = stopped() ? 0 : pcap_loop(pcap, -1, take_packet, (u_char *)r);
	__atomic_store_n(&reading, NULL, __ATOMIC_RELAXED);
	if (progress)
		fputs("\r\033[K", stderr);
	if (result == PCAP_ERROR && !stopped())
		complain("%s: packet %llu: %s", r->file, llu(r->packet + 1),
			 pcap_geterr(pcap));
	pcap_close(pcap);
	return report_blemishes(r) && (result != PCAP_ERROR || stopped());
}

static void print_summary(const struct reader *r)
{
	char from[32], to[32], span[32];

	printf("%s%llu packets%s", paint(BOLD), llu(r->tally.packets),
	       paint(PLAIN));
	if (r->first >= 0)
		printf("  %s to %s, %s",
		       format_time(from, sizeof(from), (double)r->first),
		       format_time(to, sizeof(to), (double)r->last),
		       format_seconds(span, sizeof(span),
				      (double)(r->last - r->first)));
	putchar('\n');
}

static void print_uncounted(const struct tally *t)
{
	printf("\n%sin no column above%s\n", paint(BOLD), paint(PLAIN));
	printf("  %-9s %14llu  %s\n", "cut", llu(t->cut),
	       "the capture ends before ports or flags");
	if (t->cut_zero)
		printf("  %-9s %14llu  %s\n", "cut_zero", llu(t->cut_zero),
		       "of these: a port is 0, the flags are missing");
	printf("  %-9s %14llu  %s\n", "malformed", llu(t->malformed),
	       "no IP stack would take them");
	printf("  %-9s %14llu  %s\n", "other", llu(t->other),
	       "are not IP");
}

static void print_text(const struct reader *r, const struct talkers *talkers,
		       size_t most, const char *warnings)
{
	uint64_t present = ~UINT64_C(0);

	for (size_t i = 0; i < ARRAY_SIZE(live_only); i++)
		present &= ~(UINT64_C(1) << live_only[i]);
	print_summary(r);
	table_counters(&r->tally.counters, present);
	print_uncounted(&r->tally);
	table_talkers(talkers, true, "sources", most, &r->labels, 0);
	table_talkers(talkers, false, "destinations", most, &r->labels, 0);
	timeline_print(&r->timeline);
	printf("\n%sspikes%s\n%s", paint(BOLD), paint(PLAIN),
	       *warnings ? warnings : "none\n");
	if (r->told > TOLD)
		printf("and %llu more\n", llu(r->told - TOLD));
}

static json_t *time_json(int64_t time)
{
	return time < 0 ? json_null() : json_integer(time);
}

static void print_json(struct reader *r, const struct talkers *talkers,
		       size_t most, bool complete)
{
	const struct tally *t = &r->tally;
	json_t *object = json_object();
	json_t *who = json_object();

	json_object_set_new(who, "sources",
			    json_talkers(talkers, true, most, &r->labels));
	json_object_set_new(who, "destinations",
			    json_talkers(talkers, false, most, &r->labels));
	json_object_set_new(object, "complete", json_boolean(complete));
	json_object_set_new(object, "packets", json_count(t->packets));
	json_object_set_new(object, "first", time_json(r->first));
	json_object_set_new(object, "last",
			    time_json(r->first < 0 ? -1 : r->last));
	json_object_set_new(object, "counters",
			    json_counters(&t->counters, ~UINT64_C(0)));
	json_object_set_new(object, "cut", json_count(t->cut));
	json_object_set_new(object, "cut_zero", json_count(t->cut_zero));
	json_object_set_new(object, "malformed", json_count(t->malformed));
	json_object_set_new(object, "other", json_count(t->other));
	json_object_set_new(object, "talkers", who);
	json_object_set_new(object, "timeline", timeline_json(&r->timeline));
	json_object_set(object, "warnings", r->warnings);
	json_print(object, stdout, JSON_INDENT(2));
}

static bool read_all(struct reader *r, char **names)
{
	struct sigaction action = {
		.sa_handler = interrupt,
		.sa_flags = (int)SA_RESETHAND,
	};
	bool complete = true;

	tally_init(&r->tally);
	spikes_init(&r->spikes);
	r->spikes.tally = &r->tally;
	r->spikes.labels = &r->labels;
	r->spikes.raise = raise_warning;
	r->spikes.context = r;
	r->first = -1;
	r->last = -1;
	sigaction(SIGINT, &action, NULL);
	for (; *names && !stopped(); names++)
		complete &= read_capture(r, *names);
	spikes_end(&r->spikes);
	if (r->spikes.back)
		complain("the time goes back, in %u places: are the files in order?",
			 r->spikes.back);
	if (stopped())
		complain("interrupted: this is what was counted so far");
	return complete;
}

static int run(struct reader *r, char **names, size_t most, bool json)
{
	struct talkers talkers = { 0 };
	char *text = NULL;
	size_t size;
	bool complete;

	if (json)
		r->warnings = json_array();
	else
		r->text = open_memstream(&text, &size);
	if (!r->warnings && !r->text) {
		complain("pcap: %s", strerror(ENOMEM));
		return USAGE;
	}
	complete = read_all(r, names);
	if (r->text)
		fclose(r->text);
	if (tally_talkers(&r->tally, false, &talkers)) {
		complain("pcap: %s", strerror(ENOMEM));
		complete = false;
	}
	if (json)
		print_json(r, &talkers, most, complete && !stopped());
	else
		print_text(r, &talkers, most, text);
	json_decref(r->warnings);
	talkers_free(&talkers);
	free(text);
	return complete ? FINE : USAGE;
}

int cmd_pcap(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "labels", required_argument, NULL, 'l' },
		{ "talkers", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	static struct reader reader;
	const char *labels = NULL;
	size_t most = 10;
	bool json = false;
	int option, outcome;

	while ((option = next_option(argc, argv, options)) != OPTIONS_END) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'l':
			labels = optarg;
			break;
		case 't':
			if (!option_number(argv[0], "talkers", &most))
				return USAGE;
			break;
		case 'h':
			fputs(help, stdout);
			return FINE;
		default:
			return USAGE;
		}
	}
	if (optind == argc) {
		complain("pcap: which files? '-' is standard input");
		return USAGE;
	}
	if (!labels_load(labels, &reader.labels))
		return USAGE;
	outcome = run(&reader, argv + optind, most, json);
	labels_free(&reader.labels);
	return outcome;
}
