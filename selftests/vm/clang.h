/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Linux takes gcc to know, where Debian's configuration says it, and clang
 * doesn't: read through a named address space (Linux 6.8), per-CPU data came from
 * none, and the first packet made the kernel fault.
 */
#undef CONFIG_CC_HAS_NAMED_AS
#undef CONFIG_USE_X86_SEG_SUPPORT
