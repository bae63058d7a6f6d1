/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzzers share.
 */
#ifndef _FUZZ_FUZZ_H
#define _FUZZ_FUZZ_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/types.h>

/* A thing that must hold for every input. */
#define MUST(condition) do {						\
	if (!(condition)) {						\
		dprintf(STDERR_FILENO, "%s:%d: %s does not hold\n", __FILE__, \
			__LINE__, #condition);				\
		abort();						\
	}								\
} while (0)

/**
 * fuzz_input - try an input; the Makefile gives it the name that libFuzzer wants
 * @data: the input
 * @size: bytes of it
 *
 * Return: 0.
 */
int fuzz_input(const __u8 *data, size_t size);

/* A copy that ends where its memory ends. */
static inline __u8 *exact_copy(const void *data, size_t size)
{
	__u8 *copy = malloc(size ? size : 1);

	MUST(copy);
	memcpy(copy, data, size);
	return copy;
}

#endif /* _FUZZ_FUZZ_H */
