// SPDX-License-Identifier: GPL-2.0
#include "mix.h"

#include <stdlib.h>
#include <string.h>

#include "every.h"
#include "rng.h"
#include "tcpflags.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* A value, and how often it was seen. */
struct share {
	__u16 value;
	__u32 seen;
};

/*
 * CERT Polska's ARAKIS sensors, 13 to 17 November 2011: about 15,000 packets
 * to port 0, 14,200 of them from port 0 as well; header lengths of 0 to 16
 * bytes and flags as published. What the publication leaves open is spread
 * evenly: valid header lengths over 20 to 60 bytes, and flags over
 * combinations that no stack sends.
 */
#define CERT_PORT	1024	/* any but zero; varied below */

static const struct share cert_sports[] = { { 0, 14200 }, { CERT_PORT, 800 } };

static const struct share cert_doffs[] = {
	{ 0, 1113 }, { 1, 832 }, { 2, 941 }, { 3, 1005 }, { 4, 882 },
	{ 5, 930 }, { 6, 930 }, { 7, 930 }, { 8, 930 }, { 9, 930 },
	{ 10, 930 }, { 11, 930 }, { 12, 930 }, { 13, 929 }, { 14, 929 },
	{ 15, 929 },
};

static const struct share cert_flags[] = {
	{ SYN | ACK, 180 }, { 0, 171 }, { SYN, 139 }, { SYN | CWR, 103 },
	{ RST | ACK, 94 }, { RST, 92 },
	{ SYN | FIN, 1422 }, { FIN, 1422 }, { URG, 1422 }, { PSH, 1422 },
	{ FIN | PSH | URG, 1422 }, { SYN | RST, 1422 }, { RST | FIN, 1422 },
	{ SYN | FIN | ACK, 1422 }, { SYN | FIN | RST | PSH, 1422 },
	{ SYN | URG | PSH, 1423 },
};

/*
 * Cisco's spike of 2 November 2013: from source port 0, much of it towards
 * port 445, header length 0 or odd flags (Bou-Harb et al. 2014). The shares
 * are ours, as none were published.
 */
static const struct share cisco_sports[] = { { 0, 1 } };

static const struct share cisco_dports[] = {
	{ 445, 60 }, { 139, 10 }, { 80, 10 }, { 22, 10 }, { 3389, 5 },
	{ 8080, 5 },
};

static const struct share cisco_doffs[] = { { 0, 1 }, { 5, 1 } };

static const struct share cisco_flags[] = {
	{ 0, 1 }, { SYN | FIN, 1 }, { FIN | PSH | URG, 1 }, { SYN | RST, 1 },
};

/* One value for each packet, each column in an order of its own. */
static __u16 *sports, *dports, *doffs, *flags;
static struct packet *every;
static size_t every_size;

/*
 * Give each value its whole share of @count, and what is left over to the
 * largest remainders, the first ones on a tie.
 */
static void apportion(const struct share *shares, size_t n, __u64 count,
		      __u64 *out)
{
	__u64 total = 0, given = 0;
	size_t i, best;

	for (i = 0; i < n; i++)
		total += shares[i].seen;
	for (i = 0; i < n; i++) {
		out[i] = count * shares[i].seen / total;
		given += out[i];
	}
	for (; given < count; given++) {
		__u64 largest = 0;

		for (i = 0, best = 0; i < n; i++) {
			__u64 whole = count * shares[i].seen / total;
			__u64 rest = count * shares[i].seen % total;

			if (out[i] == whole && rest > largest) {
				largest = rest;
				best = i;
			}
		}
		out[best]++;
	}
}

static bool fill(__u16 **column, const struct share *shares, size_t n,
		 __u64 count, __u64 *rng)
{
	__u64 amounts[32], at = 0;
	__u16 *values;
	size_t i;

	values = malloc(count * sizeof(*values));
	if (!values)
		return false;
	*column = values;
	apportion(shares, n, count, amounts);
	for (i = 0; i < n; i++)
		while (amounts[i]--)
			values[at++] = shares[i].value;
	for (at = count; at > 1; at--) {
		__u64 j = rng_below(rng, at);
		__u16 swap = values[j];

		values[j] = values[at - 1];
		values[at - 1] = swap;
	}
	return true;
}

static bool open_cert(__u64 count, __u64 *rng)
{
	static const struct share to_zero[] = { { 0, 1 } };

	return fill(&sports, cert_sports, ARRAY_SIZE(cert_sports), count, rng) &&
	       fill(&dports, to_zero, ARRAY_SIZE(to_zero), count, rng) &&
	       fill(&doffs, cert_doffs, ARRAY_SIZE(cert_doffs), count, rng) &&
	       fill(&flags, cert_flags, ARRAY_SIZE(cert_flags), count, rng);
}

static bool open_cisco(__u64 count, __u64 *rng)
{
	return fill(&sports, cisco_sports, ARRAY_SIZE(cisco_sports), count, rng) &&
	       fill(&dports, cisco_dports, ARRAY_SIZE(cisco_dports), count, rng) &&
	       fill(&doffs, cisco_doffs, ARRAY_SIZE(cisco_doffs), count, rng) &&
	       fill(&flags, cisco_flags, ARRAY_SIZE(cisco_flags), count, rng);
}

__u64 mix_open(const char *name, __u64 count, bool ipv4, bool ipv6, __u64 seed)
{
	if (!strcmp(name, "every")) {
		every_size = every_list(ipv4, ipv6, &every);
		return count ? count : every_size;
	}
	if (!count)
		count = 15000;
	if (!strcmp(name, "cert-polska"))
		return open_cert(count, &seed) ? count : 0;
	if (!strcmp(name, "cisco"))
		return open_cisco(count, &seed) ? count : 0;
	return 0;
}

void mix_packet(__u64 i, struct packet *p)
{
	if (every) {
		*p = every[i % every_size];
		return;
	}
	p->sport = sports[i];
	if (p->sport == CERT_PORT)
		p->sport += i % 64000;
	p->dport = dports[i];
	p->doff = doffs[i];
	p->flags = flags[i];
}

void mix_close(void)
{
	free(sports);
	free(dports);
	free(doffs);
	free(flags);
	free(every);
	sports = NULL;
	dports = NULL;
	doffs = NULL;
	flags = NULL;
	every = NULL;
}
