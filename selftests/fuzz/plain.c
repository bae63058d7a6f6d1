// SPDX-License-Identifier: GPL-2.0
/*
 * Stands in for libFuzzer: tries the files that are named, or else packets
 * made at random, the same ones for the same seed (SEED, ROUNDS).
 */
#include "fuzz.h"

#define SIZE_MAX_TRIED	256

static __u64 state;

static __u32 below(__u32 limit)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (__u32)(state >> 33) % limit;
}

static long number(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 0) : otherwise;
}

/*
 * Noise would hardly ever be TCP: values that mean something are likelier, and
 * the beginning is that of an IPv4 or IPv6 packet more often than not.
 */
static size_t make(__u8 *data)
{
	static const __u8 telling[] = {
		0, 0, 0, 0, 1, 4, 5, 6, 6, 6, 8, 17, 43, 44, 44, 51, 58, 60,
		0x08, 0x86, 0xdd, 0x81, 0x45, 0x46, 0x60, 128, 135, 139, 255,
	};
	size_t size = below(SIZE_MAX_TRIED) + 1;

	for (size_t i = 0; i < size; i++)
		data[i] = below(3) ? telling[below(sizeof(telling))] :
				     (__u8)below(256);
	return size;
}

static int try_file(const char *name)
{
	static __u8 data[1 << 20];
	FILE *file = fopen(name, "rb");
	size_t size;

	if (!file) {
		perror(name);
		return 1;
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	fuzz_input(data, size);
	return 0;
}

int main(int argc, char **argv)
{
	long rounds = number("ROUNDS", 50000);
	__u8 data[SIZE_MAX_TRIED];

	for (int i = 1; i < argc; i++) {
		if (try_file(argv[i]))
			return 1;
	}
	state = (__u64)number("SEED", 1);
	for (long i = 0; argc == 1 && i < rounds; i++)
		fuzz_input(data, make(data));
	printf("%s: %ld tried, nothing found\n", argv[0],
	       argc == 1 ? rounds : argc - 1);
	return 0;
}
