// SPDX-License-Identifier: GPL-2.0
#include "pool.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "rng.h"

#define POOL_MAX	0x1000000

static bool zipf_table(struct pool *pool, double exponent)
{
	double sum = 0;
	__u32 i;

	if (!(exponent > 0 && exponent <= 10))
		return false;
	pool->below = malloc(pool->size * sizeof(*pool->below));
	if (!pool->below)
		return false;
	for (i = 0; i < pool->size; i++) {
		sum += pow(i + 1, -exponent);
		pool->below[i] = sum;
	}
	for (i = 0; i < pool->size; i++)
		pool->below[i] /= sum;
	return true;
}

static bool parse_order(struct pool *pool, const char *arg)
{
	char *end;
	double exponent;

	if (!*arg)
		return true;
	if (!strcmp(arg, ":random")) {
		pool->order = POOL_RANDOM;
		return true;
	}
	if (strncmp(arg, ":zipf=", 6))
		return false;
	pool->order = POOL_ZIPF;
	exponent = strtod(arg + 6, &end);
	return end != arg + 6 && !*end && zipf_table(pool, exponent);
}

bool pool_parse(struct pool *pool, const char *arg)
{
	char text[64];
	size_t len = strcspn(arg, "+");
	unsigned long size;
	char *end;

	memset(pool, 0, sizeof(*pool));
	pool->size = 1;
	if (len >= sizeof(text))
		return false;
	memcpy(text, arg, len);
	text[len] = '\0';
	pool->ipv6 = strchr(text, ':');
	if (inet_pton(pool->ipv6 ? AF_INET6 : AF_INET, text, pool->base) != 1)
		return false;
	if (!arg[len])
		return true;
	size = strtoul(arg + len + 1, &end, 10);
	if (end == arg + len + 1 || !size || size > POOL_MAX)
		return false;
	pool->size = size;
	return parse_order(pool, end);
}

static __u32 pick_zipf(const struct pool *pool, double x)
{
	__u32 low = 0, high = pool->size - 1;

	while (low < high) {
		__u32 middle = (low + high) / 2;

		if (pool->below[middle] < x)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static __u32 pick_index(const struct pool *pool, __u64 i, __u64 *rng)
{
	switch (pool->order) {
	case POOL_RANDOM:
		return rng_below(rng, pool->size);
	case POOL_ZIPF:
		return pick_zipf(pool, ldexp(rng_next(rng) >> 11, -53));
	default:
		return i % pool->size;
	}
}

void pool_pick(const struct pool *pool, __u64 i, __u64 *rng, __u8 addr[16])
{
	__u32 carry = pool->size > 1 ? pick_index(pool, i, rng) : 0;
	int byte;

	memcpy(addr, pool->base, 16);
	for (byte = pool->ipv6 ? 15 : 3; carry && byte >= 0; byte--) {
		carry += addr[byte];
		addr[byte] = carry;
		carry >>= 8;
	}
}

static bool parse_port(const char **arg, __u16 *port)
{
	char *end;
	unsigned long value = strtoul(*arg, &end, 10);

	if (end == *arg || value > 65535)
		return false;
	*arg = end;
	*port = value;
	return true;
}

bool ports_parse(struct ports *ports, const char *arg)
{
	memset(ports, 0, sizeof(*ports));
	if (!parse_port(&arg, &ports->low))
		return false;
	ports->high = ports->low;
	if (*arg == '-') {
		arg++;
		if (!parse_port(&arg, &ports->high))
			return false;
	}
	if (!strcmp(arg, ":random")) {
		ports->random = true;
		arg += strlen(arg);
	}
	return !*arg && ports->low <= ports->high;
}

__u16 ports_pick(const struct ports *ports, __u64 i, __u64 *rng)
{
	__u32 size = ports->high - ports->low + 1;

	if (size == 1)
		return ports->low;
	return ports->low + (ports->random ? rng_below(rng, size) : i % size);
}
