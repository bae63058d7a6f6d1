// SPDX-License-Identifier: GPL-2.0
/*
 * The verdict on a firewall: all that may come in, survive and be let in.
 */
#include <linux/types.h>

#include "harness.h"

#include "explain/verdict.h"

/* All that one kind of packet may do over one version of IP: in, out. */
static const unsigned int doings[][2] = {
	{ 0, 0 }, { 9, 0 }, { 9, 4 }, { 9, 9 },
};

#define DOINGS	ARRAY_SIZE(doings)

static struct passage passage(unsigned int v4, unsigned int v6)
{
	return (struct passage){
		.in = doings[v4][0] + doings[v6][0],
		.in_ipv6 = doings[v6][0],
		.out = doings[v4][1] + doings[v6][1],
		.out_ipv6 = doings[v6][1],
		.ipv6_known = true,
	};
}

static bool came_in(const struct passage *p)
{
	return p->in;
}

TEST(all_of_them)
{
	unsigned int stopped = 0, leaks = 0, unjudged = 0;

	for (unsigned int i = 0; i < DOINGS * DOINGS * DOINGS * DOINGS * 2; i++) {
		unsigned int n = i / 2;
		struct passage port = passage(n % DOINGS, n / DOINGS % DOINGS);
		struct passage echo = passage(n / DOINGS / DOINGS % DOINGS,
					      n / DOINGS / DOINGS / DOINGS);
		bool allow = i % 2;
		const struct verdict *v = verdict_on(passage_fate(&port),
						     passage_fate(&echo), allow);

		if (port.out || (echo.out && !allow)) {
			leaks++;
			EXPECT_EQ(v->outcome, ALARM);
			EXPECT_STREQ(v->word, "leak");
		} else if (came_in(&port) || (came_in(&echo) && !allow)) {
			stopped++;
			EXPECT_EQ(v->outcome, FINE);
			EXPECT_STREQ(v->word, "stopped");
		} else {
			unjudged++;
			EXPECT_EQ(v->outcome, USAGE);
			EXPECT_STREQ(v->word, came_in(&echo) ?
				     "nothing to judge by" : "nothing came in");
		}
	}
	/* 16 doings of a kind: 1 is nothing, 3 are stopped, 12 get through. */
	EXPECT_EQ(leaks, 12 * 16 + 4 * 12 + 12 * 16);
	EXPECT_EQ(stopped, 3 * 4 + 1 * 3 + 3 * 16);
	EXPECT_EQ(unjudged, 1 + 16);
}

TEST(versions)
{
	for (unsigned int v4 = 0; v4 < DOINGS; v4++) {
		for (unsigned int v6 = 0; v6 < DOINGS; v6++) {
			struct passage whole = passage(v4, v6);
			struct passage ipv4 = passage_over(&whole, false);
			struct passage ipv6 = passage_over(&whole, true);

			EXPECT_EQ(ipv4.in, doings[v4][0]);
			EXPECT_EQ(ipv4.out, doings[v4][1]);
			EXPECT_EQ(ipv6.in, doings[v6][0]);
			EXPECT_EQ(ipv6.out, doings[v6][1]);
			/* What became of all is the worse of the two. */
			EXPECT_EQ(passage_fate(&whole),
				  passage_fate(&ipv4) > passage_fate(&ipv6) ?
				  passage_fate(&ipv4) : passage_fate(&ipv6));
		}
	}
}

/* Counters are read one after the other, while packets come. */
TEST(counts_out_of_step)
{
	struct passage p = { .in_ipv6 = 1, .out = 1, .out_ipv6 = 2 };
	struct passage ipv4 = passage_over(&p, false);

	EXPECT_EQ(ipv4.in, 0);
	EXPECT_EQ(ipv4.out, 0);
	EXPECT_EQ(passage_fate(&p), FATE_SURVIVED);
}

TEST_HARNESS_MAIN
