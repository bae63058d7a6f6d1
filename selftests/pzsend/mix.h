/* SPDX-License-Identifier: GPL-2.0 */
/* Streams of many different packets: what has been seen, and all there is. */
#ifndef _PZSEND_MIX_H
#define _PZSEND_MIX_H

#include "packet.h"

/**
 * mix_open - prepare a mix
 * @name: "cert-polska", "cisco" or "every"
 * @count: packets wanted, from the beginning again where the mix has fewer;
 *	0: as many as the mix itself has
 * @ipv4: IPv4 may be used
 * @ipv6: IPv6 may be used
 * @seed: of the order
 *
 * Return: how many packets it will be; 0 when there is no such mix or memory.
 */
__u64 mix_open(const char *name, __u64 count, bool ipv4, bool ipv6, __u64 seed);

/**
 * mix_packet - what one packet is
 * @i: which
 * @p: changed in what the mix determines; addresses are left alone
 */
void mix_packet(__u64 i, struct packet *p);

/**
 * mix_close - forget the mix
 */
void mix_close(void);

#endif /* _PZSEND_MIX_H */
