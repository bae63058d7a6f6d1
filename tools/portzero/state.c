// SPDX-License-Identifier: GPL-2.0
/*
 * The detectors' memory on disk: a header and the structs as they are.
 *
 * The file is read on the machine that wrote it, so nothing is gained by a
 * portable format; whatever else it is, of another version, another layout, cut
 * off or damaged, the header's numbers tell.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "state.h"
#include "util.h"

/* Count up whenever the meaning of what is saved changes. */
#define STATE_VERSION	1

struct state_header {
	char magic[8];
	uint32_t version;
	uint32_t size;		/* of the whole file: layouts differ in it */
	uint32_t order;		/* of bytes */
	uint32_t crc;		/* of the whole file, with this 0 */
	double saved;
};

struct state {
	struct state_header header;
	struct detector detectors[SIGNALS];
};

static const struct state_header header_template = {
	.magic = "portzero",
	.version = STATE_VERSION,
	.size = sizeof(struct state),
	.order = 0x01020304,
};

/* CRC-32 as in Ethernet's frames, a bit at a time: a few kilobytes an hour. */
static uint32_t crc32(uint32_t crc, const void *data, size_t size)
{
	const unsigned char *p = data;
	int bit;

	crc = ~crc;
	while (size--) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static uint32_t checksum(const struct state *state)
{
	struct state_header header = state->header;

	header.crc = 0;
	return crc32(crc32(0, &header, sizeof(header)), state->detectors,
		     sizeof(state->detectors));
}

__printf(3, 4)
static void say(char *why, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, size, format, args);
	va_end(args);
}

static char *with_suffix(const char *path, const char *suffix)
{
	char *name;

	return asprintf(&name, "%s%s", path, suffix) < 0 ? NULL : name;
}

/* NULL if the state is whole, else what is wrong with it. */
static const char *check(const struct state *state, size_t got)
{
	const struct state_header *h = &state->header;

	if (got < sizeof(*h) ||
	    memcmp(h->magic, header_template.magic, sizeof(h->magic)))
		return "it is not a portzero state file";
	if (h->version != STATE_VERSION || h->order != header_template.order ||
	    h->size != sizeof(*state))
		return "it is of another version";
	if (got != sizeof(*state))
		return "its length is wrong";
	if (h->crc != checksum(state))
		return "its checksum is wrong";
	return NULL;
}

/* Reads a byte more than there should be, to see a file that is too long. */
static ssize_t read_file(int fd, void *buffer, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t n = read(fd, (char *)buffer + got, size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		got += n;
	}
	return got;
}

static int write_file(int fd, const void *buffer, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = write(fd, (const char *)buffer + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		done += n;
	}
	return fsync(fd);
}

static enum state_result set_aside(const char *path, const char *wrong,
				   char *why, size_t size)
{
	char *aside = with_suffix(path, ".bad");
	enum state_result result = STATE_FAILED;

	if (!aside || rename(path, aside)) {
		say(why, size, "%s: %s, and it can't be set aside: %s", path,
		    wrong, strerror(errno));
	} else {
		say(why, size, "%s: %s; set aside as %s", path, wrong, aside);
		result = STATE_ASIDE;
	}
	free(aside);
	return result;
}

enum state_result state_load(const char *path, struct detector *detectors,
			     double *saved, char *why, size_t size)
{
	struct {
		struct state state;
		char more;
	} *file;
	enum state_result result = STATE_FAILED;
	const char *wrong;
	ssize_t got;
	int fd, i;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return STATE_ABSENT;
	file = calloc(1, sizeof(*file));
	if (fd < 0 || !file) {
		say(why, size, "%s: %s", path, strerror(errno));
		goto out;
	}
	got = read_file(fd, file, sizeof(file->state) + 1);
	if (got < 0) {
		say(why, size, "%s: %s", path, strerror(errno));
		goto out;
	}
	wrong = check(&file->state, got);
	if (wrong) {
		result = set_aside(path, wrong, why, size);
		goto out;
	}
	for (i = 0; i < SIGNALS; i++) {
		struct detector_config config = detectors[i].config;

		detectors[i] = file->state.detectors[i];
		detectors[i].config = config;
	}
	if (saved)
		*saved = file->state.header.saved;
	result = STATE_LOADED;
out:
	free(file);
	if (fd >= 0)
		close(fd);
	return result;
}

/* The rename is on disk when the directory is. */
static int sync_directory(const char *path)
{
	char *copy = strdup(path);
	int fd, err = -1;

	if (!copy)
		return -1;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		err = fsync(fd);
		close(fd);
	}
	free(copy);
	return err;
}

int state_save(const char *path, const struct detector *detectors, double now,
	       char *why, size_t size)
{
	struct state *state = calloc(1, sizeof(*state));
	char *temporary = with_suffix(path, ".tmp");
	int fd = -1, err = -1;

	if (!state || !temporary)
		goto out;
	state->header = header_template;
	state->header.saved = now;
	memcpy(state->detectors, detectors, sizeof(state->detectors));
	state->header.crc = checksum(state);

	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
		  O_CLOEXEC, 0600);
	if (fd < 0 || write_file(fd, state, sizeof(*state)) ||
	    rename(temporary, path) || sync_directory(path))
		goto out;
	err = 0;
out:
	if (err) {
		say(why, size, "%s: can't save: %s", path, strerror(errno));
		if (fd >= 0)
			unlink(temporary);
	}
	if (fd >= 0)
		close(fd);
	free(temporary);
	free(state);
	return err;
}
