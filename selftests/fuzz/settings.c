// SPDX-License-Identifier: GPL-2.0
/*
 * Settings of watch: whatever a file holds, what comes of it can be worked with.
 */
#include <math.h>

#include "cmd/watch_settings.h"
#include "fuzz.h"
#include "text.h"

int fuzz_input(const __u8 *data, size_t size)
{
	char path[64];
	char *argv[4] = { (char *)"watch", (char *)"--config" };
	struct settings s = { 0 };

	snprintf(path, sizeof(path), "%s", text_file(data, size));
	argv[2] = path;
	if (watch_settings(&s, 3, argv) > 0) {
		MUST(isfinite(s.interval) && s.interval >= 0.01);
		MUST(isfinite(s.duration) && s.duration >= 0);
		MUST(isfinite(s.drop_hold) && s.drop_hold >= 0);
		MUST(isfinite(s.detector.hold) && s.detector.hold >= 0);
		MUST(isfinite(s.detector.least) && s.detector.least >= 1);
		MUST(!s.labels || strlen(s.labels) <= size);
		MUST(!s.exec || strlen(s.exec) <= size);
	}
	free(s.text);
	return 0;
}
