/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers as the wire carries them, and the sum that its checksums are of. */
#ifndef _PZSEND_WIRE_H
#define _PZSEND_WIRE_H

#include <linux/types.h>

/**
 * wire_put16 - write a number in network order
 * @at: two bytes, aligned or not
 * @value: the number
 */
static inline void wire_put16(__u8 *at, __u16 value)
{
	at[0] = value >> 8;
	at[1] = value;
}

/**
 * wire_sum - add up bytes for a checksum (RFC 1071)
 * @at: the bytes
 * @len: how many; behind an odd number there is a zero
 * @sum: of what came before
 *
 * Return: the ones' complement sum, of which the complement is the checksum.
 */
static inline __u16 wire_sum(const __u8 *at, __u32 len, __u32 sum)
{
	__u32 i;

	for (i = 0; i + 1 < len; i += 2)
		sum += at[i] << 8 | at[i + 1];
	if (len & 1)
		sum += at[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

#endif /* _PZSEND_WIRE_H */
