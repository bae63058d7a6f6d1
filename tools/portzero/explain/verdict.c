// SPDX-License-Identifier: GPL-2.0
/*
 * What the firewall's doings say of it.
 */
#include "explain/verdict.h"
#include "lib/util.h"

static const struct verdict nothing = { "nothing came in", USAGE };
static const struct verdict unjudged = { "nothing to judge by", USAGE };
static const struct verdict stopped = { "stopped", FINE };
static const struct verdict leak = { "leak", ALARM };

/* By what became of port zero, of pings, and whether pings are let in. */
static const struct verdict *const verdicts[FATES][FATES][2] = {
	[FATE_UNSEEN] = {
		[FATE_UNSEEN]	= { &nothing,	&nothing },
		[FATE_STOPPED]	= { &stopped,	&unjudged },
		[FATE_SURVIVED]	= { &leak,	&unjudged },
	},
	[FATE_STOPPED] = {
		[FATE_UNSEEN]	= { &stopped,	&stopped },
		[FATE_STOPPED]	= { &stopped,	&stopped },
		[FATE_SURVIVED]	= { &leak,	&stopped },
	},
	[FATE_SURVIVED] = {
		[FATE_UNSEEN]	= { &leak,	&leak },
		[FATE_STOPPED]	= { &leak,	&leak },
		[FATE_SURVIVED]	= { &leak,	&leak },
	},
};

struct passage passage_over(const struct passage *p, bool ipv6)
{
	return (struct passage){
		.in = ipv6 ? p->in_ipv6 : less(p->in, p->in_ipv6),
		.out = ipv6 ? p->out_ipv6 : less(p->out, p->out_ipv6),
	};
}

enum fate passage_fate(const struct passage *p)
{
	return p->out ? FATE_SURVIVED : p->in ? FATE_STOPPED : FATE_UNSEEN;
}

const struct verdict *verdict_on(enum fate port, enum fate echo,
				 bool allow_echo)
{
	return verdicts[port][echo][allow_echo];
}
