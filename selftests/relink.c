// SPDX-License-Identifier: GPL-2.0
/*
 * relink: the packets of an Ethernet capture under another link type, and
 * perhaps cut, for the tests of what reads captures.
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <linux/types.h>

#define HEADER_MAX	32
#define CUT_MAX		262144

/* What comes before the IP packet, for IPv4 and for IPv6. */
static const struct link {
	const char *name;
	int type;
	const char *hex[2];
} links[] = {
	{ "ethernet", DLT_EN10MB,
	  { "0200000001010200000001020800", "02000000010102000000010286dd" } },
	{ "vlan", DLT_EN10MB,
	  { "020000000101020000000102810000050800",
	    "0200000001010200000001028100000586dd" } },
	{ "qinq", DLT_EN10MB,
	  { "02000000010102000000010288a80064810020050800",
	    "02000000010102000000010288a800648100200586dd" } },
	{ "tags", DLT_EN10MB,
	  { "020000000101020000000102910000018100000281000003810000040800",
	    "0200000001010200000001029100000181000002810000038100000486dd" } },
	{ "pppoe", DLT_EN10MB,
	  { "020000000101020000000102886411000007ffff0021",
	    "020000000101020000000102886411000007ffff0057" } },
	{ "sll", DLT_LINUX_SLL,
	  { "00000001000602000000010200000800",
	    "000000010006020000000102000086dd" } },
	{ "sll2", DLT_LINUX_SLL2,
	  { "0800000000000003000100060200000001020000",
	    "86dd000000000003000100060200000001020000" } },
	{ "raw", DLT_RAW, { "", "" } },
	{ "loop", DLT_LOOP, { "00000002", "00000018" } },
	/* as an Intel Linux, a big-endian BSD, macOS and FreeBSD write it */
	{ "null", DLT_NULL, { "02000000", "0a000000" } },
	{ "null-swapped", DLT_NULL, { "00000002", "00000018" } },
	{ "null-macos", DLT_NULL, { "02000000", "1e000000" } },
	{ "null-freebsd", DLT_NULL, { "02000000", "1c000000" } },
	{ "ppp", DLT_PPP, { "ff030021", "ff030057" } },
	{ "ppp-short", DLT_PPP, { "0021", "0057" } },
	/* not read by the tool */
	{ "wifi", DLT_IEEE802_11, { "", "" } },
};

static int help(void)
{
	fputs("Arguments: LINK IN OUT [BYTES]\nLINK is one of:", stderr);
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		fprintf(stderr, " %s", links[i].name);
	fputs("\nBYTES of each packet are kept, all if it isn't given.\n", stderr);
	return 2;
}

static size_t from_hex(const char *hex, __u8 *at)
{
	size_t len = strlen(hex) / 2;
	unsigned int byte;

	for (size_t i = 0; i < len; i++) {
		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return 0;
		at[i] = byte;
	}
	return len;
}

static void convert(const struct link *link, pcap_t *in, pcap_dumper_t *out,
		    unsigned long cut)
{
	static __u8 frame[HEADER_MAX + CUT_MAX];
	struct pcap_pkthdr *header;
	const __u8 *bytes;
	__u16 type;

	while (pcap_next_ex(in, &header, &bytes) == 1) {
		size_t len;

		memcpy(&type, bytes + 2 * ETH_ALEN, sizeof(type));
		len = from_hex(link->hex[type == htons(ETHERTYPE_IPV6)], frame);
		memcpy(frame + len, bytes + ETH_HLEN, header->caplen - ETH_HLEN);
		header->len += len - ETH_HLEN;
		header->caplen = header->len > cut ? cut : header->len;
		pcap_dump((u_char *)out, header, frame);
	}
}

int main(int argc, char **argv)
{
	const struct link *link = NULL;
	char why[PCAP_ERRBUF_SIZE];
	pcap_dumper_t *out = NULL;
	pcap_t *in, *dead;

	if (argc < 4 || argc > 5)
		return help();
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		if (!strcmp(links[i].name, argv[1]))
			link = &links[i];
	}
	if (!link)
		return help();
	in = pcap_open_offline(argv[2], why);
	if (!in) {
		fprintf(stderr, "relink: %s: %s\n", argv[2], why);
		return 1;
	}
	dead = pcap_open_dead(link->type, CUT_MAX);
	if (dead)
		out = pcap_dump_open(dead, argv[3]);
	if (!out) {
		fprintf(stderr, "relink: %s: cannot write\n", argv[3]);
		return 1;
	}
	convert(link, in, out, argc > 4 ? strtoul(argv[4], NULL, 0) : CUT_MAX);
	pcap_dump_close(out);
	pcap_close(dead);
	pcap_close(in);
	return 0;
}
