/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A subcommand's options in a file, "name value" on each line.
 */
#ifndef PORTZERO_SETTINGS_H
#define PORTZERO_SETTINGS_H

#include "lib/options.h"

/**
 * settings_read() - read a file of settings
 * @path: the file
 * @u: the subcommand's, whose options they are
 * @told: where they go
 *
 * Empty lines and those that begin with '#' say nothing. What is wrong is
 * complained of, line by line.
 *
 * Return: the file's text, which texts in @told point into, to be freed after
 * them; NULL if something was wrong.
 */
char *settings_read(const char *path, const struct usage *u, void *told);

#endif /* PORTZERO_SETTINGS_H */
