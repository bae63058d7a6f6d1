// SPDX-License-Identifier: GPL-2.0
/*
 * A subcommand's options.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/options.h"
#include "lib/print.h"
#include "lib/util.h"

/* A table has fewer rows; what getopt_long() returns is above any letter. */
#define MOST	32
#define HELP	256
#define FIRST	(HELP + 1)

#define WIDTH	79

static const char *set_flag(void *place, const char *value)
{
	(void)value;
	*(bool *)place = true;
	return NULL;
}

static const char *set_text(void *place, const char *value)
{
	*(const char **)place = value;
	return *value ? NULL : "wants a value";
}

static const char *set_number(void *place, const char *value)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end || errno)
		return "wants a number";
	*(size_t *)place = number;
	return NULL;
}

static const char *show_number(char *buf, size_t size, const void *place)
{
	snprintf(buf, size, "%zu", *(const size_t *)place);
	return buf;
}

static const char *set_time(void *place, const char *value)
{
	static const struct {
		const char *unit;
		double seconds;
	} units[] = {
		{ "", 1 }, { "s", 1 }, { "m", 60 }, { "min", 60 },
		{ "h", 3600 }, { "d", 86400 }, { "y", 31557600 },
		{ "ms", 0.001 },
	};
	char *end;
	double number = strtod(value, &end);

	for (size_t i = 0; end != value && i < ARRAY_SIZE(units); i++) {
		double seconds = number * units[i].seconds;

		if (!strcmp(end, units[i].unit) && seconds > 0 && seconds <= 1e11) {
			*(double *)place = seconds;
			return NULL;
		}
	}
	return "wants a time such as 10s or 5m";
}

static const char *show_time(char *buf, size_t size, const void *place)
{
	double seconds = *(const double *)place;

	return seconds > 0 ? format_seconds(buf, size, seconds) : NULL;
}

const struct option_kind option_flag = { set_flag, NULL };
const struct option_kind option_text = { set_text, NULL };
const struct option_kind option_number = { set_number, show_number };
const struct option_kind option_time = { set_time, show_time };

/* Text from a column on, broken between its words. */
static void print_wrapped(const char *text, int column)
{
	int at = column;

	while (*text) {
		int len = (int)strcspn(text, " ");

		if (at > column && at + 1 + len > WIDTH) {
			printf("\n%*s", column, "");
			at = column;
		}
		at += printf("%s%.*s", at > column ? " " : "", len, text);
		text += len + strspn(text + len, " ");
	}
	putchar('\n');
}

/* "  -j, --json", "      --labels FILE" */
static int print_name(char *buf, size_t size, const struct option_row *row)
{
	const char *argument = row->argument ? row->argument : "";
	char letter[] = { '-', row->letter, ',', '\0' };

	return snprintf(buf, size, "  %3s --%s%s%s  ",
			row->letter ? letter : "", row->name,
			*argument && *argument != '[' ? " " : "", argument);
}

static void print_option(const struct option_row *row, const void *told,
			 int column)
{
	const char *(*show)(char *, size_t, const void *) = row->kind->show;
	char name[64], text[512], value[32];
	const char *normal = NULL;

	if (show)
		normal = show(value, sizeof(value),
			      (const char *)told + row->place);
	print_name(name, sizeof(name), row);
	snprintf(text, sizeof(text), "%s%s%s%s", row->help,
		 normal ? " (default " : "", normal ? normal : "",
		 normal ? ")" : "");
	printf("%-*s", column, name);
	print_wrapped(text, column);
}

static void print_help(const struct usage *u, const void *told)
{
	static const struct option_row help = {
		"help", 'h', NULL, "this text", &option_flag, 0
	};
	const struct option_row *row;
	char name[64];
	int column = print_name(name, sizeof(name), &help);

	for (row = u->options; row->help; row++) {
		int len = row->name ? print_name(name, sizeof(name), row) : 0;

		column = len > column ? len : column;
	}
	printf("usage: portzero %s [OPTION...]%s%s\n\n%s\n", u->name,
	       u->operands ? " " : "", u->operands ? u->operands : "",
	       u->about);
	for (row = u->options; row->help; row++) {
		if (row->name)
			print_option(row, told, column);
		else
			puts(row->help);
	}
	print_option(&help, told, column);
	if (u->more)
		printf("\n%s", u->more);
}

const struct option_row *options_find(const struct usage *u, const char *name)
{
	for (const struct option_row *row = u->options; row->help; row++) {
		if (row->name && !strcmp(row->name, name))
			return row;
	}
	return NULL;
}

const char *option_set(const struct option_row *row, void *told,
		       const char *value)
{
	return row->kind->set((char *)told + row->place, value);
}

static bool take(const struct usage *u, void *told, int key)
{
	const struct option_row *row = u->options;
	const char *wrong;

	while (key < FIRST ? row->letter != key : row - u->options != key - FIRST)
		row++;
	wrong = option_set(row, told, optarg);
	if (wrong)
		complain("%s: --%s %s, not '%s'", u->name, row->name, wrong,
			 optarg);
	return !wrong;
}

static void complain_option(const struct usage *u, int key, char **argv)
{
	char letter[] = { '-', (char)optopt, '\0' };
	/* In "-xj" it may be any letter. */
	const char *word = optopt > 0 && optopt < HELP ? letter : argv[optind - 1];

	if (key == ':')
		complain("%s: %s needs a value", u->name, word);
	else
		complain("%s: cannot take '%s': see 'portzero %s --help'",
			 u->name, word, u->name);
}

/* Go through a command line: without @told only look whether it can be taken. */
static int walk(const struct usage *u, void *told, int argc, char **argv)
{
	struct option longs[MOST + 2] = {
		{ "help", no_argument, NULL, HELP }
	};
	char shorts[MOST + 3] = ":h";
	size_t n = 1, letters = 2;
	int key;

	for (const struct option_row *row = u->options; row->help; row++) {
		if (!row->name || n > MOST)
			continue;
		longs[n++] = (struct option){
			row->name, !row->argument ? no_argument :
			*row->argument == '[' ? optional_argument :
			required_argument, NULL, FIRST + (int)(row - u->options)
		};
		if (row->letter)
			shorts[letters++] = row->letter;
	}
	/* From the beginning. */
	optind = 0;
	opterr = 0;
	while ((key = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (key == 'h' || key == HELP)
			return 0;
		if (key == ':' || key == '?') {
			complain_option(u, key, argv);
			return -1;
		}
		if (told && !take(u, told, key))
			return -1;
	}
	if (optind < argc && !u->operands) {
		complain("%s: cannot take '%s'", u->name, argv[optind]);
		return -1;
	}
	return optind;
}

int options_read(const struct usage *u, void *told, int argc, char **argv)
{
	int first = walk(u, NULL, argc, argv);

	if (!first)
		print_help(u, told);
	return first > 0 ? walk(u, told, argc, argv) : first;
}
