/* SPDX-License-Identifier: GPL-2.0 */
/* Frames onto an interface, out of a raw socket, and into a capture file. */
#ifndef _PZSEND_SEND_H
#define _PZSEND_SEND_H

#include "packet.h"

/**
 * struct send_options - where to and how
 * @interface: send on this interface; NULL: don't send there
 * @raw: send as this host's own packets, through the IP stack
 * @pcap: write to this capture file; NULL: don't
 * @smac: Ethernet source
 * @dmac: Ethernet destination
 * @pad: pad short frames to Ethernet's minimum
 * @tap: @interface is a tap device, and they are a virtual machine's
 * @pieces: on @interface, packets in pieces: their first bytes, and the rest in pages
 * @rate: packets per second; 0: as fast as it goes
 */
struct send_options {
	const char *interface;
	bool raw;
	const char *pcap;
	__u8 smac[6];
	__u8 dmac[6];
	bool pad;
	bool tap;
	bool pieces;
	double rate;
};

/**
 * send_open - get ready
 * @options: must stay until send_close()
 *
 * Return: 0, or -1 after saying what is wrong.
 */
int send_open(const struct send_options *options);

/**
 * send_frames - room for the frames of one packet
 *
 * They are gone with the next send_commit().
 *
 * Return: PACKET_FRAMES_MAX of them.
 */
struct frame *send_frames(void);

/**
 * send_commit - send what was built there
 * @n: how many frames
 *
 * Batches; what waits for company goes out with send_close().
 *
 * Return: 0, or -1 after saying what is wrong.
 */
int send_commit(int n);

/**
 * send_close - send what still waits, and close
 *
 * Return: 0, or -1 after saying what is wrong.
 */
int send_close(void);

#endif /* _PZSEND_SEND_H */
