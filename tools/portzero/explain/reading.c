// SPDX-License-Identifier: GPL-2.0
/*
 * What the evidence of an event looks like.
 *
 * The shares below are set so that each reading needs a clear majority for
 * itself; what falls between them is unclear, and is called so.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "explain/reading.h"
#include "lib/print.h"

/* A share that makes a thing the rule, and one that makes it the exception. */
#define MOST		0.8
#define LITTLE		0.2
#define HALF		0.5
/* A share below this is not worth a word. */
#define WORTH		0.01

/* Packets below which no pattern is one. */
#define ENOUGH		5
/* Destinations or ports that are many, and those that are few. */
#define MANY		16
#define SEVERAL		8
/* Sources that can't be one tool's: the module lists 64 at most. */
#define CROWD		32
/* The busiest of a crowd stays below this. */
#define ONE_OF_CROWD	0.1
/* Packets per second at which probing becomes flooding. */
#define FLOOD_RATE	100
/* An interval saw this part of a flood at least, but for one in four. */
#define BEGUN		0.25
/* Packets to each port of each address that are more than a scan's. */
#define KNOCKS		100
#define ALL_PORTS	65536.0
/* Sources that answer somebody else's forged packets. */
#define VICTIMS		3

const char *const reading_names[READINGS] = {
	[READING_UNCLEAR]		= "unclear",
	[READING_HORIZONTAL_SCAN]	= "horizontal-scan",
	[READING_VERTICAL_SCAN]		= "vertical-scan",
	[READING_HOST_PROBE]		= "host-probe",
	[READING_FLOOD]			= "flood",
	[READING_SPOOFED_FLOOD]		= "spoofed-flood",
	[READING_REFLECTION]		= "reflection",
	[READING_BACKSCATTER]		= "backscatter",
	[READING_FINGERPRINTING]	= "fingerprinting",
	[READING_OWN_HOST]		= "own-host",
	[READING_PHANTOMS]		= "phantoms",
	[READING_HIDDEN]		= "hidden-headers",
	[READING_PINGS]			= "pings",
	[READING_LEAK]			= "leak",
};

const char *const reading_texts[READINGS] = {
	[READING_UNCLEAR] =
		"unclear: the evidence fits no single pattern",
	[READING_HORIZONTAL_SCAN] =
		"horizontal scan: few sources, many destinations",
	[READING_VERTICAL_SCAN] =
		"vertical scan: few sources, many ports of one host",
	[READING_HOST_PROBE] =
		"probe of one host: few sources, few packets a second",
	[READING_FLOOD] =
		"flood of one destination: few sources, many packets a second",
	[READING_SPOOFED_FLOOD] =
		"flood of one destination from very many sources, perhaps forged",
	[READING_REFLECTION] =
		"reflection: answers from many to one destination, which is attacked or whose address is forged",
	[READING_BACKSCATTER] =
		"backscatter, it seems: answers to many destinations, of which few or none were seen to ask",
	[READING_FINGERPRINTING] =
		"fingerprinting, it seems: odd flags or impossible headers, as sent to see how a host reacts",
	[READING_OWN_HOST] =
		"this host itself sends port zero",
	[READING_PHANTOMS] =
		"phantoms: packets that carry no ports, so not port zero",
	[READING_HIDDEN] =
		"hidden headers: IPv6 fragments that keep their TCP header from view",
	[READING_PINGS] =
		"pings; where they went is not counted",
	[READING_LEAK] =
		"leak: port zero is alive after the firewall",
};

static const char *const steps[READINGS] = {
	[READING_UNCLEAR] =
		"capture some: tcpdump -c 1000 -w FILE 'tcp port 0', then portzero pcap FILE",
	[READING_HORIZONTAL_SCAN] =
		"portzero drop on; look for other traffic of the same sources",
	[READING_VERTICAL_SCAN] =
		"portzero drop on; look at what else the sources sent to that host",
	[READING_HOST_PROBE] =
		"portzero drop on; look at what else the sources sent to that host",
	[READING_FLOOD] =
		"portzero drop on; before blocking the sources: one address is forged as easily as many",
	[READING_SPOOFED_FLOOD] =
		"portzero drop on; if the line is full, ask upstream: blocking so many sources seldom helps",
	[READING_REFLECTION] =
		"did it ask (its connection table)? If not: portzero drop on; if the line is full, ask upstream",
	[READING_BACKSCATTER] =
		"did your hosts ask? Does the line suffer? Others may be attacked in their names, or they themselves: portzero drop on",
	[READING_FINGERPRINTING] =
		"portzero drop on; look at what else the sources sent to what answered",
	[READING_OWN_HOST] =
		"find the process: perf trace -e nf_portzero:nf_portzero_match, ss -tp",
	[READING_PHANTOMS] =
		"drop leaves these; look for what fragments or cuts packets (tunnels, MTU), or floods with pieces",
	[READING_HIDDEN] =
		"portzero drop on, which drops these too; no honest stack sends them (RFC 7112)",
	[READING_PINGS] =
		"decide whether to let ICMP echo in; portzero verify tells if the firewall stops it",
	[READING_LEAK] =
		"portzero verify tells by which way; portzero drop on stops it",
};

/* The same for one who has the packets themselves. */
static const char look_closer[] =
	"look at some: tcpdump -nr FILE 'tcp port 0'; and at what else these sources sent";

__printf(2, 3)
static void fact(struct reading *r, const char *fmt, ...)
{
	va_list args;

	if (r->facts == READING_FACTS)
		return;
	va_start(args, fmt);
	vsnprintf(r->fact[r->facts++], READING_LENGTH, fmt, args);
	va_end(args);
}

static double part(uint64_t some, uint64_t all)
{
	return all ? (double)some / (double)all : 0;
}

static double percent(double share)
{
	return 100 * (share < 1 ? share : 1);
}

/* A counter, and what to call what it counts. */
struct mark {
	enum nf_portzero_counter counter;
	const char *name;
};

/* The shares that are worth a word, in one fact. */
static void share_fact(const struct counters *c, uint64_t packets,
		       const struct mark *marks, size_t n, struct reading *r)
{
	char text[READING_LENGTH] = "";
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		double share = part(c->value[marks[i].counter], packets);

		if (share >= WORTH)
			used += (size_t)snprintf(text + used, sizeof(text) - used,
						 "%s%s %.0f %%", used ? ", " : "",
						 marks[i].name, percent(share));
	}
	if (used)
		fact(r, "%s", text);
}

static void flag_facts(const struct counters *c, uint64_t packets,
		       struct reading *r)
{
	static const struct mark flags[] = {
		{ NF_PORTZERO_SYN, "SYN" },
		{ NF_PORTZERO_SYNACK, "SYN-ACK" },
		{ NF_PORTZERO_RST, "RST" },
		{ NF_PORTZERO_ACK, "ACK" },
		{ NF_PORTZERO_ODD, "odd flags" },
	}, marks[] = {
		{ NF_PORTZERO_BADHDR, "impossible header" },
		{ NF_PORTZERO_PAYLOAD, "data" },
		{ NF_PORTZERO_BADCSUM, "wrong checksum" },
		{ NF_PORTZERO_IPV6, "IPv6" },
	};

	share_fact(c, packets, flags, ARRAY_SIZE(flags), r);
	share_fact(c, packets, marks, ARRAY_SIZE(marks), r);
}

static void talker_facts(const struct evidence *e, struct reading *r)
{
	if (!e->talkers) {
		fact(r, "who sent it where is not known (only root may read the talkers)");
		return;
	}
	if (e->top_source < WORTH)
		fact(r, "%s%u sources, none is known to have sent 1 %%",
		     e->sources_full ? "at least " : "", e->sources);
	else
		fact(r, "%s%u source%s, the busiest sent %s%.0f %%",
		     e->sources_full ? "at least " : "", e->sources,
		     e->sources == 1 ? "" : "s",
		     e->sources_full ? "at least " : "",
		     percent(e->top_source));
	fact(r, "%s%u destination%s, the busiest got %s%.0f %%, on %u port%s",
	     e->destinations_full ? "at least " : "", e->destinations,
	     e->destinations == 1 ? "" : "s",
	     e->destinations_full ? "about " : "",
	     percent(e->top_destination), e->top_ports,
	     e->top_ports == 1 ? "" : "s");
}

/*
 * What the host sent of its own accord. A stack answers a packet with one at
 * most, and a RST with none; whatever is beyond that answers nothing.
 */
static uint64_t unasked(const uint64_t *c)
{
	uint64_t asking = c[NF_PORTZERO_SRC] + c[NF_PORTZERO_DST] +
			  c[NF_PORTZERO_BOTH] - c[NF_PORTZERO_RST];

	return c[NF_PORTZERO_OUT] > asking ? c[NF_PORTZERO_OUT] - asking : 0;
}

/*
 * Answers that nobody asked for, or the other half of the packets would be the
 * questions. Who answers a forger does so with whole headers. Spread over many
 * destinations they are what comes of addresses forged at random. All to one, it
 * was chosen: whether to hit it by way of those who answer, or them in its name,
 * doesn't make a difference to it.
 */
static enum reading_kind read_answers(const struct evidence *e, bool whole,
				      bool crowd)
{
	bool honest = whole && e->sources >= VICTIMS && e->top_source <= MOST;
	bool flood = e->rate >= FLOOD_RATE;

	if (e->top_destination >= MOST && honest && (flood || crowd))
		return READING_REFLECTION;
	if (e->top_destination >= MOST && flood && e->few_sources >= MOST)
		return READING_FLOOD;
	if (e->top_destination <= HALF && e->destinations >= SEVERAL && honest)
		return READING_BACKSCATTER;
	return READING_UNCLEAR;
}

/*
 * Whoever scans knocks at a door a few times; who goes on and on, and fast, wants
 * something else. A full list hides how many doors there are: as many as can be.
 */
static bool insists(const struct evidence *e, bool one_destination)
{
	double doors = !e->destinations_full ?
		       (double)e->destinations * e->top_ports :
		       one_destination ? ALL_PORTS : INFINITY;

	return e->rate >= FLOOD_RATE && (double)e->packets > KNOCKS * doors;
}

static enum reading_kind read_true(const struct evidence *e, uint64_t packets)
{
	const uint64_t *c = e->counts.value;
	double answers = part(c[NF_PORTZERO_SYNACK] + c[NF_PORTZERO_RST], packets);
	double bad = part(c[NF_PORTZERO_BADHDR], packets);
	double odd = part(c[NF_PORTZERO_ODD], packets);
	double data = part(c[NF_PORTZERO_PAYLOAD], packets);
	bool few_sources, crowd, many_destinations, one_destination, connections, scans;
	bool slow;

	if (unasked(c) >= ENOUGH &&
	    part(unasked(c), c[NF_PORTZERO_OUT]) >= HALF &&
	    part(packets, c[NF_PORTZERO_OUT]) <= 1 / MOST)
		return READING_OWN_HOST;
	if (packets < ENOUGH || !e->talkers || e->packets < ENOUGH)
		return READING_UNCLEAR;

	few_sources = e->few_sources >= MOST;
	crowd = e->sources >= CROWD && e->top_source <= ONE_OF_CROWD &&
		e->few_sources <= HALF;
	one_destination = e->top_destination >= MOST;
	many_destinations = e->destinations >= MANY &&
			    e->top_destination <= LITTLE;

	if (answers >= MOST)
		return read_answers(e, bad <= LITTLE, crowd);
	if (crowd && one_destination)
		return e->rate >= FLOOD_RATE ? READING_SPOOFED_FLOOD :
					    READING_UNCLEAR;
	if (!few_sources)
		return READING_UNCLEAR;
	/* Data within connections is rather what a broken NAT makes of them. */
	connections = data >= HALF && part(c[NF_PORTZERO_ACK], packets) >= HALF;
	scans = !insists(e, one_destination) && !connections;
	if (many_destinations)
		return scans ? READING_HORIZONTAL_SCAN : READING_UNCLEAR;
	if (scans && one_destination && e->top_ports >= SEVERAL &&
	    e->top_port_share <= HALF)
		return READING_VERTICAL_SCAN;
	if (one_destination && e->rate >= FLOOD_RATE)
		return READING_FLOOD;
	slow = e->rate < (e->begun ? BEGUN : 1) * FLOOD_RATE;
	if ((odd >= HALF || bad >= HALF) && e->destinations <= SEVERAL && slow)
		return READING_FINGERPRINTING;
	if (one_destination && !connections && slow)
		return READING_HOST_PROBE;
	return READING_UNCLEAR;
}

static void true_facts(const struct evidence *e, struct reading *r)
{
	const uint64_t *c = e->counts.value;
	uint64_t packets = true_packets(&e->counts);
	char rate[32];

	if (r->kind == READING_OWN_HOST) {
		fact(r, "%llu sent by this host, %llu came in",
		     llu(c[NF_PORTZERO_OUT]), llu(packets));
		fact(r, "%llu of them are no answers", llu(unasked(c)));
		return;
	}
	if (packets < ENOUGH)
		fact(r, "only %llu packet%s, too few to see a pattern",
		     llu(packets), packets == 1 ? "" : "s");
	talker_facts(e, r);
	flag_facts(&e->counts, packets, r);
	fact(r, "%s at most, %.2f Mbit/s on average",
	     format_rate(rate, sizeof(rate), e->rate), e->seconds > 0 ?
	     8 * (double)c[NF_PORTZERO_BYTES] / e->seconds / 1000000 : 0);
	if (r->kind == READING_REFLECTION || r->kind == READING_BACKSCATTER)
		fact(r, "%llu SYNs beside them that may have asked for them",
		     llu(c[NF_PORTZERO_SYN] + c[NF_PORTZERO_OUT]));
}

static void phantom_facts(const struct counters *c, struct reading *r)
{
	if (c->value[NF_PORTZERO_FRAG])
		fact(r, "%llu later fragments",
		     llu(c->value[NF_PORTZERO_FRAG]));
	if (c->value[NF_PORTZERO_SHORT])
		fact(r, "%llu packets that end before the ports",
		     llu(c->value[NF_PORTZERO_SHORT]));
	if (c->value[NF_PORTZERO_HIDDEN])
		fact(r, "%llu IPv6 chains that stop before TCP",
		     llu(c->value[NF_PORTZERO_HIDDEN]));
	fact(r, "%llu truly from or to port zero in the same time",
	     llu(true_packets(c)));
}

enum reading_kind reading_of_counts(enum portzero_signal signal)
{
	static const enum reading_kind kinds[SIGNALS] = {
		[SIGNAL_TRUE]		= READING_UNCLEAR,
		[SIGNAL_PHANTOM]	= READING_PHANTOMS,
		[SIGNAL_ECHO]		= READING_PINGS,
		[SIGNAL_LEAK]		= READING_LEAK,
	};

	return kinds[signal];
}

void reading_of(enum portzero_signal signal, const struct evidence *e,
		struct reading *r)
{
	const uint64_t *c = e->counts.value;
	uint64_t packets = true_packets(&e->counts);

	memset(r, 0, sizeof(*r));
	r->pings = signal != SIGNAL_ECHO &&
		   (double)c[NF_PORTZERO_ECHO] >= 10 + 3 * e->echo_expected;
	switch (signal) {
	case SIGNAL_TRUE:
		r->kind = read_true(e, packets);
		true_facts(e, r);
		break;
	case SIGNAL_PHANTOM:
		r->kind = c[NF_PORTZERO_HIDDEN] >= ENOUGH ||
			  part(c[NF_PORTZERO_HIDDEN],
			       phantom_packets(&e->counts)) >= LITTLE ?
			  READING_HIDDEN : READING_PHANTOMS;
		phantom_facts(&e->counts, r);
		break;
	case SIGNAL_ECHO:
		r->kind = reading_of_counts(signal);
		if (isnan(e->echo_expected))
			fact(r, "%llu echo requests", llu(c[NF_PORTZERO_ECHO]));
		else
			fact(r, "%llu echo requests, %.0f are normal in that time",
			     llu(c[NF_PORTZERO_ECHO]), e->echo_expected);
		if (packets)
			fact(r, "%llu true port-zero packets beside them",
			     llu(packets));
		break;
	case SIGNAL_LEAK:
		r->kind = reading_of_counts(signal);
		fact(r, "%llu of %llu that came in survived",
		     llu(c[NF_PORTZERO_LEAK]), llu(packets));
		talker_facts(e, r);
		break;
	case SIGNALS:
		break;
	}
	r->next = e->captured && r->kind == READING_UNCLEAR ?
		  look_closer : steps[r->kind];
	if (signal != SIGNAL_ECHO && isnan(e->echo_expected) && c[NF_PORTZERO_ECHO])
		fact(r, "pings beside it: %llu echo requests",
		     llu(c[NF_PORTZERO_ECHO]));
	if (r->pings)
		fact(r, "pings beside it: %llu echo requests, %.0f are normal",
		     llu(c[NF_PORTZERO_ECHO]), e->echo_expected);
}
