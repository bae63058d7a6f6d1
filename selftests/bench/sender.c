// SPDX-License-Identifier: GPL-2.0
/*
 * Sends packets in batches, from an AF_PACKET socket and past the queueing
 * discipline: on one processor, a packet sent to a veth device has been
 * received and forwarded when the system call returns.
 */
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sender.h"

void die(const char *what)
{
	perror(what);
	exit(1);
}

/* A socket stays in the namespace that it was made in. */
int sender_open(const char *netns, const char *device)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int there, fd, on = 1;
	char path[128];

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	there = open(path, O_RDONLY | O_CLOEXEC);
	if (home < 0 || there < 0 || setns(there, CLONE_NEWNET))
		die(path);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	to.sll_ifindex = if_nametoindex(device);
	if (fd < 0 || !to.sll_ifindex ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)))
		die(device);
	if (setns(home, CLONE_NEWNET))
		die("/proc/self/ns/net");
	close(home);
	close(there);
	return fd;
}

void batch_build(struct batch *b, const struct kind *kind, unsigned int first)
{
	unsigned int i;

	b->used = kind->bulk ? BULK_SEGMENTS : BATCH;
	for (i = 0; i < b->used; i++) {
		b->iov[i].iov_base = b->frame[i];
		b->iov[i].iov_len = packet_build(b->frame[i], kind, first + i);
		b->msg[i].msg_hdr.msg_iov = &b->iov[i];
		b->msg[i].msg_hdr.msg_iovlen = 1;
	}
}

void batch_send(struct batch *b, int fd)
{
	if (sendmmsg(fd, b->msg, b->used, 0) != (int)b->used)
		die("sendmmsg");
}
