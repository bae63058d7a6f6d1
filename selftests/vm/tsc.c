// SPDX-License-Identifier: GPL-2.0
/*
 * tsc: how fast the processor's time stamp counter runs, in kHz.
 *
 * An emulated machine has the host's counter, and its kernel measures it against
 * emulated timers. On a busy host, where it doesn't always run while they do, a
 * kernel was seen to take it for thirty times slower: its clock ran thirty times
 * too fast. So it is told. Prints nothing where the host has no such counter.
 */
#include <stdio.h>
#include <time.h>

#if defined(__x86_64__)

#include <x86intrin.h>

#define NS		1000000000LL
#define INTERVAL	(20 * 1000 * 1000)
#define TRIES		100

struct moment {
	long long ns;
	unsigned long long ticks;
};

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return ts.tv_sec * NS + ts.tv_nsec;
}

/* Both clocks at once: of some tries the one that was disturbed the least. */
static struct moment moment(void)
{
	long long before, after, least = NS;
	struct moment m = {};
	int i;

	for (i = 0; i < TRIES; i++) {
		unsigned long long ticks;

		before = now();
		ticks = __rdtsc();
		after = now();
		if (after - before < least) {
			least = after - before;
			m = (struct moment){ before + least / 2, ticks };
		}
	}
	return m;
}

int main(void)
{
	struct moment from = moment(), to;

	nanosleep(&(struct timespec){ .tv_nsec = INTERVAL }, NULL);
	to = moment();
	printf("%.0f\n", (to.ticks - from.ticks) * 1e6 / (to.ns - from.ns));
	return 0;
}

#else

int main(void)
{
	return 0;
}

#endif
