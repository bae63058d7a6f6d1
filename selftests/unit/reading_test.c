// SPDX-License-Identifier: GPL-2.0
/*
 * How evidence reads: each scenario's counters and talkers, as the module
 * would show them, and the one reading that they carry; and evidence that
 * carries none.
 */
#include <math.h>

#include "harness.h"

#include "explain/history.h"
#include "explain/reading.h"

/* What a scenario's talkers file says, line by line. */
static char file[64 << 10];
static size_t used;

static void talker(const char *kind, const char *address, int port,
		   unsigned int count, unsigned int error)
{
	used += snprintf(file + used, sizeof(file) - used,
			 "now %s %s %d %u %u 1795370000\n", kind, address, port,
			 count, error);
}

static void source(const char *address, unsigned int count, unsigned int error)
{
	used += snprintf(file + used, sizeof(file) - used,
			 "now src %s - %u %u 1795370000\n", address, count,
			 error);
}

static void destination(const char *address, int port, unsigned int count,
			unsigned int error)
{
	talker("dst", address, port, count, error);
}

static void sources(unsigned int n, unsigned int count, unsigned int error)
{
	for (unsigned int i = 0; i < n; i++) {
		char address[32];

		snprintf(address, sizeof(address), "203.0.113.%u", i);
		source(address, count, error);
	}
}

static void destinations(unsigned int n, unsigned int count, unsigned int error)
{
	for (unsigned int i = 0; i < n; i++) {
		char address[32];

		snprintf(address, sizeof(address), "198.51.100.%u", i);
		destination(address, 445, count, error);
	}
}

static void ports(unsigned int n, unsigned int count, unsigned int error)
{
	for (unsigned int i = 0; i < n; i++)
		destination("198.51.100.7", i + 1, count, error);
}

static void gather(struct evidence *e)
{
	struct labels labels = { 0 };
	struct talkers t = { .text = { .data = file, .len = used } };

	if (talkers_parse(&t)) {
		ksft_print_msg("the scenario's talkers don't parse\n");
		exit(KSFT_FAIL);
	}
	evidence_talkers(e, &t, &labels);
	free(t.v);
}

FIXTURE(reading)
{
	struct evidence e;
	struct reading r;
	struct counters *c;
};

FIXTURE_SETUP(reading)
{
	memset(self, 0, sizeof(*self));
	self->c = &self->e.counts;
	self->e.seconds = 100;
	used = 0;
}

FIXTURE_TEARDOWN(reading)
{
}

/* Packets from port zero, all with one kind of flags. */
static void packets(struct counters *c, unsigned int n,
		    enum nf_portzero_counter flags)
{
	c->value[NF_PORTZERO_SRC] += n;
	c->value[flags] += n;
	c->value[NF_PORTZERO_TCP] += n;
}

#define EXPECT_READING(what)						\
	do {								\
		gather(&self->e);					\
		self->e.rate = true_packets(self->c) / self->e.seconds;	\
		reading_of(SIGNAL_TRUE, &self->e, &self->r);		\
		EXPECT_STREQ(reading_names[self->r.kind], what);	\
	} while (0)

/* The event of November 2013: few sources, port 445, headers of any length. */
TEST_F(reading, horizontal_scan)
{
	packets(self->c, 1000, NF_PORTZERO_SYN);
	self->c->value[NF_PORTZERO_BADHDR] = 400;
	source("192.0.2.1", 600, 0);
	source("192.0.2.2", 300, 0);
	source("192.0.2.3", 100, 0);
	destinations(64, 16, 15);
	EXPECT_READING("horizontal-scan");
}

TEST_F(reading, horizontal_scan_over_ipv6)
{
	packets(self->c, 200, NF_PORTZERO_SYN);
	source("2001:db8::1", 200, 0);
	for (int i = 0; i < 20; i++) {
		char address[32];

		snprintf(address, sizeof(address), "2001:db8:2::%x", i + 1);
		destination(address, 22, 10, 0);
	}
	EXPECT_READING("horizontal-scan");
}

/* A thousand ports, more than the module lists. */
TEST_F(reading, vertical_scan)
{
	packets(self->c, 1024, NF_PORTZERO_SYN);
	source("192.0.2.1", 1024, 0);
	ports(64, 16, 15);
	EXPECT_READING("vertical-scan");
}

TEST_F(reading, vertical_scan_of_few_ports)
{
	packets(self->c, 20, NF_PORTZERO_SYN);
	source("192.0.2.1", 20, 0);
	ports(10, 2, 0);
	EXPECT_READING("vertical-scan");
}

/* Nobody has to try a port again and again to know whether it is open. */
TEST_F(reading, flood_of_a_few_ports)
{
	packets(self->c, 100000, NF_PORTZERO_SYN);
	source("192.0.2.1", 100000, 0);
	ports(10, 10000, 0);
	EXPECT_READING("flood");
}

TEST_F(reading, flood_of_all_ports)
{
	packets(self->c, 12000000, NF_PORTZERO_ACK);
	source("192.0.2.1", 12000000, 0);
	ports(64, 187500, 187499);
	EXPECT_READING("flood");
}

/* The same of many destinations is no scan, and no flood of one. */
TEST_F(reading, unclear_flood_of_some_destinations)
{
	packets(self->c, 100000, NF_PORTZERO_SYN);
	source("192.0.2.1", 100000, 0);
	destinations(20, 5000, 0);
	EXPECT_READING("unclear");
}

/* Data in the middle of connections: more like a broken NAT than like a scan. */
TEST_F(reading, unclear_data_to_many_destinations)
{
	packets(self->c, 1000, NF_PORTZERO_ACK);
	self->c->value[NF_PORTZERO_PAYLOAD] = 700;
	source("192.0.2.1", 1000, 0);
	destinations(64, 16, 15);
	EXPECT_READING("unclear");
}

TEST_F(reading, unclear_data_to_one_destination)
{
	packets(self->c, 1000, NF_PORTZERO_ACK);
	self->c->value[NF_PORTZERO_PAYLOAD] = 700;
	source("192.0.2.1", 1000, 0);
	destination("198.51.100.7", 80, 1000, 0);
	EXPECT_READING("unclear");
}

TEST_F(reading, probe_of_one_host)
{
	packets(self->c, 30, NF_PORTZERO_SYN);
	source("192.0.2.1", 30, 0);
	destination("198.51.100.7", 80, 30, 0);
	EXPECT_READING("host-probe");
}

TEST_F(reading, flood_of_one_destination)
{
	packets(self->c, 100000, NF_PORTZERO_SYN);
	source("192.0.2.1", 100000, 0);
	destination("198.51.100.7", 80, 100000, 0);
	EXPECT_READING("flood");
}

/* Every source new: the list is full, and nobody in it is certain. */
TEST_F(reading, spoofed_flood)
{
	packets(self->c, 64000, NF_PORTZERO_SYN);
	sources(64, 1000, 999);
	destination("198.51.100.7", 80, 64000, 0);
	EXPECT_READING("spoofed-flood");
}

TEST_F(reading, spoofed_flood_of_all_ports)
{
	packets(self->c, 64000, NF_PORTZERO_ODD);
	sources(64, 1000, 999);
	ports(64, 1000, 999);
	EXPECT_READING("spoofed-flood");
}

TEST_F(reading, backscatter)
{
	packets(self->c, 300, NF_PORTZERO_SYNACK);
	packets(self->c, 200, NF_PORTZERO_RST);
	sources(10, 50, 0);
	destinations(50, 10, 0);
	EXPECT_READING("backscatter");
}

/*
 * Thousands answer to one destination, which never asked: it is attacked by way
 * of them, or they in its name. Nothing of that is harmless.
 */
TEST_F(reading, reflection)
{
	packets(self->c, 64000, NF_PORTZERO_SYNACK);
	sources(64, 1000, 999);
	destination("198.51.100.7", 0, 64000, 0);
	EXPECT_READING("reflection");
	EXPECT_STREQ(self->r.fact[0],
		     "at least 64 sources, none is known to have sent 1 %");
	EXPECT_STREQ(self->r.fact[4],
		     "0 SYNs beside them that may have asked for them");
}

/* As many packets, by way of no more than four. */
TEST_F(reading, reflection_by_a_few)
{
	packets(self->c, 40000, NF_PORTZERO_SYNACK);
	sources(4, 10000, 0);
	destination("198.51.100.7", 0, 40000, 0);
	EXPECT_READING("reflection");
}

/* And slowly, by way of a crowd. */
TEST_F(reading, slow_reflection)
{
	packets(self->c, 500, NF_PORTZERO_RST);
	sources(50, 10, 0);
	destination("198.51.100.7", 0, 500, 0);
	EXPECT_READING("reflection");
}

/* One source is no crowd that answers, whatever its flags. */
TEST_F(reading, flood_of_answers)
{
	packets(self->c, 100000, NF_PORTZERO_SYNACK);
	source("192.0.2.1", 100000, 0);
	destination("198.51.100.7", 80, 100000, 0);
	EXPECT_READING("flood");
}

/* A few answers to one address: these numbers can't tell why. */
TEST_F(reading, unclear_few_answers_to_one)
{
	packets(self->c, 50, NF_PORTZERO_SYNACK);
	sources(10, 5, 0);
	destination("198.51.100.7", 0, 50, 0);
	EXPECT_READING("unclear");
}

/* No reading says that all is well, and none says "at least 0 %". */
TEST_F(reading, nothing_is_called_harmless)
{
	for (int kind = 0; kind < READINGS; kind++) {
		EXPECT_EQ(strstr(reading_texts[kind], "harmless"), NULL);
		EXPECT_EQ(strstr(reading_texts[kind], "nothing"), NULL);
	}
	packets(self->c, 500, NF_PORTZERO_RST);
	sources(10, 50, 0);
	destinations(50, 10, 0);
	EXPECT_READING("backscatter");
	EXPECT_EQ(strstr(self->r.next, "nothing"), NULL);
	self->c->value[NF_PORTZERO_FRAG] = 9000;
	reading_of(SIGNAL_PHANTOM, &self->e, &self->r);
	EXPECT_EQ(strstr(self->r.next, "nothing"), NULL);
}

/* One who has a capture is not told to capture. */
TEST_F(reading, advice_by_where_it_came_from)
{
	EXPECT_READING("unclear");
	EXPECT_NE(strstr(self->r.next, "portzero pcap"), NULL);
	self->e.captured = true;
	EXPECT_READING("unclear");
	EXPECT_EQ(strstr(self->r.next, "portzero pcap"), NULL);
}

/* Without a baseline nothing is said of what is normal. */
TEST_F(reading, pings_without_a_baseline)
{
	self->c->value[NF_PORTZERO_ECHO] = 1000;
	self->e.echo_expected = NAN;
	reading_of(SIGNAL_ECHO, &self->e, &self->r);
	EXPECT_STREQ(self->r.fact[0], "1000 echo requests");
	reading_of(SIGNAL_TRUE, &self->e, &self->r);
	EXPECT_FALSE(self->r.pings);
	EXPECT_STREQ(self->r.fact[self->r.facts - 1],
		     "pings beside it: 1000 echo requests");
}

/* One second of one source's packets to one port. */
static void second(struct evidence *e, unsigned int n, enum nf_portzero_counter flags)
{
	e->seconds = 1;
	packets(&e->counts, n, flags);
	source("192.0.2.1", n, 0);
	destination("198.51.100.7", 80, n, 0);
}

/* Of a flood, the first interval may have seen so few. */
TEST_F(reading, unclear_when_just_begun)
{
	self->e.begun = true;
	second(&self->e, 80, NF_PORTZERO_SYN);
	EXPECT_READING("unclear");
}

TEST_F(reading, unclear_oddities_when_just_begun)
{
	self->e.begun = true;
	second(&self->e, 80, NF_PORTZERO_ODD);
	EXPECT_READING("unclear");
}

TEST_F(reading, host_probe_of_eighty_a_second)
{
	second(&self->e, 80, NF_PORTZERO_SYN);
	EXPECT_READING("host-probe");
}

TEST_F(reading, host_probe_when_just_begun)
{
	self->e.begun = true;
	second(&self->e, 24, NF_PORTZERO_SYN);
	EXPECT_READING("host-probe");
}

TEST_F(reading, fingerprinting_by_flags)
{
	packets(self->c, 15, NF_PORTZERO_ODD);
	packets(self->c, 5, NF_PORTZERO_SYN);
	source("192.0.2.1", 20, 0);
	destination("198.51.100.7", 80, 10, 0);
	destination("198.51.100.8", 80, 10, 0);
	EXPECT_READING("fingerprinting");
}

TEST_F(reading, fingerprinting_by_headers)
{
	packets(self->c, 20, NF_PORTZERO_SYN);
	self->c->value[NF_PORTZERO_BADHDR] = 18;
	source("192.0.2.1", 20, 0);
	destination("198.51.100.7", 80, 20, 0);
	EXPECT_READING("fingerprinting");
}

TEST_F(reading, own_host)
{
	self->c->value[NF_PORTZERO_OUT] = 500;
	EXPECT_READING("own-host");
	EXPECT_STREQ(self->r.fact[0], "500 sent by this host, 0 came in");
}

/* Its victims answer, and their answers are port zero too. */
TEST_F(reading, own_host_and_answers_to_it)
{
	packets(self->c, 500, NF_PORTZERO_RST);
	self->c->value[NF_PORTZERO_OUT] = 500;
	source("192.0.2.1", 500, 0);
	destination("198.51.100.7", 0, 500, 0);
	EXPECT_READING("own-host");
	EXPECT_STREQ(self->r.fact[1], "500 of them are no answers");
}

/* SYN-ACKs that nobody asked for are answered with RSTs. */
TEST_F(reading, own_answers_to_a_reflection)
{
	packets(self->c, 50000, NF_PORTZERO_SYNACK);
	self->c->value[NF_PORTZERO_OUT] = 50000;
	sources(10, 5000, 0);
	destination("198.51.100.7", 0, 50000, 0);
	EXPECT_READING("reflection");
}

/* Answers to what came in are no misbehaviour. */
TEST_F(reading, own_answers)
{
	packets(self->c, 30, NF_PORTZERO_SYN);
	self->c->value[NF_PORTZERO_OUT] = 30;
	source("192.0.2.1", 30, 0);
	destination("198.51.100.7", 80, 30, 0);
	EXPECT_READING("host-probe");
}

TEST_F(reading, phantoms)
{
	self->c->value[NF_PORTZERO_FRAG] = 5000;
	self->c->value[NF_PORTZERO_SHORT] = 3;
	reading_of(SIGNAL_PHANTOM, &self->e, &self->r);
	EXPECT_STREQ(reading_names[self->r.kind], "phantoms");
	EXPECT_EQ(self->r.facts, 3);
	EXPECT_STREQ(self->r.fact[0], "5000 later fragments");
	EXPECT_STREQ(self->r.fact[2],
		     "0 truly from or to port zero in the same time");
}

TEST_F(reading, hidden_headers)
{
	self->c->value[NF_PORTZERO_HIDDEN] = 50;
	self->c->value[NF_PORTZERO_FRAG] = 40;
	reading_of(SIGNAL_PHANTOM, &self->e, &self->r);
	EXPECT_STREQ(reading_names[self->r.kind], "hidden-headers");
}

/* What hides its header may be port zero: pieces beside it don't change that. */
TEST_F(reading, hidden_headers_among_fragments)
{
	self->c->value[NF_PORTZERO_HIDDEN] = 5;
	self->c->value[NF_PORTZERO_FRAG] = 5000;
	reading_of(SIGNAL_PHANTOM, &self->e, &self->r);
	EXPECT_STREQ(reading_names[self->r.kind], "hidden-headers");
}

TEST_F(reading, pings_alone)
{
	self->c->value[NF_PORTZERO_ECHO] = 1000;
	self->e.echo_expected = 20;
	reading_of(SIGNAL_ECHO, &self->e, &self->r);
	EXPECT_STREQ(reading_names[self->r.kind], "pings");
	EXPECT_STREQ(self->r.fact[0],
		     "1000 echo requests, 20 are normal in that time");
	EXPECT_FALSE(self->r.pings);
}

TEST_F(reading, pings_beside_a_scan)
{
	packets(self->c, 640, NF_PORTZERO_SYN);
	self->c->value[NF_PORTZERO_ECHO] = 640;
	self->e.echo_expected = 10;
	source("192.0.2.1", 640, 0);
	destinations(64, 10, 9);
	EXPECT_READING("horizontal-scan");
	EXPECT_TRUE(self->r.pings);
	EXPECT_STREQ(self->r.fact[self->r.facts - 1],
		     "pings beside it: 640 echo requests, 10 are normal");
}

TEST_F(reading, normal_pings_are_not_beside_it)
{
	packets(self->c, 640, NF_PORTZERO_SYN);
	self->c->value[NF_PORTZERO_ECHO] = 39;
	self->e.echo_expected = 10;
	source("192.0.2.1", 640, 0);
	destinations(64, 10, 9);
	EXPECT_READING("horizontal-scan");
	EXPECT_FALSE(self->r.pings);
}

TEST_F(reading, leak)
{
	packets(self->c, 50, NF_PORTZERO_SYN);
	self->c->value[NF_PORTZERO_LEAK] = 20;
	reading_of(SIGNAL_LEAK, &self->e, &self->r);
	EXPECT_STREQ(reading_names[self->r.kind], "leak");
	EXPECT_STREQ(self->r.fact[0], "20 of 50 that came in survived");
}

/* What a flood of a minute ago left in the table is not this event's. */
TEST_F(reading, probe_after_a_flood)
{
	packets(self->c, 30, NF_PORTZERO_SYN);
	source("192.0.2.1", 1030, 1000);
	destination("198.51.100.7", 80, 1030, 1000);
	EXPECT_READING("host-probe");
	EXPECT_EQ((int)(100 * self->e.top_source + 0.5), 100);
}

/* From here on: no pattern, and none is to be seen. */

TEST_F(reading, unclear_without_talkers)
{
	packets(self->c, 1000, NF_PORTZERO_SYN);
	EXPECT_READING("unclear");
}

TEST_F(reading, unclear_with_four_packets)
{
	packets(self->c, 4, NF_PORTZERO_SYN);
	source("192.0.2.1", 4, 0);
	destination("198.51.100.7", 80, 4, 0);
	EXPECT_READING("unclear");
	EXPECT_STREQ(self->r.fact[0],
		     "only 4 packets, too few to see a pattern");
}

/* A distributed scan or forged sources: these numbers can't tell. */
TEST_F(reading, unclear_many_to_many)
{
	packets(self->c, 6400, NF_PORTZERO_SYN);
	sources(64, 100, 99);
	destinations(64, 100, 99);
	EXPECT_READING("unclear");
}

/* Three destinations with like shares: neither one host nor many. */
TEST_F(reading, unclear_between_one_and_many)
{
	packets(self->c, 300, NF_PORTZERO_SYN);
	source("192.0.2.1", 300, 0);
	destinations(3, 100, 0);
	EXPECT_READING("unclear");
}

/* Answers from one source may be a scan that looks like answers. */
TEST_F(reading, unclear_answers_from_one_source)
{
	packets(self->c, 300, NF_PORTZERO_SYNACK);
	source("192.0.2.1", 300, 0);
	destinations(30, 10, 0);
	EXPECT_READING("unclear");
}

/* Nobody's stack answers with broken headers. */
TEST_F(reading, unclear_broken_answers)
{
	packets(self->c, 300, NF_PORTZERO_RST);
	self->c->value[NF_PORTZERO_BADHDR] = 200;
	sources(10, 30, 0);
	destinations(30, 10, 0);
	EXPECT_READING("unclear");
}

/* A crowd, but so slow that nothing is flooded. */
TEST_F(reading, unclear_slow_crowd)
{
	packets(self->c, 100, NF_PORTZERO_SYN);
	sources(50, 2, 0);
	destination("198.51.100.7", 80, 100, 0);
	EXPECT_READING("unclear");
}

TEST_F(reading, unclear_half_answers)
{
	packets(self->c, 100, NF_PORTZERO_SYNACK);
	packets(self->c, 100, NF_PORTZERO_SYN);
	sources(20, 10, 0);
	destinations(20, 10, 0);
	EXPECT_READING("unclear");
}

/* The shares that labels explain are of what is certain. */
TEST_F(reading, labels)
{
	struct label label[] = {
		{ .prefix = { AF_INET, { 192, 0, 2 } }, .length = 24,
		  .name = "research" },
	};
	struct labels labels = { 1, label };
	struct talkers t = { .text = { .data = file } };

	source("192.0.2.1", 60, 10);
	source("192.0.2.2", 20, 0);
	source("203.0.113.1", 20, 0);
	t.text.len = used;
	ASSERT_EQ(talkers_parse(&t), 0);
	evidence_talkers(&self->e, &t, &labels);
	free(t.v);
	ASSERT_EQ(self->e.labels, 1);
	EXPECT_STREQ(self->e.labelled[0].name, "research");
	EXPECT_EQ((int)(1000 * self->e.labelled[0].share + 0.5), 700);
	EXPECT_EQ(self->e.packets, 100);
	EXPECT_EQ(self->e.sources, 3);
}

/* What had been counted when an event began is found again. */
TEST(history)
{
	static struct history h;
	struct counters delta = { .value[NF_PORTZERO_SRC] = 1 };

	for (int i = 1; i <= 7200; i++)
		history_add(&h, 1000 + i, 1, &delta);
	EXPECT_EQ(h.total.value[NF_PORTZERO_SRC], 7200);
	EXPECT_EQ(history_at(&h, 8100)->total.value[NF_PORTZERO_SRC],
		  7100);
	EXPECT_EQ(history_at(&h, 8109)->total.value[NF_PORTZERO_SRC],
		  7100);
	EXPECT_EQ(history_at(&h, 99999)->total.value[NF_PORTZERO_SRC], 7200);
	/* Older than the hour that is kept: the oldest moment. */
	EXPECT_EQ(history_at(&h, 0)->total.value[NF_PORTZERO_SRC],
		  7200 - 10 * (HISTORY_LENGTH - 1));
}

TEST_HARNESS_MAIN
