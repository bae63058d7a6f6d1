// SPDX-License-Identifier: GPL-2.0
/*
 * Files of our own: read whole, replaced whole, and nobody else's destroyed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"

/* More than any file of ours holds. */
#define LARGEST		(64 << 20)

/* As many damaged files are kept. */
#define ASIDE		100

/* A file by its directory, held open: no later step can end up elsewhere. */
struct place {
	int dir;
	const char *name;
};

static const char *place_open(struct place *p, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir;

	p->name = slash ? slash + 1 : path;
	if (!*p->name)
		return "that is a directory";
	dir = slash ? strndup(path, (size_t)(p->name - path)) : strdup(".");
	if (!dir)
		return strerror(ENOMEM);
	p->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	return p->dir < 0 ? strerror(errno) : NULL;
}

static ssize_t read_up_to(int fd, char *buf, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t n = read(fd, buf + got, size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

/*
 * Opens a file if it is ours, without waiting for a pipe's other end or moving
 * a tape; @fd is below 0 and nothing is wrong if there is no such file.
 */
static const char *open_ours(const struct place *p, const char *magic,
			     int access, int *fd, struct stat *st)
{
	size_t len = strlen(magic);
	const char *wrong = NULL;
	char begins[64];

	*fd = -1;
	if (fstatat(p->dir, p->name, st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? NULL : strerror(errno);
	if (S_ISLNK(st->st_mode))
		return "that is a symbolic link: name the file it leads to";
	if (!S_ISREG(st->st_mode))
		return "that is no regular file";
	*fd = openat(p->dir, p->name,
		     access | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (*fd < 0)
		return strerror(errno);
	/* What was looked at may be another one by now. */
	if (fstat(*fd, st))
		wrong = strerror(errno);
	else if (!S_ISREG(st->st_mode))
		wrong = "that is no regular file";
	else if (st->st_size &&
		 (read_up_to(*fd, begins, len) != (ssize_t)len ||
		  memcmp(begins, magic, len)))
		wrong = "that is somebody else's file, and is left alone";
	if (wrong || lseek(*fd, 0, SEEK_SET)) {
		close(*fd);
		*fd = -1;
	}
	return wrong;
}

const char *file_read(const char *path, const char *magic, char **text,
		      size_t *size)
{
	struct place p;
	struct stat st;
	const char *wrong = place_open(&p, path);
	ssize_t got;
	int fd;

	*text = NULL;
	*size = 0;
	if (wrong)
		return wrong;
	wrong = open_ours(&p, magic, O_RDONLY, &fd, &st);
	close(p.dir);
	if (fd < 0)
		return wrong;
	if (st.st_size > LARGEST) {
		wrong = strerror(EFBIG);
	} else if (st.st_size) {
		*text = malloc((size_t)st.st_size + 1);
		got = *text ? read_up_to(fd, *text, (size_t)st.st_size) : -1;
		if (got < 0) {
			wrong = strerror(errno);
			free(*text);
			*text = NULL;
		} else {
			(*text)[got] = '\0';
			*size = (size_t)got;
		}
	}
	close(fd);
	return wrong;
}

ssize_t read_line(FILE *file, char *line, size_t size)
{
	size_t n = 0;
	int c;

	while (n + 1 < size && (c = getc_unlocked(file)) != EOF) {
		line[n++] = (char)c;
		if (c == '\n')
			break;
	}
	line[n] = '\0';
	if (n + 1 == size && line[n - 1] != '\n') {
		errno = EMSGSIZE;
		return -1;
	}
	return ferror(file) || !n ? -1 : (ssize_t)n;
}

static bool write_all(int fd, const char *text, size_t size)
{
	while (size) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		size -= (size_t)n;
	}
	return true;
}

/* Is it still what stands there by that name? */
static bool stands(const struct place *p, int fd)
{
	struct stat st, there;

	return !fstat(fd, &st) &&
	       !fstatat(p->dir, p->name, &there, AT_SYMLINK_NOFOLLOW) &&
	       there.st_dev == st.st_dev && there.st_ino == st.st_ino;
}

/*
 * The new file beside the old one, nobody else's as long as it is open.
 * It always has the same name: one who is killed leaves no more than the next takes.
 */
static const char *open_new(const struct place *new, const char *magic, int *fd)
{
	const char *wrong = NULL;
	struct stat st;

	for (;;) {
		if (open_ours(new, magic, O_RDWR, fd, &st))
			return "what is beside it as .NAME.new is in the way";
		if (*fd < 0)
			*fd = openat(new->dir, new->name, O_RDWR | O_CREAT |
				     O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (*fd < 0 && errno != EEXIST)
			return strerror(errno);
		if (*fd < 0)
			continue;
		if (flock(*fd, LOCK_EX | LOCK_NB))
			wrong = errno == EWOULDBLOCK ?
				"another one is writing it" : strerror(errno);
		/* Until it was locked, another one may have put it in its place. */
		else if (stands(new, *fd))
			return NULL;
		close(*fd);
		if (wrong)
			return wrong;
	}
}

static const char *replace(const struct place *p, const struct place *new,
			   const char *magic, const char *text, size_t size,
			   mode_t mode)
{
	const char *wrong;
	struct stat st;
	int fd, old;

	wrong = open_new(new, magic, &fd);
	if (wrong)
		return wrong;
	if (ftruncate(fd, 0) || !write_all(fd, text, size) || fchmod(fd, mode) ||
	    fsync(fd))
		wrong = strerror(errno);
	/* Last of all: is what would go still ours? */
	if (!wrong)
		wrong = open_ours(p, magic, O_RDONLY, &old, &st);
	if (!wrong && old >= 0)
		close(old);
	if (!wrong && renameat(p->dir, new->name, p->dir, p->name))
		wrong = strerror(errno);
	if (wrong)
		unlinkat(p->dir, new->name, 0);
	else if (fsync(p->dir) && errno != EINVAL)
		wrong = strerror(errno);
	close(fd);
	return wrong;
}

const char *file_replace(const char *path, const char *magic, const char *text,
			 size_t size, mode_t mode)
{
	struct place p, new;
	const char *wrong;
	char *beside;
	struct stat st;
	int old;

	wrong = place_open(&p, path);
	if (wrong)
		return wrong;
	wrong = open_ours(&p, magic, O_RDONLY, &old, &st);
	if (old >= 0)
		close(old);
	if (!wrong && asprintf(&beside, ".%s.new", p.name) < 0)
		wrong = strerror(ENOMEM);
	if (!wrong) {
		new = (struct place){ p.dir, beside };
		wrong = replace(&p, &new, magic, text, size, mode);
		free(beside);
	}
	close(p.dir);
	return wrong;
}

const char *file_set_aside(const char *path, char **aside)
{
	int error = EEXIST;

	for (int i = 0; i < ASIDE && error == EEXIST; i++) {
		int made = i ? asprintf(aside, "%s.bad.%d", path, i) :
			       asprintf(aside, "%s.bad", path);

		if (made < 0)
			return strerror(ENOMEM);
		if (!renameat2(AT_FDCWD, path, AT_FDCWD, *aside,
			       RENAME_NOREPLACE))
			return NULL;
		error = errno;
		free(*aside);
	}
	*aside = NULL;
	return strerror(error);
}
