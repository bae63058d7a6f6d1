// SPDX-License-Identifier: GPL-2.0
/*
 * The classifier, packet by packet: every class, every flag byte, every data
 * offset, every place where a packet can end.
 *
 * Each packet is looked at in all the ways that its bytes can be fetched, with
 * unmapped memory behind its last one, and by the glance; all must agree.
 */
#include "harness.h"

#include "bytes.h"
#include "classify.h"

#define ROOM	(64 << 10)
#define HTTP	80
#define HIGH	49152

#define DF	0x4000
#define MF	0x2000

/* A packet under construction. */
struct packet {
	__u32 len;
	__u8 at[ROOM];
};

static struct packet p;

static void put8(__u8 value)
{
	p.at[p.len++] = value;
}

static void put16(__u16 value)
{
	put8(value >> 8);
	put8(value & 0xff);
}

static void fill(__u8 value, __u32 n)
{
	memset(p.at + p.len, value, n);
	p.len += n;
}

static void set16(__u32 offset, __u16 value)
{
	p.at[offset] = value >> 8;
	p.at[offset + 1] = value & 0xff;
}

/* An IPv4 header; addresses have no zero byte, options are all NOP. */
static void ip4(__u8 ihl, __u8 protocol, __u16 frag_off)
{
	static const __u8 addresses[] = { 192, 1, 2, 1, 198, 51, 100, 2 };

	p.len = 0;
	put8(4 << 4 | ihl);
	put8(0);
	put16(0);
	put16(4711);
	put16(frag_off);
	put8(64);
	put8(protocol);
	put16(0);
	memcpy(p.at + p.len, addresses, sizeof(addresses));
	p.len += sizeof(addresses);
	if (ihl > 5)
		fill(1, (ihl - 5) * 4);
}

static void ip6(__u8 nexthdr)
{
	p.len = 0;
	put8(6 << 4);
	fill(0, 3);
	put16(0);
	put8(nexthdr);
	put8(64);
	fill(0x21, 16);
	fill(0x22, 16);
}

static void ip(bool ipv6, __u8 protocol)
{
	if (ipv6)
		ip6(protocol);
	else
		ip4(5, protocol, 0);
}

/* An IPv6 extension header of so many units of its kind; options are PadN. */
static void ext(__u8 type, __u8 next, __u8 units)
{
	__u32 len = type == PORTZERO_NEXTHDR_AH ? (units + 2) * 4 - 2 :
						  (units + 1) * 8 - 2;

	put8(next);
	put8(units);
	for (__u32 pad; type == PORTZERO_NEXTHDR_DEST && len > 1; len -= pad) {
		pad = len > 257 ? 257 : len;
		put8(1);
		put8(pad - 2);
		fill(0, pad - 2);
	}
	fill(0, len);
}

static void frag(__u8 next, __u16 frag_off)
{
	put8(next);
	put8(0);
	put16(frag_off);
	fill(0, 4);
}

static void tcp(__u16 sport, __u16 dport, __u8 doff, __u8 flags)
{
	put16(sport);
	put16(dport);
	fill(7, 8);
	put8(doff << 4);
	put8(flags);
	fill(7, 6);
}

/* What no test expects: the ways of looking at a packet do not agree. */
static void disagree(const char *what)
{
	fprintf(stderr, "# %s, packet of %u bytes:", what, p.len);
	for (__u32 i = 0; i < p.len && i < 128; i++)
		fprintf(stderr, " %02x", p.at[i]);
	fprintf(stderr, "\n");
	abort();
}

static bool is6(void)
{
	return p.at[0] >> 4 == 6;
}

static void classify(const struct bytes *b, struct portzero_match *m)
{
	memset(m, 0x5a, sizeof(*m));
	if (is6())
		portzero_classify6(b, bytes_fetch, b->len, m);
	else
		portzero_classify4(b, bytes_fetch, b->len, m);
}

/* Of a packet in one piece and of the same in pieces, where no option is looked at. */
static bool same(const struct portzero_match *a, const struct portzero_match *b)
{
	bool options = a->thoff > (is6() ? 40 : 20);

	return a->class == b->class && a->ipv6 == b->ipv6 &&
	       (a->nosum == b->nosum || (b->nosum && options)) &&
	       a->badhdr == b->badhdr && a->payload == b->payload &&
	       a->flags == b->flags && a->sport == b->sport &&
	       a->dport == b->dport && a->thoff == b->thoff &&
	       a->hdrlen == b->hdrlen;
}

static void check_glance(const struct bytes *b, const struct portzero_match *m)
{
	__u32 header = is6() ? 40 : (p.at[0] & 0xf) * 4;
	enum portzero_class class;

	if (b->len < header || header < 20)
		return;
	for (__u32 head = header; head <= b->len; head++) {
		class = is6() ? portzero_glance6(b->at, head) :
				portzero_glance4(b->at, head);
		if (class != PORTZERO_LOOK && class != m->class)
			disagree("too quick to say what it is");
		if (m->class > PORTZERO_TCP && class != PORTZERO_LOOK)
			disagree("too quick to let it pass");
		if (head > header + 64)
			head += 61;
	}
}

/* Look at the packet in every way. */
static struct portzero_match look(void)
{
	static __u8 *edge;
	struct portzero_match m, again;
	struct bytes b;

	if (!edge)
		edge = bytes_edge();
	if (!edge)
		disagree("no memory for it");
	b.at = memcpy(edge - p.len, p.at, p.len);
	b.len = p.len;
	b.head = p.len;
	classify(&b, &m);
	for (b.head = 0; b.head < b.len; b.head++) {
		classify(&b, &again);
		if (!same(&m, &again))
			disagree("another fetch, another match");
		if (b.head > 128)
			b.head += 97;
	}
	check_glance(&b, &m);
	return m;
}

static enum portzero_class class_of(void)
{
	return look().class;
}

/* The packet as it would be if it ended sooner. */
static struct portzero_match look_cut(__u32 len)
{
	__u32 whole = p.len;
	struct portzero_match m;

	p.len = len;
	m = look();
	p.len = whole;
	return m;
}

/* The numbers as they are assigned: other tests go by their names. */
TEST(numbers)
{
	EXPECT_EQ(0, PORTZERO_NEXTHDR_HOP);
	EXPECT_EQ(43, PORTZERO_NEXTHDR_ROUTING);
	EXPECT_EQ(44, PORTZERO_NEXTHDR_FRAGMENT);
	EXPECT_EQ(51, PORTZERO_NEXTHDR_AH);
	EXPECT_EQ(58, PORTZERO_NEXTHDR_ICMPV6);
	EXPECT_EQ(60, PORTZERO_NEXTHDR_DEST);
	EXPECT_EQ(135, PORTZERO_NEXTHDR_MOBILITY);
	EXPECT_EQ(139, PORTZERO_NEXTHDR_HIP);
	EXPECT_EQ(140, PORTZERO_NEXTHDR_SHIM6);
	EXPECT_EQ(128, PORTZERO_CSUM_MAX);
	EXPECT_EQ(8, PORTZERO_OPTIONS6_MAX);
	EXPECT_EQ(64, NF_PORTZERO_EXTHDR_MAX);
}

/* An ordinary packet takes no closer look, from where its ports can be read. */
TEST(a_glance_is_enough)
{
	for (int ihl = 5; ihl < 16; ihl++) {
		ip4(ihl, IPPROTO_TCP, DF);
		tcp(HIGH, HTTP, 5, 2);
		EXPECT_EQ(PORTZERO_TCP, portzero_glance4(p.at, ihl * 4 + 4));
		EXPECT_EQ(PORTZERO_LOOK, portzero_glance4(p.at, ihl * 4 + 3));
	}
	ip4(5, IPPROTO_UDP, 0);
	EXPECT_EQ(PORTZERO_OTHER, portzero_glance4(p.at, 20));
	ip6(IPPROTO_TCP);
	tcp(HIGH, HTTP, 5, 2);
	EXPECT_EQ(PORTZERO_TCP, portzero_glance6(p.at, 44));
	EXPECT_EQ(PORTZERO_LOOK, portzero_glance6(p.at, 43));
	ip6(IPPROTO_UDP);
	EXPECT_EQ(PORTZERO_OTHER, portzero_glance6(p.at, 40));
}

TEST(ports)
{
	struct portzero_match m;

	for (int v6 = 0; v6 < 2; v6++) {
		ip(v6, IPPROTO_TCP);
		tcp(0, 0, 5, 0);
		m = look();
		ASSERT_EQ(PORTZERO_TRUE, m.class);
		ASSERT_EQ(v6, m.ipv6);
		ASSERT_EQ(NF_PORTZERO_BOTH, portzero_port_class(&m));
		for (__u32 port = 1; port < 65536; port++) {
			set16(m.thoff, port);
			set16(m.thoff + 2, 0);
			m = look();
			ASSERT_EQ(PORTZERO_TRUE, m.class);
			ASSERT_EQ(NF_PORTZERO_DST, portzero_port_class(&m));
			ASSERT_EQ(htons(port), m.sport);
			ASSERT_EQ(0, m.dport);

			set16(m.thoff, 0);
			set16(m.thoff + 2, port);
			m = look();
			ASSERT_EQ(PORTZERO_TRUE, m.class);
			ASSERT_EQ(NF_PORTZERO_SRC, portzero_port_class(&m));
			ASSERT_EQ(0, m.sport);
			ASSERT_EQ(htons(port), m.dport);

			set16(m.thoff, 65536 - port);
			m = look();
			ASSERT_EQ(PORTZERO_TCP, m.class);
			ASSERT_EQ(htons(65536 - port), m.sport);
			ASSERT_EQ(htons(port), m.dport);
		}
	}
}

/*
 * The definition of the flag columns, written out: eight combinations of RST,
 * SYN and FIN in a row, for each of URG, ACK and PSH.
 * S SYN, A SYN and ACK, R RST, a ACK, and - for odd.
 */
static const char flag_table[64 + 1] =
	"--S-R---"	/*             */
	"--------"	/*         PSH */
	"aaA-R---"	/*     ACK     */
	"aaA-R---"	/*     ACK PSH */
	"--------"	/* URG         */
	"--------"	/* URG     PSH */
	"aaA-R---"	/* URG ACK     */
	"aaA-R---";	/* URG ACK PSH */

static enum nf_portzero_counter flag_column(char letter)
{
	switch (letter) {
	case 'S':
		return NF_PORTZERO_SYN;
	case 'A':
		return NF_PORTZERO_SYNACK;
	case 'R':
		return NF_PORTZERO_RST;
	case 'a':
		return NF_PORTZERO_ACK;
	default:
		return NF_PORTZERO_ODD;
	}
}

TEST(flags)
{
	struct portzero_match m;

	for (int v6 = 0; v6 < 2; v6++) {
		for (int flags = 0; flags < 256; flags++) {
			ip(v6, IPPROTO_TCP);
			tcp(0, HTTP, 5, flags);
			m = look();
			ASSERT_EQ(PORTZERO_TRUE, m.class);
			ASSERT_EQ(flags, m.flags);
			/* ECE and CWR, the upper two bits, never matter */
			ASSERT_EQ(flag_column(flag_table[flags & 63]),
				  portzero_flag_class(m.flags));
		}
	}
}

/* Every data offset in TCP of every length, as if cut at each byte. */
TEST(data_offsets)
{
	struct portzero_match m;
	bool valid;

	for (int i = 0; i < 2 * 16 * 96; i++) {
		__u32 v6 = i & 1, doff = i / 2 % 16, len = i / 32;

		ip(v6, IPPROTO_TCP);
		tcp(HIGH, 0, doff, 0x12);
		fill(0, 96);
		m = look_cut((v6 ? 40 : 20) + len);
		ASSERT_EQ(v6 ? 40 : 20, m.thoff);
		if (len < 4) {
			ASSERT_EQ(PORTZERO_SHORT, m.class);
			continue;
		}
		ASSERT_EQ(PORTZERO_TRUE, m.class);
		valid = doff >= 5 && len >= doff * 4;
		ASSERT_EQ(!valid, m.badhdr);
		ASSERT_EQ(valid && len > doff * 4, m.payload);
		ASSERT_EQ(len > 13 ? 0x12 : 0, m.flags);
		ASSERT_EQ(m.thoff + (valid ? doff * 4 : len), m.hdrlen);
	}
}

/* Ports that are not zero say TCP, however little follows. */
TEST(ordinary_tcp)
{
	for (int v6 = 0; v6 < 2; v6++) {
		for (int doff = 0; doff < 16; doff++) {
			ip(v6, IPPROTO_TCP);
			tcp(HIGH, HTTP, doff, 0x10);
			for (__u32 len = 0; len <= 20; len++)
				ASSERT_EQ(len < 4 ? PORTZERO_SHORT :
						    PORTZERO_TCP,
					  look_cut((v6 ? 40 : 20) + len).class);
		}
	}
}

TEST(ipv4_header_lengths)
{
	struct portzero_match m;

	for (int ihl = 0; ihl < 16; ihl++) {
		ip4(ihl, IPPROTO_TCP, 0);
		tcp(0, 0, 5, 2);
		m = look();
		if (ihl < 5) {
			ASSERT_EQ(PORTZERO_OTHER, m.class);
			continue;
		}
		ASSERT_EQ(PORTZERO_TRUE, m.class);
		ASSERT_EQ(ihl * 4, m.thoff);
		ASSERT_FALSE(m.badhdr);
		for (__u32 len = 0; len < p.len; len++)
			ASSERT_EQ((int)len < ihl * 4 ? PORTZERO_OTHER :
				  (int)len < ihl * 4 + 4 ? PORTZERO_SHORT :
				  PORTZERO_TRUE, look_cut(len).class);
	}
}

TEST(ipv6_header_cut)
{
	ip6(IPPROTO_TCP);
	tcp(0, 0, 5, 2);
	for (__u32 len = 1; len <= p.len; len++)
		ASSERT_EQ(len < 40 ? PORTZERO_OTHER :
			  len < 44 ? PORTZERO_SHORT : PORTZERO_TRUE,
			  look_cut(len).class);
}

/* Zeros follow, which are port 0 only to those who do not ask for TCP. */
TEST(ipv4_protocols)
{
	for (int protocol = 0; protocol < 256; protocol++) {
		ip4(5, protocol, 0);
		fill(0, 64);
		ASSERT_EQ(protocol == IPPROTO_TCP ? PORTZERO_TRUE :
						    PORTZERO_OTHER, class_of());
	}
}

TEST(ipv6_next_headers)
{
	struct portzero_match m;

	for (int nexthdr = 0; nexthdr < 256; nexthdr++) {
		/* what follows is more hop-by-hop headers, then the end */
		ip6(nexthdr);
		fill(0, 64);
		m = look();
		ASSERT_EQ(nexthdr == IPPROTO_TCP ? PORTZERO_TRUE :
						   PORTZERO_OTHER, m.class);
		ASSERT_EQ(nexthdr == PORTZERO_NEXTHDR_ROUTING, m.nosum);
	}
}

TEST(echo_requests)
{
	for (int type = 0; type < 256; type++) {
		ip4(5, IPPROTO_ICMP, 0);
		ASSERT_EQ(PORTZERO_OTHER, class_of());
		put8(type);
		ASSERT_EQ(type == 8 ? PORTZERO_ECHO : PORTZERO_OTHER,
			  class_of());
		ip4(15, IPPROTO_ICMP, 0);
		put8(type);
		fill(0, 63);
		ASSERT_EQ(type == 8 ? PORTZERO_ECHO : PORTZERO_OTHER,
			  class_of());
		ip6(PORTZERO_NEXTHDR_ICMPV6);
		ASSERT_EQ(PORTZERO_OTHER, class_of());
		put8(type);
		ASSERT_EQ(type == 128 ? PORTZERO_ECHO : PORTZERO_OTHER,
			  class_of());
		ip6(PORTZERO_NEXTHDR_DEST);
		ext(PORTZERO_NEXTHDR_DEST, PORTZERO_NEXTHDR_ICMPV6, 1);
		put8(type);
		ASSERT_EQ(type == 128 ? PORTZERO_ECHO : PORTZERO_OTHER,
			  class_of());
		/* the other family's ICMP means nothing */
		ip4(5, PORTZERO_NEXTHDR_ICMPV6, 0);
		put8(type);
		ASSERT_EQ(PORTZERO_OTHER, class_of());
		ip6(IPPROTO_ICMP);
		put8(type);
		ASSERT_EQ(PORTZERO_OTHER, class_of());
	}
}

/* Later fragments have no ports, whatever their first bytes look like. */
TEST(ipv4_later_fragments)
{
	for (int offset = 1; offset < 8192; offset++) {
		ip4(5, IPPROTO_TCP, offset);
		tcp(0, 0, 5, 2);
		ASSERT_EQ(PORTZERO_FRAG, class_of());
		set16(6, offset | MF);
		ASSERT_EQ(PORTZERO_FRAG, class_of());
		ASSERT_EQ(PORTZERO_FRAG, look_cut(20).class);
		p.at[9] = IPPROTO_UDP;
		ASSERT_EQ(PORTZERO_OTHER, class_of());
		p.at[9] = IPPROTO_ICMP;
		p.at[20] = 8;
		ASSERT_EQ(PORTZERO_OTHER, class_of());
	}
}

TEST(ipv4_first_fragments)
{
	struct portzero_match m;

	ip4(5, IPPROTO_TCP, MF);
	tcp(0, HTTP, 5, 2);
	for (__u32 len = 20; len <= p.len; len++) {
		m = look_cut(len);
		ASSERT_EQ(len < 24 ? PORTZERO_SHORT : PORTZERO_TRUE, m.class);
		ASSERT_TRUE(m.nosum);
	}
	ip4(5, IPPROTO_TCP, MF);
	tcp(HIGH, HTTP, 5, 2);
	ASSERT_EQ(PORTZERO_TCP, class_of());
	ip4(5, IPPROTO_ICMP, MF);
	put8(8);
	ASSERT_EQ(PORTZERO_ECHO, class_of());
	/* "don't fragment" and the reserved bit make no fragment */
	for (int i = 0; i < 4; i++) {
		ip4(5, IPPROTO_TCP, i * DF);
		tcp(0, HTTP, 5, 2);
		m = look();
		ASSERT_EQ(PORTZERO_TRUE, m.class);
		ASSERT_FALSE(m.nosum);
	}
}

TEST(ipv6_later_fragments)
{
	for (int offset = 1; offset < 8192; offset++) {
		for (int low = 0; low < 8; low++) {
			ip6(PORTZERO_NEXTHDR_FRAGMENT);
			frag(IPPROTO_TCP, offset << 3 | low);
			fill(0, 8);
			ASSERT_EQ(PORTZERO_FRAG, class_of());
		}
		ASSERT_EQ(PORTZERO_FRAG, look_cut(44).class);
		/* of TCP only if it says so itself */
		p.at[40] = PORTZERO_NEXTHDR_DEST;
		ASSERT_EQ(PORTZERO_OTHER, class_of());
		p.at[40] = IPPROTO_UDP;
		ASSERT_EQ(PORTZERO_OTHER, class_of());
		p.at[40] = PORTZERO_NEXTHDR_ICMPV6;
		p.at[48] = 128;
		ASSERT_EQ(PORTZERO_OTHER, class_of());
	}
}

TEST(ipv6_first_fragments)
{
	struct portzero_match m;

	ip6(PORTZERO_NEXTHDR_FRAGMENT);
	frag(IPPROTO_TCP, 1);
	tcp(0, HTTP, 5, 2);
	fill(0, 12);
	for (__u32 len = 48; len <= p.len; len++) {
		m = look_cut(len);
		ASSERT_EQ(len < 52 ? PORTZERO_HIDDEN : PORTZERO_TRUE, m.class);
		ASSERT_TRUE(m.nosum);
		ASSERT_EQ(len > 68, m.payload);
	}
	/* an atomic fragment is a whole packet (RFC 6946) */
	for (int reserved = 0; reserved < 8; reserved += 2) {
		set16(42, reserved);
		for (__u32 len = 48; len <= p.len; len++) {
			m = look_cut(len);
			ASSERT_EQ(len < 52 ? PORTZERO_SHORT : PORTZERO_TRUE,
				  m.class);
			ASSERT_FALSE(m.nosum);
		}
	}
}

/* A first fragment whose chain stops before it says what it carries. */
TEST(ipv6_hidden)
{
	static const __u8 types[] = {
		PORTZERO_NEXTHDR_HOP, PORTZERO_NEXTHDR_ROUTING,
		PORTZERO_NEXTHDR_FRAGMENT, PORTZERO_NEXTHDR_AH,
		PORTZERO_NEXTHDR_DEST, PORTZERO_NEXTHDR_MOBILITY,
		PORTZERO_NEXTHDR_HIP, PORTZERO_NEXTHDR_SHIM6,
	};

	for (size_t i = 0; i < sizeof(types); i++) {
		ip6(PORTZERO_NEXTHDR_FRAGMENT);
		frag(types[i], 1);
		/* one more header is announced and not there, or not whole */
		for (int n = 0; n < 4; n++) {
			ASSERT_EQ(PORTZERO_HIDDEN, class_of());
			put8(0);
		}
		/* it is there, and TCP is announced and not there */
		ip6(PORTZERO_NEXTHDR_FRAGMENT);
		frag(types[i], 1);
		ext(types[i], IPPROTO_TCP, types[i] == PORTZERO_NEXTHDR_FRAGMENT ?
		    0 : 2);
		ASSERT_EQ(PORTZERO_HIDDEN, class_of());
		ASSERT_EQ(PORTZERO_HIDDEN, look_cut(p.len - 4).class);
		for (int n = 0; n < 4; n++) {
			ASSERT_EQ(PORTZERO_HIDDEN, class_of());
			put8(0);
		}
		ASSERT_EQ(PORTZERO_TRUE, class_of());
		/* what is no fragment hides nothing: no later one can follow */
		set16(42, 0);
		ASSERT_EQ(PORTZERO_TRUE, class_of());
		ASSERT_EQ(PORTZERO_SHORT, look_cut(p.len - 4).class);
		ASSERT_EQ(PORTZERO_OTHER, look_cut(48).class);
	}
	/* nor does one that says it carries something else */
	ip6(PORTZERO_NEXTHDR_FRAGMENT);
	frag(IPPROTO_UDP, 1);
	ASSERT_EQ(PORTZERO_OTHER, class_of());
}

/* A second fragment header counts, too: the packet was fragmented twice. */
TEST(ipv6_nested_fragments)
{
	ip6(PORTZERO_NEXTHDR_FRAGMENT);
	frag(PORTZERO_NEXTHDR_FRAGMENT, 1);
	frag(IPPROTO_TCP, 8);
	fill(0, 20);
	ASSERT_EQ(PORTZERO_FRAG, class_of());
	set16(50, 1);
	ASSERT_EQ(PORTZERO_TRUE, class_of());
	set16(42, 8);
	ASSERT_EQ(PORTZERO_OTHER, class_of());
}

TEST(ipv6_chain_lengths)
{
	static const __u8 types[] = {
		PORTZERO_NEXTHDR_HOP, PORTZERO_NEXTHDR_ROUTING,
		PORTZERO_NEXTHDR_AH, PORTZERO_NEXTHDR_DEST,
		PORTZERO_NEXTHDR_MOBILITY, PORTZERO_NEXTHDR_HIP,
		PORTZERO_NEXTHDR_SHIM6, PORTZERO_NEXTHDR_FRAGMENT,
	};
	const int kinds = sizeof(types);
	struct portzero_match m;

	/* one kind only, and at last all kinds in turn */
	for (int kind = 0; kind <= kinds; kind++) {
		for (int n = 1; n < NF_PORTZERO_EXTHDR_MAX + 6; n++) {
			__u8 type = types[kind % kinds];

			ip6(type);
			for (int i = 1; i <= n; i++) {
				__u8 next = kind < kinds ? type :
					    types[i % kinds];

				ext(type, i < n ? next : IPPROTO_TCP,
				    type == PORTZERO_NEXTHDR_AH ? 4 : 0);
				type = next;
			}
			m.thoff = p.len;
			tcp(0, HTTP, 5, 2);
			if (n > NF_PORTZERO_EXTHDR_MAX) {
				ASSERT_EQ(PORTZERO_HIDDEN, class_of());
				continue;
			}
			ASSERT_EQ(PORTZERO_TRUE, class_of());
			ASSERT_EQ(m.thoff, look().thoff);
		}
	}
}

/* Every length that an extension header can claim. */
TEST(ipv6_header_lengths)
{
	static const __u8 types[] = {
		PORTZERO_NEXTHDR_HOP, PORTZERO_NEXTHDR_ROUTING,
		PORTZERO_NEXTHDR_AH, PORTZERO_NEXTHDR_DEST,
		PORTZERO_NEXTHDR_MOBILITY, PORTZERO_NEXTHDR_HIP,
		PORTZERO_NEXTHDR_SHIM6,
	};
	struct portzero_match m;
	__u32 thoff;

	for (size_t i = 0; i < sizeof(types); i++) {
		for (int units = 0; units < 256; units++) {
			ip6(types[i]);
			ext(types[i], IPPROTO_TCP, units);
			thoff = p.len;
			tcp(0, HTTP, 5, 2);
			m = look();
			ASSERT_EQ(PORTZERO_TRUE, m.class);
			ASSERT_EQ(thoff, m.thoff);
			ASSERT_EQ(types[i] == PORTZERO_NEXTHDR_ROUTING,
				  m.nosum);
			ASSERT_FALSE(m.badhdr);
			/* a length beyond the end does not make ports of it */
			if (thoff > 48)
				ASSERT_EQ(PORTZERO_SHORT, look_cut(48).class);
		}
	}
}

/* Nothing can be read behind encryption, and there is nothing behind none. */
TEST(ipv6_chain_ends)
{
	static const __u8 types[] = { IPPROTO_ESP, IPPROTO_NONE, IPPROTO_UDP };

	for (size_t i = 0; i < sizeof(types); i++) {
		ip6(PORTZERO_NEXTHDR_FRAGMENT);
		frag(types[i], 1);
		fill(0, 32);
		ASSERT_EQ(PORTZERO_OTHER, class_of());
	}
}

/* The ones' complement sum, byte by byte, as RFC 1071 has it. */
static __u16 sum_of(const __u8 *at, __u32 len, __u32 sum)
{
	for (__u32 i = 0; i < len; i++)
		sum += i % 2 ? at[i] : at[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static __u16 checksum(__u32 thoff)
{
	__u32 addresses = is6() ? 32 : 8, len = p.len - thoff;
	const __u8 *at = p.at + (is6() ? 8 : 12);

	return ~sum_of(p.at + thoff, len, sum_of(at, addresses, 6 + len));
}

static bool badcsum(void)
{
	struct portzero_match m = look();
	struct bytes b = { p.at, p.len, p.len };
	bool bad = portzero_badcsum(&b, bytes_fetch, p.len, &m);

	/* in several pieces it is not cheap */
	b.head--;
	if (portzero_badcsum(&b, bytes_fetch, p.len, &m))
		disagree("a checksum that takes copying");
	return bad;
}

/* TCP of @len bytes with the right checksum; its offset. */
static __u32 checked(bool ipv6, __u32 len)
{
	__u32 thoff, seed = len * 2654435761u;

	ip(ipv6, IPPROTO_TCP);
	thoff = p.len;
	tcp(0, HTTP, 5, 2);
	while (p.len < thoff + len)
		put8((seed = seed * 1103515245 + 12345) >> 16);
	p.len = thoff + len;
	set16(thoff + 16, 0);
	set16(thoff + 16, checksum(thoff));
	return thoff;
}

TEST(checksums)
{
	for (int v6 = 0; v6 < 2; v6++) {
		for (__u32 len = PORTZERO_TCP_MINLEN;
		     len <= PORTZERO_CSUM_MAX; len++) {
			__u32 thoff = checked(v6, len);

			ASSERT_FALSE(badcsum());
			/* any bit, of the pseudo header too; the ports stay */
			for (__u32 bit = thoff * 8 + 32; bit < p.len * 8; bit++) {
				p.at[bit / 8] ^= 1 << bit % 8;
				ASSERT_TRUE(badcsum());
				p.at[bit / 8] ^= 1 << bit % 8;
			}
			for (__u32 at = v6 ? 8 : 12; at < thoff; at++) {
				p.at[at] ^= 1;
				ASSERT_TRUE(badcsum());
				p.at[at] ^= 1;
			}
		}
	}
}

/* Zero has two faces in ones' complement. */
TEST(checksum_of_zero)
{
	__u32 thoff = checked(false, 20);

	/* the window makes up for whatever the checksum was */
	set16(thoff + 14, sum_of(p.at + thoff + 14, 4, 0));
	set16(thoff + 16, 0);
	ASSERT_FALSE(badcsum());
	set16(thoff + 16, 0xffff);
	ASSERT_FALSE(badcsum());
	set16(thoff + 16, 1);
	ASSERT_TRUE(badcsum());
}

/* Where it is not cheap to know, nothing is said. */
TEST(checksums_not_looked_at)
{
	for (int v6 = 0; v6 < 2; v6++) {
		__u32 thoff = checked(v6, PORTZERO_CSUM_MAX + 1);

		p.at[thoff + 16] ^= 1;
		ASSERT_FALSE(badcsum());
		for (__u32 len = 4; len < PORTZERO_TCP_MINLEN; len++) {
			checked(v6, 20);
			p.len = thoff + len;
			ASSERT_FALSE(badcsum());
		}
	}
	ip4(5, IPPROTO_TCP, MF);
	tcp(0, HTTP, 5, 2);
	ASSERT_FALSE(badcsum());
	ip6(PORTZERO_NEXTHDR_FRAGMENT);
	frag(IPPROTO_TCP, 1);
	tcp(0, HTTP, 5, 2);
	ASSERT_FALSE(badcsum());
	/* the header does not say where a routed packet ends up */
	ip6(PORTZERO_NEXTHDR_ROUTING);
	ext(PORTZERO_NEXTHDR_ROUTING, IPPROTO_TCP, 2);
	tcp(0, HTTP, 5, 2);
	ASSERT_FALSE(badcsum());
}

/*
 * Nor does it where a home address stands in for the source (RFC 6275, 6.3),
 * behind whatever other options.
 */
TEST(checksums_with_a_home_address)
{
	for (__u32 at = 2; at + 18 <= 64; at++) {
		ip6(PORTZERO_NEXTHDR_DEST);
		ext(PORTZERO_NEXTHDR_DEST, IPPROTO_TCP, 7);
		tcp(0, HTTP, 5, 2);
		ASSERT_TRUE(badcsum());
		/* PadN before it, or Pad1 */
		p.at[42] = at > 3;
		p.at[43] = at > 3 ? at - 4 : 0;
		p.at[40 + at] = 201;
		p.at[41 + at] = 16;
		ASSERT_FALSE(badcsum());
	}
	/* one that would reach into what follows is none */
	ip6(PORTZERO_NEXTHDR_DEST);
	ext(PORTZERO_NEXTHDR_DEST, IPPROTO_TCP, 1);
	tcp(201 << 8, 0, 5, 2);
	ASSERT_TRUE(badcsum());
	/* nor is one in a header that has no room for it */
	ip6(PORTZERO_NEXTHDR_DEST);
	ext(PORTZERO_NEXTHDR_DEST, IPPROTO_TCP, 1);
	tcp(0, HTTP, 5, 2);
	p.at[42] = 201;
	p.at[43] = 12;
	ASSERT_TRUE(badcsum());
	/* behind seven others the eighth is looked at, the ninth is not: who knows */
	for (int pads = 7; pads <= 8; pads++) {
		ip6(PORTZERO_NEXTHDR_DEST);
		ext(PORTZERO_NEXTHDR_DEST, IPPROTO_TCP, 7);
		tcp(0, HTTP, 5, 2);
		memset(p.at + 42, 0, pads);
		p.at[42 + pads] = 1;
		p.at[43 + pads] = 60 - pads;
		ASSERT_EQ(pads == 7, badcsum());
	}
	/* more options than anybody needs */
	ip6(PORTZERO_NEXTHDR_DEST);
	ext(PORTZERO_NEXTHDR_DEST, IPPROTO_TCP, 7);
	tcp(0, HTTP, 5, 2);
	memset(p.at + 42, 0, 62);
	ASSERT_FALSE(badcsum());
	/* the number means that in destination options only */
	ip6(PORTZERO_NEXTHDR_HOP);
	ext(PORTZERO_NEXTHDR_HOP, IPPROTO_TCP, 7);
	tcp(0, HTTP, 5, 2);
	p.at[42] = 201;
	p.at[43] = 16;
	ASSERT_TRUE(badcsum());
}

/* Of a packet with a loose source route at @at, behind a first option like that */
static bool badcsum_behind(__u8 type, __u8 len, __u32 at)
{
	ip4(15, IPPROTO_TCP, 0);
	tcp(0, HTTP, 5, 2);
	p.at[20] = type;
	p.at[21] = len;
	p.at[at] = 131;
	return badcsum();
}

/* Under way on a source route, IPv4 does not say where it ends up either. */
TEST(checksums_with_a_source_route)
{
	static const __u8 routes[] = { 131, 137 };	/* loose, strict */

	for (int i = 0; i < 2; i++) {
		for (__u32 at = 20; at + 7 <= 60; at++) {
			ip4(15, IPPROTO_TCP, 0);
			tcp(0, HTTP, 5, 2);
			ASSERT_TRUE(badcsum());
			p.at[at] = routes[i];
			p.at[at + 1] = 7;
			p.at[at + 2] = 4;
			ASSERT_FALSE(badcsum());
			/* behind the end of the options it is none */
			if (at > 20) {
				p.at[at - 1] = 0;
				ASSERT_TRUE(badcsum());
			}
		}
	}
	/* also behind an option that isn't one, but not where an end came before */
	ASSERT_FALSE(badcsum_behind(7, 3, 23));
	ASSERT_TRUE(badcsum_behind(0, 3, 23));
	/* record route and the like change nothing */
	ASSERT_TRUE(badcsum_behind(7, 39, 30));
	/* an option without a length that makes sense ends them */
	ASSERT_TRUE(badcsum_behind(7, 0, 30));
}

/* Other headers are not in the sum, and options of IPv4 neither. */
TEST(checksums_behind_headers)
{
	__u32 thoff;

	ip4(15, IPPROTO_TCP, 0);
	thoff = p.len;
	tcp(0, HTTP, 5, 2);
	set16(thoff + 16, 0);
	set16(thoff + 16, checksum(thoff));
	ASSERT_FALSE(badcsum());
	p.at[21] ^= 1;
	ASSERT_FALSE(badcsum());

	ip6(PORTZERO_NEXTHDR_FRAGMENT);
	frag(PORTZERO_NEXTHDR_DEST, 0);
	ext(PORTZERO_NEXTHDR_DEST, IPPROTO_TCP, 3);
	thoff = p.len;
	tcp(0, HTTP, 5, 2);
	set16(thoff + 16, 0);
	set16(thoff + 16, checksum(thoff));
	ASSERT_FALSE(badcsum());
	set16(thoff + 16, checksum(thoff) + 1);
	ASSERT_TRUE(badcsum());
}

TEST_HARNESS_MAIN
