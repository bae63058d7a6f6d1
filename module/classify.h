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
 * @nosum: the checksum covers what is not in the packet: it is a first fragment,
 *	or an IPv6 routing header hides the last destination
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
 * @buf: room for them, aligned for what they hold; NULL: only in one piece
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

/* The first bytes of every IPv6 extension header but ESP (RFC 6564). */
struct portzero_exthdr {
	__u8 nexthdr;
	__u8 hdrlen;
	__be16 frag_off;	/* the fragment header's only */
};

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
	const struct iphdr *iph = data;
	__u32 thoff;

	if (iph->protocol != IPPROTO_TCP)
		return iph->protocol == IPPROTO_ICMP ? PORTZERO_LOOK :
						       PORTZERO_OTHER;
	thoff = iph->ihl * 4;
	if ((iph->frag_off & htons(PORTZERO_IP_OFFSET)) ||
	    headlen < thoff + PORTZERO_PORTS_LEN)
		return PORTZERO_LOOK;
	return portzero_glance_ports((const __u8 *)data + thoff);
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
	const struct ipv6hdr *ip6h = data;

	if (ip6h->nexthdr != IPPROTO_TCP)
		return ip6h->nexthdr == IPPROTO_UDP ? PORTZERO_OTHER :
						      PORTZERO_LOOK;
	if (headlen < sizeof(*ip6h) + PORTZERO_PORTS_LEN)
		return PORTZERO_LOOK;
	return portzero_glance_ports((const __u8 *)data + sizeof(*ip6h));
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
	memcpy(&m->sport, ports, sizeof(m->sport));
	memcpy(&m->dport, ports + 2, sizeof(m->dport));
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
	struct iphdr buf;
	const struct iphdr *iph = fetch(pkt, 0, sizeof(buf), &buf);
	__be16 frag_off;

	*m = (struct portzero_match){ .class = PORTZERO_OTHER };
	if (!iph || iph->ihl < 5)
		return;
	m->thoff = iph->ihl * 4;
	frag_off = iph->frag_off;
	m->nosum = !!(frag_off & htons(PORTZERO_IP_MF));

	switch (iph->protocol) {
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
 * that ends before it says what it carries, or just before TCP, is hidden:
 * its ports would come in a later fragment, where no filter sees them
 * (RFC 7112).
 */
static __always_inline void
portzero_classify6(const void *pkt, portzero_fetch_t fetch, __u32 len,
		   struct portzero_match *m)
{
	struct ipv6hdr buf;
	const struct ipv6hdr *ip6h = fetch(pkt, 0, sizeof(buf), &buf);
	struct portzero_exthdr extbuf;
	const struct portzero_exthdr *ext;
	bool fragment = false;
	__u8 nexthdr;
	int i;

	*m = (struct portzero_match){ .class = PORTZERO_OTHER, .ipv6 = true };
	if (!ip6h)
		return;
	nexthdr = ip6h->nexthdr;
	m->thoff = sizeof(*ip6h);

	for (i = 0; i <= NF_PORTZERO_EXTHDR_MAX; i++) {
		switch (nexthdr) {
		case IPPROTO_TCP:
			if (fragment && m->thoff >= len)
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

		ext = fetch(pkt, m->thoff, sizeof(extbuf), &extbuf);
		if (!ext) {
			if (fragment)
				m->class = PORTZERO_HIDDEN;
			return;
		}
		switch (nexthdr) {
		case PORTZERO_NEXTHDR_FRAGMENT:
			if (ext->frag_off & htons(PORTZERO_IP6_OFFSET)) {
				if (ext->nexthdr == IPPROTO_TCP)
					m->class = PORTZERO_FRAG;
				return;
			}
			if (ext->frag_off & htons(PORTZERO_IP6_MF)) {
				fragment = true;
				m->nosum = true;
			}
			m->thoff += 8;
			break;
		case PORTZERO_NEXTHDR_AH:
			m->thoff += (ext->hdrlen + 2) * 4;
			break;
		case PORTZERO_NEXTHDR_ROUTING:
			m->nosum = true;
			m->thoff += (ext->hdrlen + 1) * 8;
			break;
		default:
			m->thoff += (ext->hdrlen + 1) * 8;
		}
		nexthdr = ext->nexthdr;
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
	const __u8 ack = flags & ACK;

	flags &= ack ? FIN | SYN | RST : FIN | SYN | RST | PSH | URG;
	if (flags == SYN)
		return ack ? NF_PORTZERO_SYNACK : NF_PORTZERO_SYN;
	if (flags == RST)
		return NF_PORTZERO_RST;
	if (ack && !(flags & ~FIN))
		return NF_PORTZERO_ACK;
	return NF_PORTZERO_ODD;
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

/* Add @bytes bytes at @p to a ones' complement sum (RFC 1071, 2). */
static __always_inline __u64 portzero_sum(__u64 sum, const __u8 *p, __u32 bytes)
{
	__u64 word;
	__u32 half;
	__u16 quarter;

	for (; bytes >= sizeof(word); bytes -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		sum += word;
		sum += sum < word;
		p += sizeof(word);
	}
	word = 0;
	if (bytes & 4) {
		memcpy(&half, p, sizeof(half));
		word += half;
		p += sizeof(half);
	}
	if (bytes & 2) {
		memcpy(&quarter, p, sizeof(quarter));
		word += quarter;
		p += sizeof(quarter);
	}
	if (bytes & 1) {
		quarter = 0;
		memcpy(&quarter, p, 1);
		word += quarter;
	}
	sum += word;
	return sum + (sum < word);
}

/**
 * portzero_badcsum - is the TCP checksum wrong, and cheap to know
 * @pkt: the packet, for @fetch
 * @fetch: how to get at its bytes
 * @len: its length in bytes
 * @m: a match of class PORTZERO_TRUE
 *
 * Not cheap, and so false: fragments, source-routed IPv6, a packet in several
 * pieces, TCP of more than PORTZERO_CSUM_MAX bytes or less than a whole header.
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
	sum = portzero_sum(sum, p + saddr, m->ipv6 ? 32 : 8);
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
