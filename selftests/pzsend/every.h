/* SPDX-License-Identifier: GPL-2.0 */
/* One stream with every class of packet, every flag class, every fault. */
#ifndef _PZSEND_EVERY_H
#define _PZSEND_EVERY_H

#include "packet.h"

/**
 * every_list - list the packets
 * @ipv4: with IPv4
 * @ipv6: with IPv6
 * @list: where to put the list, to be freed by the caller
 *
 * Return: how many; 0 when there is no memory.
 */
size_t every_list(bool ipv4, bool ipv6, struct packet **list);

#endif /* _PZSEND_EVERY_H */
