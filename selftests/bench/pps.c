// SPDX-License-Identifier: GPL-2.0
/*
 * pps: how many instructions a packet costs, from its sender until it is gone.
 *
 * usage: pps [-n BATCHES] [-p PREFIX] NETNS IN BULK-IN OUT KIND...
 *
 * Sends packets of each KIND on the device IN in the network namespace NETNS,
 * bulk kinds on BULK-IN. In the end it prints a line for each kind: PREFIX, its
 * name, instructions per packet, how many packets left the machine through OUT
 * and of how many. Of a bulk stream, a packet is what GRO makes of a batch.
 *
 * For QEMU's -icount shift=0, where the time-stamp counter counts
 * instructions. The cost is the mean of the middle half of all batches, so that
 * those with a timer's tick in them don't count.
 */
#include <linux/types.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <x86intrin.h>

#include "sender.h"

#define WARM_UP		10	/* batches whose cost is not looked at */
#define HELD_MAX	100	/* packets held back at once */

/*
 * No time of the host passes while nothing runs, but what the kernel has put off
 * gets done.
 */
#define SETTLE_US	500000

struct bench {
	const char *prefix;
	int fd;
	int bulk_fd;
	int held[2];
	unsigned int holds;
	const char *out;
	unsigned int batches;
	__u64 *cost;
};

static void wrong_use(void)
{
	fputs("usage: pps [-n BATCHES] [-p PREFIX] NETNS IN BULK-IN OUT KIND...\n",
	      stderr);
	exit(2);
}

static unsigned long long left_through(const char *device)
{
	unsigned long long n;
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/tx_packets",
		 device);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%llu", &n) != 1)
		die(path);
	fclose(f);
	return n;
}

/* A way to hold packets back: what is sent to the one comes to the other. */
static void open_held(struct bench *bench)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(to);
	int i;

	for (i = 0; i < 2; i++) {
		bench->held[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (bench->held[i] < 0)
			die("socket");
	}
	if (bind(bench->held[1], (struct sockaddr *)&to, sizeof(to)) ||
	    getsockname(bench->held[1], (struct sockaddr *)&to, &len) ||
	    connect(bench->held[0], (struct sockaddr *)&to, sizeof(to)))
		die("127.0.0.1");
}

/*
 * A packet's memory is the same from one to the next, as long as each is gone
 * before the next is sent, and where it lies in its slab costs an instruction
 * more or less. So a little memory of that size is held back before each batch.
 */
static void hold_back(struct bench *bench)
{
	static const char some[64];
	char buf[sizeof(some)];

	if (send(bench->held[0], some, sizeof(some), 0) < 0)
		die("send");
	if (++bench->holds < HELD_MAX)
		return;
	/* it waits for what ksoftirqd has yet to bring */
	for (; bench->holds; bench->holds--)
		if (recv(bench->held[1], buf, sizeof(buf), 0) < 0)
			die("recv");
}

/*
 * The sender and the NAPI thread of the bulk device are both FIFO and take
 * turns, with nothing else between. Elsewhere that would starve ksoftirqd.
 */
static void take_turns(bool on)
{
	struct sched_param param = { .sched_priority = on };

	if (sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &param))
		die("sched_setscheduler");
}

static __u64 measure_batch(struct bench *bench,
			   const struct kind *kind, unsigned int first)
{
	static struct batch batch;
	__u64 began;

	batch_build(&batch, kind, first);
	hold_back(bench);
	began = __rdtsc();
	batch_send(&batch, kind->bulk ? bench->bulk_fd : bench->fd);
	if (kind->bulk)
		sched_yield();
	return __rdtsc() - began;
}

static int compare(const void *a, const void *b)
{
	const __u64 *l = a, *r = b;

	return *l < *r ? -1 : *l > *r;
}

static double middle(__u64 *cost, unsigned int n)
{
	unsigned int i, skip = n / 4;
	__u64 sum = 0;

	qsort(cost, n, sizeof(*cost), compare);
	for (i = skip; i < n - skip; i++)
		sum += cost[i];
	return (double)sum / (n - 2 * skip);
}

static void measure(struct bench *bench, const struct kind *kind)
{
	const unsigned int frames = kind->bulk ? BULK_SEGMENTS : BATCH;
	const unsigned int packets = kind->bulk ? 1 : BATCH;
	unsigned long long before = left_through(bench->out);
	unsigned int i;

	usleep(SETTLE_US);
	take_turns(kind->bulk);
	for (i = 0; i < WARM_UP; i++)
		measure_batch(bench, kind, i * frames);
	for (i = 0; i < bench->batches; i++)
		bench->cost[i] = measure_batch(bench, kind,
					       (i + WARM_UP) * frames);
	take_turns(false);
	printf("%s%s %.2f %llu %u\n", bench->prefix, kind->name,
	       middle(bench->cost, bench->batches) / packets,
	       left_through(bench->out) - before,
	       (bench->batches + WARM_UP) * packets);
}

int main(int argc, char **argv)
{
	struct bench bench = { .batches = 101, .prefix = "" };
	const struct kind *kind;
	int c, i;

	while ((c = getopt(argc, argv, "n:p:")) != -1) {
		if (c == 'n')
			bench.batches = strtoul(optarg, NULL, 10);
		else if (c == 'p')
			bench.prefix = optarg;
		else
			wrong_use();
	}
	if (argc - optind < 5 || !bench.batches || bench.batches > 1000000)
		wrong_use();
	argv += optind;
	bench.cost = calloc(bench.batches, sizeof(*bench.cost));
	if (!bench.cost)
		die("pps");
	bench.fd = sender_open(argv[0], argv[1]);
	bench.bulk_fd = sender_open(argv[0], argv[2]);
	bench.out = argv[3];
	open_held(&bench);
	for (i = 4; argv[i]; i++) {
		kind = kind_named(argv[i]);
		if (!kind) {
			fprintf(stderr, "pps: no kind '%s'\n", argv[i]);
			return 2;
		}
		measure(&bench, kind);
	}
	free(bench.cost);
	return 0;
}
