// SPDX-License-Identifier: GPL-2.0
/*
 * relay: passes on what init says in the test machine, see frame.h.
 *
 * usage: relay FROM-GUEST TO-GUEST
 *
 * The command's output goes to our own. That it was started and its exit
 * status are printed on descriptor 3, "start" and "exit N". Ends with the
 * machine; with 141, as if killed by SIGPIPE, when nobody reads the output any
 * more.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "frame.h"

#define EVENTS_FD	3
#define EXIT_SIGPIPE	(128 + SIGPIPE)

/* False at the end of the input. */
static bool read_all(int fd, void *data, size_t len)
{
	char *p = data;
	ssize_t got;

	for (; len; p += got, len -= got) {
		got = read(fd, p, len);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got < 0)
			err(1, "from the machine");
		else if (!got)
			return false;
	}
	return true;
}

/* The descriptor is somebody else's as well and may have been made non-blocking. */
static void write_all(int fd, const void *data, size_t len)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	const char *p = data;
	ssize_t put;

	for (; len; p += put, len -= put) {
		put = write(fd, p, len);
		if (put >= 0)
			continue;
		if (errno == EPIPE)
			exit(EXIT_SIGPIPE);
		if (errno == EAGAIN)
			poll(&pfd, 1, -1);
		else if (errno != EINTR)
			err(1, "output");
		put = 0;
	}
}

int main(int argc, char **argv)
{
	static unsigned char data[FRAME_DATA_MAX];
	const char seen = FRAME_EXIT_SEEN;
	struct frame frame;
	int from, to;
	size_t len;

	if (argc != 3)
		errx(2, "usage: relay FROM-GUEST TO-GUEST");
	signal(SIGPIPE, SIG_IGN);
	from = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (from < 0)
		err(1, "%s", argv[1]);
	to = open(argv[2], O_RDWR | O_CLOEXEC);	/* not waiting for QEMU */
	if (to < 0)
		err(1, "%s", argv[2]);

	while (read_all(from, &frame, sizeof(frame))) {
		len = ntohl(frame.len);
		if (len > sizeof(data))
			errx(1, "the machine speaks another language");
		if (!read_all(from, data, len))
			break;
		switch (ntohl(frame.type)) {
		case FRAME_START:
			dprintf(EVENTS_FD, "start\n");
			break;
		case FRAME_STDOUT:
			write_all(STDOUT_FILENO, data, len);
			break;
		case FRAME_STDERR:
			write_all(STDERR_FILENO, data, len);
			break;
		case FRAME_EXIT:
			dprintf(EVENTS_FD, "exit %u\n", data[0]);
			write_all(to, &seen, sizeof(seen));
			break;
		default:
			errx(1, "the machine speaks another language");
		}
	}
	return 0;
}
