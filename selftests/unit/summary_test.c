// SPDX-License-Identifier: GPL-2.0
/*
 * The heavy hitters' summary against exact counts: what it promises must hold
 * at every moment, for streams that are skewed, flat, or out to fool it.
 */
#include "harness.h"

#include <math.h>
#include <netinet/in.h>
#include <stddef.h>

#include "summary.h"

#define K		NF_PORTZERO_TALKERS
#define CROWD		20000

/*
 * A summary and the truth. Talkers are numbered, 0 to CROWD - 1. Each test
 * runs in a process of its own, so each starts with these zeroed.
 */
static struct {
	struct summary s;
	__u64 exact[CROWD];
	__u64 total;
	__u64 steps;
	__u64 rng;
	struct summary_key key;
} t;

static void begin(void)
{
	/* what was there before must not matter */
	memset(&t.s, 0x5a, sizeof(t.s));
	summary_clear(&t.s, 7);
	t.rng = 1;
	t.key = (struct summary_key){ {
		0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb
	} };
}

static __u32 below(__u32 limit)
{
	t.rng = t.rng * 6364136223846793005ull + 1442695040888963407ull;
	return (t.rng >> 33) % limit;
}

static struct portzero_talker talker(__u32 id)
{
	/* some differ in the port only, some in the address only */
	__be32 addr[4] = { 0, 0, 0, htonl(id / 4) };
	__be16 port = htons(id & 2 ? 445 : 0);

	return id & 1 ? talker6(addr, port) : talker4(addr[3], port);
}

static __u32 number(const struct portzero_talker *who)
{
	bool v6 = talker_family(who) == 6;
	__be32 addr[4] = { 0, 0, 0, talker_addr4(who) };

	if (v6)
		memcpy(addr, who->addr, sizeof(addr));
	return ntohl(addr[3]) * 4 + (talker_port(who) ? 2 : 0) + v6;
}

static void count(__u32 id, __u64 packets)
{
	__u64 min = t.s.min;
	int hand = t.s.hand;

	summary_add(&t.s, talker(id), &t.key, packets, id);
	t.exact[id] += packets;
	t.total += packets;

	/* the hand goes on, or all are searched and it starts anew */
	if (t.s.min == min && t.s.hand >= hand)
		t.steps += t.s.hand - hand;
	else
		t.steps += K - hand + K + t.s.hand;
}

static const struct summary_entry *find(const struct summary *s, __u32 id)
{
	for (int i = 0; i < s->used; i++)
		if (number(&s->entry[i].who) == id)
			return &s->entry[i];
	return NULL;
}

/* Each entry is in its bucket's chain, once, and nothing else is. */
static const char *chains_broken(const struct summary *s)
{
	int in_chain[K] = { 0 }, n = 0;
	size_t i;
	__u16 at;

	for (int bucket = 0; bucket < SUMMARY_BUCKETS; bucket++) {
		for (at = s->bucket[bucket]; at != SUMMARY_NONE;
		     at = s->entry[i].next) {
			i = (at - offsetof(struct summary, entry)) /
			    sizeof(*s->entry);
			if (i >= s->used)
				return "an unused entry in a chain";
			if (s->entry[i].bucket != bucket)
				return "an entry in another's chain";
			if (in_chain[i]++)
				return "an entry twice in a chain";
			n++;
		}
	}
	return n == s->used ? NULL : "an entry in no chain";
}

static const char *promise_broken(void)
{
	const struct summary *s = &t.s;
	const struct summary_entry *e;
	__u64 sum = 0;

	if (s->used > K || s->hand > K)
		return "a number past the table";
	for (int i = 0; i < s->used; i++) {
		__u64 exact;

		e = &s->entry[i];
		exact = t.exact[number(&e->who)];
		if (e->count < exact)
			return "a count too low";
		if (e->count - e->error > exact)
			return "an error too low";
		if (e->error > s->min)
			return "an error above the minimum";
		sum += e->count;
	}
	if (sum != t.total)
		return "counts that do not add up";
	if (s->min * K > t.total)
		return "the minimum is too high";
	for (__u32 id = 0; id < CROWD; id++) {
		if (find(s, id))
			continue;
		if (t.exact[id] * K > t.total)
			return "a talker above one in K is missing";
		if (t.exact[id] > s->min)
			return "a talker above the minimum is missing";
	}
	return NULL;
}

static const char sound[] = "sound";

static const char *verdict(void)
{
	const char *what = chains_broken(&t.s);

	if (!what)
		what = promise_broken();
	return what ? what : sound;
}

TEST(empty)
{
	begin();
	ASSERT_EQ(0, t.s.used);
	ASSERT_EQ(7, t.s.window);
	ASSERT_STREQ(sound, verdict());
}

TEST(families)
{
	EXPECT_EQ(4, talker_family(&(struct portzero_talker){ .rest = talker(0).rest }));
	EXPECT_EQ(6, talker_family(&(struct portzero_talker){ .rest = talker(1).rest }));
}

/* Talkers that differ in any word, or in two that add up, are on many chains. */
TEST(each_word_is_hashed)
{
	for (int word = 0; word < 4; word++) {
		bool met[SUMMARY_BUCKETS] = { false };
		int chains = 0;

		begin();
		for (__u64 i = 0; i < 4 * SUMMARY_BUCKETS; i++) {
			struct portzero_talker who = {
				.addr = { word == 0 ? i : 0, word % 2 ? i : 0 },
				.rest = word == 2 ? i : word == 3 ? -i : 0,
			};
			bool *chain = &met[summary_hash(who, &t.key)];

			chains += !*chain;
			*chain = true;
		}
		EXPECT_LT(SUMMARY_BUCKETS / 2, chains);
	}
}

/* Nobody has to go while there is room, so nothing is guessed. */
TEST(exact_while_there_is_room)
{
	begin();
	for (int i = 0; i < 100000; i++)
		count(below(K), 1 + below(3));
	ASSERT_STREQ(sound, verdict());
	ASSERT_EQ(K, t.s.used);
	for (int i = 0; i < K; i++) {
		const struct summary_entry *e = find(&t.s, i);

		ASSERT_NE(NULL, e);
		ASSERT_EQ(t.exact[i], e->count);
		ASSERT_EQ(0, e->error);
		ASSERT_EQ(i, e->seen);
	}
	ASSERT_EQ(0, t.steps);
}

/* Zipf with exponent 1.1: few talkers explain most traffic. */
TEST(zipf)
{
	static double up_to[CROWD];
	double all = 0;

	begin();
	for (int i = 0; i < CROWD; i++) {
		all += pow(i + 1, -1.1);
		up_to[i] = all;
	}
	for (int n = 1; n <= 500000; n++) {
		double at = below(1u << 30) * all / (1u << 30);
		int low = 0, high = CROWD - 1;

		while (low < high) {
			int middle = (low + high) / 2;

			if (up_to[middle] > at)
				high = middle;
			else
				low = middle + 1;
		}
		count(low, 1);
		if (n % 50000 == 0)
			ASSERT_STREQ(sound, verdict());
	}
	/* the first ten are far above one in K */
	for (int i = 0; i < 10; i++)
		ASSERT_NE(NULL, find(&t.s, i));
	ASSERT_GT(find(&t.s, 0)->count, find(&t.s, 1)->count);
	ASSERT_GT(find(&t.s, 1)->count, find(&t.s, 2)->count);
}

/* A spoofed flood: each source sends once. */
TEST(all_distinct)
{
	begin();
	for (int i = 0; i < CROWD; i++) {
		count(i, 1);
		if (i % 1000 == 0)
			ASSERT_STREQ(sound, verdict());
	}
	ASSERT_STREQ(sound, verdict());
	/* the minimum is searched for once in K packets */
	ASSERT_LE(t.steps, 2 * CROWD + 2 * K);
}

/* One too many in rotation: whoever comes next has just been thrown out. */
TEST(rotation)
{
	begin();
	for (int over = 1; over <= 8; over++) {
		for (int i = 0; i < 500 * (K + over); i++) {
			count(i % (K + over), 1);
			if (i % 5000 == 0)
				ASSERT_STREQ(sound, verdict());
		}
		ASSERT_STREQ(sound, verdict());
	}
}

/* A heavy talker is never lost, however many come between its packets. */
TEST(hidden_in_a_crowd)
{
	begin();
	for (int i = 0; i < 200000; i++) {
		count(i % (K - 1) ? 1 + below(CROWD - 1) : 0, 1);
		if (i % 20000 == 0)
			ASSERT_STREQ(sound, verdict());
	}
	ASSERT_STREQ(sound, verdict());
	ASSERT_NE(NULL, find(&t.s, 0));
}

/* A GRO packet stands for many. */
TEST(weights)
{
	begin();
	for (int i = 0; i < 200000; i++) {
		__u32 id = below(below(4) ? 100 : CROWD);

		count(id, below(50) ? 1 : below(65536));
		if (i % 10000 == 0)
			ASSERT_STREQ(sound, verdict());
	}
	ASSERT_STREQ(sound, verdict());
}

/*
 * Counts like a staircase, so that each newcomer finds only one entry to take
 * over and the next one has to search.
 */
TEST(staircase)
{
	begin();
	for (int i = 0; i < K; i++)
		count(i, 1 + i);
	for (int i = K; i < CROWD; i++) {
		count(i, 1 + i % K);
		if (i % 1000 == 0)
			ASSERT_STREQ(sound, verdict());
	}
	ASSERT_STREQ(sound, verdict());
}

/* Hashes that all fall into one chain cost time, never a count. */
TEST(one_chain)
{
	begin();
	t.key = (struct summary_key){ 0 };
	for (int i = 0; i < 50000; i++) {
		count(below(3 * K), 1);
		if (i % 5000 == 0)
			ASSERT_STREQ(sound, verdict());
	}
	ASSERT_STREQ(sound, verdict());
}

TEST(large_counts)
{
	begin();
	for (int i = 0; i < 2 * K; i++)
		count(i, 1ull << 40);
	ASSERT_STREQ(sound, verdict());
}

TEST(cleared)
{
	begin();
	for (int i = 0; i < 1000; i++)
		count(i, 1);
	summary_clear(&t.s, 8);
	memset(t.exact, 0, sizeof(t.exact));
	t.total = 0;
	ASSERT_EQ(8, t.s.window);
	ASSERT_STREQ(sound, verdict());
	for (int i = 0; i < 1000; i++)
		count(i, 2);
	ASSERT_STREQ(sound, verdict());
}

/* A time that is older than the window's beginning does not end it. */
TEST(windows)
{
	const __u64 late = ~0ull - 100;

	ASSERT_TRUE(summary_over(0, 1000, 60));
	ASSERT_FALSE(summary_over(1000, 1000, 60));
	ASSERT_FALSE(summary_over(1000, 1059, 60));
	ASSERT_TRUE(summary_over(1000, 1060, 60));
	ASSERT_FALSE(summary_over(1000, 999, 60));
	ASSERT_FALSE(summary_over(1000, 0, 60));
	/* time may wrap */
	ASSERT_FALSE(summary_over(late, late + 59, 60));
	ASSERT_TRUE(summary_over(late, late + 160, 60));
}

TEST_HARNESS_MAIN
