// SPDX-License-Identifier: GPL-2.0
#include "expect.h"
#include "tcpflags.h"

/* TCP up to this size is cheap to check; it must hold its checksum, too. */
#define CHEAP_CSUM_MIN	18
#define CHEAP_CSUM_MAX	128

static enum nf_portzero_counter flag_column(__u8 flags)
{
	/* ECE, CWR and PSH, URG alongside ACK don't change the class */
	flags &= ~(ECE | CWR);
	if (flags & ACK)
		flags &= ~(PSH | URG);

	if (flags == SYN)
		return NF_PORTZERO_SYN;
	if (flags == (SYN | ACK))
		return NF_PORTZERO_SYNACK;
	if (flags == RST || flags == (RST | ACK))
		return NF_PORTZERO_RST;
	if (flags == ACK || flags == (ACK | FIN))
		return NF_PORTZERO_ACK;
	return NF_PORTZERO_ODD;
}

static enum nf_portzero_counter port_column(const struct packet *p)
{
	if (!p->sport && !p->dport)
		return NF_PORTZERO_BOTH;
	return p->sport ? NF_PORTZERO_DST : NF_PORTZERO_SRC;
}

/* Bytes of the IP packets that a frame stands for. */
static __u64 ip_bytes(const struct frame *f)
{
	__u32 headers = f->len - f->packet->payload;

	if (f->segments == 1)
		return f->len;
	return (__u64)f->segments * headers + f->packet->payload;
}

static void expect_true(struct expect *e, const struct frame *f)
{
	const struct packet *p = f->packet;
	bool flags_there = f->l4_len > 13;
	bool badhdr = p->doff < 5 || p->doff * 4U > f->l4_len;
	__u32 n = f->segments;

	if (e->own) {
		e->counter[NF_PORTZERO_OUT] += n;
		return;
	}
	e->counter[port_column(p)] += n;
	e->counter[flag_column(flags_there ? p->flags : 0)] += n;
	if (badhdr)
		e->counter[NF_PORTZERO_BADHDR] += n;
	else if (f->l4_len > p->doff * 4U)
		e->counter[NF_PORTZERO_PAYLOAD] += n;
	if (p->csum == CSUM_BAD && !f->fragment &&
	    f->l4_len >= CHEAP_CSUM_MIN && f->l4_len <= CHEAP_CSUM_MAX)
		e->counter[NF_PORTZERO_BADCSUM] += n;
	if (p->ipv6)
		e->counter[NF_PORTZERO_IPV6] += n;
	e->counter[NF_PORTZERO_BYTES] += ip_bytes(f);
}

/* An IPv6 header chain that nobody can follow to TCP in this frame. */
static bool hidden(const struct frame *f)
{
	const struct packet *p = f->packet;

	if (!p->ipv6 || f->offset)
		return false;
	if (p->exts_len > NF_PORTZERO_EXTHDR_MAX)
		return true;
	if (!f->fragment)
		return false;
	return f->data_len < f->chain_len + (p->proto == PROTO_TCP ? 4 : 0);
}

static void drop(struct expect *e, __u32 n)
{
	e->droppable += n;
	e->droppable_frames++;
}

__u32 expect_frame(struct expect *e, const struct frame *f)
{
	const struct packet *p = f->packet;
	__u32 n = f->segments;

	e->frames++;
	if (hidden(f)) {
		e->counter[NF_PORTZERO_HIDDEN]++;
		drop(e, 1);
		return 0;
	}
	if (p->proto == PROTO_ECHO && !f->offset && f->l4_len && !e->own) {
		e->counter[NF_PORTZERO_ECHO]++;
		e->counter[NF_PORTZERO_ECHO_IPV6] += p->ipv6;
	}
	if (p->proto != PROTO_TCP)
		return 0;
	if (f->offset) {
		/* it says that it is TCP only if nothing comes in between */
		if (!f->chain_len && !e->own)
			e->counter[NF_PORTZERO_FRAG]++;
		return 0;
	}
	if (f->l4_len < 4) {
		if (!e->own)
			e->counter[NF_PORTZERO_SHORT]++;
		return 0;
	}
	if (!e->own)
		e->counter[NF_PORTZERO_TCP] += n;
	if (p->sport && p->dport)
		return 0;
	expect_true(e, f);
	drop(e, n);
	return e->own ? 0 : n;
}

void expect_print(const struct expect *e, FILE *to)
{
	static const char *const names[] = NF_PORTZERO_NAMES;
	int i;

	for (i = 0; i < NF_PORTZERO_COUNTERS; i++)
		fprintf(to, "%s %llu\n", names[i], e->counter[i]);
	fprintf(to, "frames %llu\ndroppable %llu\npass %llu\n", e->frames,
		e->droppable, e->frames - e->droppable_frames);
}
