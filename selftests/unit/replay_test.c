// SPDX-License-Identifier: GPL-2.0
/*
 * Recorded counts: what is read, and what is refused in which words.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#include "input/replay.h"

#define ROWS	8

struct reading {
	char path[64];
	struct row row[ROWS];
	int rows;
	char why[256];
};

FIXTURE(replay) {
	struct reading r;
};

FIXTURE_SETUP(replay)
{
	strcpy(self->r.path, "/tmp/replay_test.XXXXXX");
	close(mkstemp(self->r.path));
}

FIXTURE_TEARDOWN(replay)
{
	unlink(self->r.path);
}

/* Reads a file with this in it, to its end or to the first error. */
static void read_bytes(struct reading *r, const char *text,
		       size_t length)
{
	FILE *file = fopen(r->path, "w");
	struct replay *replay;
	int got;

	fwrite(text, 1, length, file);
	fclose(file);
	r->rows = 0;
	r->why[0] = '\0';
	replay = replay_open(r->path, r->why, sizeof(r->why));
	if (!replay)
		return;
	do {
		struct row *row = &r->row[r->rows];

		got = replay_next(replay, row, r->why, sizeof(r->why));
	} while (got > 0 && ++r->rows < ROWS);
	if (!got && replay_progress(replay) != 1)
		strcpy(r->why, "the end, and no end of progress");
	replay_close(replay);
}

static void read_text(struct reading *r, const char *text)
{
	read_bytes(r, text, strlen(text));
}

/* The error, without the file's name. */
static const char *why(const struct reading *r)
{
	size_t length = strlen(r->path);

	if (strncmp(r->why, r->path, length))
		return r->why;
	return r->why + length;
}

TEST_F(replay, rows)
{
	read_text(&self->r, "time,true,phantom,echo,leak\n"
			"1383354000,9,9,9,9\n"
			"1383354001,1,2,3,4\n"
			"1383354003.5,5,6,7,18446744073709551615\n");
	ASSERT_STREQ("", self->r.why);
	ASSERT_EQ(2, self->r.rows);
	EXPECT_EQ(1383354001, self->r.row[0].time);
	EXPECT_EQ(1, self->r.row[0].seconds);
	EXPECT_EQ(1, self->r.row[0].counts[SIGNAL_TRUE]);
	EXPECT_EQ(2, self->r.row[0].counts[SIGNAL_PHANTOM]);
	EXPECT_EQ(3, self->r.row[0].counts[SIGNAL_ECHO]);
	EXPECT_EQ(4, self->r.row[0].counts[SIGNAL_LEAK]);
	EXPECT_EQ(2.5, self->r.row[1].seconds);
	EXPECT_EQ(UINT64_MAX, self->r.row[1].counts[SIGNAL_LEAK]);
}

TEST_F(replay, columns_in_any_order_and_others_skipped)
{
	read_text(&self->r, "note,echo,time\nx,1,10\n,2,20\n\"a\",3,30\n");
	ASSERT_STREQ("", self->r.why);
	ASSERT_EQ(2, self->r.rows);
	EXPECT_EQ(3, self->r.row[1].counts[SIGNAL_ECHO]);
	EXPECT_EQ(0, self->r.row[1].counts[SIGNAL_TRUE]);
	EXPECT_EQ(SIGNAL(SIGNAL_ECHO), self->r.row[0].known);
}

TEST_F(replay, line_ends_comments_blanks_and_a_byte_order_mark)
{
	read_text(&self->r, "\357\273\277time , true\r\n# note\r\n\r\n"
			"10,1\r\n\n 20 , 2 \r\n30,3");
	ASSERT_STREQ("", self->r.why);
	ASSERT_EQ(2, self->r.rows);
	EXPECT_EQ(3, self->r.row[1].counts[SIGNAL_TRUE]);
}

TEST_F(replay, iso_8601)
{
	read_text(&self->r, "time,true\n"
			"2013-11-02T01:00:00Z,0\n"
			"2013-11-02T02:00:01+01:00,1\n"
			"2013-11-01T20:30:02.25-0430,2\n"
			"2013-11-02 01:01Z,3\n"
			"2016-02-29T00:00:00Z,4\n"
			"2016-02-29T00:00:01,5\n");
	ASSERT_STREQ("", self->r.why);
	ASSERT_EQ(5, self->r.rows);
	EXPECT_EQ(1383354001, self->r.row[0].time);
	EXPECT_EQ(1383354002.25, self->r.row[1].time);
	EXPECT_EQ(1383354060, self->r.row[2].time);
	EXPECT_EQ(1456704000, self->r.row[3].time);
	/* no zone is UTC */
	EXPECT_EQ(1456704001, self->r.row[4].time);
}

TEST_F(replay, zones)
{
	read_text(&self->r, "time,true\n"
			"2013-11-02T01:00:00Z,0\n"
			"2013-11-02T02:00:01+01,1\n"
			"2013-11-02T02:00:02+01:00,1\n"
			"2013-11-02T02:00:03+0100,1\n"
			"2013-11-01 21:30:04-03:30,1\n"
			"2013-11-01 21:30:05-0330,1\n");
	ASSERT_STREQ("", self->r.why);
	ASSERT_EQ(5, self->r.rows);
	for (int i = 0; i < 5; i++)
		EXPECT_EQ(1383354001 + i, self->r.row[i].time);
}

/* What spreadsheets, browsers and databases export. */
TEST_F(replay, smaller_units)
{
	read_text(&self->r, "time,true\n"
			"1383354000,0\n"
			"1383354001500,1\n"
			"1383354002500000,1\n"
			"1383354003500000000,1\n"
			"99999999999,1\n");
	ASSERT_STREQ("", self->r.why);
	ASSERT_EQ(4, self->r.rows);
	EXPECT_EQ(1383354001.5, self->r.row[0].time);
	EXPECT_EQ(1383354002.5, self->r.row[1].time);
	EXPECT_EQ(1383354003.5, self->r.row[2].time);
	EXPECT_EQ(99999999999, self->r.row[3].time);
}

TEST_F(replay, a_leap_second_is_a_second)
{
	static const double times[] = {
		1483228799, 1483228799.5, 1483228800, 1483228800, 1483228800,
		1483228801
	};
	static const double seconds[] = { 1, .5, .5, .5, .5, 1 };

	read_text(&self->r, "time,true\n"
			"2016-12-31T23:59:58Z,0\n"
			"2016-12-31T23:59:59Z,1\n"
			"2016-12-31T23:59:59.5Z,1\n"
			"2016-12-31T23:59:60Z,1\n"
			"2017-01-01T00:59:60.5+01,1\n"
			"2017-01-01T00:00:00Z,1\n"
			"2017-01-01T00:00:01Z,1\n");
	ASSERT_STREQ("", self->r.why);
	ASSERT_EQ(6, self->r.rows);
	for (int i = 0; i < 6; i++) {
		EXPECT_EQ(times[i], self->r.row[i].time);
		EXPECT_EQ(seconds[i], self->r.row[i].seconds);
	}
	/* backwards, though POSIX's count does not fall */
	read_text(&self->r, "time,true\n"
			"2017-01-01T00:00:00Z,0\n"
			"2016-12-31T23:59:60.5Z,1\n");
	EXPECT_STREQ(":3: its time is not later than that of the row before",
		     why(&self->r));
	read_text(&self->r, "time,true\n"
			"2016-12-31T23:59:60Z,0\n"
			"2016-12-31T23:59:59.5Z,1\n");
	EXPECT_STREQ(":3: its time is not later than that of the row before",
		     why(&self->r));
}

TEST_F(replay, quotes)
{
	read_text(&self->r, "\357\273\277\"time\", \"note, long\" ,\"true\"\r\n"
			"\"10\",\"a \"\"b\"\", c\",\"1\"\r\n"
			" \"20\" ,\"\",\"2\"\r\n"
			"30,,3\r\n");
	ASSERT_STREQ("", self->r.why);
	ASSERT_EQ(2, self->r.rows);
	EXPECT_EQ(2, self->r.row[0].counts[SIGNAL_TRUE]);
	EXPECT_EQ(3, self->r.row[1].counts[SIGNAL_TRUE]);
}

TEST_F(replay, bad_headers)
{
	read_text(&self->r, "");
	EXPECT_STREQ(":1: no header: the file is empty", why(&self->r));
	read_text(&self->r, "true,echo\n");
	EXPECT_STREQ(":1: the header has no column 'time'", why(&self->r));
	read_text(&self->r, "\n\ntime,packets\n");
	EXPECT_STREQ(":3: the header has none of the columns 'true', 'phantom', 'echo', 'leak'",
		     why(&self->r));
	read_text(&self->r, "time,true,true\n");
	EXPECT_STREQ(":1: two columns named 'true'", why(&self->r));
	read_text(&self->r, "time,true,time\n");
	EXPECT_STREQ(":1: two columns named 'time'", why(&self->r));
}

TEST_F(replay, a_bad_line_is_named)
{
	static const struct {
		const char *line;
		const char *why;
	} bad[] = {
		{ "20,-1", "'-1' is not a count of 'true' packets" },
		{ "20,+1", "'+1' is not a count of 'true' packets" },
		{ "20,1.5", "'1.5' is not a count of 'true' packets" },
		{ "20,0x1", "'0x1' is not a count of 'true' packets" },
		{ "20,1 2", "'1 2' is not a count of 'true' packets" },
		{ "20,18446744073709551616",
		  "'18446744073709551616' is not a count of 'true' packets" },
		{ "20,", "field 2 is empty" },
		{ ",1", "field 1 is empty" },
		{ "20", "1 of 2 fields" },
		{ "20,1,2", "more than 2 fields" },
		{ "10,1", "its time is not later than that of the row before" },
		{ "9,1", "its time is not later than that of the row before" },
		{ "20,\"1", "a quote that does not end on its line" },
		{ "\"20\"1,1", "'1,1' between a quote and a comma" },
		{ "20,\"1\" x", "'x' between a quote and a comma" },
		{ "20,\"\"", "field 2 is empty" },
		{ "20,1,\"", "more than 2 fields" },
#define NO_LEAP " is no time: a leap second ends a month, in UTC"
		{ "2016-12-31T12:59:60Z,1", "'2016-12-31T12:59:60Z'" NO_LEAP },
		{ "2016-12-31T23:59:60+01,1", "'2016-12-31T23:59:60+01'" NO_LEAP },
		{ "2016-12-30T23:59:60Z,1", "'2016-12-30T23:59:60Z'" NO_LEAP },
#define NO_TIME " is not a time, as in 1383354000 or 2013-11-02T01:00:00Z"
		{ "nan,1", "'nan'" NO_TIME },
		{ "-20,1", "'-20'" NO_TIME },
		{ "1e9,1", "'1e9'" NO_TIME },
		{ "0x20,1", "'0x20'" NO_TIME },
		{ ".5,1", "'.5'" NO_TIME },
		{ "2013-02-29T00:00:00Z,1", "'2013-02-29T00:00:00Z'" NO_TIME },
		{ "2013-13-01T00:00:00Z,1", "'2013-13-01T00:00:00Z'" NO_TIME },
		{ "2013-11-02T24:00:00Z,1", "'2013-11-02T24:00:00Z'" NO_TIME },
		{ "2013-11-02T01:00:00+1,1", "'2013-11-02T01:00:00+1'" NO_TIME },
		{ "2013-11-02T01:00:00Zx,1", "'2013-11-02T01:00:00Zx'" NO_TIME },
		{ "2013-11-02T01:00:00+01:,1", "'2013-11-02T01:00:00+01:'" NO_TIME },
		{ "2013-11-02T01:00:61Z,1", "'2013-11-02T01:00:61Z'" NO_TIME },
		{ "2013-11-02,1", "'2013-11-02'" NO_TIME },
	};
	char text[128], expected[256];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text), "time,true\n8,7\n10,7\n\n%s\n30,7\n",
			 bad[i].line);
		snprintf(expected, sizeof(expected), ":5: %s", bad[i].why);
		read_text(&self->r, text);
		EXPECT_STREQ(expected, why(&self->r));
		EXPECT_EQ(1, self->r.rows);
	}
}

TEST_F(replay, the_first_row_is_checked_too)
{
	read_text(&self->r, "time,true\n10,x\n");
	EXPECT_STREQ(":2: 'x' is not a count of 'true' packets", why(&self->r));
	read_text(&self->r, "time,true\n10,1\n");
	EXPECT_STREQ("", self->r.why);
	EXPECT_EQ(0, self->r.rows);
}

TEST_F(replay, not_a_text_file)
{
	read_bytes(&self->r, "time,true\n1\0,2\n", 15);
	EXPECT_STREQ(":2: a zero byte: this is not a CSV file", why(&self->r));
}

TEST_F(replay, files_that_cant_be_read)
{
	char text[128];

	EXPECT_EQ(NULL, replay_open("/nonexistent/x.csv", text, sizeof(text)));
	EXPECT_STREQ("/nonexistent/x.csv: No such file or directory", text);
	EXPECT_EQ(NULL, replay_open("/tmp", text, sizeof(text)));
	EXPECT_STREQ("/tmp:1: Is a directory", text);
}

TEST_HARNESS_MAIN
