// SPDX-License-Identifier: GPL-2.0
/*
 * mroute: a multicast router. What comes from a source for a group by a device
 * goes out by others.
 *
 * usage: mroute [-m DEVICE] GROUP IN OUT[,OUT...] SOURCE...
 *
 * With -m this host is a member of the group there, too. Prints "ready" when all
 * that is so, and ends it with its standard output's reader or by a signal. Any
 * error ends it with 1.
 */
#include <err.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <linux/mroute.h>
#include <linux/mroute6.h>

#define INPUT	0	/* the devices' numbers in the routes: in, and out from 1 on */

static int sock;

static unsigned int device(const char *name)
{
	unsigned int index = if_nametoindex(name);

	if (!index)
		err(1, "%s", name);
	return index;
}

static void set(int level, int option, const void *value, socklen_t len)
{
	if (setsockopt(sock, level, option, value, len))
		err(1, "option %d", option);
}

static void read_address(int family, const char *text, void *to)
{
	if (inet_pton(family, text, to) != 1)
		errx(1, "bad address: %s", text);
}

static void device4(int number, const char *name)
{
	const struct vifctl vif = {
		.vifc_vifi = number,
		.vifc_flags = VIFF_USE_IFINDEX,
		.vifc_threshold = 1,
		.vifc_lcl_ifindex = device(name),
	};

	set(IPPROTO_IP, MRT_ADD_VIF, &vif, sizeof(vif));
}

static void route4(const char *group, const char *source, int outputs)
{
	struct mfcctl route = { .mfcc_parent = INPUT };

	read_address(AF_INET, source, &route.mfcc_origin);
	read_address(AF_INET, group, &route.mfcc_mcastgrp);
	memset(route.mfcc_ttls + 1, 1, outputs);
	set(IPPROTO_IP, MRT_ADD_MFC, &route, sizeof(route));
}

static void device6(int number, const char *name)
{
	const struct mif6ctl mif = {
		.mif6c_mifi = number,
		.vifc_threshold = 1,
		.mif6c_pifi = device(name),
	};

	set(IPPROTO_IPV6, MRT6_ADD_MIF, &mif, sizeof(mif));
}

static void route6(const char *group, const char *source, int outputs)
{
	struct mf6cctl route = { .mf6cc_parent = INPUT };

	read_address(AF_INET6, source, &route.mf6cc_origin.sin6_addr);
	read_address(AF_INET6, group, &route.mf6cc_mcastgrp.sin6_addr);
	for (; outputs; outputs--)
		IF_SET(outputs, &route.mf6cc_ifset);
	set(IPPROTO_IPV6, MRT6_ADD_MFC, &route, sizeof(route));
}

static void be_member(const char *name, const char *group, bool ipv6)
{
	struct group_req member = { .gr_interface = device(name) };

	member.gr_group.ss_family = ipv6 ? AF_INET6 : AF_INET;
	read_address(member.gr_group.ss_family, group, ipv6 ?
		(void *)&((struct sockaddr_in6 *)&member.gr_group)->sin6_addr :
		(void *)&((struct sockaddr_in *)&member.gr_group)->sin_addr);
	set(ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, MCAST_JOIN_GROUP, &member, sizeof(member));
}

static void open_router(bool ipv6)
{
	int on = 1;

	if (ipv6) {
		sock = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
		set(IPPROTO_IPV6, MRT6_INIT, &on, sizeof(on));
	} else {
		sock = socket(AF_INET, SOCK_RAW, IPPROTO_IGMP);
		set(IPPROTO_IP, MRT_INIT, &on, sizeof(on));
	}
}

int main(int argc, char **argv)
{
	struct pollfd reader = { .fd = STDOUT_FILENO };
	const char *member = NULL;
	int outputs = 0;
	char *name;
	bool ipv6;

	if (argc > 2 && !strcmp(argv[1], "-m")) {
		member = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc < 5)
		errx(1, "usage: mroute [-m DEVICE] GROUP IN OUT[,OUT...] SOURCE...");
	ipv6 = strchr(argv[1], ':');
	open_router(ipv6);
	(ipv6 ? device6 : device4)(INPUT, argv[2]);
	for (name = strtok(argv[3], ","); name; name = strtok(NULL, ","))
		(ipv6 ? device6 : device4)(++outputs, name);
	for (int i = 4; i < argc; i++)
		(ipv6 ? route6 : route4)(argv[1], argv[i], outputs);
	if (member)
		be_member(member, argv[1], ipv6);
	puts("ready");
	fflush(stdout);
	poll(&reader, 1, -1);
	return 0;
}
