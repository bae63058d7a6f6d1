// SPDX-License-Identifier: GPL-2.0
/*
 * The packets that the benchmark sends: checksums valid, no data but in the
 * bulk stream, frames padded to Ethernet's least length, addresses from the ranges
 * for benchmarks and documentation (RFC 2544, 3849, 5737).
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <linux/types.h>
#include <string.h>

#include "../pzsend/wire.h"
#include "packet.h"

#define SPORT		40000
#define DPORT		443
#define SOURCE4		0xc6120002	/* 198.18.0.2, of a /15 */
#define SOURCES		131000
#define DEST4		0xc0000202	/* 192.0.2.2 */

static const struct kind kinds[] = {
	{ .name = "tcp4", .sport = SPORT },
	{ .name = "tcp6", .sport = SPORT, .ipv6 = true },
	{ .name = "udp4", .sport = SPORT, .udp = true },
	{ .name = "tcp4-options", .sport = SPORT, .more = true },
	{ .name = "tcp6-exthdr", .sport = SPORT, .ipv6 = true, .more = true },
	{ .name = "bulk", .sport = SPORT, .bulk = true },
	{ .name = "zero" },
	{ .name = "zero-1000", .sources = ROTATING },
	{ .name = "zero-new", .sources = NEW },
	{ .name = "zero-badhdr", .badhdr = true },
	{ .name = "zero-bulk", .bulk = true },
	{ .name = "zero-spread", .sources = ROTATING, .dports = ROTATING },
	{ .name = "tcp4-bare", .sport = SPORT, .bare = true },
	{ .name = "zero-bare", .bare = true },
	{ .name = "zero-new-bare", .sources = NEW, .bare = true },
	{ .name = "tcp4-second", .sport = SPORT, .second = true },
	{ .name = "zero-second", .second = true },
	{ }
};

const struct kind *kind_named(const char *name)
{
	const struct kind *k;

	for (k = kinds; k->name; k++)
		if (!strcmp(k->name, name))
			return k;
	return NULL;
}

static unsigned int vary(enum vary how, unsigned int n, unsigned int all)
{
	switch (how) {
	case ROTATING:
		return n % 1000;
	case NEW:
		return n % all;
	default:
		return 0;
	}
}

static size_t put_ip4(__u8 *p, const struct kind *kind, size_t payload,
		      unsigned int n)
{
	static const __u8 options[4] = {
		IPOPT_NOP, IPOPT_NOP, IPOPT_NOP, IPOPT_EOL
	};
	size_t len = sizeof(struct iphdr) + (kind->more ? sizeof(options) : 0);
	struct iphdr ip = {
		.version = 4,
		.ihl = len / 4,
		.tot_len = htons(len + payload),
		.frag_off = htons(IP_DF),
		.ttl = 64,
		.protocol = kind->udp ? IPPROTO_UDP : IPPROTO_TCP,
		.saddr = htonl(SOURCE4 + vary(kind->sources, n, SOURCES)),
		.daddr = htonl(DEST4 + kind->second),
	};

	memcpy(p + sizeof(ip), options, len - sizeof(ip));
	memcpy(p, &ip, sizeof(ip));
	ip.check = htons(~wire_sum(p, len, 0));
	memcpy(p, &ip, sizeof(ip));
	return len;
}

static size_t put_ip6(__u8 *p, const struct kind *kind, size_t payload)
{
	/* destination options: PadN of four bytes */
	static const __u8 exthdr[8] = { IPPROTO_TCP, 0, IP6OPT_PADN, 4 };
	size_t more = kind->more ? sizeof(exthdr) : 0;
	struct ip6_hdr ip6 = {
		.ip6_flow = htonl(6u << 28),
		.ip6_plen = htons(more + payload),
		.ip6_nxt = more ? IPPROTO_DSTOPTS :
			   kind->udp ? IPPROTO_UDP : IPPROTO_TCP,
		.ip6_hlim = 64,
	};

	inet_pton(AF_INET6, "2001:db8:1::2", &ip6.ip6_src);
	inet_pton(AF_INET6, "2001:db8:2::2", &ip6.ip6_dst);
	memcpy(p, &ip6, sizeof(ip6));
	memcpy(p + sizeof(ip6), exthdr, more);
	return sizeof(ip6) + more;
}

static void put_tcp(__u8 *p, const struct kind *kind, size_t data,
		    __u32 pseudo, unsigned int n)
{
	struct tcphdr tcp = {
		.source = htons(kind->sport),
		.dest = htons(DPORT + vary(kind->dports, n, SOURCES)),
		.seq = htonl(1 + (kind->bulk ? n * BULK_DATA : 0)),
		.ack_seq = htonl(1),
		.doff = kind->badhdr ? 0 : sizeof(tcp) / 4,
		.ack = kind->bulk,
		.syn = !kind->bulk,
		.window = htons(64240),
	};

	memcpy(p, &tcp, sizeof(tcp));
	tcp.check = htons(~wire_sum(p, sizeof(tcp) + data, pseudo));
	memcpy(p, &tcp, sizeof(tcp));
}

static void put_udp(__u8 *p, const struct kind *kind, __u32 pseudo)
{
	struct udphdr udp = {
		.source = htons(kind->sport),
		.dest = htons(DPORT),
		.len = htons(sizeof(udp)),
	};

	memcpy(p, &udp, sizeof(udp));
	udp.check = htons(~wire_sum(p, sizeof(udp), pseudo));
	memcpy(p, &udp, sizeof(udp));
}

void packet_ether(unsigned char *frame, bool ipv6)
{
	const struct ethhdr eth = {
		.h_dest = { 2, 0, 0, 0, 0, 2 },
		.h_source = { 2, 0, 0, 0, 0, 1 },
		.h_proto = htons(ipv6 ? ETH_P_IPV6 : ETH_P_IP),
	};

	memcpy(frame, &eth, sizeof(eth));
}

size_t packet_build(unsigned char *frame, const struct kind *kind,
		    unsigned int n)
{
	size_t data = kind->bulk ? BULK_DATA : 0;
	size_t payload = data + (kind->udp ? sizeof(struct udphdr) :
					     sizeof(struct tcphdr));
	__u32 pseudo = payload + (kind->udp ? IPPROTO_UDP : IPPROTO_TCP);
	__u8 *ip = frame + ETH_HLEN, *p = ip;

	memset(frame, 0, FRAME_MAX);
	packet_ether(frame, kind->ipv6);
	if (kind->ipv6) {
		p += put_ip6(ip, kind, payload);
		pseudo = wire_sum(ip + offsetof(struct ip6_hdr, ip6_src), 32, pseudo);
	} else {
		p += put_ip4(ip, kind, payload, n);
		pseudo = wire_sum(ip + offsetof(struct iphdr, saddr), 8, pseudo);
	}
	if (kind->udp)
		put_udp(p, kind, pseudo);
	else
		put_tcp(p, kind, data, pseudo, n);
	p += payload;
	if (!kind->bare && p < frame + ETH_ZLEN)
		p = frame + ETH_ZLEN;
	return p - frame;
}
