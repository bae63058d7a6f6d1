/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The learned background of one signal.
 */
#ifndef PORTZERO_BASELINE_H
#define PORTZERO_BASELINE_H

struct baseline {
	double level;
};

#endif /* PORTZERO_BASELINE_H */
