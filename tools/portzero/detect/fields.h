/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a detector has learned, field by field, for whoever keeps it.
 */
#ifndef PORTZERO_FIELDS_H
#define PORTZERO_FIELDS_H

#include <stddef.h>

#include "detect/detector.h"

/* The most values that a field has. */
#define FIELD_MOST	USUAL_EVENTS

/* What a field is made of. */
enum field_type { FIELD_DOUBLE, FIELD_FLOAT, FIELD_INT, FIELD_INT64, FIELD_BOOL };

/**
 * typedef field_visit - called for each field, always in the same order
 * @context: the caller's
 * @group: the part of the detector that it belongs to
 * @name: its name there
 * @type: what @values points to
 * @values: the field, to be read or set
 * @n: how many values it has
 */
typedef void field_visit(void *context, const char *group, const char *name,
			 enum field_type type, void *values, size_t n);

/**
 * detector_fields() - visit what a detector has learned
 * @d: the detector
 * @visit: called for each field
 * @context: handed to @visit
 *
 * Neither settings nor what follows from other fields are among them.
 */
void detector_fields(struct detector *d, field_visit *visit, void *context);

/**
 * detector_resume() - go on after the fields were set
 * @d: a detector fresh from detector_init(), and its fields set since
 *
 * Time has passed: there is a gap before the next row.
 *
 * Return: false if the fields hold what no detector can have learned.
 */
bool detector_resume(struct detector *d);

#endif /* PORTZERO_FIELDS_H */
