// SPDX-License-Identifier: GPL-2.0
/*
 * Where the IP packet begins in a captured frame.
 */
#include <net/ethernet.h>
#include <pcap/pcap.h>
#include <string.h>

#include <linux/if_ether.h>

#include "link.h"

#define PPP_IP4		0x0021
#define PPP_IP6		0x0057
#define SLL_PROTOCOL	14	/* where the protocol is in a cooked header */
#define SLL_LEN		16
#define SLL2_LEN	20
#define ETH_P_QINQ_OLD	0x9100	/* stacked tags from before 802.1ad */

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
static enum link_found missing(const struct frame *f, uint32_t need)
{
	return f->len < need ? LINK_OTHER : LINK_CUT;
}

static enum link_found from_ppp(struct frame *f)
{
	uint16_t protocol;

	/* address and control, which are often left out */
	if (f->cap >= 2 && f->data[0] == 0xff && f->data[1] == 0x03)
		skip(f, 2);
	if (f->cap < 2)
		return missing(f, 2);
	protocol = get16(f->data);
	skip(f, 2);
	if (protocol == PPP_IP4)
		return LINK_IP4;
	return protocol == PPP_IP6 ? LINK_IP6 : LINK_OTHER;
}

/* The frame begins after its EtherType. */
static enum link_found from_ethertype(uint16_t type, struct frame *f)
{
	for (;;) {
		switch (type) {
		case ETH_P_IP:
			return LINK_IP4;
		case ETH_P_IPV6:
			return LINK_IP6;
		case ETH_P_8021Q:
		case ETH_P_8021AD:
		case ETH_P_QINQ_OLD:
			if (f->cap < 4)
				return missing(f, 4);
			type = get16(f->data + 2);
			skip(f, 4);
			break;
		case ETH_P_PPP_SES:
			if (f->cap < 6)
				return missing(f, 6);
			/* version 1, type 1, code 0: data */
			if (f->data[0] != 0x11 || f->data[1])
				return LINK_OTHER;
			skip(f, 6);
			return from_ppp(f);
		default:
			return LINK_OTHER;
		}
	}
}

static enum link_found from_header(struct frame *f, uint32_t header,
				   uint32_t type_at)
{
	uint16_t type;

	if (f->cap < header)
		return missing(f, header);
	type = get16(f->data + type_at);
	skip(f, header);
	return from_ethertype(type, f);
}

static enum link_found from_version(const struct frame *f)
{
	if (!f->cap)
		return missing(f, 1);
	switch (f->data[0] >> 4) {
	case 4:
		return LINK_IP4;
	case 6:
		return LINK_IP6;
	default:
		return LINK_OTHER;
	}
}

/*
 * The address family as the capturing machine numbers it: IPv4 is 2
 * everywhere, IPv6 is 10 on Linux, 24, 28 or 30 on the BSDs and macOS.
 */
static enum link_found from_family(struct frame *f, bool network_order)
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
		return LINK_OTHER;
	}
}

bool link_known(int linktype)
{
	switch (linktype) {
	case DLT_EN10MB:
	case DLT_LINUX_SLL:
	case DLT_LINUX_SLL2:
	case DLT_RAW:
	case DLT_IPV4:
	case DLT_IPV6:
	case DLT_NULL:
	case DLT_LOOP:
	case DLT_PPP:
		return true;
	default:
		return false;
	}
}

enum link_found link_find(int linktype, struct frame *f)
{
	switch (linktype) {
	case DLT_EN10MB:
		return from_header(f, ETH_HLEN, 2 * ETH_ALEN);
	case DLT_LINUX_SLL:
		return from_header(f, SLL_LEN, SLL_PROTOCOL);
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
		return from_ppp(f);
	default:
		return LINK_OTHER;
	}
}
