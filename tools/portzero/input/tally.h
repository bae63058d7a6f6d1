/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts and talkers of captured packets, as the module counts live ones.
 */
#ifndef PORTZERO_TALLY_H
#define PORTZERO_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "classify.h"
#include "input/counters.h"
#include "input/datalink.h"
#include "summary.h"
#include "input/talkers.h"

/* The columns that captures have; the others are a live gateway's. */
#define TALLY_COLUMNS	(~(1ULL << NF_PORTZERO_OUT |			\
			   1ULL << NF_PORTZERO_DROPPED |		\
			   1ULL << NF_PORTZERO_LEAK |			\
			   1ULL << NF_PORTZERO_LEAK_ECHO |		\
			   1ULL << NF_PORTZERO_LEAK_LOCAL |		\
			   1ULL << NF_PORTZERO_LEAK_IPV6 |		\
			   1ULL << NF_PORTZERO_LEAK_ECHO_LOCAL |	\
			   1ULL << NF_PORTZERO_LEAK_ECHO_IPV6))

/**
 * struct tally_top - the talkers of a stretch of time
 * @sources: of true port-zero packets
 * @destinations: their addresses and ports
 */
struct tally_top {
	struct summary sources;
	struct summary destinations;
};

/**
 * struct tally - what was counted
 * @counters: by the columns; those of a live gateway stay 0
 * @packets: all
 * @other: no IP was found in them
 * @malformed: no IP stack would take them: the version or the header's length
 *	is wrong, or the packet's length is below it
 * @cut: the capture holds too little of them to say what they are. They are
 *	in no column
 * @cut_zero: those of @cut that have a port 0: true ones of unknown flags
 * @all: the talkers of the whole
 * @window: those of the current and the last window, as the module keeps them
 * @key: for the summaries
 */
struct tally {
	struct counters counters;
	uint64_t packets;
	uint64_t other;
	uint64_t malformed;
	uint64_t cut;
	uint64_t cut_zero;
	struct tally_top all;
	struct tally_top window[2];
	struct summary_key key;
};

/**
 * tally_init() - nothing counted yet
 * @t: the tally
 */
void tally_init(struct tally *t);

/**
 * tally_frame() - count a captured frame
 * @t: the tally
 * @linktype: the capture's
 * @f: the frame; used up
 * @now: when it was captured, seconds since the epoch
 *
 * Return: its class, PORTZERO_OTHER also if it can't be said.
 */
enum portzero_class tally_frame(struct tally *t, int linktype, struct frame *f,
				int64_t now);

/**
 * tally_talkers() - who talked
 * @t: the tally
 * @recent: in the last window or two, instead of the whole
 * @talkers: the result; start from a zeroed one, reuse it at will
 *
 * Return: 0 or -ENOMEM.
 */
int tally_talkers(const struct tally *t, bool recent, struct talkers *talkers);

#endif /* PORTZERO_TALLY_H */
