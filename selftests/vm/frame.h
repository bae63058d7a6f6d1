/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What init, in the test machine, tells relay, on the host, over one virtio
 * port: frames in the order of what happened. Only when relay has answered
 * the last of them is everything known to have arrived: the port's driver
 * returns from write() before that.
 */
#ifndef PORTZERO_VM_FRAME_H
#define PORTZERO_VM_FRAME_H

#include <linux/types.h>

enum frame_type {
	FRAME_START,	/* the command is about to be started */
	FRAME_STDOUT,	/* what it printed */
	FRAME_STDERR,
	FRAME_EXIT,	/* its exit status, a byte */
};

/* The machine may be of another kind. */
struct frame {
	__be32 type;
	__be32 len;	/* of the data that follow */
};

#define FRAME_DATA_MAX	65536

/* relay's answer to FRAME_EXIT, a byte */
#define FRAME_EXIT_SEEN	'.'

#endif
