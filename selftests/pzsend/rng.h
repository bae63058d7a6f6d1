/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers that look random and are the same on every run with the same seed. */
#ifndef _PZSEND_RNG_H
#define _PZSEND_RNG_H

#include <linux/types.h>

/**
 * rng_next - the next number
 * @state: the seed at first, then whatever was left there
 *
 * A Weyl sequence scrambled by two multiplications, which is plenty for tests.
 *
 * Return: 64 bits.
 */
static inline __u64 rng_next(__u64 *state)
{
	__u64 x = *state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

/**
 * rng_below - a number below a limit
 * @state: as for rng_next()
 * @limit: not zero
 *
 * Return: 0 to @limit - 1.
 */
static inline __u64 rng_below(__u64 *state, __u64 limit)
{
	return rng_next(state) % limit;
}

#endif /* _PZSEND_RNG_H */
