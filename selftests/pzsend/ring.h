/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames that the kernel takes as they lie in the pages of a ring, so that a packet
 * comes in pieces: its first bytes, some of the headers or all, in one of its own,
 * the rest behind it in pages, where it may cross from one to the next.
 */
#ifndef _PZSEND_RING_H
#define _PZSEND_RING_H

#include <linux/virtio_net.h>

/**
 * ring_open - get ready
 * @fd: a packet socket with PACKET_VNET_HDR
 *
 * Return: 0, or -1 and errno.
 */
int ring_open(int fd);

/**
 * ring_put - add a frame to those that wait
 * @hdr: what is left to hardware
 * @bytes: the frame
 * @len: of it
 *
 * Return: 0, or -1 and errno: EMSGSIZE if it is too long, ENOBUFS if the ring is full.
 */
int ring_put(const struct virtio_net_hdr *hdr, const void *bytes, unsigned int len);

/**
 * ring_send - send what waits, until somebody has taken it
 * @fd: the socket
 *
 * Whoever has may still be reading: it is overwritten by the next but one, so nothing
 * may keep a packet for long, as fragments are that wait to be put together.
 *
 * Return: 0, or -1 and errno.
 */
int ring_send(int fd);

/* Let go of it. */
void ring_close(void);

#endif /* _PZSEND_RING_H */
