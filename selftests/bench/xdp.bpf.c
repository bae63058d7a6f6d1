// SPDX-License-Identifier: GPL-2.0
/*
 * The module's first look and drop as an XDP program, to compare with: counts
 * TCP, true port zero and phantoms per CPU, drops true port zero.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define IP_OFFSET	0x1fff
#define IP6_OFFSET	0xfff8
#define EXTHDR_MAX	8
#define NEXTHDR_MH	135

enum { COUNT_TCP, COUNT_TRUE, COUNT_FRAG, COUNT_SHORT, COUNTERS };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

struct exthdr {
	__u8 nexthdr;
	__u8 hdrlen;
	__be16 frag_off;
};

static __always_inline void count(__u32 which)
{
	__u64 *n = bpf_map_lookup_elem(&counters, &which);

	if (n)
		++*n;
}

static __always_inline int look_tcp(const void *th, const void *end)
{
	const __be16 *port = th;

	if (th + 2 * sizeof(*port) > end) {
		count(COUNT_SHORT);
		return XDP_PASS;
	}
	count(COUNT_TCP);
	if (port[0] && port[1])
		return XDP_PASS;
	count(COUNT_TRUE);
	return XDP_DROP;
}

static __always_inline int look_ip4(const void *data, const void *end)
{
	const struct iphdr *iph = data;

	if (data + sizeof(*iph) > end || iph->protocol != IPPROTO_TCP)
		return XDP_PASS;
	if (iph->frag_off & bpf_htons(IP_OFFSET)) {
		count(COUNT_FRAG);
		return XDP_PASS;
	}
	return look_tcp(data + iph->ihl * 4, end);
}

static __always_inline int look_ip6(const void *data, const void *end)
{
	const struct ipv6hdr *ip6h = data;
	const struct exthdr *ext;
	__u8 nexthdr;
	int i;

	if (data + sizeof(*ip6h) > end)
		return XDP_PASS;
	nexthdr = ip6h->nexthdr;
	data += sizeof(*ip6h);
	for (i = 0; i < EXTHDR_MAX; i++) {
		if (nexthdr == IPPROTO_TCP)
			return look_tcp(data, end);
		if (nexthdr != IPPROTO_HOPOPTS && nexthdr != IPPROTO_ROUTING &&
		    nexthdr != IPPROTO_FRAGMENT && nexthdr != IPPROTO_DSTOPTS &&
		    nexthdr != NEXTHDR_MH)
			return XDP_PASS;
		ext = data;
		if (data + sizeof(*ext) > end)
			return XDP_PASS;
		if (nexthdr == IPPROTO_FRAGMENT) {
			if (ext->frag_off & bpf_htons(IP6_OFFSET)) {
				count(COUNT_FRAG);
				return XDP_PASS;
			}
			data += 8;
		} else {
			data += (ext->hdrlen + 1) * 8;
		}
		nexthdr = ext->nexthdr;
	}
	return XDP_PASS;
}

SEC("xdp")
int portzero(struct xdp_md *ctx)
{
	const void *data = (const void *)(long)ctx->data;
	const void *end = (const void *)(long)ctx->data_end;
	const struct ethhdr *eth = data;

	if (data + sizeof(*eth) > end)
		return XDP_PASS;
	data += sizeof(*eth);
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		return look_ip4(data, end);
	if (eth->h_proto == bpf_htons(ETH_P_IPV6))
		return look_ip6(data, end);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
