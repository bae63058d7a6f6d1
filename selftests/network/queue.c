// SPDX-License-Identifier: GPL-2.0
/*
 * queue: reads netfilter's queue 0 and says what becomes of each packet, as an
 * intrusion prevention system does.
 *
 * usage: queue accept|drop|repeat|rewrite [whole]
 *
 * repeat has it shown to the same hook once more, now with mark 1, for which there
 * must be a rule that accepts it. rewrite accepts it with the bytes that were read, as
 * if they were others. Packets of many segments come in pieces, unless they are to
 * come whole. Prints "ready" when it reads, and ends with its standard output's
 * reader or by a signal. Any error ends it with 1.
 */
#include <err.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>

#define ROOM		(128 << 10)	/* for a message with a packet */
#define RCVBUF		(16 << 20)

/* A message to the kernel while it is put together. */
static struct {
	struct nlmsghdr header;
	struct nfgenmsg family;
	__u8 attributes[ROOM];
} to_kernel;

static int sock;

static void begin(int type)
{
	to_kernel.header = (struct nlmsghdr){
		.nlmsg_len = NLMSG_LENGTH(sizeof(to_kernel.family)),
		.nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | type,
		.nlmsg_flags = NLM_F_REQUEST,
	};
}

/* So many bytes behind a place in a message. */
static void *behind(const void *place, size_t bytes)
{
	return (char *)place + bytes;
}

static void put(int type, const void *value, size_t len)
{
	struct nlattr *attr = behind(&to_kernel, to_kernel.header.nlmsg_len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(behind(attr, NLA_HDRLEN), value, len);
	to_kernel.header.nlmsg_len += NLA_ALIGN(attr->nla_len);
}

static void put32(int type, __u32 value)
{
	value = htonl(value);
	put(type, &value, sizeof(value));
}

static void tell(void)
{
	if (send(sock, &to_kernel, to_kernel.header.nlmsg_len, 0) < 0)
		err(1, "send");
}

static void open_queue(bool whole)
{
	const struct nfqnl_msg_config_cmd bind = { .command = NFQNL_CFG_CMD_BIND };
	const struct nfqnl_msg_config_params copy = {
		.copy_range = htonl(0xffff),
		.copy_mode = NFQNL_COPY_PACKET,
	};
	const int size = RCVBUF;

	sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
	if (sock < 0 || setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		err(1, "socket");
	begin(NFQNL_MSG_CONFIG);
	to_kernel.header.nlmsg_flags |= NLM_F_ACK;
	put(NFQA_CFG_CMD, &bind, sizeof(bind));
	put(NFQA_CFG_PARAMS, &copy, sizeof(copy));
	put32(NFQA_CFG_MASK, NFQA_CFG_F_GSO);
	put32(NFQA_CFG_FLAGS, whole ? NFQA_CFG_F_GSO : 0);
	tell();
}

static const struct nlattr *find(const struct nlmsghdr *msg, int type)
{
	const struct nlattr *attr = behind(msg, NLMSG_LENGTH(sizeof(struct nfgenmsg)));
	const struct nlattr *end = behind(msg, msg->nlmsg_len);

	for (; attr < end; attr = behind(attr, NLA_ALIGN(attr->nla_len)))
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
	return NULL;
}

static void judge(const struct nlmsghdr *msg, const char *what)
{
	const struct nlattr *header = find(msg, NFQA_PACKET_HDR);
	const struct nlattr *payload = find(msg, NFQA_PAYLOAD);
	struct nfqnl_msg_packet_hdr packet;
	struct nfqnl_msg_verdict_hdr verdict = { .verdict = htonl(NF_ACCEPT) };

	if (!header || !payload)
		errx(1, "a packet without what it is");
	memcpy(&packet, behind(header, NLA_HDRLEN), sizeof(packet));
	verdict.id = packet.packet_id;
	if (!strcmp(what, "drop"))
		verdict.verdict = htonl(NF_DROP);
	if (!strcmp(what, "repeat"))
		verdict.verdict = htonl(NF_REPEAT);

	begin(NFQNL_MSG_VERDICT);
	put(NFQA_VERDICT_HDR, &verdict, sizeof(verdict));
	if (!strcmp(what, "repeat"))
		put32(NFQA_MARK, 1);
	if (!strcmp(what, "rewrite"))
		put(NFQA_PAYLOAD, behind(payload, NLA_HDRLEN),
		    payload->nla_len - NLA_HDRLEN);
	tell();
}

static void read_one(const char *what)
{
	static struct nlmsghdr msg[ROOM / sizeof(struct nlmsghdr)];
	ssize_t len = recv(sock, msg, sizeof(msg), 0);

	if (len < 0)
		err(1, "recv");
	if (!NLMSG_OK(msg, len))
		errx(1, "half a message");
	if (msg->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *answer = NLMSG_DATA(msg);

		if (answer->error)
			errx(1, "the kernel refuses: %s", strerror(-answer->error));
		puts("ready");
		fflush(stdout);
	} else {
		judge(msg, what);
	}
}

int main(int argc, char **argv)
{
	struct pollfd fds[] = { { .events = POLLIN }, { .fd = STDOUT_FILENO } };

	if (argc < 2)
		errx(1, "usage: queue accept|drop|repeat|rewrite [whole]");
	open_queue(argc > 2);
	fds[0].fd = sock;
	while (poll(fds, 2, -1) > 0 && !fds[1].revents)
		read_one(argv[1]);
	return 0;
}
