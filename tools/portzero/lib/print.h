/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the tool speaks: errors, colour, numbers and times.
 */
#ifndef PORTZERO_PRINT_H
#define PORTZERO_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/util.h"

/**
 * complain() - say on stderr what is wrong, and what to do about it
 * @fmt: as printf(), without "portzero: " and without a newline
 *
 * What it prints is made printable().
 */
void complain(const char *fmt, ...) __printf(1, 2);

/**
 * printable() - foreign text, fit for a terminal and for JSON
 * @text: a label, the name of a file, whatever others wrote
 *
 * Control characters (C0, DEL, C1) and bytes that are not UTF-8 become U+FFFD.
 *
 * Return: a copy to be freed, or NULL when out of memory.
 */
char *printable(const char *text);

/* Whether there is a control character in a text. */
bool has_control(const char *text);

/**
 * enum colour - what a piece of text means to the one reading it
 * @PLAIN: back to normal
 * @BOLD: a heading
 * @DIM: beside the point
 * @GOOD: as it should be
 * @BAD: a warning, a leak
 * @NOTE: worth a look
 */
enum colour { PLAIN, BOLD, DIM, GOOD, BAD, NOTE };

/* Is stdout a terminal with colours, and NO_COLOR not set to anything? */
bool wants_colour(void);

/**
 * paint() - the escape sequence for a colour on stdout
 * @colour: which
 *
 * Return: the sequence, or "" unless wants_colour().
 */
const char *paint(enum colour colour);

/**
 * close_stdout() - flush stdout, and complain if something was lost
 *
 * Return: true when everything was written.
 */
bool close_stdout(void);

/**
 * format_seconds() - a duration for people: "45 s", "10 min", "3 h 05 min", "1 year"
 * @buf: the result
 * @size: of @buf
 * @seconds: the duration
 *
 * Return: @buf.
 */
const char *format_seconds(char *buf, size_t size, double seconds);

/**
 * format_ordinal() - which of a row, for people: "second", "tenth", "21st"
 * @buf: the result
 * @size: of @buf
 * @n: from 1 on
 *
 * Return: @buf.
 */
const char *format_ordinal(char *buf, size_t size, unsigned int n);

/**
 * format_rate() - a rate for people: "0.003/s", "12.5/s", "48000/s"
 * @buf: the result
 * @size: of @buf
 * @rate: per second
 *
 * Return: @buf.
 */
const char *format_rate(char *buf, size_t size, double rate);

/**
 * format_time() - a point in time: "2013-11-02 01:00:00 UTC"
 * @buf: the result
 * @size: of @buf
 * @when: seconds since the epoch
 *
 * Return: @buf.
 */
const char *format_time(char *buf, size_t size, double when);

#endif /* PORTZERO_PRINT_H */
