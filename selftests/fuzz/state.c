// SPDX-License-Identifier: GPL-2.0
/*
 * What was learned: whatever a file holds, it is taken whole, refused or set
 * aside; what was taken can be worked with and is the same when it is saved.
 *
 * An input whose first byte is even is the file. Else the rest is, and gets the
 * checksum that it should have, as no fuzzer would find that.
 */
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explain/learned.h"
#include "fuzz.h"
#include "text.h"

#define TEXT_MAX	131072

/* CRC-32 as in Ethernet's frames. */
static __u32 crc32(const char *text, size_t size)
{
	__u32 crc = ~0u;

	for (size_t i = 0; i < size; i++) {
		crc ^= (__u8)text[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}

static void work_with(struct detector *d, const char *path)
{
	struct detection out;
	char why[512];
	struct stat st;

	for (int s = 0; s < SIGNALS; s++) {
		/* it goes on later than what is in the file, or not at all */
		for (int i = 1; i < 5; i++)
			detector_feed(&d[s], 1.8e9 + i, 1, i * i, &out);
		MUST(!isnan(detector_baseline(&d[s], 1.8e9)));
	}
	MUST(!learned_save(path, d));
	MUST(!stat(path, &st) && st.st_mode == (S_IFREG | 0600));
	MUST(learned_load(path, d, why, sizeof(why)) == STATE_LOADED);
}

int fuzz_input(const __u8 *data, size_t size)
{
	static char text[TEXT_MAX + 32];
	struct detector detectors[SIGNALS];
	char why[512], aside[64];
	const char *path;

	if (!size || size > TEXT_MAX)
		return 0;
	size--;
	memcpy(text, data + 1, size);
	if (data[0] % 2)
		size += (size_t)sprintf(text + size, "checksum %08x\n",
					crc32(text, size));
	path = text_file(text, size);
	snprintf(aside, sizeof(aside), "%s.bad", path);

	for (int s = 0; s < SIGNALS; s++)
		detector_init(&detectors[s], &detector_defaults);
	switch (learned_load(path, detectors, why, sizeof(why))) {
	case STATE_LOADED:
		work_with(detectors, path);
		break;
	case STATE_ASIDE:
		MUST(!unlink(aside));
		break;
	case STATE_FAILED:
		MUST(!access(path, F_OK));
		break;
	case STATE_ABSENT:
		MUST(!size);
		break;
	}
	return 0;
}
