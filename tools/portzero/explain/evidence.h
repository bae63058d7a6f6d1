/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is known about an event: what was counted while it lasted, and who
 * talked to whom.
 */
#ifndef PORTZERO_EVIDENCE_H
#define PORTZERO_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/counters.h"
#include "input/labels.h"
#include "input/talkers.h"

#define EVIDENCE_SHARES	4

/**
 * struct share - a part of the true packets
 * @name: whose
 * @share: from 0 to 1, at least
 */
struct share {
	const char *name;
	double share;
};

/**
 * struct evidence - an event's facts, on which a reading rests
 * @seconds: how long the counts cover
 * @rate: packets a second when there were most
 * @begun: most of it is of one interval, whose first part may have been without
 * @counts: what was counted
 * @captured: the packets themselves are at hand
 * @echo_expected: echo requests that are normal in that time, NAN if unknown
 * @talkers: whether the talkers are known; all below is about them. Their
 *	file covers the last minute or two and a bounded number of talkers: how
 *	many there are is "at least" when the table was full, and so is each
 *	share of the sources; shares of the destinations are estimates then
 * @packets: that the talkers account for
 * @sources: different source addresses
 * @few_sources: share of the eight busiest sources
 * @top_source: share of the busiest source
 * @destinations: different destination addresses
 * @top_destination: share of the busiest destination address
 * @top_ports: different ports of the busiest destination address
 * @top_port: the busiest of them
 * @top_port_share: its share of the packets to that address
 * @sources_full: there may be more sources than the module could list
 * @destinations_full: the same for destinations
 * @labelled: shares of the sources by label, the largest first
 * @labels: how many of them
 */
struct evidence {
	double seconds;
	double rate;
	bool begun;
	struct counters counts;
	bool captured;
	double echo_expected;

	bool talkers;
	uint64_t packets;
	unsigned int sources;
	double few_sources;
	double top_source;
	unsigned int destinations;
	double top_destination;
	unsigned int top_ports;
	uint16_t top_port;
	double top_port_share;
	bool sources_full;
	bool destinations_full;
	struct share labelled[EVIDENCE_SHARES];
	unsigned int labels;
};

/**
 * evidence_talkers() - sum the talkers up
 * @e: the evidence; its talkers' part is filled in, with the help of its counts
 * @t: the talkers, as talkers_read() sorts them
 * @labels: names of known sources; @e points into them
 */
void evidence_talkers(struct evidence *e, const struct talkers *t,
		      const struct labels *labels);

#endif /* PORTZERO_EVIDENCE_H */
