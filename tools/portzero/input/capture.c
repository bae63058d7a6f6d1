// SPDX-License-Identifier: GPL-2.0
/*
 * Files of captured packets, counted.
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

#include "input/capture.h"
#include "input/datalink.h"
#include "lib/print.h"
#include "lib/util.h"

/* Read so much at once; packets between looks at the clock. */
#define BUFFER		1048576
#define GLANCES		65536

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
 * struct reader - the reading of a file
 * @capture: what it adds to
 * @file: its name
 * @linktype: its link type
 * @packet: how many packets have been read of it
 * @blemish: what was wrong with some of them
 * @second: the time by now, -1 at the beginning
 * @size: of the file, 0 if that is unknown
 * @stream: the file
 * @progress: when the progress line is due, 0 for never
 */
struct reader {
	struct capture *capture;
	const char *file;
	int linktype;
	uint64_t packet;
	struct blemish blemish[BLEMISHES];
	int64_t second;
	double size;
	FILE *stream;
	double progress;
};

static pcap_t *reading;
static int interrupted;

bool capture_stopped(void)
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

static void blemish(struct reader *r, int which)
{
	struct blemish *b = &r->blemish[which];

	if (!b->count++)
		b->first = r->packet;
}

static void set_time(struct reader *r, int64_t time)
{
	struct capture *c = r->capture;

	if (time < 0 || time > UINT32_MAX) {
		blemish(r, TIMELESS);
		if (r->second >= 0)
			return;
		time = c->last > 0 ? c->last : 0;
	}
	if (r->second < 0)
		seconds_pause(&c->seconds, time);
	seconds_advance(&c->seconds, time);
	timeline_add(&c->timeline, time, SIGNAL_TRUE, 0);
	if (c->first < 0 || time < c->first)
		c->first = time;
	if (time > c->last)
		c->last = time;
	r->second = time;
}

static void show_progress(struct reader *r)
{
	double now = clock_seconds(CLOCK_MONOTONIC);
	char *name;

	if (now < r->progress)
		return;
	r->progress = now + 1;
	name = printable(r->file);
	fprintf(stderr, "\r%s: %llu packets", name ? name : "", llu(r->packet));
	free(name);
	if (r->size > 0)
		fprintf(stderr, ", %.0f %%",
			100 * (double)ftello(r->stream) / r->size);
	fputs("\033[K", stderr);
}

static void take_packet(u_char *user, const struct pcap_pkthdr *header,
			const u_char *bytes)
{
	struct reader *r = (struct reader *)user;
	struct frame f = { bytes, header->caplen, header->len };
	struct capture *c = r->capture;
	int64_t time = header->ts.tv_sec;
	enum portzero_class class;

	r->packet++;
	if (f.cap > f.len) {
		blemish(r, OVERLONG);
		f.len = f.cap;
	} else if (!f.len) {
		blemish(r, EMPTY);
	}
	/* libpcap takes the seconds of a pcap file, 32 bits, for signed. */
	if (time < 0 && time >= INT32_MIN)
		time += INT64_C(1) << 32;
	if (time != r->second)
		set_time(r, time);
	class = tally_frame(&c->tally, r->linktype, &f, r->second);
	timeline_class(&c->timeline, r->second, class);
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

/*
 * libpcap reads one link type a file, and editcap and tshark copy the interfaces
 * of all: only the old format is rid of them.
 */
static void advise_split(const char *why)
{
	if (!strstr(why, "different from the type of the first interface"))
		return;
	complain("read each link type by itself, NUMBER (NAME) as 'capinfos FILE' says:");
	complain("tshark -r FILE -Y 'frame.encap_type == NUMBER' -w one.pcapng");
	complain("editcap -F pcap -T NAME one.pcapng one.pcap");
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
	if (!datalink_known(r->linktype)) {
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

void capture_init(struct capture *c)
{
	const struct sigaction action = {
		.sa_handler = interrupt,
		.sa_flags = (int)SA_RESETHAND,
	};

	memset(c, 0, sizeof(*c));
	tally_init(&c->tally);
	c->seconds.tally = &c->tally;
	c->first = -1;
	c->last = -1;
	sigaction(SIGINT, &action, NULL);
}

bool capture_read(struct capture *c, const char *name)
{
	struct reader reader = {
		.capture = c,
		.file = strcmp(name, "-") ? name : "standard input",
		.second = -1,
	}, *r = &reader;
	bool progress = isatty(STDERR_FILENO);
	pcap_t *pcap = open_capture(r, name);
	int result;

	if (!pcap)
		return false;
	r->progress = progress ? clock_seconds(CLOCK_MONOTONIC) + 2 : 0;
	__atomic_store_n(&reading, pcap, __ATOMIC_RELAXED);
	result = 0;
	if (!capture_stopped())
		result = pcap_loop(pcap, -1, take_packet, (u_char *)r);
	__atomic_store_n(&reading, NULL, __ATOMIC_RELAXED);
	if (progress)
		fputs("\r\033[K", stderr);
	if (result == PCAP_ERROR && !capture_stopped()) {
		complain("%s: packet %llu: %s", r->file, llu(r->packet + 1),
			 pcap_geterr(pcap));
		advise_split(pcap_geterr(pcap));
	}
	pcap_close(pcap);
	return report_blemishes(r) && (result != PCAP_ERROR || capture_stopped());
}
