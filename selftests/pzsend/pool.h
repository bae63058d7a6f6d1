/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses and ports to pick from, one for each packet. */
#ifndef _PZSEND_POOL_H
#define _PZSEND_POOL_H

#include <stdbool.h>
#include <linux/types.h>

enum pool_order { POOL_ROTATE, POOL_RANDOM, POOL_ZIPF };

/**
 * struct pool - consecutive addresses and how to pick from them
 * @ipv6: the family
 * @base: the first
 * @size: how many
 * @order: one after the other, any, or the first ones most often
 * @below: for POOL_ZIPF, the probability of picking one up to each
 */
struct pool {
	bool ipv6;
	__u8 base[16];
	__u32 size;
	enum pool_order order;
	double *below;
};

/**
 * struct ports - a range of ports
 * @low: the first
 * @high: the last
 * @random: any of them, not one after the other
 */
struct ports {
	__u16 low;
	__u16 high;
	bool random;
};

/**
 * pool_parse - read ADDRESS[+SIZE[:random|:zipf=EXPONENT]]
 * @pool: where to
 * @arg: the text
 *
 * Return: false when it is not that.
 */
bool pool_parse(struct pool *pool, const char *arg);

/**
 * pool_pick - pick an address
 * @pool: from here
 * @i: the packet's number
 * @rng: state of rng_next()
 * @addr: where to; IPv4 in the first four bytes
 */
void pool_pick(const struct pool *pool, __u64 i, __u64 *rng, __u8 addr[16]);

/**
 * ports_parse - read PORT, LOW-HIGH or LOW-HIGH:random
 * @ports: where to
 * @arg: the text
 *
 * Return: false when it is not that.
 */
bool ports_parse(struct ports *ports, const char *arg);

/**
 * ports_pick - pick a port
 * @ports: from here
 * @i: the packet's number
 * @rng: state of rng_next()
 *
 * Return: the port.
 */
__u16 ports_pick(const struct ports *ports, __u64 i, __u64 *rng);

#endif /* _PZSEND_POOL_H */
