// SPDX-License-Identifier: GPL-2.0
/*
 * What the detectors have learned, kept over restarts and reboots.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/fields.h"
#include "explain/learned.h"

struct learning {
	struct detector *detectors;
	struct state *state;
	const char *signal;
	bool wrong;
};

static double get(enum field_type type, const void *values, size_t i)
{
	switch (type) {
	case FIELD_DOUBLE:
		return ((const double *)values)[i];
	case FIELD_FLOAT:
		return (double)((const float *)values)[i];
	case FIELD_INT:
		return ((const int *)values)[i];
	case FIELD_INT64:
		return (double)((const int64_t *)values)[i];
	case FIELD_BOOL:
		return ((const bool *)values)[i];
	}
	return 0;
}

/* Return: false if the field can't have that value. */
static bool set(enum field_type type, void *values, size_t i, double value)
{
	double limit = type == FIELD_BOOL ? 1 : type == FIELD_INT ? INT32_MAX : 1e15;

	switch (type) {
	case FIELD_DOUBLE:
		((double *)values)[i] = value;
		return true;
	case FIELD_FLOAT:
		((float *)values)[i] = (float)value;
		return isfinite(((float *)values)[i]);
	default:
		break;
	}
	if (value != floor(value) || fabs(value) > limit)
		return false;
	if (type == FIELD_INT)
		((int *)values)[i] = (int)value;
	else if (type == FIELD_INT64)
		((int64_t *)values)[i] = (int64_t)value;
	else
		((bool *)values)[i] = value > 0;
	return true;
}

static void visit_field(void *context, const char *group, const char *name,
			enum field_type type, void *values, size_t n)
{
	struct learning *l = context;
	double numbers[FIELD_MOST];
	char full[64];

	snprintf(full, sizeof(full), "%s.%s.%s", l->signal, group, name);
	for (size_t i = 0; i < n; i++)
		numbers[i] = get(type, values, i);
	if (!state_values(l->state, full, numbers, n))
		return;
	for (size_t i = 0; i < n; i++)
		l->wrong |= !set(type, values, i, numbers[i]);
}

static bool visit(struct state *state, void *context)
{
	struct learning *l = context;

	l->state = state;
	for (int s = 0; s < SIGNALS; s++) {
		l->signal = signal_names[s];
		detector_fields(&l->detectors[s], visit_field, l);
		if (!state->out && !detector_resume(&l->detectors[s]))
			l->wrong = true;
	}
	return !l->wrong;
}

static enum state_result take(const char *path, struct detector *detectors,
			      typeof(state_load) *load, char *why, size_t size)
{
	struct detector fresh[SIGNALS];
	struct learning l = { .detectors = fresh };
	enum state_result result;

	for (int s = 0; s < SIGNALS; s++)
		detector_init(&fresh[s], &detectors[s].config);
	result = load(path, visit, &l, why, size);
	if (result == STATE_LOADED)
		memcpy(detectors, fresh, sizeof(fresh));
	return result;
}

enum state_result learned_load(const char *path, struct detector *detectors,
			       char *why, size_t size)
{
	return take(path, detectors, state_load, why, size);
}

enum state_result learned_look(const char *path, struct detector *detectors,
			       char *why, size_t size)
{
	return take(path, detectors, state_look, why, size);
}

const char *learned_save(const char *path, const struct detector *detectors)
{
	struct detector copy[SIGNALS];
	struct learning l = { .detectors = copy };

	memcpy(copy, detectors, sizeof(copy));
	return state_save(path, visit, &l);
}
