/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A warning as text and as JSON.
 */
#ifndef PORTZERO_WARNING_H
#define PORTZERO_WARNING_H

#include <jansson.h>
#include <stdio.h>

#include "explain/warning.h"

/* "start", "update", "end", "level"; "whole" */
const char *warning_event(const struct warning *w);

/* "warning", "notice" */
extern const char *const severity_names[];

/**
 * warning_line() - the warning in one line, without its time
 * @w: the warning
 * @buf: the result; 320 bytes are enough
 * @size: of @buf
 *
 * Return: @buf.
 */
const char *warning_line(const struct warning *w, char *buf, size_t size);

/**
 * warning_print() - the warning as a few lines for people, a notice as one
 * @w: the warning
 * @out: where to
 */
void warning_print(const struct warning *w, FILE *out);

/**
 * warning_json() - the warning for programs
 * @w: the warning
 *
 * Return: a new reference.
 */
json_t *warning_json(const struct warning *w);

#endif /* PORTZERO_WARNING_H */
