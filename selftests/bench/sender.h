/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sends packets in batches.
 */
#ifndef _BENCH_SENDER_H
#define _BENCH_SENDER_H

#include <stdbool.h>
#include <stdnoreturn.h>
#include <sys/socket.h>

#include "packet.h"

/**
 * struct batch - packets to be sent at once
 * @frame: the packets
 * @iov: where each is
 * @msg: the same for sendmmsg()
 * @used: how many
 */
struct batch {
	unsigned char frame[BATCH][FRAME_MAX];
	struct iovec iov[BATCH];
	struct mmsghdr msg[BATCH];
	unsigned int used;
};

/**
 * die - say what went wrong, with errno, and exit
 * @what: what could not be done
 */
noreturn void die(const char *what);

/**
 * sender_open - a socket that puts frames straight on a device
 * @netns: the network namespace's name
 * @device: the device in it
 *
 * Return: the socket; it does not return if there is none.
 */
int sender_open(const char *netns, const char *device);

/**
 * batch_build - fill a batch
 * @b: the batch
 * @kind: with packets of this kind
 * @first: how many have been built before
 */
void batch_build(struct batch *b, const struct kind *kind, unsigned int first);

/**
 * batch_send - send a batch
 * @b: the batch
 * @fd: the socket
 *
 * It does not return if not all could be sent.
 */
void batch_send(struct batch *b, int fd);

#endif /* _BENCH_SENDER_H */
