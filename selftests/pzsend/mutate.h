/* SPDX-License-Identifier: GPL-2.0 */
/* Frames that nobody would build: damaged at random, and yet let through to netfilter. */
#ifndef _PZSEND_MUTATE_H
#define _PZSEND_MUTATE_H

#include "packet.h"

#define MUTATE_MTU	1500	/* IP bytes that no frame grows beyond */

/**
 * mutate_frame - damage a frame
 * @f: the frame; its length may change
 * @rng: the state of rng_next()
 *
 * What was put into it says nothing any more about what it is. Only what the
 * kernel's IP layer refuses before netfilter sees it is left, or made, right:
 * version, lengths, IPv4's header checksum, hop-by-hop options; and the
 * addresses, so that it is forwarded.
 */
void mutate_frame(struct frame *f, __u64 *rng);

#endif /* _PZSEND_MUTATE_H */
