// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet is, written down once more from the RFCs and the README's words
 * alone: 791 (IPv4), 792 and 4443 (ICMP), 8200 (IPv6), 4302 (AH), 9293 (TCP). A
 * packet is taken apart first and judged then, a byte at a time; neither speed
 * nor the classifier is thought of.
 */
#include "reference.h"

/* The sum of RFC 1071 of bytes that begin at an even place. */
static __u32 add_bytes(__u32 sum, const __u8 *at, __u32 len)
{
	for (__u32 i = 0; i < len; i++)
		sum += i % 2 == 0 ? at[i] * 256 : at[i];
	return sum;
}

/* RFC 9293, 3.1: over TCP and the addresses, the protocol and TCP's length. */
static bool sum_is_wrong(const __u8 *addresses, __u32 addresses_len,
			 const __u8 *tcp, __u32 len)
{
	__u32 sum = 6 + len;

	sum = add_bytes(sum, addresses, addresses_len);
	sum = add_bytes(sum, tcp, len);
	while (sum > 0xffff)
		sum = sum / 0x10000 + sum % 0x10000;
	return sum != 0xffff;
}

/* The README's table of flags, row by row. */
static enum nf_portzero_counter flags_counter(__u8 byte)
{
	bool fin = byte & 1, syn = byte & 2, rst = byte & 4, psh = byte & 8;
	bool ack = byte & 16, urg = byte & 32;

	if (!ack && (psh || urg))
		return NF_PORTZERO_ODD;
	if (syn && !rst && !fin)
		return ack ? NF_PORTZERO_SYNACK : NF_PORTZERO_SYN;
	if (rst && !syn && !fin)
		return NF_PORTZERO_RST;
	if (ack && !syn && !rst)
		return NF_PORTZERO_ACK;
	return NF_PORTZERO_ODD;
}

/* TCP of @len bytes. Its header may end anywhere. */
static void judge_tcp(struct reference *r, const __u8 *tcp, __u32 len,
		      const __u8 *addresses, __u32 addresses_len)
{
	__u32 header;

	if (len < 4) {
		r->kind = KIND_SHORT;
		return;
	}
	r->sport = tcp[0] * 256 + tcp[1];
	r->dport = tcp[2] * 256 + tcp[3];
	r->kind = KIND_TCP;
	if (r->sport != 0 && r->dport != 0)
		return;

	r->kind = KIND_TRUE;
	r->tcp = len;
	if (r->sport == 0 && r->dport == 0)
		r->ports = NF_PORTZERO_BOTH;
	else
		r->ports = r->sport == 0 ? NF_PORTZERO_SRC : NF_PORTZERO_DST;
	r->flags = flags_counter(len >= 14 ? tcp[13] : 0);
	/* what was cut off before the flags has no header that could be right */
	header = len >= 14 ? tcp[12] / 16 * 4 : 0;
	r->badhdr = header < 20 || header > len;
	r->payload = !r->badhdr && len > header;
	r->wrong_sum = len >= 20 &&
		       sum_is_wrong(addresses, addresses_len, tcp, len);
}

struct reference reference4(const __u8 *at, __u32 len)
{
	struct reference r = { .kind = KIND_OTHER };
	__u32 header, fragment;
	bool more;

	if (len < 20)
		return r;
	header = at[0] % 16 * 4;
	if (header < 20 || header > len)
		return r;
	more = at[6] & 0x20;
	fragment = at[6] % 32 * 256 + at[7];
	r.first = more && fragment == 0;

	if (at[9] == 6 && fragment != 0)
		r.kind = KIND_FRAG;
	else if (at[9] == 6)
		judge_tcp(&r, at + header, len - header, at + 12, 8);
	else if (at[9] == 1 && fragment == 0 && len > header && at[header] == 8)
		r.kind = KIND_ECHO;
	return r;
}

/* RFC 8200, 4, and the registry of extension headers. Nobody sees through ESP. */
static bool is_extension(__u8 number)
{
	switch (number) {
	case 0:		/* hop-by-hop options */
	case 43:	/* routing */
	case 44:	/* fragment */
	case 51:	/* authentication */
	case 60:	/* destination options */
	case 135:	/* mobility */
	case 139:	/* host identity */
	case 140:	/* shim6 */
		return true;
	default:
		return false;
	}
}

static __u32 extension_length(__u8 number, __u8 units)
{
	if (number == 44)
		return 8;
	if (number == 51)
		return (units + 2) * 4;
	return (units + 1) * 8;
}

struct reference reference6(const __u8 *at, __u32 len)
{
	struct reference r = { .kind = KIND_OTHER };
	__u32 place = 40, headers = 0;
	bool later = false, cut = false;
	__u8 number;

	if (len < 40)
		return r;

	/* Go to the upper layer, or as far as the packet does. */
	number = at[6];
	while (is_extension(number) && !later && !cut &&
	       headers <= NF_PORTZERO_EXTHDR_MAX) {
		__u8 this = number;

		headers++;
		/* four bytes: what comes next, how long it is, where it belongs */
		if (place + 4 > len) {
			cut = true;
			continue;
		}
		number = at[place];
		if (this == 44 && at[place + 2] * 256 + at[place + 3] >= 8)
			later = true;
		else if (this == 44 && at[place + 3] % 2 == 1)
			r.first = true;
		place += extension_length(this, at[place + 1]);
	}

	if (headers > NF_PORTZERO_EXTHDR_MAX && !later && !cut)
		r.kind = KIND_HIDDEN;
	else if (cut)
		r.kind = r.first ? KIND_HIDDEN : KIND_OTHER;
	else if (later)
		r.kind = number == 6 ? KIND_FRAG : KIND_OTHER;
	else if (number == 6 && place + 4 > len)
		r.kind = r.first ? KIND_HIDDEN : KIND_SHORT;
	else if (number == 6)
		judge_tcp(&r, at + place, len - place, at + 8, 32);
	else if (number == 58 && place < len && at[place] == 128)
		r.kind = KIND_ECHO;
	return r;
}
