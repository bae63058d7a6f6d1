// SPDX-License-Identifier: GPL-2.0
/*
 * What the detectors learned comes back as it was, or not at all.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "../tools/portzero/state.h"

#define NOW	1383354000.0

struct place {
	char dir[64];
	char path[96];
	char temporary[96];
	char aside[96];
	struct detector detectors[SIGNALS];
	struct detector others[SIGNALS];
	double saved;
	char why[256];
};

FIXTURE(state) {
	struct place p;
};

FIXTURE_SETUP(state)
{
	struct detection said;
	int i, second;

	strcpy(self->p.dir, "/tmp/state_test.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->p.dir));
	snprintf(self->p.path, sizeof(self->p.path), "%s/state", self->p.dir);
	snprintf(self->p.temporary, sizeof(self->p.temporary), "%s/state.tmp",
		 self->p.dir);
	snprintf(self->p.aside, sizeof(self->p.aside), "%s/state.bad", self->p.dir);
	for (i = 0; i < SIGNALS; i++) {
		detector_init(&self->p.detectors[i], NULL);
		for (second = 1; second < 1000; second++)
			detector_feed(&self->p.detectors[i], NOW + second, 1,
				      (i + 1) * (second % 7), &said);
		detector_init(&self->p.others[i], NULL);
	}
	self->p.saved = 0;
}

FIXTURE_TEARDOWN(state)
{
	unlink(self->p.path);
	unlink(self->p.temporary);
	unlink(self->p.aside);
	rmdir(self->p.dir);
}

static int save(struct place *p)
{
	return state_save(p->path, p->detectors, NOW, p->why,
			  sizeof(p->why));
}

static enum state_result load(struct place *p)
{
	return state_load(p->path, p->others, &p->saved, p->why,
			  sizeof(p->why));
}

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (write(fd, text, strlen(text)) < 0)
		abort();
	close(fd);
}

static off_t length(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}

TEST_F(state, comes_back_as_it_was)
{
	struct stat st;

	ASSERT_EQ(0, save(&self->p));
	EXPECT_EQ(-1, length(self->p.temporary));
	ASSERT_EQ(0, stat(self->p.path, &st));
	EXPECT_EQ(0600, st.st_mode & 07777);
	ASSERT_EQ(STATE_LOADED, load(&self->p));
	EXPECT_EQ(0, memcmp(self->p.detectors, self->p.others,
			    sizeof(self->p.others)));
	EXPECT_EQ(NOW, self->p.saved);
	/* Again, over the old one. */
	ASSERT_EQ(0, save(&self->p));
	ASSERT_EQ(STATE_LOADED, load(&self->p));
}

TEST_F(state, settings_are_not_part_of_it)
{
	struct detector_config config = detector_defaults;

	config.hold = 42;
	ASSERT_EQ(0, save(&self->p));
	detector_init(&self->p.others[0], &config);
	ASSERT_EQ(STATE_LOADED, load(&self->p));
	EXPECT_EQ(42, self->p.others[0].config.hold);
	EXPECT_EQ(detector_defaults.hold, self->p.others[1].config.hold);
	EXPECT_EQ(self->p.detectors[0].known.level, self->p.others[0].known.level);
}

TEST_F(state, none_is_no_error)
{
	struct detector before = self->p.others[0];

	EXPECT_EQ(STATE_ABSENT, load(&self->p));
	EXPECT_EQ(0, memcmp(&before, &self->p.others[0], sizeof(before)));
}

/* Whichever byte is damaged, nothing of it is taken, and it is kept. */
TEST_F(state, damage_is_set_aside)
{
	struct detector before = self->p.others[0];
	off_t size, at;

	ASSERT_EQ(0, save(&self->p));
	size = length(self->p.path);
	for (at = 0; at < size; at += at < 80 ? 1 : 97) {
		unsigned char byte;
		int fd;

		ASSERT_EQ(0, save(&self->p));
		fd = open(self->p.path, O_RDWR);
		ASSERT_EQ(1, pread(fd, &byte, 1, at));
		byte ^= 0x10;
		ASSERT_EQ(1, pwrite(fd, &byte, 1, at));
		close(fd);
		ASSERT_EQ(STATE_ASIDE, load(&self->p));
		ASSERT_EQ(-1, length(self->p.path));
		ASSERT_EQ(size, length(self->p.aside));
		ASSERT_EQ(0, memcmp(&before, &self->p.others[0], sizeof(before)));
	}
	EXPECT_EQ(STATE_ABSENT, load(&self->p));
}

TEST_F(state, a_wrong_length_is_set_aside)
{
	off_t size, to;
	char expected[256];

	ASSERT_EQ(0, save(&self->p));
	size = length(self->p.path);
	for (to = size + 1; to >= 0; to = to > 2000 ? to - 1999 : to - 1) {
		if (to == size)
			continue;
		ASSERT_EQ(0, save(&self->p));
		ASSERT_EQ(0, truncate(self->p.path, to));
		ASSERT_EQ(STATE_ASIDE, load(&self->p));
	}
	ASSERT_EQ(0, save(&self->p));
	ASSERT_EQ(0, truncate(self->p.path, size - 1));
	ASSERT_EQ(STATE_ASIDE, load(&self->p));
	snprintf(expected, sizeof(expected),
		 "%s: its length is wrong; set aside as %s", self->p.path,
		 self->p.aside);
	EXPECT_STREQ(expected, self->p.why);
}

TEST_F(state, somebody_elses_file_is_set_aside)
{
	char expected[256];

	write_text(self->p.path, "what is a text file doing here, in this place?");
	EXPECT_EQ(STATE_ASIDE, load(&self->p));
	snprintf(expected, sizeof(expected),
		 "%s: it is not a portzero state file; set aside as %s",
		 self->p.path, self->p.aside);
	EXPECT_STREQ(expected, self->p.why);
	EXPECT_EQ(46, length(self->p.aside));
}

TEST_F(state, what_cant_be_read_stays)
{
	ASSERT_EQ(0, mkdir(self->p.path, 0700));
	EXPECT_EQ(STATE_FAILED, load(&self->p));
	EXPECT_EQ(0, rmdir(self->p.path));
}

TEST_F(state, a_failed_save_leaves_the_old_one)
{
	ASSERT_EQ(0, save(&self->p));
	/* The file beside it can't be made. */
	ASSERT_EQ(0, mkdir(self->p.temporary, 0700));
	self->p.detectors[0].known.level = 77;
	EXPECT_EQ(-1, save(&self->p));
	EXPECT_NE(NULL, strstr(self->p.why, "can't save"));
	EXPECT_EQ(0, rmdir(self->p.temporary));
	ASSERT_EQ(STATE_LOADED, load(&self->p));
	EXPECT_NE(77, self->p.others[0].known.level);
}

TEST_HARNESS_MAIN
