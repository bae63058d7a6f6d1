// SPDX-License-Identifier: GPL-2.0
/*
 * Files of our own: read whole, replaced whole, and nobody else's destroyed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
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
static const char *open_ours(const struct place *p, const char *magic, int *fd,
			     struct stat *st)
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
		     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
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
	wrong = open_ours(&p, magic, &fd, &st);
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

/* A new file with a name that nothing else has. */
static int create(const struct place *p, char **name)
{
	unsigned int random;
	int fd, error;

	do {
		if (getrandom(&random, sizeof(random), 0) < 0 ||
		    asprintf(name, ".%s.%08x", p->name, random) < 0)
			return -1;
		fd = openat(p->dir, *name, O_WRONLY | O_CREAT | O_EXCL |
			    O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0)
			return fd;
		error = errno;
		free(*name);
		*name = NULL;
	} while (error == EEXIST);
	errno = error;
	return -1;
}

static const char *replace(const struct place *p, const char *magic,
			   const char *text, size_t size, mode_t mode)
{
	const char *wrong = NULL;
	struct stat st;
	char *name;
	int fd, old;

	fd = create(p, &name);
	if (fd < 0)
		return strerror(errno);
	if (!write_all(fd, text, size) || fchmod(fd, mode) || fsync(fd))
		wrong = strerror(errno);
	if (close(fd) && !wrong)
		wrong = strerror(errno);
	/* Last of all: is what would go still ours? */
	if (!wrong)
		wrong = open_ours(p, magic, &old, &st);
	if (!wrong && old >= 0)
		close(old);
	if (!wrong && renameat(p->dir, name, p->dir, p->name))
		wrong = strerror(errno);
	if (wrong)
		unlinkat(p->dir, name, 0);
	else if (fsync(p->dir) && errno != EINVAL)
		wrong = strerror(errno);
	free(name);
	return wrong;
}

const char *file_replace(const char *path, const char *magic, const char *text,
			 size_t size, mode_t mode)
{
	const char *wrong;
	struct place p;
	struct stat st;
	int old;

	wrong = place_open(&p, path);
	if (wrong)
		return wrong;
	wrong = open_ours(&p, magic, &old, &st);
	if (old >= 0)
		close(old);
	if (!wrong)
		wrong = replace(&p, magic, text, size, mode);
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
