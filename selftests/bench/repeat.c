// SPDX-License-Identifier: GPL-2.0
/*
 * repeat: a long capture out of a short one, its packets over and over, 10
 * microseconds apart.
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKETS_MAX	65536
#define STEP_US		10

struct packet {
	struct pcap_pkthdr header;
	u_char *bytes;
};

static struct packet packets[PACKETS_MAX];

static long read_all(pcap_t *in)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	long n = 0;

	while (n < PACKETS_MAX && pcap_next_ex(in, &header, &bytes) == 1) {
		packets[n].header = *header;
		packets[n].bytes = malloc(header->caplen);
		if (!packets[n].bytes)
			return 0;
		memcpy(packets[n].bytes, bytes, header->caplen);
		n++;
	}
	return n;
}

static void write_all(pcap_dumper_t *out, long n, long long count)
{
	struct timeval start = packets[0].header.ts;

	for (long long i = 0; i < count; i++) {
		struct packet *p = &packets[i % n];
		long long us = i * STEP_US;

		p->header.ts.tv_sec = start.tv_sec + us / 1000000;
		p->header.ts.tv_usec = us % 1000000;
		pcap_dump((u_char *)out, &p->header, p->bytes);
	}
}

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_dumper_t *out;
	pcap_t *in;
	long n;

	if (argc != 4) {
		fputs("Arguments: IN OUT COUNT\n", stderr);
		return 2;
	}
	in = pcap_open_offline(argv[1], why);
	if (!in) {
		fprintf(stderr, "%s: %s\n", argv[1], why);
		return 1;
	}
	n = read_all(in);
	out = n ? pcap_dump_open(in, argv[2]) : NULL;
	if (!out) {
		fprintf(stderr, "%s: cannot write, or nothing to repeat\n",
			argv[2]);
		return 1;
	}
	write_all(out, n, atoll(argv[3]));
	if (pcap_dump_flush(out)) {
		perror(argv[2]);
		return 1;
	}
	pcap_dump_close(out);
	pcap_close(in);
	return 0;
}
