/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers that are the same but for how computers round. */
#ifndef _SELFTESTS_ABOUT_H
#define _SELFTESTS_ABOUT_H

#include <math.h>

#define ABOUT(expected, is) EXPECT_LT(off(expected, is), 1 / 1e9)

/* By which part of what was expected, or by how much where that is less than 1 */
static double off(double expected, double is)
{
	return fabs(expected - is) / fmax(1, fabs(expected));
}

#endif /* _SELFTESTS_ABOUT_H */
