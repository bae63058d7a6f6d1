// SPDX-License-Identifier: GPL-2.0
/*
 * A switch of the module that is on for a while and goes off again, whatever
 * happens to the one who switched it on.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "input/borrow.h"
#include "input/proc.h"

/* A note is that long, always, so that it is replaced in one go. */
#define NOTE		96
#define MAGIC		"portzero switch"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE	71
#endif

/* A number for our network namespace: its cookie, or its inode before 5.14. */
static unsigned long long namespace_id(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);
	struct stat st;

	if (fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len))
		cookie = 0;
	if (fd >= 0)
		close(fd);
	if (!cookie && !stat("/proc/self/ns/net", &st))
		cookie = st.st_ino;
	return cookie;
}

/* Of this boot: a note of another one means nothing. */
static void this_boot(char id[40])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, id, 36);

	if (fd >= 0)
		close(fd);
	strcpy(id + (got == 36 ? 36 : 0), got == 36 ? "" : "-");
}

/* Beside another tree than /proc, as tests have them, its own /run. */
static int open_note(const char *name, bool make)
{
	const char *root = proc_root(), *base = strrchr(name, '/') + 1;
	char dir[PATH_MAX], path[PATH_MAX + NAME_MAX];
	struct stat st;
	struct statfs fs;
	int fd, error;

	if (!statfs(root, &fs) && fs.f_type == PROC_SUPER_MAGIC)
		root = "";
	if (make) {
		snprintf(dir, sizeof(dir), "%s/run", root);
		mkdir(dir, 0755);
	}
	if (snprintf(dir, sizeof(dir), "%s/run/portzero", root) >= (int)sizeof(dir))
		return -ENAMETOOLONG;
	if (make && mkdir(dir, 0755) && errno != EEXIST)
		return -errno;
	snprintf(path, sizeof(path), "%s/%s.%llu", dir, base, namespace_id());
	fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC |
		  (make ? O_CREAT : 0), 0600);
	if (fd < 0)
		return -errno;
	error = fstat(fd, &st) ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
	if (!error && flock(fd, LOCK_EX | LOCK_NB))
		error = errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (!error)
		return fd;
	close(fd);
	return error;
}

static void clear_note(struct borrow *b)
{
	if (b->note >= 0 && ftruncate(b->note, 0))
		borrow_until(b, 0);
}

/* From now on, tell of anybody who writes to the switch. */
static void look_out(struct borrow *b)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", proc_root(), b->name);
	/* Open, so that the next one to write opens the same inode. */
	b->pinned = open(path, O_RDONLY | O_CLOEXEC);
	b->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (b->watch >= 0)
		inotify_add_watch(b->watch, path, IN_MODIFY);
}

static void look_away(struct borrow *b)
{
	if (b->watch >= 0)
		close(b->watch);
	if (b->pinned >= 0)
		close(b->pinned);
	b->watch = -1;
	b->pinned = -1;
}

static bool touched(const struct borrow *b)
{
	struct inotify_event event;
	bool found = false;

	while (b->watch >= 0 &&
	       read(b->watch, &event, sizeof(event)) == sizeof(event))
		found |= event.mask & IN_MODIFY;
	return found;
}

static void let_go(struct borrow *b)
{
	look_away(b);
	clear_note(b);
	b->ours = false;
}

int borrow_open(struct borrow *b, const char *name, bool make)
{
	char note[NOTE + 1] = "", id[40], boot[40];
	bool on;

	*b = BORROW_NONE;
	b->name = name;
	b->note = open_note(name, make);
	if (b->note < 0)
		return b->note;
	if (!pread(b->note, note, NOTE, 0))
		return 0;
	if (strncmp(note, MAGIC " ", strlen(MAGIC " "))) {
		borrow_close(b);
		return -EEXIST;
	}
	this_boot(boot);
	if (sscanf(note, MAGIC " %39s %lf", id, &b->until) == 2 &&
	    !strcmp(id, boot) && !proc_get_switch(name, &on) && on) {
		b->ours = true;
		look_out(b);
	} else {
		clear_note(b);
	}
	return 0;
}

void borrow_until(struct borrow *b, double until)
{
	char note[NOTE], boot[40];
	int len;

	b->until = until;
	if (b->note < 0)
		return;
	this_boot(boot);
	memset(note, '\n', sizeof(note));
	len = snprintf(note, sizeof(note), MAGIC " %s %.3f", boot, until);
	note[len] = '\n';
	/* Where there is no room for it, it was said that there is no note. */
	if (pwrite(b->note, note, NOTE, 0) != NOTE && ftruncate(b->note, 0))
		return;
}

int borrow_take(struct borrow *b)
{
	int error;

	borrow_until(b, -1);
	error = proc_set_switch(b->name, true);
	if (error) {
		clear_note(b);
		return error;
	}
	look_out(b);
	b->ours = true;
	return 0;
}

const char *borrow_lost(struct borrow *b)
{
	bool on, theirs;

	if (!b->ours || proc_get_switch(b->name, &on))
		return NULL;
	theirs = touched(b);
	if (on && !theirs)
		return NULL;
	let_go(b);
	return on ? "on" : "off";
}

int borrow_return(struct borrow *b)
{
	int error;

	if (!b->ours)
		return 0;
	error = proc_set_switch(b->name, false);
	if (!error || error == -EIO)
		let_go(b);
	return error;
}

void borrow_close(struct borrow *b)
{
	look_away(b);
	if (b->note >= 0)
		close(b->note);
	b->note = -1;
}

void borrow_forget(const char *name)
{
	struct borrow b;

	borrow_open(&b, name, false);
	let_go(&b);
	borrow_close(&b);
}
