// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "text.h"

#define TEMPLATE	"/dev/shm/portzero-fuzz.XXXXXX"

static char dir[sizeof(TEMPLATE)];
static char path[sizeof(TEMPLATE) + 8];

static void tidy(void)
{
	unlink(path);
	rmdir(dir);
}

static void begin(void)
{
	strcpy(dir, TEMPLATE);
	MUST(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/input", dir);
	atexit(tidy);
	stderr = fopen("/dev/null", "we");
	MUST(stderr);
}

const char *text_file(const void *data, size_t size)
{
	int fd;

	if (!*path)
		begin();
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	MUST(fd >= 0);
	MUST(write(fd, data, size) == (ssize_t)size);
	close(fd);
	return path;
}
