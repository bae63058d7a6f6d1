/* SPDX-License-Identifier: GPL-2.0 */
/* Exact counts of the true port-zero packets' sources and destinations. */
#ifndef _PZSEND_TALKERS_H
#define _PZSEND_TALKERS_H

#include <stdio.h>

#include "packet.h"

/**
 * talkers_count - count a packet's source and destination
 * @p: the packet
 * @times: for how many it stands
 *
 * Return: 0, or -1 when there is no memory left.
 */
int talkers_count(const struct packet *p, __u32 times);

/**
 * talkers_print - print them, most packets first
 * @to: where to
 *
 * Lines of "src ADDRESS - COUNT" and "dst ADDRESS PORT COUNT".
 */
void talkers_print(FILE *to);

#endif /* _PZSEND_TALKERS_H */
