/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For fuzzers of what reads files.
 */
#ifndef _FUZZ_TEXT_H
#define _FUZZ_TEXT_H

#include <linux/types.h>
#include <stddef.h>

/**
 * text_file - put an input into a file
 * @data: the input
 * @size: bytes of it
 *
 * What the readers complain of goes nowhere from the first call on.
 *
 * Return: the file's path, the same for all inputs.
 */
const char *text_file(const void *data, size_t size);

#endif /* _FUZZ_TEXT_H */
