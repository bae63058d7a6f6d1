// SPDX-License-Identifier: GPL-2.0
/*
 * reading: what it costs to read a file from end to end.
 *
 * usage: reading FILE...
 *
 * Prints a line for each FILE: its name, the least time of many readings in
 * nanoseconds, which under QEMU's -icount shift=0 are instructions, and how many
 * bytes there are.
 */
#include <fcntl.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define READINGS	20

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static __u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static size_t read_all(const char *path)
{
	static char buf[1 << 16];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t bytes = 0;
	ssize_t got;

	if (fd < 0)
		die(path);
	while ((got = read(fd, buf, sizeof(buf))) > 0)
		bytes += got;
	if (got < 0)
		die(path);
	close(fd);
	return bytes;
}

int main(int argc, char **argv)
{
	__u64 began, took, least;
	size_t bytes;
	int i, n;

	for (i = 1; i < argc; i++) {
		least = ~0ull;
		for (n = 0; n < READINGS; n++) {
			began = now();
			bytes = read_all(argv[i]);
			took = now() - began;
			if (took < least)
				least = took;
		}
		printf("%s %llu %zu\n", argv[i], (unsigned long long)least,
		       bytes);
	}
	return 0;
}
