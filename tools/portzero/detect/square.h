/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Variances are made of squares.
 */
#ifndef PORTZERO_SQUARE_H
#define PORTZERO_SQUARE_H

static inline double square(double x)
{
	return x * x;
}

#endif /* PORTZERO_SQUARE_H */
