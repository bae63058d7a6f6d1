/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The packets that the benchmark sends.
 */
#ifndef _BENCH_PACKET_H
#define _BENCH_PACKET_H

#include <stdbool.h>
#include <stddef.h>

#define BATCH		64	/* packets that are sent at once */
#define FRAME_MAX	1514
#define BULK_DATA	1448	/* TCP data in a segment of the bulk stream */
#define BULK_SEGMENTS	44	/* of which GRO makes one packet below 64 KiB */

/**
 * enum vary - how an address or a port changes from packet to packet
 * @FIXED: it doesn't
 * @ROTATING: a thousand over and over
 * @NEW: never the same again
 */
enum vary { FIXED, ROTATING, NEW };

/**
 * struct kind - a kind of traffic
 * @name: what the command line and the report call it
 * @ipv6: IPv6
 * @udp: UDP, not TCP
 * @more: IP options or extension headers
 * @bulk: full segments of one stream, which GRO puts together
 * @badhdr: a TCP header length of 0
 * @bare: as no wire carries it, without the padding of a short frame
 * @second: to the second of network.sh's gateways
 * @sport: source port
 * @sources: source addresses
 * @dports: destination ports
 */
struct kind {
	const char *name;
	bool ipv6;
	bool udp;
	bool more;
	bool bulk;
	bool badhdr;
	bool bare;
	bool second;
	unsigned short sport;
	enum vary sources;
	enum vary dports;
};

/**
 * kind_named - find a kind
 * @name: its name
 *
 * Return: the kind, or NULL.
 */
const struct kind *kind_named(const char *name);

/**
 * packet_ether - write a frame's Ethernet header
 * @frame: where to
 * @ipv6: IPv6 follows
 */
void packet_ether(unsigned char *frame, bool ipv6);

/**
 * packet_build - write a frame of a kind
 * @frame: FRAME_MAX bytes
 * @kind: the kind
 * @n: how many have been built before
 *
 * Return: its length.
 */
size_t packet_build(unsigned char *frame, const struct kind *kind,
		    unsigned int n);

#endif /* _BENCH_PACKET_H */
