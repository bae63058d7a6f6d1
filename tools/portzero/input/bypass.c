// SPDX-License-Identifier: GPL-2.0
#include "input/bypass.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/lwtunnel.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_local.h>

#include "input/proc.h"
#include "lib/print.h"

#define HOOKS	"sys/net/netfilter/nf_hooks_lwtunnel"

#define NEW_FLOWTABLE	(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWFLOWTABLE)
#define GET_FLOWTABLE	(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETFLOWTABLE)

/* End.DX, which the sysctl shows to netfilter; End.DT; a flowtable. */
struct ways {
	bool dx;
	bool dt;
	bool flowtable;
};

static const struct rtattr *find(const struct rtattr *rta, size_t len, int type)
{
	for (; RTA_OK(rta, len); rta = RTA_NEXT(rta, len))
		if ((rta->rta_type & NLA_TYPE_MASK) == type)
			return rta;
	return NULL;
}

static uint32_t number(const struct rtattr *rta)
{
	uint32_t value = 0;

	if (rta)
		memcpy(&value, RTA_DATA(rta), RTA_PAYLOAD(rta) < sizeof(value) ?
		       RTA_PAYLOAD(rta) : sizeof(value));
	return value;
}

static void look_at_route(const struct nlmsghdr *msg, struct ways *ways)
{
	const struct rtattr *rta = RTM_RTA(NLMSG_DATA(msg));
	size_t len = RTM_PAYLOAD(msg);
	const struct rtattr *encap = find(rta, len, RTA_ENCAP);

	if (!encap || number(find(rta, len, RTA_ENCAP_TYPE)) != LWTUNNEL_ENCAP_SEG6_LOCAL)
		return;
	switch (number(find(RTA_DATA(encap), RTA_PAYLOAD(encap), SEG6_LOCAL_ACTION))) {
	case SEG6_LOCAL_ACTION_END_DX4:
	case SEG6_LOCAL_ACTION_END_DX6:
		ways->dx = true;
		break;
	case SEG6_LOCAL_ACTION_END_DT4:
	case SEG6_LOCAL_ACTION_END_DT6:
	case SEG6_LOCAL_ACTION_END_DT46:
		ways->dt = true;
		break;
	}
}

/* Look at a message's worth of them; is there more to come? */
static bool look(const struct nlmsghdr *msg, size_t len, struct ways *ways)
{
	for (; NLMSG_OK(msg, len); msg = NLMSG_NEXT(msg, len)) {
		if (msg->nlmsg_type == RTM_NEWROUTE)
			look_at_route(msg, ways);
		else if (msg->nlmsg_type == NEW_FLOWTABLE)
			ways->flowtable = true;
		else
			return false;
	}
	return true;
}

/* Ask for all of a kind, of which @head is the request's own header. */
static void ask(int protocol, uint16_t type, const void *head, size_t size,
		struct ways *ways)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	struct nlmsghdr msg = {
		.nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
	};
	struct iovec request[] = {
		{ .iov_base = &msg, .iov_len = NLMSG_HDRLEN },
		{ .iov_base = (void *)head, .iov_len = size },
	};
	static union {
		struct nlmsghdr msg;
		char bytes[65536];
	} answer;
	ssize_t got;

	if (fd < 0)
		return;
	if (writev(fd, request, 2) > 0) {
		do {
			got = recv(fd, &answer, sizeof(answer), 0);
		} while (got < 0 ? errno == EINTR :
			 look(&answer.msg, (size_t)got, ways));
	}
	close(fd);
}

/* To ask nft of flowtables loads it where it isn't; these come with the first. */
static bool may_have_flowtables(void)
{
	return !access("/sys/module/nf_flow_table", F_OK) ||
	       !access("/proc/net/stat/nf_flowtable", F_OK);
}

void bypass_complain(void)
{
	const struct rtmsg routes = { .rtm_family = AF_INET6 };
	const struct nfgenmsg flowtables = { .nfgen_family = AF_UNSPEC };
	struct ways ways = { 0 };
	bool seen = false;

	/* a /proc that isn't this kernel's says nothing of its routes */
	if (strcmp(proc_root(), "/proc"))
		return;
	ask(NETLINK_ROUTE, RTM_GETROUTE, &routes, sizeof(routes), &ways);
	if (may_have_flowtables())
		ask(NETLINK_NETFILTER, GET_FLOWTABLE, &flowtables,
		    sizeof(flowtables), &ways);
	if (ways.dx && (proc_get_switch(HOOKS, &seen) || !seen))
		complain("SRv6 (End.DX) passes netfilter by, uncounted, undropped: %s",
			 "sysctl net.netfilter.nf_hooks_lwtunnel=1");
	if (ways.dt)
		complain("SRv6 (End.DT) passes netfilter by, uncounted, undropped");
	if (ways.flowtable)
		complain("what a flowtable took over passes netfilter by, uncounted, undropped");
}
