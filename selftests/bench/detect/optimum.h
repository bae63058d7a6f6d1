/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The yardstick: how soon can a change be seen at all?
 */
#ifndef DETECT_OPTIMUM_H
#define DETECT_OPTIMUM_H

/**
 * struct optimum - Page's CUSUM that was told everything
 * @threshold: at which it rings, nats
 * @delay: until it does, mean, seconds
 */
struct optimum {
	double threshold;
	double delay;
};

/**
 * optimum - work it out
 * @rate: before the change
 * @ratio: by which it grows
 * @dispersion: variance of a row over its mean
 * @row: seconds in a row
 *
 * It knows both rates and the law, sees the same rows and gives as many false
 * alarms as a detector of the default settings may. No detector is sooner
 * (Moustakides, "Optimal stopping times for detecting changes in
 * distributions", Ann. Stat. 14, 1986). May be called by several threads; what
 * was worked out once, for rates within 2 %, is kept.
 */
struct optimum optimum(double rate, double ratio, double dispersion, double row);

#endif
