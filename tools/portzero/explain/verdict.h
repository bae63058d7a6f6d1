/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the firewall's doings say of it: pure, no I/O.
 */
#ifndef PORTZERO_VERDICT_H
#define PORTZERO_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/outcome.h"

/**
 * struct passage - one kind of packet on its way through the firewall
 * @in: came in
 * @in_ipv6: of these over IPv6
 * @out: alive after the firewall
 * @out_ipv6: of these over IPv6
 * @out_local: of these to this host itself
 * @ipv6_known: the module tells @in_ipv6 and @out_ipv6; an older one doesn't
 * @local_known: the module tells @out_local
 */
struct passage {
	uint64_t in;
	uint64_t in_ipv6;
	uint64_t out;
	uint64_t out_ipv6;
	uint64_t out_local;
	bool ipv6_known;
	bool local_known;
};

/**
 * enum fate - what became of packets
 * @FATE_UNSEEN: none came
 * @FATE_STOPPED: some came, none survived
 * @FATE_SURVIVED: some survived
 * @FATES: how many there are
 */
enum fate { FATE_UNSEEN, FATE_STOPPED, FATE_SURVIVED, FATES };

/**
 * struct verdict - what it comes to
 * @word: for people and programs
 * @outcome: the exit code
 */
struct verdict {
	const char *word;
	enum outcome outcome;
};

/**
 * passage_over() - the part over one version of IP
 * @p: a passage that knows of IPv6
 * @ipv6: that version, or IPv4
 *
 * Return: its @in and @out; no more is known of it.
 */
struct passage passage_over(const struct passage *p, bool ipv6);

/**
 * passage_fate() - what became of such packets
 * @p: the passage
 *
 * Return: their fate.
 */
enum fate passage_fate(const struct passage *p);

/**
 * verdict_on() - the verdict on a firewall
 * @port: what became of true port zero
 * @echo: what became of echo requests
 * @allow_echo: they are let in on purpose, and say nothing of the firewall
 *
 * Return: the verdict, never NULL.
 */
const struct verdict *verdict_on(enum fate port, enum fate echo,
				 bool allow_echo);

#endif /* PORTZERO_VERDICT_H */
