// SPDX-License-Identifier: GPL-2.0
/*
 * scale: does a second processor help as much with the module as without it?
 *
 * usage: scale [-n SAMPLES] [-t SECONDS] SWITCH NETNS DEVICE KIND DEVICE KIND
 *
 * Sends packets from one processor, the first KIND on the first DEVICE, then
 * from two, the second KIND on the second DEVICE; with SWITCH, a sysctl's file,
 * at 0, at 1, and at 0 once more. Prints
 *
 *   RATIO CONTROL
 *
 * how many times the packets of one processor two forward with the switch on,
 * as a ratio to the same with it off; and the like for the two times that it
 * was off, which shows how far such a ratio can be trusted. Exits with 4 if the
 * machine is too busy to tell.
 *
 * A machine has other things to do. So there are short turns, one way after the
 * other, until there are enough samples or the time is up. A sample is the time
 * that a few packets take; one that was interrupted is left out, and so is one
 * during which the other processor, where there are two, didn't get on. What
 * counts is the median.
 */
#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "sender.h"

#define PROCESSORS	2
#define FEW		8	/* packets that are timed together */
#define TURN_US		20000
#define SAMPLES_MAX	100000
#define INTERRUPTED	4	/* times what a sample takes undisturbed */
#define EXIT_BUSY	4
#define EXIT_BUSY	4

enum state { OFF, ON, AGAIN, STATES };

struct samples {
	__u64 cost[SAMPLES_MAX];
	unsigned int used;
};

/**
 * struct worker - a processor
 * @done: how many samples it has taken
 * @thread: its thread
 * @batch: what it sends
 * @fd: where to
 * @samples: where the costs go; NULL to do nothing in this turn
 * @both: the other one works too
 */
struct worker {
	alignas(128) atomic_ulong done;
	alignas(128) pthread_t thread;
	struct batch batch;
	int fd;
	struct samples *samples;
	bool both;
};

static struct worker workers[PROCESSORS];
static pthread_barrier_t begin, end;
static atomic_bool stop;
static struct samples all[STATES][PROCESSORS][PROCESSORS];
static __u64 limit = ~0ull;	/* what takes longer was interrupted */

static void wrong_use(void)
{
	fputs("usage: scale [-n SAMPLES] [-t SECONDS] SWITCH NETNS DEVICE KIND DEVICE KIND\n",
	      stderr);
	exit(2);
}

static unsigned long done(const struct worker *w)
{
	return atomic_load_explicit(&w->done, memory_order_relaxed);
}

static void take_samples(struct worker *w, const struct worker *other)
{
	struct samples *s = w->samples;
	unsigned long before;
	__u64 began, took;

	while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
		before = done(other);
		began = __rdtsc();
		batch_send(&w->batch, w->fd);
		took = __rdtsc() - began;
		atomic_fetch_add_explicit(&w->done, 1, memory_order_relaxed);
		if (took <= limit && s->used < SAMPLES_MAX &&
		    (!w->both || done(other) != before))
			s->cost[s->used++] = took;
	}
}

static void *work(void *arg)
{
	struct worker *w = arg;
	const int i = w - workers;
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(i, &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu))
		die("sched_setaffinity");
	for (;;) {
		pthread_barrier_wait(&begin);
		if (w->samples)
			take_samples(w, &workers[!i]);
		pthread_barrier_wait(&end);
	}
	return NULL;
}

/* The first processors work for a while. */
static void turn(enum state state, int processors)
{
	int i;

	for (i = 0; i < PROCESSORS; i++) {
		workers[i].samples = i < processors ?
				     &all[state][processors - 1][i] : NULL;
		workers[i].both = processors == PROCESSORS;
	}
	atomic_store(&stop, false);
	pthread_barrier_wait(&begin);
	usleep(TURN_US);
	atomic_store(&stop, true);
	pthread_barrier_wait(&end);
}

static void throw_switch(const char *path, bool on)
{
	FILE *f = fopen(path, "w");

	if (!f || fprintf(f, "%d\n", on) < 0 || fclose(f))
		die(path);
}

static int compare(const void *a, const void *b)
{
	const __u64 *l = a, *r = b;

	return *l < *r ? -1 : *l > *r;
}

static __u64 median(struct samples *s)
{
	qsort(s->cost, s->used, sizeof(*s->cost), compare);
	return s->cost[s->used / 2];
}

/* What two processors do as a multiple of one's. */
static double gain(enum state state)
{
	struct samples (*s)[PROCESSORS] = all[state];
	double one = median(&s[0][0]);

	return one / median(&s[1][0]) + one / median(&s[1][1]);
}

/* How many samples there are of the rarest kind. */
static unsigned int rarest(void)
{
	unsigned int least = SAMPLES_MAX;
	int state, i;

	for (state = 0; state < STATES; state++) {
		for (i = 0; i < PROCESSORS; i++)
			if (all[state][PROCESSORS - 1][i].used < least)
				least = all[state][PROCESSORS - 1][i].used;
		if (all[state][0][0].used < least)
			least = all[state][0][0].used;
	}
	return least;
}

static void start(struct worker *w, const char *netns, const char *device,
		  const char *name)
{
	const struct kind *kind = kind_named(name);

	if (!kind) {
		fprintf(stderr, "scale: no kind '%s'\n", name);
		exit(2);
	}
	batch_build(&w->batch, kind, 0);
	w->batch.used = FEW;
	w->fd = sender_open(netns, device);
	if (pthread_create(&w->thread, NULL, work, w))
		die("pthread_create");
}

int main(int argc, char **argv)
{
	unsigned int wanted = 1000, seconds = 60;
	int c, state, n;
	time_t began;
	double off;

	while ((c = getopt(argc, argv, "n:t:")) != -1) {
		switch (c) {
		case 'n':
			wanted = strtoul(optarg, NULL, 10);
			break;
		case 't':
			seconds = strtoul(optarg, NULL, 10);
			break;
		default:
			wrong_use();
		}
	}
	argv += optind;
	if (argc - optind != 6 || !wanted || wanted > SAMPLES_MAX)
		wrong_use();

	pthread_barrier_init(&begin, NULL, PROCESSORS + 1);
	pthread_barrier_init(&end, NULL, PROCESSORS + 1);
	start(&workers[0], argv[1], argv[2], argv[3]);
	start(&workers[1], argv[1], argv[4], argv[5]);

	throw_switch(argv[0], false);
	turn(OFF, 1);
	if (!all[OFF][0][0].used)
		die("scale: no packets");
	limit = median(&all[OFF][0][0]) * INTERRUPTED;
	all[OFF][0][0].used = 0;

	began = time(NULL);
	while (rarest() < wanted) {
		if (time(NULL) - began > (time_t)seconds) {
			fputs("scale: too busy a machine: two processors hardly work at once\n",
			      stderr);
			return EXIT_BUSY;
		}
		for (state = 0; state < STATES; state++) {
			throw_switch(argv[0], state == ON);
			for (n = 1; n <= PROCESSORS; n++)
				turn(state, n);
		}
	}
	off = gain(OFF);
	printf("%.4f %.4f\n", gain(ON) / off, gain(AGAIN) / off);
	return 0;
}
