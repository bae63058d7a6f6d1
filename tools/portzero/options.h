/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A subcommand's options.
 */
#ifndef PORTZERO_OPTIONS_H
#define PORTZERO_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

/* What next_option() returns beside the options' own values. */
#define OPTIONS_END	(-1)
#define OPTION_BAD	'?'

/**
 * next_option() - the next option, as getopt_long() with only long ones
 * @argc: the subcommand's
 * @argv: the subcommand's, its name first
 * @options: the long options, ended by a zeroed one
 *
 * Return: the option's value, OPTIONS_END, or OPTION_BAD after complaining.
 */
int next_option(int argc, char **argv, const struct option *options);

/**
 * option_number() - read the argument of the option just returned
 * @command: the subcommand's name
 * @option: the option's name
 * @value: where the number goes
 *
 * Return: true, or false after complaining.
 */
bool option_number(const char *command, const char *option, size_t *value);

#endif /* PORTZERO_OPTIONS_H */
