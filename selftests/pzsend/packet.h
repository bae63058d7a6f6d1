/* SPDX-License-Identifier: GPL-2.0 */
/* From a description of a packet to its bytes, in one frame or in fragments. */
#ifndef _PZSEND_PACKET_H
#define _PZSEND_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <netinet/in.h>
#include <linux/types.h>

#define PACKET_EXTS_MAX		96	/* IPv6 extension headers of one packet */
#define PACKET_FRAMES_MAX	128	/* frames that one packet may become */
#define PACKET_BYTES_MAX	65600	/* of one frame */

enum packet_proto { PROTO_TCP, PROTO_UDP, PROTO_ECHO };

enum packet_csum {
	CSUM_GOOD,
	CSUM_BAD,
	CSUM_PARTIAL,	/* left to the receiver's imaginary hardware */
};

enum frag_order {
	FRAG_FORWARD,
	FRAG_REVERSE,
	FRAG_LATER,	/* the first one never comes */
};

/**
 * struct packet - what to build
 * @ipv6: the IP version
 * @proto: what it carries
 * @csum: the layer-4 checksum
 * @src: address, IPv4 in the first four bytes
 * @dst: likewise
 * @sport: source port, or the echo identifier
 * @dport: destination port, or the echo sequence number
 * @seq: TCP sequence number
 * @flags: TCP flags
 * @doff: TCP data offset in words, believable or not
 * @payload: bytes after the layer-4 header
 * @cut: the packet ends after so many bytes of layer 4; -1: it is whole
 * @gso: segment size, to send one big packet for many; 0: no
 * @ttl: time to live or hop limit
 * @id: identification, for fragments
 * @options: IPv4 options
 * @options_len: a multiple of 4
 * @exts: IPv6 extension headers by their numbers
 * @exts_len: how many
 * @frag: send it in fragments
 * @frag_first: bytes of the fragmentable part in the first fragment
 * @frag_rest: and in each other; 0: all that is left
 * @frag_overlap: the second fragment starts so many bytes early
 * @frag_order: in which order they go out
 * @frag_twice: the first one goes out twice
 */
struct packet {
	bool ipv6;
	enum packet_proto proto;
	enum packet_csum csum;
	__u8 src[16];
	__u8 dst[16];
	__u16 sport;
	__u16 dport;
	__u32 seq;
	__u8 flags;
	__u8 doff;
	__u32 payload;
	int cut;
	__u16 gso;
	__u8 ttl;
	__u32 id;
	__u8 options[40];
	__u8 options_len;
	__u8 exts[PACKET_EXTS_MAX];
	__u8 exts_len;
	bool frag;
	__u32 frag_first;
	__u32 frag_rest;
	__u32 frag_overlap;
	enum frag_order frag_order;
	bool frag_twice;
};

/**
 * struct frame - a built frame, and what was put into it
 * @bytes: from the first IP byte; whoever calls provides the room
 * @len: how many
 * @packet: what it was built from
 * @fragment: it is a fragment, and not the only one
 * @offset: where in the fragmentable part it starts
 * @l4_len: bytes of layer 4 in it
 * @chain_len: bytes of the fragmentable part before layer 4
 * @data_len: bytes of the fragmentable part in it
 * @l4_start: where layer 4 starts, from the first IP byte, if it does
 * @segments: packets it stands for
 */
struct frame {
	__u8 *bytes;
	size_t len;
	const struct packet *packet;
	bool fragment;
	__u32 offset;
	__u32 l4_len;
	__u32 chain_len;
	__u32 data_len;
	__u32 l4_start;
	__u32 segments;
};

/**
 * packet_problem - can this be built?
 * @p: the packet
 *
 * Return: NULL, or what is wrong with it.
 */
const char *packet_problem(const struct packet *p);

/**
 * packet_build - build a packet's frames
 * @p: one that packet_problem() has nothing against
 * @frames: where to, PACKET_FRAMES_MAX of them with room for PACKET_BYTES_MAX
 *
 * Return: how many frames it took.
 */
int packet_build(const struct packet *p, struct frame *frames);

/**
 * packet_l4_header - the layer-4 header's size in bytes
 * @p: the packet
 *
 * Return: what is laid out, whatever the data offset claims.
 */
__u32 packet_l4_header(const struct packet *p);

/**
 * packet_csum_offset - where the checksum is in the layer-4 header
 * @p: the packet
 *
 * Return: the offset in bytes.
 */
__u32 packet_csum_offset(const struct packet *p);

#endif /* _PZSEND_PACKET_H */
