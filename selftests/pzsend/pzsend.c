// SPDX-License-Identifier: GPL-2.0
/*
 * pzsend: send port-zero packets that no ordinary tool can make, fast, and
 * say exactly what the counters should make of them.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <arpa/inet.h>

#include "expect.h"
#include "mix.h"
#include "mutate.h"
#include "packet.h"
#include "pool.h"
#include "send.h"
#include "talkers.h"

#define LIST_MAX	256
#define ARGS_MAX	64

/* A number for each packet in its turn. */
struct list {
	__u8 value[LIST_MAX];
	int size;
};

/* The stream that the options ask for. */
struct stream {
	struct packet packet;
	struct pool src[2];	/* IPv4, IPv6 */
	struct pool dst[2];
	bool family[2];
	struct ports sport;
	struct ports dport;
	struct list flags;
	struct list doffs;
	__u64 count;
	__u64 seed;
	const char *mix;
	bool mutate;
};

static const char usage[] =
"Usage: pzsend [-i INTERFACE] [--raw] [--pcap FILE] [OPTION...]\n"
"\n"
"Where to\n"
"  -i, --interface NAME     send Ethernet frames there\n"
"      --raw                send as this host's own, through the IP stack; by\n"
"                           INTERFACE, a VRF's too, if there is one\n"
"      --pcap FILE          write a capture, instead or as well\n"
"      --smac, --dmac MAC   Ethernet addresses\n"
"      --pad                pad to Ethernet's minimum of 60 bytes\n"
"      --tap                INTERFACE is a tap, and this a virtual machine by it\n"
"      --pieces             by INTERFACE, in pieces that lie about in memory\n"
"What\n"
"  -s, --src ADDR[+N[:random|:zipf=S]]   one or N sources; for both families\n"
"  -d, --dst ADDR[+N[:random|:zipf=S]]   give it twice, and they alternate\n"
"      --sport, --dport PORT[-PORT[:random]]\n"
"      --proto tcp|udp|echo\n"
"      --flags LIST         syn+ack,rst,none,0x3f: one after the other\n"
"      --doff LIST          TCP data offsets in words, likewise\n"
"      --payload BYTES\n"
"      --csum good|bad|partial\n"
"      --cut N              the packet ends after N bytes of layer 4\n"
"      --gso SIZE           one big packet for many segments of that size\n"
"      --ttl N\n"
"      --ip-options HEX     IPv4 options\n"
"      --ext LIST           IPv6: hbh,dst,rt,frag,ah; dst*3 for three\n"
"      --frag FIRST[:REST]  fragments, their sizes in bytes\n"
"      --frag-order forward|reverse|later\n"
"      --frag-overlap BYTES  --frag-twice\n"
"      --mix cert-polska|cisco|every\n"
"      --mutate             damage each frame at random; nothing is expected then\n"
"How many, and how\n"
"  -c, --count N   --rate PER_SECOND   --seed N\n"
"Then print\n"
"      --expect FILE        what each counter should grow by (- is stdout)\n"
"      --expect-talkers FILE  true packets of each source and destination\n"
"Or do that for many\n"
"      --commands           read options from standard input, a line for each\n"
"                           stream, after those given here; print \"end\" after each\n";

static noreturn void die(const char *what, const char *arg)
{
	fprintf(stderr, "pzsend: %s%s%s\n", what, arg ? ": " : "",
		arg ? arg : "");
	exit(2);
}

static __u64 parse_number(const char *arg, __u64 max)
{
	char *end;
	unsigned long long value = strtoull(arg, &end, 0);

	if (end == arg || *end || *arg == '-' || value > max)
		die("not a good number", arg);
	return value;
}

/* One of several words; its place among them. */
static int choice(const char *arg, const char *const words[])
{
	int i;

	for (i = 0; words[i]; i++)
		if (!strcmp(arg, words[i]))
			return i;
	die("unknown name", arg);
}

static __u8 flag_set(char *arg)
{
	static const char *const names[] = {
		"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", NULL
	};
	char *name, *save;
	__u8 flags = 0;

	if (*arg >= '0' && *arg <= '9')
		return parse_number(arg, 255);
	if (!strcmp(arg, "none"))
		return 0;
	for (name = strtok_r(arg, "+", &save); name;
	     name = strtok_r(NULL, "+", &save))
		flags |= 1 << choice(name, names);
	return flags;
}

static __u8 doff_value(char *arg)
{
	return parse_number(arg, 15);
}

static void read_list(struct list *list, const char *arg, __u8 (*read)(char *))
{
	char *copy = strdup(arg), *item, *save;

	list->size = 0;
	for (item = copy ? strtok_r(copy, ",", &save) : NULL; item;
	     item = strtok_r(NULL, ",", &save)) {
		if (list->size == LIST_MAX)
			die("list too long", arg);
		list->value[list->size++] = read(item);
	}
	if (!list->size)
		die("empty list", arg);
	free(copy);
}

static void read_exts(struct packet *p, const char *arg)
{
	static const char *const names[] = {
		"hbh", "dst", "rt", "frag", "ah", NULL
	};
	static const __u8 numbers[] = {
		IPPROTO_HOPOPTS, IPPROTO_DSTOPTS, IPPROTO_ROUTING,
		IPPROTO_FRAGMENT, IPPROTO_AH,
	};
	char *copy = strdup(arg), *item, *save, *star;

	for (item = copy ? strtok_r(copy, ",", &save) : NULL; item;
	     item = strtok_r(NULL, ",", &save)) {
		int times = 1, which;

		star = strchr(item, '*');
		if (star) {
			*star = '\0';
			times = parse_number(star + 1, PACKET_EXTS_MAX);
		}
		which = choice(item, names);
		while (times--) {
			if (p->exts_len == PACKET_EXTS_MAX)
				die("too many extension headers", arg);
			p->exts[p->exts_len++] = numbers[which];
		}
	}
	free(copy);
}

static void read_options(struct packet *p, const char *arg)
{
	size_t len = strlen(arg), i;
	unsigned int byte;

	if (len % 8 || len > sizeof(p->options) * 2)
		die("IP options come in words of 4 bytes, 10 at most", arg);
	for (i = 0; i < len; i += 2) {
		if (sscanf(arg + i, "%2x", &byte) != 1)
			die("bad hexadecimal number", arg);
		p->options[i / 2] = byte;
	}
	p->options_len = len / 2;
}

static void read_frag(struct packet *p, const char *arg)
{
	char *copy = strdup(arg), *colon = copy ? strchr(copy, ':') : NULL;

	if (!copy)
		die("out of memory", NULL);
	p->frag = true;
	if (colon) {
		*colon = '\0';
		p->frag_rest = parse_number(colon + 1, 65535);
	}
	p->frag_first = parse_number(copy, 65535);
	free(copy);
}

static void read_mac(__u8 *mac, const char *arg)
{
	int end = 0;

	if (sscanf(arg, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx%n", mac, mac + 1,
		   mac + 2, mac + 3, mac + 4, mac + 5, &end) != 6 || arg[end])
		die("bad Ethernet address", arg);
}

static void read_pool(struct pool pools[2], const char *arg)
{
	struct pool pool;

	if (!pool_parse(&pool, arg))
		die("bad address", arg);
	pools[pool.ipv6] = pool;
}

static void read_ports(struct ports *ports, const char *arg)
{
	if (!ports_parse(ports, arg))
		die("bad port", arg);
}

enum {
	OPT_RAW = 256, OPT_PCAP, OPT_SMAC, OPT_DMAC, OPT_PAD, OPT_TAP,
	OPT_PIECES, OPT_SPORT, OPT_DPORT, OPT_PROTO, OPT_FLAGS, OPT_DOFF, OPT_PAYLOAD, OPT_CSUM,
	OPT_CUT, OPT_GSO, OPT_TTL, OPT_IP_OPTIONS, OPT_EXT, OPT_FRAG,
	OPT_FRAG_ORDER, OPT_FRAG_OVERLAP, OPT_FRAG_TWICE, OPT_MIX, OPT_MUTATE,
	OPT_RATE, OPT_SEED, OPT_EXPECT, OPT_EXPECT_TALKERS, OPT_COMMANDS,
};

static const struct option options[] = {
	{ "interface", required_argument, NULL, 'i' },
	{ "src", required_argument, NULL, 's' },
	{ "dst", required_argument, NULL, 'd' },
	{ "count", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "raw", no_argument, NULL, OPT_RAW },
	{ "pcap", required_argument, NULL, OPT_PCAP },
	{ "smac", required_argument, NULL, OPT_SMAC },
	{ "dmac", required_argument, NULL, OPT_DMAC },
	{ "pad", no_argument, NULL, OPT_PAD },
	{ "tap", no_argument, NULL, OPT_TAP },
	{ "pieces", no_argument, NULL, OPT_PIECES },
	{ "sport", required_argument, NULL, OPT_SPORT },
	{ "dport", required_argument, NULL, OPT_DPORT },
	{ "proto", required_argument, NULL, OPT_PROTO },
	{ "flags", required_argument, NULL, OPT_FLAGS },
	{ "doff", required_argument, NULL, OPT_DOFF },
	{ "payload", required_argument, NULL, OPT_PAYLOAD },
	{ "csum", required_argument, NULL, OPT_CSUM },
	{ "cut", required_argument, NULL, OPT_CUT },
	{ "gso", required_argument, NULL, OPT_GSO },
	{ "ttl", required_argument, NULL, OPT_TTL },
	{ "ip-options", required_argument, NULL, OPT_IP_OPTIONS },
	{ "ext", required_argument, NULL, OPT_EXT },
	{ "frag", required_argument, NULL, OPT_FRAG },
	{ "frag-order", required_argument, NULL, OPT_FRAG_ORDER },
	{ "frag-overlap", required_argument, NULL, OPT_FRAG_OVERLAP },
	{ "frag-twice", no_argument, NULL, OPT_FRAG_TWICE },
	{ "mix", required_argument, NULL, OPT_MIX },
	{ "mutate", no_argument, NULL, OPT_MUTATE },
	{ "rate", required_argument, NULL, OPT_RATE },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "expect", required_argument, NULL, OPT_EXPECT },
	{ "expect-talkers", required_argument, NULL, OPT_EXPECT_TALKERS },
	{ "commands", no_argument, NULL, OPT_COMMANDS },
	{ NULL, 0, NULL, 0 },
};

/* Everything that the options say. */
struct job {
	struct stream stream;
	struct send_options send;
	const char *expect;
	const char *talkers;
	bool commands;
};

static void read_option(int c, const char *arg, struct job *job)
{
	static const char *const protos[] = { "tcp", "udp", "echo", NULL };
	static const char *const csums[] = { "good", "bad", "partial", NULL };
	static const char *const orders[] = {
		"forward", "reverse", "later", NULL
	};
	struct send_options *send = &job->send;
	struct stream *s = &job->stream;
	struct packet *p = &s->packet;
	char *end;

	switch (c) {
	case 'i':
		send->interface = arg;
		break;
	case 's':
		read_pool(s->src, arg);
		break;
	case 'd':
		read_pool(s->dst, arg);
		break;
	case 'c':
		s->count = parse_number(arg, 1ULL << 40);
		break;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	case OPT_RAW:
		send->raw = true;
		break;
	case OPT_PCAP:
		send->pcap = arg;
		break;
	case OPT_SMAC:
		read_mac(send->smac, arg);
		break;
	case OPT_DMAC:
		read_mac(send->dmac, arg);
		break;
	case OPT_PAD:
		send->pad = true;
		break;
	case OPT_TAP:
		send->tap = true;
		break;
	case OPT_PIECES:
		send->pieces = true;
		break;
	case OPT_SPORT:
		read_ports(&s->sport, arg);
		break;
	case OPT_DPORT:
		read_ports(&s->dport, arg);
		break;
	case OPT_PROTO:
		p->proto = choice(arg, protos);
		break;
	case OPT_FLAGS:
		read_list(&s->flags, arg, flag_set);
		break;
	case OPT_DOFF:
		read_list(&s->doffs, arg, doff_value);
		break;
	case OPT_PAYLOAD:
		p->payload = parse_number(arg, 65535);
		break;
	case OPT_CSUM:
		p->csum = choice(arg, csums);
		break;
	case OPT_CUT:
		p->cut = parse_number(arg, 65535);
		break;
	case OPT_GSO:
		p->gso = parse_number(arg, 65535);
		p->csum = CSUM_PARTIAL;
		break;
	case OPT_TTL:
		p->ttl = parse_number(arg, 255);
		break;
	case OPT_IP_OPTIONS:
		read_options(p, arg);
		break;
	case OPT_EXT:
		read_exts(p, arg);
		break;
	case OPT_FRAG:
		read_frag(p, arg);
		break;
	case OPT_FRAG_ORDER:
		p->frag_order = choice(arg, orders);
		break;
	case OPT_FRAG_OVERLAP:
		p->frag_overlap = parse_number(arg, 65535);
		break;
	case OPT_FRAG_TWICE:
		p->frag_twice = true;
		break;
	case OPT_MIX:
		s->mix = arg;
		break;
	case OPT_MUTATE:
		s->mutate = true;
		break;
	case OPT_RATE:
		send->rate = strtod(arg, &end);
		if (end == arg || *end || !(send->rate > 0))
			die("bad rate", arg);
		break;
	case OPT_SEED:
		s->seed = parse_number(arg, ~0ULL);
		break;
	case OPT_EXPECT:
		job->expect = arg;
		break;
	case OPT_EXPECT_TALKERS:
		job->talkers = arg;
		break;
	case OPT_COMMANDS:
		job->commands = true;
		break;
	default:
		exit(2);
	}
}

static void check_stream(struct stream *s)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (!s->src[i].size != !s->dst[i].size)
			die("--src and --dst must be of the same families",
			    NULL);
		s->family[i] = s->src[i].size;
	}
	if (!s->family[0] && !s->family[1])
		die("--src and --dst are missing", NULL);
	if (s->mutate && s->packet.csum == CSUM_PARTIAL)
		die("what is left to hardware cannot be mutated", NULL);
	if (s->mix) {
		s->count = mix_open(s->mix, s->count, s->family[0],
				    s->family[1], s->seed);
		if (!s->count)
			die("no such mix", s->mix);
	} else if (!s->count) {
		s->count = 1;
	}
}

/* Packet @i of the stream. */
static void stream_packet(const struct stream *s, __u64 i, __u64 *rng,
			  struct packet *p)
{
	bool both = s->family[0] && s->family[1];
	__u64 turn = both ? i / 2 : i;

	*p = s->packet;
	p->id = i + 1;
	p->ipv6 = both ? i & 1 : s->family[1];
	p->flags = s->flags.value[turn % s->flags.size];
	p->doff = s->doffs.value[turn / s->flags.size % s->doffs.size];
	p->sport = ports_pick(&s->sport, turn, rng);
	p->dport = ports_pick(&s->dport, turn, rng);
	p->seq = 0x01020304 + turn * p->payload;	/* as if it were a flow */
	if (s->mix)
		mix_packet(i, p);
	pool_pick(&s->src[p->ipv6], turn, rng, p->src);
	pool_pick(&s->dst[p->ipv6], turn, rng, p->dst);
}

static int send_stream(const struct stream *s, struct expect *e, bool talkers)
{
	__u64 rng = s->seed, i;
	struct packet p;

	for (i = 0; i < s->count; i++) {
		struct frame *frames = send_frames();
		const char *problem;
		__u32 true_ones = 0;
		int n, j;

		stream_packet(s, i, &rng, &p);
		problem = packet_problem(&p);
		if (problem)
			die("cannot build this packet", problem);
		n = packet_build(&p, frames);
		for (j = 0; j < n; j++) {
			true_ones += expect_frame(e, &frames[j]);
			if (s->mutate)
				mutate_frame(&frames[j], &rng);
		}
		if (talkers && true_ones && talkers_count(&p, true_ones))
			die("out of memory", NULL);
		if (send_commit(n))
			return -1;
	}
	return send_close();
}

static FILE *open_out(const char *name)
{
	FILE *file = strcmp(name, "-") ? fopen(name, "w") : stdout;

	if (!file)
		die("cannot write", name);
	return file;
}

static void close_out(FILE *file)
{
	if (ferror(file) || (file == stdout ? fflush(file) : fclose(file)))
		die("cannot write the results", NULL);
}

static int run(struct job *job)
{
	struct expect e = { .own = job->send.raw };
	FILE *file;
	int err;

	check_stream(&job->stream);
	if ((job->send.pieces || job->send.tap) &&
	    (job->send.raw || !job->send.interface))
		die("--pieces and --tap are for frames by an interface", NULL);
	if (job->send.pieces && job->send.tap)
		die("a tap takes no pieces", NULL);
	if (job->stream.mutate && (job->expect || job->talkers))
		die("nobody knows what to expect of mutated packets", NULL);
	if (send_open(&job->send))
		return -1;
	err = send_stream(&job->stream, &e, job->talkers);
	mix_close();
	if (err)
		return -1;
	if (job->expect) {
		file = open_out(job->expect);
		expect_print(&e, file);
		close_out(file);
	}
	if (job->talkers) {
		file = open_out(job->talkers);
		talkers_print(file);
		close_out(file);
	}
	return 0;
}

static void parse(int argc, char **argv, struct job *job)
{
	int c;

	optind = 0;	/* from the start, however often */
	while ((c = getopt_long(argc, argv, "i:s:d:c:h", options, NULL)) != -1)
		read_option(c, optarg, job);
	if (optind < argc)
		die("what is this", argv[optind]);
}

static int run_commands(const struct job *common)
{
	static const char blank[] = " \t\n";
	char *line = NULL, *argv[ARGS_MAX], *save;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0) {
		struct job job = *common;
		int argc = 0;

		argv[argc++] = "pzsend";
		for (char *word = strtok_r(line, blank, &save);
		     word && argc < ARGS_MAX - 1;
		     word = strtok_r(NULL, blank, &save))
			argv[argc++] = word;
		argv[argc] = NULL;
		parse(argc, argv, &job);
		if (run(&job))
			return 1;
		puts("end");
		fflush(stdout);
	}
	free(line);
	return 0;
}

int main(int argc, char **argv)
{
	static struct job job = {
		.stream = {
			.packet = { .cut = -1, .ttl = 64 },
			.sport = { 40000, 40000, false },
			.dport = { 445, 445, false },
			.flags = { { 0x02 }, 1 },
			.doffs = { { 5 }, 1 },
			.seed = 1,
		},
		.send = {
			.smac = { 2, 0, 0, 0, 0, 1 },
			.dmac = { 2, 0, 0, 0, 0, 2 },
		},
	};

	parse(argc, argv, &job);
	if (job.commands)
		return run_commands(&job);
	return run(&job) ? 1 : 0;
}
