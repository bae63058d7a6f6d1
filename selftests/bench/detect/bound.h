/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lorden's bound: how soon can a change be seen at all?
 */
#ifndef DETECT_BOUND_H
#define DETECT_BOUND_H

/**
 * lorden_bound - the least mean delay, in seconds
 * @rate: before the change
 * @ratio: by which it grows
 * @dispersion: variance of a row over its mean
 * @row: seconds in a row
 *
 * ln(gamma) over the Kullback-Leibler divergence per second of rows after the
 * change from rows before it, with a mean time gamma of 30 days between
 * false alarms.
 */
double lorden_bound(double rate, double ratio, double dispersion, double row);

#endif
