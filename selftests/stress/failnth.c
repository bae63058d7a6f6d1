// SPDX-License-Identifier: GPL-2.0
/*
 * failnth: does something again and again, and each time another one of the
 * kernel's allocations for it fails: the first, the second, and so on until one
 * time none is left to fail.
 *
 * usage: failnth [-a] [-p FILE] load MODULE [PARAMETERS] | netns | read FILE |
 *	write FILE TEXT...
 *
 * load unloads the module again. write is done in a network namespace made for it,
 * and with several files only the last is written with failures.
 *
 * With -p it is the allocations that FILE counts, else those of fault-injection's
 * fail-nth. Prints "NUMBER failed, NUMBER did without": allocations whose failure
 * was one of the whole, with ENOMEM, and those that it could do without. Any
 * other error ends it with 1; with -a, for what is not our code alone, it counts as
 * a failure. Wrong use ends with 2.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* More than anything here takes. */
#define MOST	100000

static const char *counter = "/proc/thread-self/fail-nth";
static char *const *what;
static bool any_error;
static int fd_of_module;

/* 0 or an errno; what was made is unmade by undo(). */
static void prepare_load(void)
{
	fd_of_module = open(what[1], O_RDONLY | O_CLOEXEC);
	if (fd_of_module < 0)
		err(2, "%s", what[1]);
}

static int load(void)
{
	int error = 0;

	if (syscall(SYS_finit_module, fd_of_module, what[2] ?: "", 0))
		error = errno;
	close(fd_of_module);
	return error;
}

static void remove_module(void)
{
	if (syscall(SYS_delete_module, "nf_portzero", 0))
		err(1, "cannot unload nf_portzero");
}

static int write_text(char *const *file_and_text)
{
	const char *text = file_and_text[1];
	int fd = open(file_and_text[0], O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

static void prepare_write(void)
{
	char *const *pair;

	if (unshare(CLONE_NEWNET))
		err(1, "unshare");
	for (pair = what + 1; pair[2]; pair += 2) {
		errno = write_text(pair);
		if (errno)
			err(1, "%s", *pair);
	}
}

static int write_last(void)
{
	char *const *pair = what + 1;

	while (pair[2])
		pair += 2;
	return write_text(pair);
}

static int netns(void)
{
	return unshare(CLONE_NEWNET) ? errno : 0;
}

static int read_file(void)
{
	int fd = open(what[1], O_RDONLY | O_CLOEXEC), error = 0;
	char buf[4096];
	ssize_t n;

	if (fd < 0)
		return errno;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		;
	if (n < 0)
		error = errno;
	close(fd);
	return error;
}

static void nothing(void)
{
}

static const struct action {
	const char *name;
	void (*prepare)(void);
	int (*try)(void);
	void (*undo)(void);
} actions[] = {
	{ "load", prepare_load, load, remove_module },
	{ "netns", nothing, netns, nothing },
	{ "read", nothing, read_file, nothing },
	{ "write", prepare_write, write_last, nothing },
};

static void set_counter(int fd, int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", n);

	if (pwrite(fd, text, len, 0) != len)
		err(2, "%s", counter);
}

static int get_counter(int fd)
{
	char text[16] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		err(2, "%s", counter);
	return atoi(text);
}

static int run(const struct action *a)
{
	int fd = open(counter, O_RDWR | O_CLOEXEC), n, left, error;
	int failed = 0, without = 0;

	if (fd < 0)
		err(2, "%s", counter);
	for (n = 1; n < MOST; n++) {
		a->prepare();
		set_counter(fd, n);
		error = a->try();
		left = get_counter(fd);
		set_counter(fd, 0);
		if (!error)
			a->undo();
		if (left)
			break;
		if (error && error != ENOMEM && !any_error) {
			errno = error;
			err(1, "%s, when allocation %d fails", a->name, n);
		}
		if (error)
			failed++;
		else
			without++;
	}
	if (error)
		errx(1, "%s: fails without a reason: %s", a->name, strerror(error));
	printf("%d failed, %d did without\n", failed, without);
	return 0;
}

int main(int argc, char **argv)
{
	const struct action *a;
	int opt;

	while ((opt = getopt(argc, argv, "ap:")) != -1) {
		if (opt == 'a')
			any_error = true;
		else if (opt == 'p')
			counter = optarg;
		else
			return 2;
	}
	what = argv + optind;
	for (a = actions; a < actions + sizeof(actions) / sizeof(*actions); a++) {
		if (what[0] && !strcmp(what[0], a->name))
			return run(a);
	}
	errx(2,
	     "usage: failnth [-a] [-p FILE] load MODULE [PARAMETERS] | netns | read FILE | write FILE TEXT...");
}
