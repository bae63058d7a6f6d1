/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of CSV (RFC 4180), field by field. Empty lines and lines that start
 * with '#' are skipped, blanks around fields and the mark that some
 * spreadsheets put before UTF-8 dropped; a line may end in CR LF. A quoted
 * field ends on its line.
 */
#ifndef PORTZERO_CSV_H
#define PORTZERO_CSV_H

#include <stddef.h>
#include <stdio.h>

#include "lib/util.h"

/**
 * struct csv - a file being read
 * @file: the file; the caller's, like all that is here up to @size
 * @name: its name
 * @why: for a sentence of explanation, "NAME:LINE: what is wrong with it"
 * @size: of @why
 */
struct csv {
	FILE *file;
	const char *name;
	char *why;
	size_t size;

	/* private: the line, what is left of it, and its number */
	char line[65536];
	char *rest;
	unsigned long number;
};

/**
 * csv_line() - go to the next line
 * @c: the file
 *
 * Return: 1, 0 at the end of the file, -1 if it can't be read.
 */
int csv_line(struct csv *c);

/**
 * csv_field() - the next field of the line
 * @c: the file
 * @field: the field, until the next line is read
 *
 * Return: 1, 0 at the end of the line, -1 if it is badly quoted.
 */
int csv_field(struct csv *c, char **field);

/**
 * csv_bad() - say what is wrong with the line
 * @c: the file
 * @format: as printf()'s
 *
 * Return: -1.
 */
int csv_bad(const struct csv *c, const char *format, ...) __printf(2, 3);

#endif /* PORTZERO_CSV_H */
