// SPDX-License-Identifier: GPL-2.0
#include "send.h"
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <pcap/pcap.h>

#define BATCH		256
#define ROOM		32	/* before the IP bytes, for Ethernet's header */
#define SNDBUF		(8 << 20)
#define REFUSED_MAX	10000	/* times in a row that a device is full */

/* Captures start when a famous spike did, so that runs compare. */
#define PCAP_EPOCH	1383354000

static const struct send_options *opt;
static int packet_fd = -1;
static int raw_fd[2] = { -1, -1 };	/* IPv4, IPv6 */
static pcap_t *pcap;
static pcap_dumper_t *dumper;

static __u8 bytes[BATCH][ROOM + PACKET_BYTES_MAX];
static struct frame frames[BATCH];
static struct virtio_net_hdr vnet[BATCH];
static struct iovec iov[BATCH][2];
static struct mmsghdr msgs[BATCH];
static union {
	struct sockaddr any;
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;
} to[BATCH];
static int pending;
static __u64 captured;
static __u64 committed;
static struct timespec start;

static int complain(const char *what)
{
	fprintf(stderr, "pzsend: %s: %s\n", what, strerror(errno));
	return -1;
}

static int open_packet(void)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_ifindex = if_nametoindex(opt->interface),
	};
	int on = 1, size = SNDBUF;

	if (!ll.sll_ifindex)
		return complain(opt->interface);
	packet_fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (packet_fd < 0)
		return complain("packet socket");
	if (bind(packet_fd, (struct sockaddr *)&ll, sizeof(ll)))
		return complain("bind");
	if (setsockopt(packet_fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)))
		return complain("PACKET_VNET_HDR");
	if (opt->pieces && ring_open(packet_fd))
		return complain("PACKET_TX_RING");
	/* both only make it faster */
	setsockopt(packet_fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
	setsockopt(packet_fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return 0;
}

static int open_tap(void)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", opt->interface);
	packet_fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (packet_fd < 0)
		return complain("/dev/net/tun");
	return ioctl(packet_fd, TUNSETIFF, &ifr) ? complain(opt->interface) : 0;
}

static int open_raw(void)
{
	const char *dev = opt->interface;
	int i;

	raw_fd[0] = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	raw_fd[1] = socket(AF_INET6, SOCK_RAW, IPPROTO_RAW);
	if (raw_fd[0] < 0 || raw_fd[1] < 0)
		return complain("raw socket");
	for (i = 0; dev && i < 2; i++)
		if (setsockopt(raw_fd[i], SOL_SOCKET, SO_BINDTODEVICE, dev, strlen(dev) + 1))
			return complain(dev);
	return 0;
}

static int open_pcap(void)
{
	pcap = pcap_open_dead(opt->raw ? DLT_RAW : DLT_EN10MB, 262144);
	if (!pcap)
		return complain("libpcap");
	dumper = pcap_dump_open(pcap, opt->pcap);
	if (!dumper) {
		fprintf(stderr, "pzsend: %s\n", pcap_geterr(pcap));
		return -1;
	}
	return 0;
}

int send_open(const struct send_options *options)
{
	int i;

	opt = options;
	for (i = 0; i < BATCH; i++)
		frames[i].bytes = bytes[i] + ROOM;
	if (opt->raw ? open_raw() : opt->tap ? open_tap() :
	    opt->interface && open_packet())
		return -1;
	if (opt->pcap && open_pcap())
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &start);
	return 0;
}

struct frame *send_frames(void)
{
	return &frames[pending];
}

/* Put Ethernet's header before the IP bytes. */
static void put_ethernet(struct frame *f)
{
	struct ethhdr eth = {
		.h_proto = htons(f->packet->ipv6 ? ETH_P_IPV6 : ETH_P_IP),
	};

	memcpy(eth.h_source, opt->smac, sizeof(eth.h_source));
	memcpy(eth.h_dest, opt->dmac, sizeof(eth.h_dest));
	f->bytes -= sizeof(eth);
	f->len += sizeof(eth);
	memcpy(f->bytes, &eth, sizeof(eth));
	if (opt->pad && f->len < ETH_ZLEN) {
		memset(f->bytes + f->len, 0, ETH_ZLEN - f->len);
		f->len = ETH_ZLEN;
	}
}

/* Say which work the imaginary hardware has left to do. */
static void put_vnet(const struct frame *f, struct virtio_net_hdr *hdr)
{
	const struct packet *p = f->packet;
	__u32 l4 = f->l4_start + sizeof(struct ethhdr);

	memset(hdr, 0, sizeof(*hdr));
	if (p->csum != CSUM_PARTIAL)
		return;
	hdr->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	hdr->csum_start = l4;
	hdr->csum_offset = packet_csum_offset(p);
	if (!p->gso)
		return;
	hdr->gso_type = p->ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 :
				  VIRTIO_NET_HDR_GSO_TCPV4;
	hdr->gso_size = p->gso;
	hdr->hdr_len = l4 + packet_l4_header(p);
}

static void capture(const struct frame *f)
{
	double after = opt->rate > 0 ? captured / opt->rate : captured / 1e5;
	struct pcap_pkthdr hdr = {
		.ts.tv_sec = PCAP_EPOCH + (time_t)after,
		.ts.tv_usec = (after - (time_t)after) * 1e6,
		.caplen = f->len,
		.len = f->len,
	};

	pcap_dump((u_char *)dumper, &hdr, f->bytes);
	captured++;
}

static void prepare(int i)
{
	struct frame *f = &frames[i];
	struct msghdr *msg = &msgs[i].msg_hdr;

	memset(msg, 0, sizeof(*msg));
	if (!opt->raw) {
		put_vnet(f, &vnet[i]);
		put_ethernet(f);
	} else if (f->packet->ipv6) {
		to[i].in6 = (struct sockaddr_in6){ .sin6_family = AF_INET6 };
		memcpy(&to[i].in6.sin6_addr, f->packet->dst, 16);
		msg->msg_namelen = sizeof(to[i].in6);
	} else {
		to[i].in4 = (struct sockaddr_in){ .sin_family = AF_INET };
		memcpy(&to[i].in4.sin_addr, f->packet->dst, 4);
		msg->msg_namelen = sizeof(to[i].in4);
	}
	msg->msg_name = opt->raw ? &to[i] : NULL;
	iov[i][0] = (struct iovec){ &vnet[i], sizeof(vnet[i]) };
	iov[i][1] = (struct iovec){ f->bytes, f->len };
	msg->msg_iov = iov[i] + opt->raw;
	msg->msg_iovlen = 2 - opt->raw;
	if (dumper)
		capture(f);
}

static int fd_of(int i)
{
	return opt->raw ? raw_fd[to[i].any.sa_family == AF_INET6] : packet_fd;
}

static int flush_pieces(void)
{
	int i;

	for (i = 0; i < pending; i++)
		if (ring_put(&vnet[i], iov[i][1].iov_base, iov[i][1].iov_len))
			return complain("ring");
	return ring_send(packet_fd) ? complain("send") : 0;
}

static int flush_tap(void)
{
	int i;

	for (i = 0; i < pending; i++)
		if (writev(packet_fd, iov[i], 2) < 0)
			return complain("tap");
	return 0;
}

static int flush_messages(void)
{
	int done = 0, n, end, refused = 0;

	while (done < pending) {
		int fd = fd_of(done);

		for (end = done; end < pending && fd_of(end) == fd; end++)
			;
		n = sendmmsg(fd, msgs + done, end - done, 0);
		if (n < 0 && errno == EPERM && opt->raw)
			n = 1;	/* dropped, as drop mode should */
		if (n < 0 && errno != ENOBUFS && errno != EAGAIN)
			return complain("send");
		refused = n > 0 ? 0 : refused + 1;
		if (refused == REFUSED_MAX)
			return complain("the device does not take it");
		done += n > 0 ? n : 0;
	}
	return 0;
}

static int flush(void)
{
	int err = 0, i;

	if (opt->tap)
		err = flush_tap();
	else if (opt->pieces)
		err = flush_pieces();
	else if (opt->raw || opt->interface)
		err = flush_messages();
	if (err)
		return err;
	for (i = 0; i < pending; i++)
		frames[i].bytes = bytes[i] + ROOM;
	pending = 0;
	return 0;
}

/* Wait until the next packet is due; nobody else should wait meanwhile. */
static int keep_pace(void)
{
	double due = committed / opt->rate;
	struct timespec at = start, now;

	at.tv_sec += (time_t)due;
	at.tv_nsec += (due - (time_t)due) * 1e9;
	if (at.tv_nsec >= 1000000000) {
		at.tv_nsec -= 1000000000;
		at.tv_sec++;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec > at.tv_sec ||
	    (now.tv_sec == at.tv_sec && now.tv_nsec >= at.tv_nsec))
		return 0;
	if (flush())
		return -1;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
	return 0;
}

int send_commit(int n)
{
	int i;

	for (i = 0; i < n; i++)
		prepare(pending + i);
	pending += n;
	committed++;
	if (pending + PACKET_FRAMES_MAX > BATCH && flush())
		return -1;
	/* a capture alone only tells the time */
	return opt->rate > 0 && (opt->raw || opt->interface) ? keep_pace() : 0;
}

int send_close(void)
{
	int ret = flush(), i;

	if (dumper) {
		if (pcap_dump_flush(dumper))
			ret = complain(opt->pcap);
		pcap_dump_close(dumper);
		pcap_close(pcap);
	}
	dumper = NULL;
	ring_close();
	if (packet_fd >= 0)
		close(packet_fd);
	for (i = 0; i < 2; i++) {
		if (raw_fd[i] >= 0)
			close(raw_fd[i]);
		raw_fd[i] = -1;
	}
	packet_fd = -1;
	captured = 0;
	committed = 0;
	return ret;
}
