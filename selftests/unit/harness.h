/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's, but for the time after which a test hangs, however slow the machine. */
#ifndef _SELFTESTS_HARNESS_H
#define _SELFTESTS_HARNESS_H

#include <unistd.h>

#ifdef COVERAGE
/* The harness's children end by _exit(), which forgets what gcov has counted. */
void __gcov_dump(void);

#define _exit(status)	(__gcov_dump(), _exit(status))
#endif

#include "kselftest_harness.h"

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	3600

#endif /* _SELFTESTS_HARNESS_H */
