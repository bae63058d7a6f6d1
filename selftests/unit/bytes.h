/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes that end where memory ends, so that whoever reads past them dies, and
 * the ways in which a packet's bytes may be fetched.
 */
#ifndef _SELFTESTS_BYTES_H
#define _SELFTESTS_BYTES_H

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/types.h>

/**
 * struct bytes - a packet
 * @at: its first byte
 * @len: how many there are
 * @head: how many lie in one piece; what goes beyond is copied, as with the
 *	kernel's non-linear packets
 */
struct bytes {
	const __u8 *at;
	__u32 len;
	__u32 head;
};

/* How often anything was copied; to be set to 0 by who wants to know. */
static __u64 bytes_copies;

/**
 * bytes_fetch - a portzero_fetch_t over struct bytes
 * @pkt: the struct bytes
 * @offset: from the first byte
 * @len: how many
 * @buf: room for them
 *
 * Return: the bytes, or NULL.
 */
static inline const void *bytes_fetch(const void *pkt, __u32 offset, __u32 len,
				      void *buf)
{
	const struct bytes *b = pkt;

	if (offset > b->len || len > b->len - offset)
		return NULL;
	if (offset + len <= b->head && (buf || b->head >= b->len))
		return b->at + offset;
	if (!buf)
		return NULL;
	bytes_copies++;
	/* as when nothing but what was asked for has been copied */
	memcpy(buf, b->at + offset, len);
	return buf;
}

/**
 * bytes_edge - the end of memory
 *
 * Return: an address with a mebibyte before it that may be used, and nothing
 * after it; NULL when there is no memory.
 */
static inline __u8 *bytes_edge(void)
{
	const size_t room = 1 << 20;
	__u8 *at = mmap(NULL, room + getpagesize(), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED || mprotect(at + room, getpagesize(), PROT_NONE))
		return NULL;
	return at + room;
}

#endif /* _SELFTESTS_BYTES_H */
