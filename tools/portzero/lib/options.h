/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A subcommand's options, in a table that its command line, its help and a
 * file of settings are all read and printed by.
 */
#ifndef PORTZERO_OPTIONS_H
#define PORTZERO_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct option_kind - what an option's argument is and where it goes
 * @set: put the argument, NULL if there is none, in its place; returns what is
 *       wrong with it, or NULL
 * @show: the place's value before anything was set, as the help's default; NULL
 *        if the help's text says it
 */
struct option_kind {
	const char *(*set)(void *place, const char *value);
	const char *(*show)(char *buf, size_t size, const void *place);
};

extern const struct option_kind option_flag;	/* bool */
extern const struct option_kind option_text;	/* const char *, as it was given */
extern const struct option_kind option_number;	/* size_t */
extern const struct option_kind option_time;	/* double, seconds; 0 is none */

/**
 * struct option_row - an option; without a name a heading above those that follow
 * @name: without its dashes
 * @letter: the same in short, or 0
 * @argument: its name, "[=NAME]" if it may be left out, NULL if there is none
 * @help: what it does; NULL ends a table
 * @kind: of its argument
 * @place: of its value in what the command is told
 */
struct option_row {
	const char *name;
	char letter;
	const char *argument;
	const char *help;
	const struct option_kind *kind;
	size_t place;
};

/**
 * struct usage - how a subcommand is used
 * @name: its own
 * @operands: what it takes beside options, NULL if nothing
 * @about: what it does
 * @options: its options, but for --help, which all have
 * @more: what else there is to know, or NULL
 */
struct usage {
	const char *name;
	const char *operands;
	const char *about;
	const struct option_row *options;
	const char *more;
};

/**
 * options_read() - read a command line
 * @u: the subcommand's
 * @told: what it is told, holding the defaults
 * @argc: the command line's
 * @argv: the command line, its first word the subcommand; operands are moved to
 *        its end
 *
 * Return: where the operands begin; 0 if help was asked for, and printed; below
 * that after complaining.
 */
int options_read(const struct usage *u, void *told, int argc, char **argv);

/**
 * options_find() - the option of that name
 * @u: the subcommand's
 * @name: without dashes, in full
 *
 * Return: the option, or NULL.
 */
const struct option_row *options_find(const struct usage *u, const char *name);

/**
 * option_set() - what an option says
 * @row: the option
 * @told: where it goes
 * @value: its argument, or NULL
 *
 * Return: what is wrong with the argument, or NULL.
 */
const char *option_set(const struct option_row *row, void *told,
		       const char *value);

#endif /* PORTZERO_OPTIONS_H */
