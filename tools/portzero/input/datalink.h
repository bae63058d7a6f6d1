/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the IP packet begins in a captured frame.
 */
#ifndef PORTZERO_DATALINK_H
#define PORTZERO_DATALINK_H

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
 * enum datalink_found - what a frame carries
 * @LINK_IP4: IPv4
 * @LINK_IP6: IPv6
 * @DATALINK_OTHER: no IP was found: another protocol, a tunnel, or nothing
 * @DATALINK_CUT: the capture does not hold enough of the frame to say
 * @DATALINK_UNKNOWN: whatever it is, frames of that type can't be read
 */
enum datalink_found {
	LINK_IP4,
	LINK_IP6,
	DATALINK_OTHER,
	DATALINK_CUT,
	DATALINK_UNKNOWN,
};

/**
 * datalink_known() - can datalink_find() read frames of that type?
 * @linktype: a capture's, as libpcap numbers them (DLT_...)
 *
 * Return: true if so.
 */
bool datalink_known(int linktype);

/**
 * datalink_find() - go to the IP packet
 * @linktype: the capture's
 * @f: the frame; for IP it is made to begin at the first IP byte
 *
 * The tags of VLANs, switches, providers' bridges and redundant rings, any number
 * of them, MPLS labels, SNAP headers and PPPoE are gone through; tunnels are not:
 * a gateway sees what is in them when it has unpacked it.
 *
 * Return: what was found.
 */
enum datalink_found datalink_find(int linktype, struct frame *f);

#endif /* PORTZERO_DATALINK_H */
