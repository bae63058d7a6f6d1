// SPDX-License-Identifier: GPL-2.0
#include "input/srv6.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_local.h>

#include "input/proc.h"
#include "lib/print.h"

#define HOOKS	"sys/net/netfilter/nf_hooks_lwtunnel"

/* What the routes do: End.DX, which the sysctl shows to netfilter, or End.DT */
struct routes {
	bool dx;
	bool dt;
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

static void look(const struct nlmsghdr *msg, struct routes *routes)
{
	const struct rtattr *rta = RTM_RTA(NLMSG_DATA(msg));
	size_t len = RTM_PAYLOAD(msg);
	const struct rtattr *encap = find(rta, len, RTA_ENCAP);

	if (!encap || number(find(rta, len, RTA_ENCAP_TYPE)) != LWTUNNEL_ENCAP_SEG6_LOCAL)
		return;
	switch (number(find(RTA_DATA(encap), RTA_PAYLOAD(encap), SEG6_LOCAL_ACTION))) {
	case SEG6_LOCAL_ACTION_END_DX4:
	case SEG6_LOCAL_ACTION_END_DX6:
		routes->dx = true;
		break;
	case SEG6_LOCAL_ACTION_END_DT4:
	case SEG6_LOCAL_ACTION_END_DT6:
	case SEG6_LOCAL_ACTION_END_DT46:
		routes->dt = true;
		break;
	}
}

/* Look at a message's worth of routes; is there more to come? */
static bool look_all(const struct nlmsghdr *msg, size_t len, struct routes *routes)
{
	for (; NLMSG_OK(msg, len); msg = NLMSG_NEXT(msg, len)) {
		if (msg->nlmsg_type != RTM_NEWROUTE)
			return false;
		look(msg, routes);
	}
	return true;
}

static int dump(int fd, struct routes *routes)
{
	const struct {
		struct nlmsghdr msg;
		struct rtmsg route;
	} ask = {
		.msg = {
			.nlmsg_len = sizeof(ask),
			.nlmsg_type = RTM_GETROUTE,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
		.route.rtm_family = AF_INET6,
	};
	static union {
		struct nlmsghdr msg;
		char bytes[65536];
	} answer;
	ssize_t got;

	if (send(fd, &ask, sizeof(ask), 0) < 0)
		return -errno;
	do {
		got = recv(fd, &answer, sizeof(answer), 0);
	} while (got < 0 ? errno == EINTR :
		 look_all(&answer.msg, (size_t)got, routes));
	return got < 0 ? -errno : 0;
}

void srv6_complain(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct routes routes = { 0 };
	bool seen = false;

	/* a /proc that isn't this kernel's says nothing of its routes */
	if (fd < 0 || strcmp(proc_root(), "/proc") || dump(fd, &routes))
		routes = (struct routes){ 0 };
	if (fd >= 0)
		close(fd);
	if (routes.dx && (proc_get_switch(HOOKS, &seen) || !seen))
		complain("SRv6 (End.DX) passes netfilter by, uncounted, undropped: %s",
			 "sysctl net.netfilter.nf_hooks_lwtunnel=1");
	if (routes.dt)
		complain("SRv6 (End.DT) passes netfilter by, uncounted, undropped");
}
