/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The figures for people and for programs.
 */
#ifndef DETECT_TABLE_H
#define DETECT_TABLE_H

#include <stdio.h>

#include "summary.h"

void table_text(const struct summary *summaries, unsigned int count);
int table_markdown(const struct summary *summaries, unsigned int count,
		   FILE *file);
int table_json(const struct summary *summaries, unsigned int count, FILE *file);

#endif
