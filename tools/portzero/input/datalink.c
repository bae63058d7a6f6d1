// SPDX-License-Identifier: GPL-2.0
/*
 * Where the IP packet begins in a captured frame.
 */
#include <net/ethernet.h>
#include <pcap/pcap.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>

#include "input/datalink.h"
#include "lib/util.h"

#define PPP_IP4		0x21
#define PPP_IP6		0x57
#define SLL_LEN		16
#define SLL2_LEN	20
#define DSA_LEN		4	/* a switch's tag, Marvell's or Broadcom's */
#define EDSA_LEN	8	/* the same behind an EtherType */
#define CHDLC_LEN	4
#define CHDLC_UNICAST	0x0f
#define CHDLC_MULTICAST	0x8f
#define IPOIB_LEN	4
#define IPOIB_GRH	40	/* InfiniBand's own routing, where it is captured */
#define NFLOG_LEN	4
#define IP4_HEADER	20
#define IP6_HEADER	40
#define ETH_P_QINQ_OLD	0x9100	/* stacked tags from before 802.1ad */
#define ETH_P_VNTAG	0x8926	/* between a server's card and its switch */

/* What may stand before the IP packet: its EtherType, its length with the next. */
static const struct {
	uint16_t type;
	uint16_t len;
} tags[] = {
	{ ETH_P_8021Q, 4 },
	{ ETH_P_8021AD, 4 },
	{ ETH_P_QINQ_OLD, 4 },
	{ ETH_P_VNTAG, 6 },
	{ ETH_P_HSR, 6 },
	{ ETH_P_EDSA, EDSA_LEN },
	{ ETH_P_8021AH, 4 + ETH_HLEN },
};

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void skip(struct frame *f, uint32_t n)
{
	f->data += n;
	f->cap -= n;
	f->len -= n;
}

/* What it means that @need bytes can not be read. */
static enum datalink_found missing(const struct frame *f, uint32_t need)
{
	return f->len < need ? DATALINK_OTHER : DATALINK_CUT;
}

static enum datalink_found from_version(const struct frame *f)
{
	if (!f->cap)
		return missing(f, 1);
	switch (f->data[0] >> 4) {
	case 4:
		return LINK_IP4;
	case 6:
		return LINK_IP6;
	default:
		return DATALINK_OTHER;
	}
}

/* PPP, with whatever its ends have agreed to leave out (RFC 1661, 6.5 and 6.6). */
static enum datalink_found from_ppp(struct frame *f)
{
	uint16_t protocol;

	if (f->cap && f->data[0] == 0xff) {
		if (f->cap < 2)
			return missing(f, 2);
		if (f->data[1] == 0x03)
			skip(f, 2);
	}
	if (!f->cap)
		return missing(f, 1);
	protocol = f->data[0];
	/* only the last byte of a protocol's number is odd */
	if (!(protocol & 1)) {
		if (f->cap < 2)
			return missing(f, 2);
		protocol = get16(f->data);
		skip(f, 1);
	}
	skip(f, 1);
	if (protocol == PPP_IP4)
		return LINK_IP4;
	return protocol == PPP_IP6 ? LINK_IP6 : DATALINK_OTHER;
}

static enum datalink_found from_pppoe(struct frame *f)
{
	if (f->cap < 6)
		return missing(f, 6);
	/* version 1, type 1, code 0: data */
	if (f->data[0] != 0x11 || f->data[1])
		return DATALINK_OTHER;
	skip(f, 6);
	return from_ppp(f);
}

/* Nothing says what MPLS carries; IP's version does, as routers take it, too. */
static enum datalink_found from_mpls(struct frame *f)
{
	bool bottom = false;

	while (!bottom) {
		if (f->cap < 4)
			return missing(f, 4);
		bottom = f->data[2] & 1;
		skip(f, 4);
	}
	return from_version(f);
}

/*
 * Behind an 802.3 length: IP by its own number, or a SNAP header, which ends
 * with the EtherType. The result is that type, 0 for anything else.
 */
static uint16_t llc_type(struct frame *f)
{
	static const uint8_t ip[] = { 6, 6, 3 }, snap[] = { 0xaa, 0xaa, 3, 0, 0, 0 };
	uint16_t type;

	if (f->cap >= sizeof(ip) && !memcmp(f->data, ip, sizeof(ip))) {
		skip(f, sizeof(ip));
		return ETH_P_IP;
	}
	if (f->cap < 8 || memcmp(f->data, snap, sizeof(snap)))
		return 0;
	type = get16(f->data + 6);
	skip(f, 8);
	return type;
}

/* The frame begins after its EtherType. */
static enum datalink_found from_ethertype(uint16_t type, struct frame *f)
{
	for (;;) {
		uint32_t len = 0;

		switch (type) {
		case ETH_P_IP:
			return LINK_IP4;
		case ETH_P_IPV6:
			return LINK_IP6;
		case ETH_P_MPLS_UC:
		case ETH_P_MPLS_MC:
			return from_mpls(f);
		case ETH_P_PPP_SES:
			return from_pppoe(f);
		default:
			break;
		}
		if (type && type <= ETH_DATA_LEN) {
			if (f->cap < 8 && f->cap < f->len)
				return DATALINK_CUT;
			type = llc_type(f);
			continue;
		}
		for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
			if (tags[i].type == type)
				len = tags[i].len;
		}
		if (!len)
			return DATALINK_OTHER;
		if (f->cap < len)
			return missing(f, len);
		type = get16(f->data + len - 2);
		skip(f, len);
	}
}

static enum datalink_found from_header(struct frame *f, uint32_t header,
				       uint32_t type_at)
{
	uint16_t type;

	if (f->cap < header)
		return missing(f, header);
	type = get16(f->data + type_at);
	skip(f, header);
	return from_ethertype(type, f);
}

/* Any header that ends with the EtherType. */
static enum datalink_found from_typed(struct frame *f, uint32_t header)
{
	return from_header(f, header, header - 2);
}

/* A serial line: PPP, or Cisco's framing, which begins as no PPP does. */
static enum datalink_found from_serial(struct frame *f)
{
	if (f->cap && (f->data[0] == CHDLC_UNICAST ||
		       f->data[0] == CHDLC_MULTICAST))
		return from_typed(f, CHDLC_LEN);
	return from_ppp(f);
}

static enum datalink_found from_ipoib(struct frame *f)
{
	uint16_t type;

	if (f->cap < 2)
		return missing(f, 2);
	type = get16(f->data);
	if (type != ETH_P_IP && type != ETH_P_IPV6) {
		if (f->cap < IPOIB_GRH)
			return missing(f, IPOIB_GRH);
		skip(f, IPOIB_GRH);
	}
	return from_header(f, IPOIB_LEN, 0);
}

/*
 * The address family as the capturing machine numbers it: IPv4 is 2
 * everywhere, IPv6 is 10 on Linux, 24, 28 or 30 on the BSDs and macOS.
 */
static enum datalink_found from_family(struct frame *f, bool network_order)
{
	uint32_t family;

	if (f->cap < 4)
		return missing(f, 4);
	memcpy(&family, f->data, sizeof(family));
	skip(f, 4);
	if (network_order)
		family = ntohl(family);
	else if (family >> 16)	/* that machine had the other byte order */
		family = __builtin_bswap32(family);
	switch (family) {
	case 2:
		return LINK_IP4;
	case 10:
	case 24:
	case 28:
	case 30:
		return LINK_IP6;
	default:
		return DATALINK_OTHER;
	}
}

/*
 * What netfilter logs: attributes in this machine's byte order, libpcap sees to
 * that. One says what the packet is, which the family does too where it is that
 * of a protocol; another is the packet.
 */
static enum datalink_found from_nflog(struct frame *f)
{
	enum datalink_found found;
	uint16_t type = 0;
	struct nlattr attr;
	uint32_t len;

	if (f->cap < NFLOG_LEN)
		return missing(f, NFLOG_LEN);
	if (f->data[0] == AF_INET || f->data[0] == AF_INET6)
		type = f->data[0] == AF_INET ? ETH_P_IP : ETH_P_IPV6;
	skip(f, NFLOG_LEN);
	for (;;) {
		if (f->cap < NLA_HDRLEN)
			return missing(f, NLA_HDRLEN);
		memcpy(&attr, f->data, sizeof(attr));
		if (attr.nla_len < NLA_HDRLEN)
			return DATALINK_OTHER;
		if (attr.nla_type == NFULA_PAYLOAD)
			break;
		len = NLA_ALIGN(attr.nla_len);
		if (f->cap < len)
			return missing(f, len);
		if (attr.nla_type == NFULA_PACKET_HDR && !type &&
		    len >= NLA_HDRLEN + sizeof(struct nfulnl_msg_packet_hdr))
			type = get16(f->data + NLA_HDRLEN);
		skip(f, len);
	}
	skip(f, NLA_HDRLEN);
	len = attr.nla_len - NLA_HDRLEN;
	if (f->cap > len)
		f->cap = len;
	if (f->len > len)
		f->len = len;
	found = from_ethertype(type, f);
	/* less than a header: the rule says to log no more */
	if ((found == LINK_IP4 && f->len < IP4_HEADER) ||
	    (found == LINK_IP6 && f->len < IP6_HEADER))
		return DATALINK_CUT;
	return found;
}

enum datalink_found datalink_find(int linktype, struct frame *f)
{
	switch (linktype) {
	case DLT_EN10MB:
		return from_typed(f, ETH_HLEN);
	case DLT_DSA_TAG_BRCM:
	case DLT_DSA_TAG_BRCM_PREPEND:
	case DLT_DSA_TAG_DSA:
		return from_typed(f, ETH_HLEN + DSA_LEN);
	case DLT_DSA_TAG_EDSA:
		return from_typed(f, ETH_HLEN + EDSA_LEN);
	case DLT_LINUX_SLL:
		return from_typed(f, SLL_LEN);
	case DLT_LINUX_SLL2:
		return from_header(f, SLL2_LEN, 0);
	case DLT_RAW:
		return from_version(f);
	case DLT_IPV4:
		return LINK_IP4;
	case DLT_IPV6:
		return LINK_IP6;
	case DLT_NULL:
		return from_family(f, false);
	case DLT_LOOP:
		return from_family(f, true);
	case DLT_PPP:
	case DLT_PPP_SERIAL:
		return from_serial(f);
	case DLT_PPP_ETHER:
		return from_pppoe(f);
	case DLT_C_HDLC:
		return from_typed(f, CHDLC_LEN);
	case DLT_IPOIB:
		return from_ipoib(f);
	case DLT_NFLOG:
		return from_nflog(f);
	default:
		return DATALINK_UNKNOWN;
	}
}

bool datalink_known(int linktype)
{
	struct frame none = { 0 };

	return datalink_find(linktype, &none) != DATALINK_UNKNOWN;
}
