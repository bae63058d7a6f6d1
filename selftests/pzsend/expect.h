/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the counters should say about what was sent.
 *
 * This is the tests' oracle. It follows the words of the counters' definition
 * and what was put into each packet; it never reads the bytes back, and it
 * shares nothing with the classifier it is there to check.
 */
#ifndef _PZSEND_EXPECT_H
#define _PZSEND_EXPECT_H

#include <stdbool.h>
#include <stdio.h>
#include <linux/netfilter/nf_portzero.h>

#include "packet.h"

/**
 * struct expect - the sums so far
 * @counter: by column
 * @frames: frames, of any kind
 * @droppable: packets that drop mode would drop
 * @droppable_frames: frames that drop mode would drop
 * @own: the packets are this host's own (they are seen going out only)
 */
struct expect {
	__u64 counter[NF_PORTZERO_COUNTERS];
	__u64 frames;
	__u64 droppable;
	__u64 droppable_frames;
	bool own;
};

/**
 * expect_frame - count a frame
 * @e: the sums
 * @f: the frame
 *
 * Return: for how many true port-zero packets it stands.
 */
__u32 expect_frame(struct expect *e, const struct frame *f);

/**
 * expect_print - print the sums, a name and a number a line
 * @e: the sums
 * @to: where to
 *
 * The columns by their names; then "frames", "droppable" (what "dropped" grows
 * by when drop is on) and "pass" (frames that arrive all the same).
 */
void expect_print(const struct expect *e, FILE *to);

#endif /* _PZSEND_EXPECT_H */
