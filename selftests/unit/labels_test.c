// SPDX-License-Identifier: GPL-2.0
/*
 * Labels: the longest prefix is found, as by looking at every one; and what a
 * file of them may hold.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#include "input/labels.h"
#include "lib/print.h"

#define LABELS	3000
#define LOOKUPS	20000

struct plain {
	struct address prefix;
	unsigned int length;
	char name[16];
};

FIXTURE(labels) {
	struct labels labels;
	FILE *file;
	char path[64];
};

FIXTURE_SETUP(labels)
{
	strcpy(self->path, "/tmp/labels_test.XXXXXX");
	self->file = fdopen(mkstemp(self->path), "w");
	ASSERT_NE(NULL, self->file);
}

FIXTURE_TEARDOWN(labels)
{
	labels_free(&self->labels);
	unlink(self->path);
}

/* A few values only, so that prefixes lie in one another and side by side. */
static unsigned char byte(void)
{
	static const unsigned char few[] = { 0, 1, 0x7f, 0x80, 0xfe, 0xff };

	return random() % 4 ? few[random() % sizeof(few)] : random();
}

static struct address address(void)
{
	struct address a = { .family = random() % 2 ? AF_INET : AF_INET6 };

	for (int i = 0; i < (a.family == AF_INET ? 4 : 16); i++)
		a.bytes[i] = byte();
	return a;
}

static bool same_bits(const struct address *a, const struct address *b,
		      unsigned int length)
{
	if (a->family != b->family)
		return false;
	for (unsigned int i = 0; i < length; i++) {
		if ((a->bytes[i / 8] ^ b->bytes[i / 8]) & 0x80 >> i % 8)
			return false;
	}
	return true;
}

/* The slow and obvious way. */
static const char *search(const struct plain *v, int n, const struct address *a)
{
	int best = -1;

	for (int i = 0; i < n; i++) {
		if (same_bits(&v[i].prefix, a, v[i].length) &&
		    (best < 0 || v[i].length > v[best].length))
			best = i;
	}
	return best < 0 ? NULL : v[best].name;
}

static int make(struct plain *v)
{
	int n = 0;

	while (n < LABELS) {
		struct address a = address();
		unsigned int length = 10 + random() % (a.family == AF_INET ? 23 : 119);
		bool known = false;

		for (unsigned int i = length; i < 128; i++)
			a.bytes[i / 8] &= ~(0x80 >> i % 8);
		for (int i = 0; i < n && !known; i++)
			known = v[i].length == length &&
				same_bits(&v[i].prefix, &a, length);
		if (known)
			continue;
		v[n] = (struct plain){ .prefix = a, .length = length };
		snprintf(v[n].name, sizeof(v[n].name), "name %d", n);
		n++;
	}
	return n;
}

TEST_F(labels, the_longest_prefix_is_found)
{
	static struct plain v[LABELS];
	int n, found = 0;

	srandom(1);
	n = make(v);
	for (int i = 0; i < n; i++) {
		char text[INET6_ADDRSTRLEN];

		address_format(&v[i].prefix, text);
		fprintf(self->file, "%s/%u %s\n", text, v[i].length, v[i].name);
	}
	fclose(self->file);
	ASSERT_TRUE(labels_read(self->path, &self->labels));
	ASSERT_EQ(LABELS, self->labels.n);
	for (int i = 0; i < LOOKUPS; i++) {
		struct address a = i < n ? v[i].prefix : address();
		const char *expected = search(v, n, &a);
		const char *got = labels_find(&self->labels, &a);

		ASSERT_EQ(!expected, !got);
		if (expected)
			ASSERT_STREQ(expected, got);
		found += !!got;
	}
	/* Both outcomes were seen, often. */
	EXPECT_GT(found, LOOKUPS / 4);
	EXPECT_GT(LOOKUPS - found, LOOKUPS / 8);
}

TEST_F(labels, none_hold_nothing)
{
	struct address a = address();

	EXPECT_EQ(NULL, labels_find(&self->labels, &a));
}

static bool read_text(FIXTURE_DATA(labels) * self, const char *text, size_t size)
{
	fwrite(text, 1, size, self->file);
	fclose(self->file);
	return labels_read(self->path, &self->labels);
}

TEST_F(labels, of_two_names_the_last)
{
	struct address a;

	ASSERT_TRUE(address_parse("192.0.2.1", &a));
	ASSERT_TRUE(read_text(self, "192.0.2.0/24 c\n192.0.2.0/24 a\n192.0.2.0/24 b\n", 45));
	EXPECT_STREQ("b", labels_find(&self->labels, &a));
	EXPECT_EQ(1, self->labels.n);
}

/* No line is as long, and no file as large, as to take all memory. */
TEST_F(labels, no_line_without_end)
{
	EXPECT_FALSE(labels_read("/dev/zero", &self->labels));
}

TEST_F(labels, of_no_length_holds_its_family)
{
	static const char text[] = "0.0.0.0/0 four\n";
	struct address a;

	ASSERT_TRUE(read_text(self, text, strlen(text)));
	ASSERT_TRUE(address_parse("255.255.255.255", &a));
	EXPECT_STREQ("four", labels_find(&self->labels, &a));
	ASSERT_TRUE(address_parse("::", &a));
	EXPECT_EQ(NULL, labels_find(&self->labels, &a));
}

TEST_F(labels, what_is_no_text_is_replaced)
{
	static const char text[] = "192.0.2.0/24 caf\xe9 \xc3\xa9\n";
	struct address a;

	ASSERT_TRUE(address_parse("192.0.2.1", &a));
	ASSERT_TRUE(read_text(self, text, sizeof(text) - 1));
	EXPECT_STREQ("caf\xef\xbf\xbd \xc3\xa9", labels_find(&self->labels, &a));
}

/* A terminal would obey it; ESC, DEL, and CSI of C1. */
TEST_F(labels, no_control_characters)
{
	EXPECT_FALSE(read_text(self, "192.0.2.0/24 a\033[2J\n", 19));
}

TEST_F(labels, none_of_c1)
{
	EXPECT_FALSE(read_text(self, "192.0.2.0/24 a\xc2\x9bJ2\n", 19));
}

/* It would turn what follows on its line. */
TEST_F(labels, no_other_direction)
{
	EXPECT_FALSE(read_text(self, "192.0.2.0/24 a\xe2\x80\xaez\n", 18));
}

TEST_F(labels, no_nul)
{
	EXPECT_FALSE(read_text(self, "192.0.2.0/24 a\0b\n", 17));
}

static void becomes(struct __test_metadata *_metadata, const char *text,
		    const char *expected)
{
	char *got = printable(text);

	EXPECT_STREQ(expected, got);
	free(got);
}

TEST(foreign_text_is_made_fit)
{
#define BAD "\xef\xbf\xbd"
	becomes(_metadata, "", "");
	becomes(_metadata, "plain ~", "plain ~");
	becomes(_metadata, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	becomes(_metadata, "a\tb\nc\033d\177e", "a" BAD "b" BAD "c" BAD "d" BAD "e");
	becomes(_metadata, "g\xc2\x80h\xc2\x9fi\xc2\xa0", "g" BAD "h" BAD "i\xc2\xa0");
	/* The first and the last of those that turn a line, and their neighbours. */
	becomes(_metadata, "\xd8\x9b\xd8\x9c\xd8\x9d", "\xd8\x9b" BAD "\xd8\x9d");
	becomes(_metadata, "\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\x90",
		"\xe2\x80\x8d" BAD BAD "\xe2\x80\x90");
	becomes(_metadata, "\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xae\xe2\x80\xaf",
		"\xe2\x80\xa7" BAD BAD "\xe2\x80\xaf");
	becomes(_metadata, "\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xaa",
		"\xe2\x81\xa5" BAD BAD "\xe2\x81\xaa");
	/* Raw C1, overlong, a surrogate, too large, cut off. */
	becomes(_metadata, "a\x9bJ2", "a" BAD "J2");
	becomes(_metadata, "\xc0\x9b", BAD BAD);
	becomes(_metadata, "\xe0\x82\x9b", BAD BAD BAD);
	becomes(_metadata, "\xed\xa0\x80", BAD BAD BAD);
	becomes(_metadata, "\xf4\x90\x80\x80", BAD BAD BAD BAD);
	becomes(_metadata, "\xf8\x88\x80\x80", BAD BAD BAD BAD);
	becomes(_metadata, "\xe2\x82", BAD BAD);
	becomes(_metadata, "\xe2\x82z", BAD BAD "z");
#undef BAD
}

TEST_HARNESS_MAIN
