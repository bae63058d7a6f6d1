/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bank of CUSUM charts over one signal.
 */
#ifndef PORTZERO_CHARTS_H
#define PORTZERO_CHARTS_H

struct charts {
	double score;
};

#endif /* PORTZERO_CHARTS_H */
