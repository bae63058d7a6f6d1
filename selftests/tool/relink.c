// SPDX-License-Identifier: GPL-2.0
/*
 * relink: the packets of an Ethernet capture under another link type, and
 * perhaps cut, for the tests of what reads captures.
 */
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <linux/types.h>

#define HEADER_MAX	64
#define CUT_MAX		262144
#define ZEROS		"0000000000000000000000000000000000000000"

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
	{ "mpls", DLT_EN10MB,
	  { "02000000010102000000010288470001004000011140",
	    "02000000010102000000010288480001004000011140" } },
	/* the length of the rest is put in */
	{ "snap", DLT_EN10MB,
	  { "0200000001010200000001020000aaaa030000000800",
	    "0200000001010200000001020000aaaa0300000086dd" } },
	{ "llc", DLT_EN10MB,
	  { "0200000001010200000001020000060603",
	    "0200000001010200000001020000aaaa0300000086dd" } },
	{ "vntag", DLT_EN10MB,
	  { "0200000001010200000001028926000500010800",
	    "02000000010102000000010289268005000186dd" } },
	{ "hsr", DLT_EN10MB,
	  { "020000000101020000000102892f003400010800",
	    "020000000101020000000102892f0034000186dd" } },
	{ "pbb", DLT_EN10MB,
	  { "02000000010102000000010288a8000588e7000000050200000003010200000003020800",
	    "02000000010102000000010288e7000000050200000003010200000003028100000586dd" } },
	{ "edsa-ethernet", DLT_EN10MB,
	  { "020000000101020000000102dada0000000800000800",
	    "020000000101020000000102dada00000008000086dd" } },
	{ "edsa", DLT_DSA_TAG_EDSA,
	  { "020000000101020000000102dada0000000800000800",
	    "020000000101020000000102dada00000008000086dd" } },
	{ "dsa", DLT_DSA_TAG_DSA,
	  { "020000000101020000000102c00800000800",
	    "020000000101020000000102e008000586dd" } },
	{ "brcm", DLT_DSA_TAG_BRCM,
	  { "020000000101020000000102200000050800",
	    "0200000001010200000001022000000586dd" } },
	{ "brcm-prepend", DLT_DSA_TAG_BRCM_PREPEND,
	  { "200000050200000001010200000001020800",
	    "2000000502000000010102000000010286dd" } },
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
	/* all that RFC 1661 lets the ends leave out, in turns */
	{ "ppp-compressed", DLT_PPP, { "21", "ff0357" } },
	{ "ppp-serial", DLT_PPP_SERIAL, { "ff030021", "57" } },
	{ "ppp-cisco", DLT_PPP_SERIAL, { "0f000800", "8f0086dd" } },
	{ "ppp-ether", DLT_PPP_ETHER, { "11000007ffff0021", "11000007ffff57" } },
	{ "chdlc", DLT_C_HDLC, { "0f000800", "8f0086dd" } },
	{ "ipoib", DLT_IPOIB,
	  { ZEROS ZEROS "08000000",
	    "6000000000000000000000000000000000000000" ZEROS "86dd0000" } },
	{ "ipoib-rfc4391", DLT_IPOIB, { "08000000", "86dd0000" } },
	/* the attributes are put in */
	{ "nflog", DLT_NFLOG, { "02000000", "0a000000" } },
	{ "nflog-layer2", DLT_NFLOG, { "05000000", "07000000" } },
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

static size_t attribute(__u8 *at, __u16 type, const void *data, size_t len)
{
	const struct nlattr attr = { NLA_HDRLEN + len, type };

	memcpy(at, &attr, sizeof(attr));
	memcpy(at + NLA_HDRLEN, data, len);
	return NLA_ALIGN(attr.nla_len);
}

/* What nfnetlink_log puts before a packet of so many bytes. */
static size_t nflog(__u8 *at, bool v6, size_t packet)
{
	const struct nfulnl_msg_packet_hdr what = {
		.hw_protocol = htons(v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP),
	};
	const struct nlattr payload = { NLA_HDRLEN + packet, NFULA_PAYLOAD };
	size_t len;

	len = attribute(at, NFULA_PACKET_HDR, &what, sizeof(what));
	len += attribute(at + len, NFULA_PREFIX, "drop", 5);
	memcpy(at + len, &payload, sizeof(payload));
	return len + NLA_HDRLEN;
}

/* The header of a packet of so many bytes. */
static size_t put_header(const struct link *link, bool v6, __u8 *frame,
			 size_t packet)
{
	size_t len = from_hex(link->hex[v6], frame);
	__be16 rest = htons(len - ETH_HLEN + packet);

	if (link->type == DLT_NFLOG)
		len += nflog(frame + len, v6, packet);
	if (link->type == DLT_EN10MB && !frame[12] && !frame[13])
		memcpy(frame + 12, &rest, sizeof(rest));
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
		len = put_header(link, type == htons(ETHERTYPE_IPV6), frame,
				 header->len - ETH_HLEN);
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
