/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a packet is, seen from its first IP byte.
 *
 * Written once, for the kernel module, the tool that reads captures, the unit
 * tests and the fuzzer: no kernel object, only a way to fetch bytes, and
 * everything inlined, so that the module makes no indirect call.
 *
 * A glance settles nearly every packet; portzero_classify4() and
 * portzero_classify6() look closely at the rest. Both always agree.
 */
#ifndef _PORTZERO_CLASSIFY_H
#define _PORTZERO_CLASSIFY_H

#ifdef __KERNEL__
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/cdefs.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/types.h>
#ifndef __force
#define __force
#endif
#endif

#include <linux/netfilter/nf_portzero.h>

/**
 * enum portzero_class - what a packet is; see design words in the README
 * @PORTZERO_OTHER: nothing that is counted
 * @PORTZERO_TCP: TCP, neither port is zero
 * @PORTZERO_TRUE: true port zero
 * @PORTZERO_FRAG: phantom, a later fragment of TCP
 * @PORTZERO_SHORT: phantom, the packet ends before the ports
 * @PORTZERO_HIDDEN: phantom, the IPv6 header chain stops before TCP
 * @PORTZERO_ECHO: an ICMP or ICMPv6 echo request
 * @PORTZERO_LOOK: only from a glance: it takes a closer look
 */
enum portzero_class {
	PORTZERO_OTHER,
	PORTZERO_TCP,
	PORTZERO_TRUE,
	PORTZERO_FRAG,
	PORTZERO_SHORT,
	PORTZERO_HIDDEN,
	PORTZERO_ECHO,
	PORTZERO_LOOK,
};

/**
 * struct portzero_match - what a closer look found
 * @class: the class
 * @ipv6: the packet is IPv6
 * @nosum: the checksum covers what is not in the packet or not at its place: it is
 *	a first fragment, or a source route or home address says that the last
 *	destination or the source is another; or options come in pieces
 * @badhdr: true ones: data offset below 5 words or past the packet's end
 * @payload: true ones: data follows a valid header
 * @flags: true ones: the TCP flags as in byte 13 of the header; 0 if cut off
 * @sport: source port, network order; where the class has ports
 * @dport: destination port, likewise
 * @thoff: offset of the TCP header from the first IP byte
 * @hdrlen: bytes of IP and TCP header; with @badhdr, to the packet's end
 */
struct portzero_match {
	enum portzero_class class;
	bool ipv6;
	bool nosum;
	bool badhdr;
	bool payload;
	__u8 flags;
	__be16 sport;
	__be16 dport;
	__u32 thoff;
	__u32 hdrlen;
};

/*
 * portzero_fetch_t - a way to fetch bytes of a packet
 * @pkt: the packet
 * @offset: from the first IP byte
 * @len: how many
 * @buf: room for them, aligned for what they hold; NULL: only from a packet in one piece
 *
 * Return: the bytes, in the packet itself or copied to @buf; NULL when the
 * packet does not hold all of them.
 */
typedef const void *(*portzero_fetch_t)(const void *pkt, __u32 offset,
					__u32 len, void *buf);

#define PORTZERO_PORTS_LEN	4	/* both ports */
#define PORTZERO_FLAGS_LEN	14	/* a TCP header as far as its flags */
#define PORTZERO_TCP_MINLEN	20	/* a TCP header without options */
#define PORTZERO_ECHO4		8	/* ICMP_ECHO */
#define PORTZERO_ECHO6		128	/* ICMPV6_ECHO_REQUEST */
#define PORTZERO_IP_OFFSET	0x1fff	/* IPv4: fragment offset */
#define PORTZERO_IP_MF		0x2000	/* IPv4: more fragments */
#define PORTZERO_IP6_OFFSET	0xfff8	/* IPv6: fragment offset */
#define PORTZERO_IP6_MF		0x0001	/* IPv6: more fragments */

#define PORTZERO_LSRR		131	/* IPv4 options: loose and strict */
#define PORTZERO_SSRR		137	/*	source route (RFC 791, 3.1) */
#define PORTZERO_HOME_ADDRESS	201	/* IPv6 destination option (RFC 6275) */
#define PORTZERO_OPTIONS4_MAX	40	/* options looked at, all there can be */
#define PORTZERO_OPTIONS6_MAX	8	/*	of an IPv6 header */

/* TCP of at most this many bytes has its checksum looked at. */
#define PORTZERO_CSUM_MAX	128

/* IPv6 next headers that <linux/in6.h> and <netinet/in.h> do not both name */
enum {
	PORTZERO_NEXTHDR_HOP		= 0,
	PORTZERO_NEXTHDR_ROUTING	= 43,
	PORTZERO_NEXTHDR_FRAGMENT	= 44,
	PORTZERO_NEXTHDR_AH		= 51,
	PORTZERO_NEXTHDR_ICMPV6		= 58,
	PORTZERO_NEXTHDR_DEST		= 60,
	PORTZERO_NEXTHDR_MOBILITY	= 135,
	PORTZERO_NEXTHDR_HIP		= 139,
	PORTZERO_NEXTHDR_SHIM6		= 140,
};

/*
 * Headers are read by the byte: a capture aligns nothing. Extension headers but
 * ESP begin with the next one's type and their length (RFC 6564).
 */
enum {
	PORTZERO_IP4_FRAG	= offsetof(struct iphdr, frag_off),
	PORTZERO_IP4_PROTOCOL	= offsetof(struct iphdr, protocol),
	PORTZERO_IP6_NEXTHDR	= offsetof(struct ipv6hdr, nexthdr),
	PORTZERO_EXT_NEXTHDR	= 0,
	PORTZERO_EXT_LEN	= 1,
	PORTZERO_EXT_FRAG	= 2,	/* the fragment header's only */
	PORTZERO_EXT_MINLEN	= 4,
};

static __always_inline __be16 portzero_be16(const __u8 *p)
{
	__be16 value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/* IPv4 header length in bytes */
static __always_inline __u32 portzero_ip4_len(const __u8 *ip)
{
	return (ip[0] & 0xf) * 4;
}

static __always_inline enum portzero_class
portzero_glance_ports(const __u8 *ports)
{
	__u32 both;

	memcpy(&both, ports, sizeof(both));
	return (both & 0xffff) && both >> 16 ? PORTZERO_TCP : PORTZERO_LOOK;
}

/**
 * portzero_glance4 - settle an ordinary IPv4 packet at the least cost
 * @data: the packet, at least a whole and valid IPv4 header in one piece
 * @headlen: how many bytes at @data can be read
 *
 * Return: PORTZERO_OTHER or PORTZERO_TCP as portzero_classify4() would say
 * it, or PORTZERO_LOOK when the packet needs that closer look.
 */
static __always_inline enum portzero_class
portzero_glance4(const void *data, __u32 headlen)
{
	const __u8 *ip = data;
	__u32 words;

	if (ip[PORTZERO_IP4_PROTOCOL] != IPPROTO_TCP)
		return ip[PORTZERO_IP4_PROTOCOL] == IPPROTO_ICMP ?
		       PORTZERO_LOOK : PORTZERO_OTHER;
	if (portzero_be16(ip + PORTZERO_IP4_FRAG) & htons(PORTZERO_IP_OFFSET))
		return PORTZERO_LOOK;
	words = ip[0] & 0xf;
	if (headlen / 4 <= words)
		return PORTZERO_LOOK;
	return portzero_glance_ports(ip + words * 4);
}

/**
 * portzero_glance6 - settle an ordinary IPv6 packet at the least cost
 * @data: the packet, at least a whole IPv6 header of it in one piece
 * @headlen: how many bytes at @data can be read
 *
 * Return: as portzero_glance4().
 */
static __always_inline enum portzero_class
portzero_glance6(const void *data, __u32 headlen)
{
	const __u8 *ip = data;

	if (ip[PORTZERO_IP6_NEXTHDR] != IPPROTO_TCP)
		return ip[PORTZERO_IP6_NEXTHDR] == IPPROTO_UDP ?
		       PORTZERO_OTHER : PORTZERO_LOOK;
	if (headlen < sizeof(struct ipv6hdr) + PORTZERO_PORTS_LEN)
		return PORTZERO_LOOK;
	return portzero_glance_ports(ip + sizeof(struct ipv6hdr));
}

/* Nearly always all of it can be read as far as the flags; else the ports can */
static __always_inline void
portzero_look_tcp(const void *pkt, portzero_fetch_t fetch, __u32 len,
		  struct portzero_match *m)
{
	__u8 buf[PORTZERO_FLAGS_LEN];
	const __u8 *tcp = fetch(pkt, m->thoff, sizeof(buf), buf);
	const __u8 *ports = tcp;
	__u32 hdrlen = 0;

	if (!ports)
		ports = fetch(pkt, m->thoff, PORTZERO_PORTS_LEN, buf);
	if (!ports) {
		m->class = PORTZERO_SHORT;
		return;
	}
	m->sport = portzero_be16(ports);
	m->dport = portzero_be16(ports + 2);
	if (m->sport && m->dport) {
		m->class = PORTZERO_TCP;
		return;
	}
	m->class = PORTZERO_TRUE;
	if (tcp) {
		hdrlen = (tcp[12] >> 4) * 4;
		m->flags = tcp[13];
	}
	m->badhdr = hdrlen < PORTZERO_TCP_MINLEN || m->thoff + hdrlen > len;
	m->hdrlen = m->badhdr ? len : m->thoff + hdrlen;
	m->payload = m->hdrlen < len;
}

static __always_inline void
portzero_look_icmp(const void *pkt, portzero_fetch_t fetch, __u8 request,
		   struct portzero_match *m)
{
	__u8 buf;
	const __u8 *type = fetch(pkt, m->thoff, sizeof(buf), &buf);

	if (type && *type == request)
		m->class = PORTZERO_ECHO;
}

/* Does an option between these offsets say that an address is another's? */
static __always_inline bool
portzero_rerouted(const void *pkt, portzero_fetch_t fetch, bool ipv6,
		  __u32 from, __u32 to)
{
	const __u8 single = ipv6 ? 0 : 1;	/* Pad1, NOP: no length */
	const __u32 head = 2;			/* what it is, and its length */
	const __u8 *option;
	int i;

	for (i = 0; i < (ipv6 ? PORTZERO_OPTIONS6_MAX : PORTZERO_OPTIONS4_MAX) &&
	     from < to; i++) {
		/* in pieces: its checksum is not looked at either */
		option = fetch(pkt, from, head, NULL);
		if (!option)
			return true;
		if (option[0] == single) {
			from++;
			continue;
		}
		if (ipv6 ? option[0] == PORTZERO_HOME_ADDRESS :
			   option[0] == PORTZERO_LSRR ||
			   option[0] == PORTZERO_SSRR)
			return true;
		if (!ipv6 && (option[0] == 0 || option[1] < head))
			return false;
		from += ipv6 ? option[1] + head : option[1];
	}
	return from < to;	/* who knows */
}

/**
 * portzero_classify4 - look closely at an IPv4 packet
 * @pkt: the packet, for @fetch
 * @fetch: how to get at its bytes
 * @len: its length in bytes, IPv4 header included, link padding not
 * @m: what it is; always filled
 */
static __always_inline void
portzero_classify4(const void *pkt, portzero_fetch_t fetch, __u32 len,
		   struct portzero_match *m)
{
	__u8 buf[sizeof(struct iphdr)];
	const __u8 *ip = fetch(pkt, 0, sizeof(buf), buf);
	__be16 frag_off;

	*m = (struct portzero_match){ .class = PORTZERO_OTHER };
	if (!ip || portzero_ip4_len(ip) < sizeof(buf))
		return;
	m->thoff = portzero_ip4_len(ip);
	frag_off = portzero_be16(ip + PORTZERO_IP4_FRAG);
	m->nosum = (frag_off & htons(PORTZERO_IP_MF)) ||
		   portzero_rerouted(pkt, fetch, false, sizeof(buf), m->thoff);

	switch (ip[PORTZERO_IP4_PROTOCOL]) {
	case IPPROTO_TCP:
		if (frag_off & htons(PORTZERO_IP_OFFSET))
			m->class = PORTZERO_FRAG;
		else
			portzero_look_tcp(pkt, fetch, len, m);
		if (m->class == PORTZERO_SHORT && m->thoff > len)
			m->class = PORTZERO_OTHER;	/* not even IP */
		break;
	case IPPROTO_ICMP:
		if (!(frag_off & htons(PORTZERO_IP_OFFSET)))
			portzero_look_icmp(pkt, fetch, PORTZERO_ECHO4, m);
		break;
	}
}

/**
 * portzero_classify6 - look closely at an IPv6 packet
 * @pkt: the packet, for @fetch
 * @fetch: how to get at its bytes
 * @len: its length in bytes, IPv6 header included, link padding not
 * @m: what it is; always filled
 *
 * Follows at most NF_PORTZERO_EXTHDR_MAX extension headers. A first fragment
 * that ends before it says what it carries, or before TCP's ports, is hidden:
 * they would come in a later fragment, where no filter sees them (RFC 7112).
 */
static __always_inline void
portzero_classify6(const void *pkt, portzero_fetch_t fetch, __u32 len,
		   struct portzero_match *m)
{
	__u8 buf[sizeof(struct ipv6hdr)];
	const __u8 *ip = fetch(pkt, 0, sizeof(buf), buf);
	__u8 extbuf[PORTZERO_EXT_MINLEN];
	bool fragment = false;
	const __u8 *ext;
	__be16 frag_off;
	__u32 start;
	__u8 nexthdr;
	int i;

	*m = (struct portzero_match){ .class = PORTZERO_OTHER, .ipv6 = true };
	if (!ip)
		return;
	nexthdr = ip[PORTZERO_IP6_NEXTHDR];
	m->thoff = sizeof(buf);

	for (i = 0; i <= NF_PORTZERO_EXTHDR_MAX; i++) {
		switch (nexthdr) {
		case IPPROTO_TCP:
			if (fragment && m->thoff + PORTZERO_PORTS_LEN > len)
				m->class = PORTZERO_HIDDEN;
			else
				portzero_look_tcp(pkt, fetch, len, m);
			return;
		case PORTZERO_NEXTHDR_ICMPV6:
			portzero_look_icmp(pkt, fetch, PORTZERO_ECHO6, m);
			return;
		case PORTZERO_NEXTHDR_HOP:
		case PORTZERO_NEXTHDR_ROUTING:
		case PORTZERO_NEXTHDR_FRAGMENT:
		case PORTZERO_NEXTHDR_AH:
		case PORTZERO_NEXTHDR_DEST:
		case PORTZERO_NEXTHDR_MOBILITY:
		case PORTZERO_NEXTHDR_HIP:
		case PORTZERO_NEXTHDR_SHIM6:
			break;
		default:
			return;
		}

		start = m->thoff;
		ext = fetch(pkt, start, sizeof(extbuf), extbuf);
		if (!ext) {
			if (fragment)
				m->class = PORTZERO_HIDDEN;
			return;
		}
		switch (nexthdr) {
		case PORTZERO_NEXTHDR_FRAGMENT:
			frag_off = portzero_be16(ext + PORTZERO_EXT_FRAG);
			if (frag_off & htons(PORTZERO_IP6_OFFSET)) {
				if (ext[PORTZERO_EXT_NEXTHDR] == IPPROTO_TCP)
					m->class = PORTZERO_FRAG;
				return;
			}
			if (frag_off & htons(PORTZERO_IP6_MF)) {
				fragment = true;
				m->nosum = true;
			}
			m->thoff += 8;
			break;
		case PORTZERO_NEXTHDR_AH:
			m->thoff += (ext[PORTZERO_EXT_LEN] + 2) * 4;
			break;
		case PORTZERO_NEXTHDR_ROUTING:
			m->nosum = true;
			m->thoff += (ext[PORTZERO_EXT_LEN] + 1) * 8;
			break;
		default:
			m->thoff += (ext[PORTZERO_EXT_LEN] + 1) * 8;
		}
		/* in 16 bytes there is no room for an address */
		if (nexthdr == PORTZERO_NEXTHDR_DEST && m->thoff - start > 16 &&
		    !m->nosum)
			m->nosum = portzero_rerouted(pkt, fetch, true,
						     start + 2, m->thoff);
		nexthdr = ext[PORTZERO_EXT_NEXTHDR];
	}
	m->class = PORTZERO_HIDDEN;
}

/**
 * portzero_flag_class - the exclusive class of TCP flags
 * @flags: byte 13 of the TCP header
 *
 * ECE and CWR never matter, PSH and URG only without ACK. What no stack sends,
 * SYN+FIN or RST+PSH for example, is odd.
 *
 * Return: the counter.
 */
static __always_inline enum nf_portzero_counter
portzero_flag_class(__u8 flags)
{
	enum { FIN = 0x01, SYN = 0x02, RST = 0x04,
	       PSH = 0x08, ACK = 0x10, URG = 0x20 };

	flags &= FIN | SYN | RST | PSH | ACK | URG;
	if (flags == SYN)	/* most are */
		return NF_PORTZERO_SYN;
	if (flags & ACK)
		flags &= ~(PSH | URG);
	switch (flags) {
	case SYN | ACK:
		return NF_PORTZERO_SYNACK;
	case RST:
	case RST | ACK:
		return NF_PORTZERO_RST;
	case ACK:
	case FIN | ACK:
		return NF_PORTZERO_ACK;
	default:
		return NF_PORTZERO_ODD;
	}
}

/**
 * portzero_port_class - the exclusive class of a true packet's ports
 * @m: a match of class PORTZERO_TRUE
 *
 * Return: the counter.
 */
static __always_inline enum nf_portzero_counter
portzero_port_class(const struct portzero_match *m)
{
	if (m->sport)
		return NF_PORTZERO_DST;
	return m->dport ? NF_PORTZERO_SRC : NF_PORTZERO_BOTH;
}

/* Add to a ones' complement sum: the carry comes in again (RFC 1071, 2). */
static __always_inline __u64 portzero_sum_word(__u64 sum, __u64 word)
{
	sum += word;
	return sum + (sum < word);
}

/* Add so many bytes */
static __always_inline __u64 portzero_sum(__u64 sum, const __u8 *p, __u32 bytes)
{
	__u64 eight;
	__u32 four;

	for (; bytes >= sizeof(eight); bytes -= sizeof(eight)) {
		memcpy(&eight, p, sizeof(eight));
		sum = portzero_sum_word(sum, eight);
		p += sizeof(eight);
	}
	if (bytes & 4) {
		memcpy(&four, p, sizeof(four));
		sum = portzero_sum_word(sum, four);
		p += sizeof(four);
	}
	if (bytes & 2) {
		sum = portzero_sum_word(sum, (__force __u16)portzero_be16(p));
		p += 2;
	}
	if (bytes & 1)
		sum = portzero_sum_word(sum, (__force __u16)htons(*p << 8));
	return sum;
}

/**
 * portzero_badcsum - is the TCP checksum wrong, and cheap to know
 * @pkt: the packet, for @fetch
 * @fetch: how to get at its bytes
 * @len: its length in bytes
 * @m: a match of class PORTZERO_TRUE
 *
 * Not cheap, and so false: what has its addresses changed on the way (@m's nosum),
 * a packet in several pieces, TCP of more than PORTZERO_CSUM_MAX bytes or less than
 * a whole header.
 */
static __always_inline bool
portzero_badcsum(const void *pkt, portzero_fetch_t fetch, __u32 len,
		 const struct portzero_match *m)
{
	const __u32 saddr = m->ipv6 ? offsetof(struct ipv6hdr, saddr) :
				      offsetof(struct iphdr, saddr);
	const __u32 bytes = len - m->thoff;
	const __u8 *p;
	__u64 sum;
	__u32 half;

	if (m->nosum || bytes > PORTZERO_CSUM_MAX ||
	    bytes < PORTZERO_TCP_MINLEN)
		return false;
	p = fetch(pkt, 0, len, NULL);
	if (!p)
		return false;

	/* the pseudo header: protocol, length and addresses (RFC 9293, 3.1) */
	sum = (__force __u16)htons(IPPROTO_TCP);
	sum += (__force __u16)htons((__u16)bytes);
	sum = portzero_sum(sum, p + saddr, 8);
	if (m->ipv6)
		sum = portzero_sum(sum, p + saddr + 8, 24);
	p += m->thoff;
	sum = portzero_sum(sum, p, PORTZERO_TCP_MINLEN);
	if (bytes > PORTZERO_TCP_MINLEN)
		sum = portzero_sum(sum, p + PORTZERO_TCP_MINLEN,
				   bytes - PORTZERO_TCP_MINLEN);

	/* adding the other half's carry makes the upper half the sum of both */
	sum += sum << 32 | sum >> 32;
	half = sum >> 32;
	half += half << 16 | half >> 16;
	return half >> 16 != 0xffff;
}

#endif /* _PORTZERO_CLASSIFY_H */
