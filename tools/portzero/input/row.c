// SPDX-License-Identifier: GPL-2.0
/*
 * What was counted in one interval.
 */
#include "input/row.h"

const char *const signal_names[SIGNALS] = {
	"true", "phantom", "echo", "leak"
};

void row_count(struct row *row)
{
	uint64_t in = true_packets(row->delta);
	uint64_t out = row->delta->value[NF_PORTZERO_OUT];

	row->counts[SIGNAL_TRUE] = in > out ? in : out;
	row->counts[SIGNAL_PHANTOM] = phantom_packets(row->delta);
	row->counts[SIGNAL_ECHO] = row->delta->value[NF_PORTZERO_ECHO];
	row->counts[SIGNAL_LEAK] = row->delta->value[NF_PORTZERO_LEAK];
}
