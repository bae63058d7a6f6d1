// SPDX-License-Identifier: GPL-2.0
#include "ring.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

/* No part of a page, so that the frames lie across its end at any of their bytes. */
#define FRAME		2064
#define BLOCK		65536
#define BLOCKS		9
#define FRAMES		(BLOCK / FRAME * BLOCKS)
#define DATA		(TPACKET2_HDRLEN - sizeof(struct sockaddr_ll))

/* So many lengths of the first piece, from Ethernet's header on. */
#define FIRST		80

static __u8 *ring;
static unsigned int next;

int ring_open(int fd)
{
	struct tpacket_req req = {
		.tp_block_size = BLOCK,
		.tp_block_nr = BLOCKS,
		.tp_frame_size = FRAME,
		.tp_frame_nr = FRAMES,
	};
	int version = TPACKET_V2;
	void *map;

	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_TX_RING, &req, sizeof(req)))
		return -1;
	map = mmap(NULL, BLOCK * BLOCKS, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -1;
	ring = map;
	next = 0;
	return 0;
}

int ring_put(const struct virtio_net_hdr *hdr, const void *bytes, unsigned int len)
{
	__u8 *slot = ring + next / (BLOCK / FRAME) * BLOCK +
		     next % (BLOCK / FRAME) * FRAME;
	struct tpacket2_hdr *head = (struct tpacket2_hdr *)slot;
	struct virtio_net_hdr *vnet = (struct virtio_net_hdr *)(slot + DATA);
	unsigned int first = ETH_HLEN + next % FIRST;

	if (len > FRAME - DATA - sizeof(*vnet)) {
		errno = EMSGSIZE;
		return -1;
	}
	/* what has been sent may need a moment to say so */
	while (__atomic_load_n(&head->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_SENDING)
		sched_yield();
	if (__atomic_load_n(&head->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_SEND_REQUEST) {
		errno = ENOBUFS;
		return -1;
	}
	*vnet = *hdr;
	if (!vnet->hdr_len)
		vnet->hdr_len = first < len ? first : len;
	memcpy(vnet + 1, bytes, len);
	head->tp_len = sizeof(*vnet) + len;
	__atomic_store_n(&head->tp_status, TP_STATUS_SEND_REQUEST, __ATOMIC_RELEASE);
	next = (next + 1) % FRAMES;
	return 0;
}

int ring_send(int fd)
{
	return send(fd, NULL, 0, 0) < 0 ? -1 : 0;
}

void ring_close(void)
{
	if (ring)
		munmap(ring, BLOCK * BLOCKS);
	ring = NULL;
}
