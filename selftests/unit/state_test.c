// SPDX-License-Identifier: GPL-2.0
/*
 * What the detectors learned comes back as it was, or not at all; and nothing
 * of anybody else's is lost by keeping it.
 */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

#include "explain/learned.h"

#define NOW	1383354000.0

struct place {
	char dir[64];
	char path[96];
	char aside[96];
	struct detector detectors[SIGNALS];
	struct detector others[SIGNALS];
	char why[512];
};

FIXTURE(state) {
	struct place p;
};

/* Days of a rate that goes up and down, and a spike that goes on. */
static void teach(struct detector *d, int signal)
{
	struct detection said;
	int minute;

	detector_init(d, NULL);
	for (minute = 1; minute < 4000; minute++)
		detector_feed(d, NOW + 60 * minute, 60,
			      (signal + 1) * (20 + minute % 7 + minute / 60 % 24), &said);
	for (; minute < 4010; minute++)
		detector_feed(d, NOW + 60 * minute, 60, 100000, &said);
}

FIXTURE_SETUP(state)
{
	strcpy(self->p.dir, "/tmp/state_test.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->p.dir));
	snprintf(self->p.path, sizeof(self->p.path), "%s/state", self->p.dir);
	snprintf(self->p.aside, sizeof(self->p.aside), "%s/state.bad", self->p.dir);
	for (int i = 0; i < SIGNALS; i++) {
		teach(&self->p.detectors[i], i);
		detector_init(&self->p.others[i], NULL);
	}
}

FIXTURE_TEARDOWN(state)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", self->p.dir);
	if (system(command))
		abort();
}

static const char *save(struct place *p)
{
	return learned_save(p->path, p->detectors);
}

static enum state_result load(struct place *p)
{
	return learned_load(p->path, p->others, p->why, sizeof(p->why));
}

static enum state_result look(struct place *p)
{
	return learned_look(p->path, p->others, p->why, sizeof(p->why));
}

/* Whether a file holds that text and no more. */
static bool holds(const char *path, const char *text)
{
	char got[65536];
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, got, sizeof(got));

	close(fd);
	return n == (ssize_t)strlen(text) && !memcmp(got, text, n);
}

static char *content(const char *path)
{
	char *text = calloc(1, 1 << 20);
	int fd = open(path, O_RDONLY);

	if (!text || fd < 0 || read(fd, text, (1 << 20) - 1) < 0)
		abort();
	close(fd);
	return text;
}

static void write_bytes(const char *path, const char *text, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (write(fd, text, size) < 0)
		abort();
	close(fd);
}

static void write_text(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}

static off_t length(const char *path)
{
	struct stat st;

	return lstat(path, &st) ? -1 : st.st_size;
}

/* How many files there are. */
static int files(const struct place *p)
{
	char command[128], answer[16] = "";
	FILE *pipe;

	snprintf(command, sizeof(command), "ls -A %s | wc -l", p->dir);
	pipe = popen(command, "r");
	if (!fgets(answer, sizeof(answer), pipe))
		abort();
	pclose(pipe);
	return atoi(answer);
}

TEST_F(state, comes_back_as_it_was)
{
	struct detection a, b;
	struct stat st;
	char *first;

	ASSERT_EQ(NULL, save(&self->p));
	EXPECT_EQ(1, files(&self->p));
	ASSERT_EQ(0, stat(self->p.path, &st));
	EXPECT_EQ(0600, st.st_mode & 07777);
	first = content(self->p.path);
	ASSERT_EQ(STATE_LOADED, load(&self->p));
	/* Every field of it, to the last digit. */
	ASSERT_EQ(NULL, learned_save(self->p.path, self->p.others));
	EXPECT_TRUE(holds(self->p.path, first));
	free(first);

	/* They go on alike, in the middle of the spike and after it. */
	for (int i = 0; i < SIGNALS; i++) {
		int told = 0;

		ASSERT_TRUE(detector_now(&self->p.others[i], &a));
		detector_gap(&self->p.detectors[i]);
		for (int minute = 4010; minute < 9000; minute++) {
			unsigned int count = minute < 4100 ? 100000 :
					 (i + 1) * (20 + minute % 7 + minute / 60 % 24);
			int was = detector_feed(&self->p.detectors[i],
						NOW + 60 * minute, 60, count, &a);

			ASSERT_EQ(was, (int)detector_feed(&self->p.others[i],
							  NOW + 60 * minute, 60,
							  count, &b));
			if (was == DETECT_NONE)
				continue;
			told++;
			EXPECT_EQ(a.since, b.since);
			EXPECT_EQ(a.count, b.count);
			EXPECT_LT(fabs(a.baseline - b.baseline), 0.001 * a.baseline);
		}
		EXPECT_GT(told, 1);
	}
}

TEST_F(state, settings_are_not_part_of_it)
{
	struct detector_config config = detector_defaults;

	config.hold = 42;
	ASSERT_EQ(NULL, save(&self->p));
	detector_init(&self->p.others[0], &config);
	ASSERT_EQ(STATE_LOADED, load(&self->p));
	EXPECT_EQ(42, self->p.others[0].config.hold);
	EXPECT_EQ(detector_defaults.hold, self->p.others[1].config.hold);
	EXPECT_EQ(self->p.detectors[0].known.age, self->p.others[0].known.age);
}

TEST_F(state, none_is_no_error)
{
	struct detector before = self->p.others[0];

	EXPECT_EQ(STATE_ABSENT, load(&self->p));
	write_text(self->p.path, "");
	EXPECT_EQ(STATE_ABSENT, load(&self->p));
	EXPECT_EQ(0, memcmp(&before, &self->p.others[0], sizeof(before)));
	EXPECT_EQ(NULL, save(&self->p));
}

/* Whichever byte is damaged, nothing of it is taken, and it is kept. */
TEST_F(state, damage_is_set_aside)
{
	struct detector before = self->p.others[0];
	off_t size, at;
	char *whole;

	ASSERT_EQ(NULL, save(&self->p));
	size = length(self->p.path);
	whole = content(self->p.path);
	for (at = strlen("portzero"); at < size; at += at < 80 || at > size - 30 ? 1 : 97) {
		whole[at] ^= 0x10;
		write_bytes(self->p.path, whole, size);
		whole[at] ^= 0x10;
		ASSERT_EQ(STATE_ASIDE, load(&self->p));
		ASSERT_EQ(-1, length(self->p.path));
		ASSERT_EQ(size, length(self->p.aside));
		ASSERT_EQ(0, memcmp(&before, &self->p.others[0], sizeof(before)));
		ASSERT_EQ(0, unlink(self->p.aside));
	}
	free(whole);
	EXPECT_EQ(STATE_ABSENT, load(&self->p));
}

/* Who only looks takes the same, and leaves what it can't take. */
TEST_F(state, looking_changes_nothing)
{
	struct detector before = self->p.others[0];
	char *text;

	EXPECT_EQ(STATE_ABSENT, look(&self->p));
	ASSERT_EQ(NULL, save(&self->p));
	text = content(self->p.path);
	EXPECT_EQ(STATE_LOADED, look(&self->p));
	EXPECT_EQ(self->p.detectors[0].known.age, self->p.others[0].known.age);
	EXPECT_TRUE(holds(self->p.path, text));
	free(text);

	self->p.others[0] = before;
	write_text(self->p.path, "portzero nonsense");
	EXPECT_EQ(STATE_FAILED, look(&self->p));
	EXPECT_NE(NULL, strstr(self->p.why, "state: it is of another version"));
	EXPECT_TRUE(holds(self->p.path, "portzero nonsense"));
	EXPECT_EQ(0, memcmp(&before, &self->p.others[0], sizeof(before)));
	write_text(self->p.path, "what is that?");
	EXPECT_EQ(STATE_FAILED, look(&self->p));
	EXPECT_NE(NULL, strstr(self->p.why, "somebody else's"));
	EXPECT_EQ(1, files(&self->p));
}

TEST_F(state, a_wrong_length_is_set_aside)
{
	char expected[512];
	off_t size, to;
	char *whole;

	ASSERT_EQ(NULL, save(&self->p));
	size = length(self->p.path);
	whole = content(self->p.path);
	for (to = size + 1; to >= 8; to -= to > size - 60 || to < 60 ? 1 : 97) {
		if (to == size)
			continue;
		write_bytes(self->p.path, whole, to);
		ASSERT_EQ(STATE_ASIDE, load(&self->p));
		ASSERT_EQ(to, length(self->p.aside));
		ASSERT_EQ(0, unlink(self->p.aside));
	}
	write_bytes(self->p.path, whole, size - 1);
	free(whole);
	ASSERT_EQ(STATE_ASIDE, load(&self->p));
	snprintf(expected, sizeof(expected),
		 "%s: it is cut off; set aside as %s", self->p.path,
		 self->p.aside);
	EXPECT_STREQ(expected, self->p.why);
}

/* A field more or less, a value that can't be: with a checksum that is right. */
TEST_F(state, what_another_version_wrote_is_set_aside)
{
	write_text(self->p.path, "portzero\1\0\0\0 of the first version");
	EXPECT_EQ(STATE_ASIDE, load(&self->p));
	EXPECT_NE(NULL, strstr(self->p.why, "it is of another version"));
	write_text(self->p.path, "portzero state 6\nchecksum db9e74c7\n");
	EXPECT_EQ(STATE_ASIDE, load(&self->p));
	EXPECT_NE(NULL, strstr(self->p.why, "it is of another version"));
	EXPECT_NE(NULL, strstr(self->p.why, "state.bad.1"));

	self->p.detectors[2].usual.events = USUAL_EVENTS + 1;
	ASSERT_EQ(NULL, save(&self->p));
	EXPECT_EQ(STATE_ASIDE, load(&self->p));
	EXPECT_NE(NULL, strstr(self->p.why, "it holds what can't be"));
	EXPECT_EQ(3, files(&self->p));
}

/* What was set aside stays, however often something is. */
TEST_F(state, set_aside_over_nothing)
{
	char name[128];

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), i ? "%s.bad.%d" : "%s.bad", self->p.path, i);
		write_text(name, name);
	}
	write_text(self->p.path, "portzero nonsense");
	EXPECT_EQ(STATE_FAILED, load(&self->p));
	EXPECT_TRUE(holds(self->p.path, "portzero nonsense"));
	EXPECT_TRUE(holds(self->p.aside, self->p.aside));
	EXPECT_EQ(0, unlink(name));
	EXPECT_EQ(STATE_ASIDE, load(&self->p));
	EXPECT_TRUE(holds(name, "portzero nonsense"));
}

static void refused(struct __test_metadata *_metadata, struct place *p,
		    const char *why)
{
	const char *wrong = save(p);

	ASSERT_NE(NULL, wrong);
	EXPECT_NE(NULL, strstr(wrong, why));
	EXPECT_EQ(STATE_FAILED, load(p));
	EXPECT_NE(NULL, strstr(p->why, why));
}

TEST_F(state, somebody_elses_file_stays)
{
	static const char text[] = "what is a text file doing here, in this place?";

	write_text(self->p.path, text);
	refused(_metadata, &self->p, "somebody else's");
	EXPECT_TRUE(holds(self->p.path, text));
	EXPECT_EQ(1, files(&self->p));
	/* Shorter than what ours begin with. */
	write_text(self->p.path, "port");
	refused(_metadata, &self->p, "somebody else's");
	EXPECT_TRUE(holds(self->p.path, "port"));
}

TEST_F(state, a_link_stays)
{
	char target[128];
	struct stat st;

	snprintf(target, sizeof(target), "%s/target", self->p.dir);
	ASSERT_EQ(NULL, learned_save(target, self->p.detectors));
	ASSERT_EQ(0, symlink(target, self->p.path));
	refused(_metadata, &self->p, "symbolic link");
	ASSERT_EQ(0, unlink(target));
	refused(_metadata, &self->p, "symbolic link");
	ASSERT_EQ(0, lstat(self->p.path, &st));
	EXPECT_TRUE(S_ISLNK(st.st_mode));
	EXPECT_EQ(1, files(&self->p));
}

/* A pipe without a reader, or a writer, would hold us up for ever. */
TEST_F(state, what_is_no_file_stays)
{
	struct stat st;

	ASSERT_EQ(0, mkfifo(self->p.path, 0600));
	refused(_metadata, &self->p, "no regular file");
	ASSERT_EQ(0, lstat(self->p.path, &st));
	EXPECT_TRUE(S_ISFIFO(st.st_mode));
	ASSERT_EQ(0, unlink(self->p.path));

	ASSERT_EQ(0, mkdir(self->p.path, 0700));
	refused(_metadata, &self->p, "no regular file");
	ASSERT_EQ(0, rmdir(self->p.path));

	/* As null, where we may make one. */
	if (!mknod(self->p.path, S_IFCHR | 0600, 0x103)) {
		refused(_metadata, &self->p, "no regular file");
		ASSERT_EQ(0, lstat(self->p.path, &st));
		EXPECT_TRUE(S_ISCHR(st.st_mode));
	}
	strcat(self->p.path, "/");
	refused(_metadata, &self->p, "directory");
}

TEST_F(state, a_failed_save_leaves_the_old_one)
{
	struct rlimit limit;
	int status;

	ASSERT_EQ(NULL, save(&self->p));
	ASSERT_EQ(STATE_LOADED, load(&self->p));
	if (!fork()) {
		/* A file as large as that can't be written. */
		getrlimit(RLIMIT_FSIZE, &limit);
		limit.rlim_cur = 4096;
		setrlimit(RLIMIT_FSIZE, &limit);
		signal(SIGXFSZ, SIG_IGN);
		self->p.detectors[0].known.age = 77;
		_exit(save(&self->p) ? 5 : 6);
	}
	ASSERT_NE(-1, wait(&status));
	EXPECT_EQ(5, WEXITSTATUS(status));
	EXPECT_EQ(1, files(&self->p));
	ASSERT_EQ(STATE_LOADED, load(&self->p));
	EXPECT_NE(77, self->p.others[0].known.age);
}

TEST_HARNESS_MAIN
