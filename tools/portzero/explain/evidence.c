// SPDX-License-Identifier: GPL-2.0
/*
 * What is known about an event: what was counted while it lasted, and who
 * talked to whom.
 */
#include <string.h>

#include <linux/netfilter/nf_portzero.h>

#include "explain/evidence.h"

#define FEW	8

/* What a talker certainly sent. */
static uint64_t certain(const struct talker *t)
{
	return t->count - t->error;
}

static bool same_address(const struct address *a, const struct address *b)
{
	return a->family == b->family &&
	       !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static void add_label(struct evidence *e, const char *name, double share)
{
	unsigned int i;

	for (i = 0; i < e->labels && strcmp(e->labelled[i].name, name);)
		i++;
	if (i == EVIDENCE_SHARES)
		return;
	if (i == e->labels)
		e->labelled[e->labels++] = (struct share){ name, 0 };
	e->labelled[i].share += share;
	for (; i && e->labelled[i].share > e->labelled[i - 1].share; i--) {
		struct share swap = e->labelled[i];

		e->labelled[i] = e->labelled[i - 1];
		e->labelled[i - 1] = swap;
	}
}

/*
 * The packets that the sources share. Their counts add up to all packets of the
 * windows, which may reach back to before the event, and so may what an entry
 * took over from another; the event's own count is then the better measure.
 */
static double shared(const struct evidence *e, const struct talkers *t)
{
	uint64_t event = true_packets(&e->counts), sure = 0;

	for (size_t i = 0; i < t->n && t->v[i].source; i++)
		sure += certain(&t->v[i]);
	if (!event || event > e->packets)
		event = e->packets;
	return (double)(event > sure ? event : sure);
}

static void sum_sources(struct evidence *e, const struct talkers *t,
			const struct labels *labels)
{
	double packets;

	for (size_t i = 0; i < t->n && t->v[i].source; i++)
		e->packets += t->v[i].count;
	if (!e->packets)
		return;
	packets = shared(e, t);
	for (size_t i = 0; i < t->n && t->v[i].source; i++) {
		double share = (double)certain(&t->v[i]) / packets;
		const char *label = labels_find(labels, &t->v[i].address);

		e->sources++;
		if (share > e->top_source)
			e->top_source = share;
		if (e->sources <= FEW)
			e->few_sources += share;
		if (label)
			add_label(e, label, share);
	}
}

/*
 * By address, over its ports. A count may be over by what it took from other
 * ports as it pushed them out of a full table, and these are mostly the same
 * address's: the sum is a fair estimate, where a sum of what is certain would
 * come to nothing for a scan of a thousand ports. Quadratic, but on a few
 * hundred lines at most.
 */
static void sum_destinations(struct evidence *e, const struct talkers *t)
{
	uint64_t packets = 0, top = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (!t->v[i].source)
			packets += t->v[i].count;
	}
	for (size_t i = 0; i < t->n; i++) {
		uint64_t sum = 0, busiest = 0;
		unsigned int ports = 0;
		uint16_t port = 0;
		bool seen = false;

		if (t->v[i].source)
			continue;
		for (size_t j = 0; j < t->n; j++) {
			const struct talker *d = &t->v[j];

			if (d->source ||
			    !same_address(&d->address, &t->v[i].address))
				continue;
			if (j < i) {
				seen = true;
				break;
			}
			ports++;
			sum += d->count;
			if (d->count > busiest) {
				busiest = d->count;
				port = d->port;
			}
		}
		if (seen)
			continue;
		e->destinations++;
		if (sum > top) {
			top = sum;
			e->top_destination = (double)sum / (double)packets;
			e->top_ports = ports;
			e->top_port = port;
			e->top_port_share = (double)busiest / (double)sum;
		}
	}
}

void evidence_talkers(struct evidence *e, const struct talkers *t,
		      const struct labels *labels)
{
	e->talkers = t->n > 0;
	e->packets = 0;
	e->sources = 0;
	e->destinations = 0;
	e->few_sources = 0;
	e->top_source = 0;
	e->top_destination = 0;
	e->top_ports = 0;
	e->labels = 0;
	sum_sources(e, t, labels);
	sum_destinations(e, t);
	e->sources_full = t->full[true];
	e->destinations_full = t->full[false];
}
