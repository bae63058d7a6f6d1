/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel's programmers are used to and the C library lacks.
 */
#ifndef PORTZERO_UTIL_H
#define PORTZERO_UTIL_H

#include <stdint.h>
#include <time.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

#ifndef __printf
#define __printf(text, args)	__attribute__((format(printf, text, \
						      args)))
#endif

/* For printf()'s %llu, whatever uint64_t is made of. */
static inline unsigned long long llu(uint64_t value)
{
	return value;
}

/* The difference of counts, which are not all read at one moment. */
static inline uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* A clock's time in seconds. */
static inline double clock_seconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1000000000;
}

#endif /* PORTZERO_UTIL_H */
