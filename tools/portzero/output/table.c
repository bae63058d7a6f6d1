// SPDX-License-Identifier: GPL-2.0
/*
 * Counters and talkers as tables for people.
 */
#include <stdio.h>

#include "lib/print.h"
#include "output/table.h"
#include "lib/util.h"

static const struct group {
	const char *title;
	struct {
		enum nf_portzero_counter counter;
		const char *what;
	} line[6];
} groups[] = {
	{ "true port zero, by port", {
		{ NF_PORTZERO_SRC, "only the source port is 0" },
		{ NF_PORTZERO_DST, "only the destination port is 0" },
		{ NF_PORTZERO_BOTH, "both ports are 0" },
	} },
	{ "by flags", {
		{ NF_PORTZERO_SYN, "SYN" },
		{ NF_PORTZERO_SYNACK, "SYN and ACK" },
		{ NF_PORTZERO_RST, "RST, with or without ACK" },
		{ NF_PORTZERO_ACK, "ACK without SYN or RST" },
		{ NF_PORTZERO_ODD, "anything else, or none" },
	} },
	{ "of these (may overlap)", {
		{ NF_PORTZERO_PAYLOAD, "carry data after a valid header" },
		{ NF_PORTZERO_BADHDR, "have an impossible header length" },
		{ NF_PORTZERO_BADCSUM, "have a wrong checksum" },
		{ NF_PORTZERO_IPV6, "came over IPv6" },
		{ NF_PORTZERO_BYTES, "bytes in all" },
	} },
	{ "phantoms: not port zero, though other tools may say so", {
		{ NF_PORTZERO_FRAG, "later fragments, which carry no ports" },
		{ NF_PORTZERO_SHORT, "packets that end before the ports" },
		{ NF_PORTZERO_HIDDEN, "IPv6 chains that stop before TCP" },
	} },
	{ "beside it", {
		{ NF_PORTZERO_TCP, "TCP packets whose ports were read" },
		{ NF_PORTZERO_ECHO, "ICMP and ICMPv6 echo requests" },
		{ NF_PORTZERO_OUT, "true port zero that this host sends" },
	} },
	{ "stopped or not", {
		{ NF_PORTZERO_DROPPED, "dropped by this module" },
		{ NF_PORTZERO_LEAK, "true port zero past the firewall" },
		{ NF_PORTZERO_LEAK_ECHO, "echo requests past the firewall" },
	} },
};

void table_counters(const struct counters *c, uint64_t present)
{
	for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
		const struct group *group = &groups[g];
		bool titled = false;

		for (int i = 0; i < 6 && group->line[i].what; i++) {
			enum nf_portzero_counter column = group->line[i].counter;

			if (!(present >> column & 1))
				continue;
			if (!titled)
				printf("\n%s%s%s\n", paint(BOLD), group->title,
				       paint(PLAIN));
			titled = true;
			printf("  %-9s %14llu  %s\n", counter_names[column],
			       llu(c->value[column]), group->line[i].what);
		}
	}
}

void table_talkers(const struct talkers *t, bool source, const char *heading,
		   size_t most, const struct labels *labels, double now)
{
	size_t left = most;

	if (!most)
		return;
	printf("\n%s%-46s %12s %10s  %s%s\n", paint(BOLD), heading, "packets",
	       "at most +", "seen", paint(PLAIN));
	for (size_t i = 0; i < t->n && left; i++) {
		const struct talker *talker = &t->v[i];
		char name[INET6_ADDRSTRLEN + 8];
		double ago = now - (double)talker->last_seen;
		char when[32];
		const char *label;

		if (talker->source != source)
			continue;
		left--;
		label = labels_find(labels, &talker->address);
		if (now > 0)
			format_seconds(when, sizeof(when), ago > 0 ? ago : 0);
		else
			format_time(when, sizeof(when),
				    (double)talker->last_seen);
		printf("%-46s %12llu %10llu  %s%s%s%s\n",
		       talker_format(talker, name, sizeof(name)),
		       llu(talker->count), llu(talker->error), when,
		       now > 0 ? " ago" : "", label ? "  " : "",
		       label ? label : "");
	}
	if (left == most)
		puts("none");
}
