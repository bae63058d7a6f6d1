/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a packet is, the slow and obvious way.
 */
#ifndef _FUZZ_REFERENCE_H
#define _FUZZ_REFERENCE_H

#include <stdbool.h>
#include <linux/types.h>
#include <linux/netfilter/nf_portzero.h>

/* The README's words. */
enum kind {
	KIND_OTHER, KIND_TCP, KIND_TRUE, KIND_FRAG, KIND_SHORT, KIND_HIDDEN,
	KIND_ECHO,
};

/**
 * struct reference - a packet
 * @kind: what it is
 * @ports: the counter of its ports, if it is true port zero
 * @flags: and that of its flags
 * @sport: its source port, if it has ports
 * @dport: and destination port
 * @badhdr: as the counter
 * @payload: as the counter
 * @wrong_sum: its TCP checksum is wrong, if a whole header is there
 * @tcp: bytes of TCP, if it is true port zero
 * @first: it is the first of several fragments
 */
struct reference {
	enum kind kind;
	enum nf_portzero_counter ports;
	enum nf_portzero_counter flags;
	__u32 sport;
	__u32 dport;
	bool badhdr;
	bool payload;
	bool wrong_sum;
	__u32 tcp;
	bool first;
};

/**
 * reference4 - an IPv4 packet, by RFC 791
 * @at: its first byte
 * @len: how many there are
 *
 * Return: what it is.
 */
struct reference reference4(const __u8 *at, __u32 len);

/**
 * reference6 - an IPv6 packet, by RFC 8200
 * @at: its first byte
 * @len: how many there are
 *
 * Return: what it is.
 */
struct reference reference6(const __u8 *at, __u32 len);

#endif /* _FUZZ_REFERENCE_H */
