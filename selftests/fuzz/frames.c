// SPDX-License-Identifier: GPL-2.0
/*
 * Captured frames of every link type, cut anywhere: each is counted once, the
 * columns add up, and a frame that was cut is counted as the whole one is, or
 * as cut, never as something else.
 *
 * The first byte of an input chooses the link type, the next two how many
 * bytes of the frame were not captured, the rest is the frame.
 */
#include <pcap/pcap.h>

#include "fuzz.h"
#include "input/tally.h"
#include "lib/util.h"

static const int linktypes[] = {
	DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_RAW, DLT_IPV4, DLT_IPV6,
	DLT_NULL, DLT_LOOP, DLT_PPP, DLT_PPP_SERIAL, DLT_PPP_ETHER, DLT_C_HDLC,
	DLT_IPOIB, DLT_NFLOG, DLT_DSA_TAG_BRCM, DLT_DSA_TAG_BRCM_PREPEND,
	DLT_DSA_TAG_DSA, DLT_DSA_TAG_EDSA,
};

static __u64 column(const struct tally *t, enum nf_portzero_counter which)
{
	return t->counters.value[which];
}

static enum portzero_class count_frame(struct tally *t, int linktype,
				       const __u8 *data, __u32 cap,
				       __u32 len)
{
	__u8 *copy = exact_copy(data, cap);
	struct frame f = { copy, cap, len };
	enum portzero_class class;

	tally_init(t);
	class = tally_frame(t, linktype, &f, 1383354000);
	free(copy);
	return class;
}

static void check_sums(const struct tally *t, enum portzero_class class)
{
	__u64 all = true_packets(&t->counters);
	__u64 flags = 0, counted;

	for (int i = NF_PORTZERO_SYN; i <= NF_PORTZERO_ODD; i++)
		flags += t->counters.value[i];
	counted = column(t, NF_PORTZERO_TCP) + phantom_packets(&t->counters) +
		  column(t, NF_PORTZERO_ECHO) + t->other + t->malformed +
		  t->cut;
	MUST(t->packets == 1);
	MUST(counted <= 1);
	MUST(all == flags);
	MUST(all == (class == PORTZERO_TRUE));
	MUST(all == t->all.sources.used);
	MUST(all == t->all.destinations.used);
	MUST(column(t, NF_PORTZERO_FRAG) == (class == PORTZERO_FRAG));
	MUST(column(t, NF_PORTZERO_SHORT) == (class == PORTZERO_SHORT));
	MUST(column(t, NF_PORTZERO_HIDDEN) == (class == PORTZERO_HIDDEN));
	MUST(column(t, NF_PORTZERO_ECHO) == (class == PORTZERO_ECHO));
	MUST(column(t, NF_PORTZERO_TCP) ==
	     (class == PORTZERO_TCP || class == PORTZERO_TRUE));
	MUST(t->cut_zero <= t->cut);
	if (t->cut || t->other || t->malformed)
		MUST(class == PORTZERO_OTHER);
	for (int i = NF_PORTZERO_PAYLOAD; i <= NF_PORTZERO_IPV6; i++)
		MUST(t->counters.value[i] <= all);
	for (int i = NF_PORTZERO_OUT; i <= NF_PORTZERO_LEAK_ECHO; i++)
		MUST(!t->counters.value[i]);
}

static void check_cut(const struct tally *whole, const struct tally *part)
{
	struct counters c = part->counters;

	if (part->cut)
		return;
	/* a checksum takes all of the bytes */
	if (!c.value[NF_PORTZERO_BADCSUM])
		c.value[NF_PORTZERO_BADCSUM] = column(whole, NF_PORTZERO_BADCSUM);
	MUST(!memcmp(&c, &whole->counters, sizeof(c)));
	MUST(part->other == whole->other);
	MUST(part->malformed == whole->malformed);
}

int fuzz_input(const __u8 *data, size_t size)
{
	static struct tally whole, part;
	enum portzero_class class;
	__u32 missing, cap;
	int linktype;

	if (size < 3)
		return 0;
	linktype = linktypes[data[0] % ARRAY_SIZE(linktypes)];
	missing = (__u32)data[1] << 8 | data[2];
	cap = (__u32)size - 3;
	data += 3;

	MUST(datalink_known(linktype));
	class = count_frame(&part, linktype, data, cap, cap + missing);
	check_sums(&part, class);

	class = count_frame(&whole, linktype, data, cap, cap);
	check_sums(&whole, class);
	/* what the file lacks of the whole one is undecided already */
	for (__u32 n = 0; n < cap && !whole.cut; n++) {
		class = count_frame(&part, linktype, data, n, cap);
		check_sums(&part, class);
		check_cut(&whole, &part);
		if (n > 128)
			n += 31;
	}
	return 0;
}
