// SPDX-License-Identifier: GPL-2.0
/*
 * worst: the packet that costs the classifier most, found by trying.
 *
 * usage: worst TRIES SWITCHES NETNS DEVICE
 *
 * Changes the options of an IPv4 packet, then the header chain of an IPv6 one,
 * TRIES times each, and keeps what costs no less, up to the MTU: in one piece, and
 * in pieces, as drivers hand over what they let the hardware write into pages. Then
 * sends it on DEVICE in NETNS, with the module's hooks there and not, as the files
 * SWITCHESenable and SWITCHESaudit say, and an ordinary packet likewise. Prints for each
 *
 *	WHICH 4|6 piece|pieces MODULE AUDITED WITHOUT HEADERS BYTES
 *
 * in instructions: what the module adds to a packet on its way, and what with its
 * audit, and what that takes without it. For QEMU's -icount shift=0, where the
 * time-stamp counter counts instructions.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <x86intrin.h>

#include "../pzsend/ring.h"
#include "../pzsend/rng.h"
#include "../pzsend/wire.h"
#include "../unit/bytes.h"
#include "classify.h"
#include "sender.h"

#define MTU		1500
#define HEADERS_MAX	96
#define HEADER_MAX	256	/* bytes of an extension header */
#define TCP_BYTES	PORTZERO_CSUM_MAX
#define BATCHES		31

/* An extension header of IPv6; all options of IPv4 */
struct header {
	__u8 type;
	__u32 len;
	__u8 bytes[HEADER_MAX];
};

/* What is changed from try to try. */
struct chain {
	bool ipv6;
	bool pieces;
	__u32 n;
	__u32 tcp;	/* bytes from the TCP header on */
	struct header header[HEADERS_MAX];
};

/* Length of the packet; 0 if it is too long. */
static __u32 build(const struct chain *c, __u8 *ip)
{
	__u32 len = c->ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);
	__u8 *next = ip + PORTZERO_IP6_NEXTHDR;
	__u32 i;

	memset(ip, 0, MTU);
	for (i = 0; i < c->n; i++) {
		const struct header *h = &c->header[i];

		if (len + h->len + c->tcp > MTU)
			return 0;
		memcpy(ip + len, h->bytes, h->len);
		if (c->ipv6) {
			*next = h->type;
			next = ip + len;
			next[PORTZERO_EXT_LEN] = h->type == PORTZERO_NEXTHDR_AH ?
						 h->len / 4 - 2 : h->len / 8 - 1;
		}
		len += h->len;
	}
	ip[len + 12] = 5 << 4;		/* from port 0 to port 0 */
	ip[len + 13] = 2;
	if (c->ipv6) {
		*next = IPPROTO_TCP;
		ip[0] = 6 << 4;
		ip[7] = 64;
		wire_put16(ip + 4, len + c->tcp - 40);
		inet_pton(AF_INET6, "2001:db8:1::2", ip + 8);
		inet_pton(AF_INET6, "2001:db8:2::2", ip + 24);
	} else {
		ip[0] = 4 << 4 | len / 4;
		wire_put16(ip + 2, len + c->tcp);
		ip[8] = 64;
		ip[9] = IPPROTO_TCP;
		inet_pton(AF_INET, "198.18.0.2", ip + 12);
		inet_pton(AF_INET, "192.0.2.2", ip + 16);
		wire_put16(ip + 10, ~wire_sum(ip, len, 0));
	}
	return len + c->tcp;
}

/* As the module's slow path looks at a packet. */
static __attribute_noinline__ enum portzero_class
classify(const struct bytes *b, bool ipv6)
{
	struct portzero_match m;

	if (ipv6)
		portzero_classify6(b, bytes_fetch, b->len, &m);
	else
		portzero_classify4(b, bytes_fetch, b->len, &m);
	if (m.class == PORTZERO_TRUE)
		/* for nobody, but to be done */
		__asm__ volatile("" : : "r" (portzero_port_class(&m)),
				 "r" (portzero_flag_class(m.flags)),
				 "r" (portzero_badcsum(b, bytes_fetch, b->len, &m)));
	return m.class;
}

/*
 * In pieces what lies beyond the IP header is copied, which costs more than to look
 * at it. Where that is equal, true port zero has more done to it.
 */
static __u64 cost_of_pieces(const __u8 *ip, __u32 len, bool ipv6)
{
	const struct bytes b = { ip, len, ipv6 ? sizeof(struct ipv6hdr) : portzero_ip4_len(ip) };
	bool is_true;

	bytes_copies = 0;
	is_true = classify(&b, ipv6) == PORTZERO_TRUE;
	return 2 * bytes_copies + is_true;
}

static __u64 cost_of_piece(const __u8 *ip, __u32 len, bool ipv6)
{
	const struct bytes b = { ip, len, len };
	__u64 least = ~0ULL;
	int i;

	/* one of them without a timer's tick */
	for (i = 0; i < 2; i++) {
		__u64 began = __rdtsc(), took;

		classify(&b, ipv6);
		took = __rdtsc() - began;
		if (took < least)
			least = took;
	}
	return least;
}

static __u64 cost(const struct chain *c, const __u8 *ip, __u32 len)
{
	return c->pieces ? cost_of_pieces(ip, len, c->ipv6) :
			   cost_of_piece(ip, len, c->ipv6);
}

static void random_options(struct header *h, __u32 from, __u64 *rng)
{
	while (from < h->len) {
		__u32 len = rng_below(rng, 5);

		h->bytes[from++] = rng_below(rng, 2) ? rng_next(rng) : 0x1e;
		if (from < h->len)
			h->bytes[from++] = len;
		from += rng_below(rng, 2) ? len : 0;
	}
}

static void random_header(struct header *h, __u64 *rng)
{
	static const __u8 types[] = {
		PORTZERO_NEXTHDR_DEST, PORTZERO_NEXTHDR_ROUTING,
		PORTZERO_NEXTHDR_FRAGMENT, PORTZERO_NEXTHDR_AH,
		PORTZERO_NEXTHDR_MOBILITY, PORTZERO_NEXTHDR_HIP,
		PORTZERO_NEXTHDR_SHIM6,
	};

	memset(h, 0, sizeof(*h));
	h->type = types[rng_below(rng, sizeof(types))];
	h->len = 8 + 8 * rng_below(rng, rng_below(rng, 4) ? 4 : 32);
	random_options(h, 2, rng);
	if (h->type == PORTZERO_NEXTHDR_FRAGMENT) {
		h->len = 8;
		memset(h->bytes + PORTZERO_EXT_FRAG, 0, 2);
	}
}

static void change6(struct chain *c, __u64 *rng)
{
	__u32 at = rng_below(rng, c->n + 1), n;
	struct header *h = &c->header[at];

	switch (rng_below(rng, 4)) {
	case 0:		/* another one */
		random_header(h, rng);
		c->n += at == c->n && at < HEADERS_MAX - 1;
		break;
	case 1:		/* one less */
		if (at < c->n)
			*h = c->header[--c->n];
		break;
	case 2:		/* the same again, up to all there is room for */
		if (at == c->n)
			break;
		for (n = 1 + rng_below(rng, HEADERS_MAX); n && c->n < HEADERS_MAX - 1; n--)
			c->header[c->n++] = *h;
		break;
	default:	/* another content */
		if (at < c->n)
			random_options(h, 2 + rng_below(rng, h->len - 2), rng);
	}
}

static void change4(struct chain *c, __u64 *rng)
{
	struct header *h = c->header;

	c->n = 1;
	if (!rng_below(rng, 4))
		h->len = 4 * rng_below(rng, 11);
	if (h->len)
		h->bytes[rng_below(rng, h->len)] = rng_below(rng, 2) ? rng_next(rng) :
						   rng_below(rng, 4);
}

static void search(struct chain *best, unsigned long tries, __u8 *ip, __u32 *len)
{
	static struct chain c;
	__u64 rng = 1, most = 0, took;

	best->n = 0;
	best->tcp = PORTZERO_TCP_MINLEN;
	while (tries--) {
		c = *best;
		if (!rng_below(&rng, 8))
			c.tcp = PORTZERO_TCP_MINLEN + rng_below(&rng, TCP_BYTES);
		else if (c.ipv6)
			change6(&c, &rng);
		else
			change4(&c, &rng);
		*len = build(&c, ip);
		if (!*len)
			continue;
		took = cost(&c, ip, *len);
		if (took >= most) {
			most = took;
			*best = c;
		}
	}
	*len = build(best, ip);
}

static int compare(const void *a, const void *b)
{
	const __u64 *l = a, *r = b;

	return *l < *r ? -1 : *l > *r;
}

static void turn(const char *switches, const char *which, bool on)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s%s", switches, which);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, on ? "1" : "0", 1) != 1)
		die(path);
	close(fd);
}

/* A socket for packets of which only Ethernet's header is in the first piece. */
static int pieces_open(const char *netns, const char *device)
{
	int fd = sender_open(netns, device), on = 1;

	if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) || ring_open(fd))
		die("a ring to send from");
	return fd;
}

static void pieces_send(const struct batch *b, int fd)
{
	const struct virtio_net_hdr hdr = { .hdr_len = ETH_HLEN };
	unsigned int i;

	for (i = 0; i < b->used; i++)
		if (ring_put(&hdr, b->frame[i], b->iov[i].iov_len))
			die("ring_put");
	if (ring_send(fd))
		die("ring_send");
}

/* Instructions until such a packet is gone. */
static double on_its_way(int fd, const struct chain *c, const __u8 *ip, __u32 len)
{
	static struct batch b;
	__u64 took[BATCHES];
	int i;

	usleep(500000);
	b.used = BATCH;
	for (i = 0; i < BATCH; i++) {
		packet_ether(b.frame[i], c->ipv6);
		memcpy(b.frame[i] + ETH_HLEN, ip, len);
		b.iov[i] = (struct iovec){ b.frame[i], ETH_HLEN + len };
		b.msg[i].msg_hdr.msg_iov = &b.iov[i];
		b.msg[i].msg_hdr.msg_iovlen = 1;
	}
	for (i = 0; i < BATCHES; i++) {
		__u64 began = __rdtsc();

		if (c->pieces)
			pieces_send(&b, fd);
		else
			batch_send(&b, fd);
		took[i] = __rdtsc() - began;
	}
	qsort(took, BATCHES, sizeof(*took), compare);
	return (double)took[BATCHES / 2] / BATCH;
}

static void tell(const char *which, const struct chain *c, const char *switches,
		 int fd, const __u8 *ip, __u32 len)
{
	double without, with, audited;

	turn(switches, "audit", false);
	turn(switches, "enable", false);
	without = on_its_way(fd, c, ip, len);
	turn(switches, "enable", true);
	with = on_its_way(fd, c, ip, len);
	turn(switches, "audit", true);
	audited = on_its_way(fd, c, ip, len);

	printf("%s %d %s %.0f %.0f %.0f %u %u\n", which, c->ipv6 ? 6 : 4,
	       c->pieces ? "pieces" : "piece", with - without, audited - without,
	       without, c->n, len);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct chain c;
	static __u8 ip[MTU];
	int whole, ring, v6, pieces;
	unsigned long tries;
	__u32 len;

	if (argc != 5) {
		fputs("usage: worst TRIES SWITCHES NETNS DEVICE\n", stderr);
		return 2;
	}
	tries = strtoul(argv[1], NULL, 10);
	whole = sender_open(argv[3], argv[4]);
	ring = pieces_open(argv[3], argv[4]);
	for (v6 = 0; v6 < 2; v6++) {
		for (pieces = 0; pieces < 2; pieces++) {
			int fd = pieces ? ring : whole;

			c = (struct chain){ .ipv6 = v6, .pieces = pieces,
					    .tcp = PORTZERO_TCP_MINLEN };
			len = build(&c, ip);
			ip[len - 20 + 1] = 80;		/* neither port is zero */
			ip[len - 20 + 3] = 80;
			tell("ordinary", &c, argv[2], fd, ip, len);
			search(&c, tries, ip, &len);
			tell("worst", &c, argv[2], fd, ip, len);
		}
	}
	return 0;
}
