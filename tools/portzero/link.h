/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the IP packet begins in a captured frame.
 */
#ifndef PORTZERO_LINK_H
#define PORTZERO_LINK_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct frame - a frame or packet, as far as it was captured
 * @data: its first byte
 * @cap: how many bytes were captured
 * @len: how many there were
 */
struct frame {
	const uint8_t *data;
	uint32_t cap;
	uint32_t len;
};

/**
 * enum link_found - what a frame carries
 * @LINK_IP4: IPv4
 * @LINK_IP6: IPv6
 * @LINK_OTHER: something else, or nothing
 * @LINK_CUT: the capture does not hold enough of the frame to say
 */
enum link_found {
	LINK_IP4,
	LINK_IP6,
	LINK_OTHER,
	LINK_CUT,
};

/**
 * link_known() - can link_find() read frames of that type?
 * @linktype: a capture's, as libpcap numbers them (DLT_...)
 *
 * Return: true if so.
 */
bool link_known(int linktype);

/**
 * link_find() - go to the IP packet
 * @linktype: the capture's
 * @f: the frame; for IP it is made to begin at the first IP byte
 *
 * VLAN tags, any number of them, and PPPoE are gone through; tunnels are not:
 * a gateway sees what is in them when it has unpacked it.
 *
 * Return: what was found.
 */
enum link_found link_find(int linktype, struct frame *f);

#endif /* PORTZERO_LINK_H */
