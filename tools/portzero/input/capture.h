/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of captured packets, counted.
 */
#ifndef PORTZERO_CAPTURE_H
#define PORTZERO_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "input/seconds.h"
#include "input/tally.h"
#include "input/timeline.h"

/**
 * struct capture - what was read
 * @tally: its counts and talkers
 * @timeline: the counts over time
 * @first: the earliest time, seconds since the epoch; -1 before any packet
 * @last: the latest
 * @seconds: the rows that it is judged by
 */
struct capture {
	struct tally tally;
	struct timeline timeline;
	int64_t first;
	int64_t last;
	struct seconds seconds;
};

/**
 * capture_init() - nothing read yet
 * @c: the capture; what takes the rows of @seconds is the caller's to set
 *
 * From now on the first SIGINT ends the reading and no more.
 */
void capture_init(struct capture *c);

/**
 * capture_read() - count the packets of a file
 * @c: the capture
 * @name: the file, in any format that libpcap reads; "-" for standard input
 *
 * Complains of what is wrong with the file, and shows how far it is when that
 * takes more than two seconds and stderr is a terminal.
 *
 * Return: true if all of it was read and right; counted is what could be read.
 */
bool capture_read(struct capture *c, const char *name);

/**
 * capture_stopped() - was the reading interrupted?
 *
 * Return: true if so; whatever is read from then on is not read.
 */
bool capture_stopped(void);

#endif /* PORTZERO_CAPTURE_H */
