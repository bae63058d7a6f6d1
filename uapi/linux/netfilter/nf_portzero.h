/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * nf_portzero: names, limits and column order shared by the kernel module,
 * the portzero tool and the tests.
 */
#ifndef _NF_PORTZERO_H
#define _NF_PORTZERO_H

/* Paths below /proc; each network namespace has its own. */
#define NF_PORTZERO_PROC_STAT		"net/stat/nf_portzero"
#define NF_PORTZERO_PROC_TOTALS		"net/nf_portzero"
#define NF_PORTZERO_PROC_TALKERS	"net/nf_portzero_talkers"
#define NF_PORTZERO_PROC_ENABLE		"sys/net/netfilter/nf_portzero_enable"
#define NF_PORTZERO_PROC_DROP		"sys/net/netfilter/nf_portzero_drop"
#define NF_PORTZERO_PROC_AUDIT		"sys/net/netfilter/nf_portzero_audit"

/**
 * enum nf_portzero_counter - the counters, in the order of the columns
 *
 * Unsigned 64-bit, in packets but for @NF_PORTZERO_BYTES, and only growing.
 * A GRO or GSO packet counts as its segments. New counters go to the end.
 *
 * @NF_PORTZERO_TCP: TCP packets whose ports were read
 * @NF_PORTZERO_SRC: true port zero, only the source
 * @NF_PORTZERO_DST: true port zero, only the destination
 * @NF_PORTZERO_BOTH: true port zero, source and destination
 * @NF_PORTZERO_SYN: true ones with SYN
 * @NF_PORTZERO_SYNACK: true ones with SYN and ACK
 * @NF_PORTZERO_RST: true ones with RST, with or without ACK
 * @NF_PORTZERO_ACK: true ones with ACK, without SYN or RST
 * @NF_PORTZERO_ODD: true ones with any other flags, or none
 * @NF_PORTZERO_PAYLOAD: true ones with data after a valid header
 * @NF_PORTZERO_BADHDR: true ones whose data offset is below 5 words or past
 *	the packet's end
 * @NF_PORTZERO_BADCSUM: true ones with a wrong checksum, where cheap to know
 * @NF_PORTZERO_IPV6: true ones over IPv6
 * @NF_PORTZERO_FRAG: phantoms: later fragments of TCP
 * @NF_PORTZERO_SHORT: phantoms: TCP packets that end before the ports
 * @NF_PORTZERO_HIDDEN: phantoms: IPv6 first fragments whose header chain stops
 *	before TCP (RFC 7112), or chains longer than NF_PORTZERO_EXTHDR_MAX
 * @NF_PORTZERO_ECHO: ICMP and ICMPv6 echo requests
 * @NF_PORTZERO_BYTES: IP bytes of the true ones
 * @NF_PORTZERO_OUT: true ones this host itself sends
 * @NF_PORTZERO_DROPPED: packets this module dropped
 * @NF_PORTZERO_LEAK: true ones that survived the firewall
 * @NF_PORTZERO_LEAK_ECHO: echo requests that survived the firewall
 * @NF_PORTZERO_ECHO_IPV6: those of @NF_PORTZERO_ECHO over IPv6
 * @NF_PORTZERO_LEAK_LOCAL: those of @NF_PORTZERO_LEAK to this host itself; the
 *	rest is forwarded
 * @NF_PORTZERO_LEAK_IPV6: those of @NF_PORTZERO_LEAK over IPv6
 * @NF_PORTZERO_LEAK_ECHO_LOCAL: those of @NF_PORTZERO_LEAK_ECHO to this host
 * @NF_PORTZERO_LEAK_ECHO_IPV6: those of @NF_PORTZERO_LEAK_ECHO over IPv6
 */
enum nf_portzero_counter {
	NF_PORTZERO_TCP,
	NF_PORTZERO_SRC,
	NF_PORTZERO_DST,
	NF_PORTZERO_BOTH,
	NF_PORTZERO_SYN,
	NF_PORTZERO_SYNACK,
	NF_PORTZERO_RST,
	NF_PORTZERO_ACK,
	NF_PORTZERO_ODD,
	NF_PORTZERO_PAYLOAD,
	NF_PORTZERO_BADHDR,
	NF_PORTZERO_BADCSUM,
	NF_PORTZERO_IPV6,
	NF_PORTZERO_FRAG,
	NF_PORTZERO_SHORT,
	NF_PORTZERO_HIDDEN,
	NF_PORTZERO_ECHO,
	NF_PORTZERO_BYTES,
	NF_PORTZERO_OUT,
	NF_PORTZERO_DROPPED,
	NF_PORTZERO_LEAK,
	NF_PORTZERO_LEAK_ECHO,
	NF_PORTZERO_ECHO_IPV6,
	NF_PORTZERO_LEAK_LOCAL,
	NF_PORTZERO_LEAK_IPV6,
	NF_PORTZERO_LEAK_ECHO_LOCAL,
	NF_PORTZERO_LEAK_ECHO_IPV6
};

#define NF_PORTZERO_COUNTERS	(NF_PORTZERO_LEAK_ECHO_IPV6 + 1)

/* Initializer of an array of NF_PORTZERO_COUNTERS column names. */
#define NF_PORTZERO_NAMES {					\
	[NF_PORTZERO_TCP]	= "tcp",			\
	[NF_PORTZERO_SRC]	= "src",			\
	[NF_PORTZERO_DST]	= "dst",			\
	[NF_PORTZERO_BOTH]	= "both",			\
	[NF_PORTZERO_SYN]	= "syn",			\
	[NF_PORTZERO_SYNACK]	= "synack",			\
	[NF_PORTZERO_RST]	= "rst",			\
	[NF_PORTZERO_ACK]	= "ack",			\
	[NF_PORTZERO_ODD]	= "odd",			\
	[NF_PORTZERO_PAYLOAD]	= "payload",			\
	[NF_PORTZERO_BADHDR]	= "badhdr",			\
	[NF_PORTZERO_BADCSUM]	= "badcsum",			\
	[NF_PORTZERO_IPV6]	= "ipv6",			\
	[NF_PORTZERO_FRAG]	= "frag",			\
	[NF_PORTZERO_SHORT]	= "short",			\
	[NF_PORTZERO_HIDDEN]	= "hidden",			\
	[NF_PORTZERO_ECHO]	= "echo",			\
	[NF_PORTZERO_BYTES]	= "bytes",			\
	[NF_PORTZERO_OUT]	= "out",			\
	[NF_PORTZERO_DROPPED]	= "dropped",			\
	[NF_PORTZERO_LEAK]	= "leak",			\
	[NF_PORTZERO_LEAK_ECHO]	= "leak_echo",			\
	[NF_PORTZERO_ECHO_IPV6]	= "echo_ipv6",			\
	[NF_PORTZERO_LEAK_LOCAL] = "leak_local",		\
	[NF_PORTZERO_LEAK_IPV6]	= "leak_ipv6",			\
	[NF_PORTZERO_LEAK_ECHO_LOCAL] = "leak_echo_local",	\
	[NF_PORTZERO_LEAK_ECHO_IPV6] = "leak_echo_ipv6",	\
}

/* IPv6 extension headers followed before a chain counts as hidden. */
#define NF_PORTZERO_EXTHDR_MAX		64

/* Talkers of each kind (sources, destinations) kept per CPU and window. */
#define NF_PORTZERO_TALKERS		64

/* Seconds a window of talkers lasts. */
#define NF_PORTZERO_WINDOW		60

#endif /* _NF_PORTZERO_H */
