// SPDX-License-Identifier: GPL-2.0
/*
 * What a detector has learned, field by field, for whoever keeps it.
 */
#include "detect/fields.h"

struct visit {
	field_visit *visit;
	void *context;
	const char *group;
};

static void doubles(const struct visit *v, const char *name, double *values,
		    size_t n)
{
	v->visit(v->context, v->group, name, FIELD_DOUBLE, values, n);
}

static void floats(const struct visit *v, const char *name, float *values,
		   size_t n)
{
	v->visit(v->context, v->group, name, FIELD_FLOAT, values, n);
}

static void whole(const struct visit *v, const char *name, int *value)
{
	v->visit(v->context, v->group, name, FIELD_INT, value, 1);
}

static void flag(const struct visit *v, const char *name, bool *value)
{
	v->visit(v->context, v->group, name, FIELD_BOOL, value, 1);
}

static void wander_fields(struct wander *w, const struct visit *v)
{
	doubles(v, "block_count", &w->block_count, 1);
	doubles(v, "block_expected", &w->block_expected, 1);
	doubles(v, "block_seconds", &w->block_seconds, 1);
	doubles(v, "missed", &w->missed, 1);
	doubles(v, "missed_noise", &w->missed_noise, 1);
	doubles(v, "foretold", &w->foretold, 1);
	doubles(v, "together", &w->together, 1);
	doubles(v, "together_noise", &w->together_noise, 1);
	doubles(v, "error", &w->error, 1);
	doubles(v, "error_noise", &w->error_noise, 1);
	doubles(v, "block_time", &w->time, 1);
	doubles(v, "block_length", &w->seconds, 1);
	doubles(v, "wandered", &w->now, 1);
	doubles(v, "wandered_doubt", &w->doubt, 1);
}

static void baseline_fields(struct baseline *b, const struct visit *v)
{
	v->visit(v->context, v->group, "hour", FIELD_INT64, &b->hour, 1);
	doubles(v, "count", b->count, BASELINE_HOURS);
	doubles(v, "seconds", b->seconds, BASELINE_HOURS);
	doubles(v, "week_count", b->week_count, BASELINE_WEEK);
	doubles(v, "week_level", b->week_level, BASELINE_WEEK);
	doubles(v, "now_count", &b->now_count, 1);
	doubles(v, "now_level", &b->now_level, 1);
	doubles(v, "age", &b->age, 1);
	doubles(v, "squares", &b->squares, 1);
	doubles(v, "pairs", &b->pairs, 1);
	wander_fields(&b->wander, v);
}

static void usual_fields(struct usual *u, const struct visit *v)
{
	static const char *const names[USUAL_MEASURES] = {
		"size", "rest", "length", "peak"
	};

	whole(v, "events", &u->events);
	doubles(v, "since", u->since, USUAL_EVENTS);
	doubles(v, "expected", u->expected, USUAL_EVENTS);
	for (int m = 0; m < USUAL_MEASURES; m++)
		floats(v, names[m], u->measure[m], USUAL_EVENTS);
}

static void sums_fields(struct detect_sums *s, const struct visit *v)
{
	doubles(v, "seconds", &s->seconds, 1);
	doubles(v, "count", &s->count, 1);
	doubles(v, "expected", &s->expected, 1);
}

static void spike_fields(struct detect_spike *s, const struct visit *v)
{
	flag(v, "active", &s->active);
	flag(v, "calm", &s->calm);
	doubles(v, "since", &s->since, 1);
	doubles(v, "last", &s->last, 1);
	doubles(v, "told_time", &s->told_time, 1);
	doubles(v, "began", &s->began, 1);
	doubles(v, "growth", &s->growth, 1);
	doubles(v, "recent", &s->recent, 1);
	doubles(v, "peak", &s->peak, 1);
	doubles(v, "told_peak", &s->told_peak, 1);
	doubles(v, "evidence", &s->evidence, 1);
	doubles(v, "surplus", &s->surplus, 1);
	doubles(v, "best", &s->best, 1);
	doubles(v, "most", s->most, USUAL_MEASURES);
	flag(v, "notice", &s->notice);
	whole(v, "repeats", &s->repeats);
	doubles(v, "first", &s->first, 1);
	flag(v, "untaught", &s->untaught);
}

void detector_fields(struct detector *d, field_visit *visit, void *context)
{
	struct visit v = { visit, context, "detector" };

	doubles(&v, "checked", &d->checked, 1);
	doubles(&v, "foretold", &d->foretold, 1);
	doubles(&v, "now", &d->now, 1);
	v.group = "known";
	baseline_fields(&d->known, &v);
	v.group = "draft";
	baseline_fields(&d->draft, &v);
	v.group = "latest";
	baseline_fields(&d->latest, &v);
	v.group = "low";
	sums_fields(&d->low, &v);
	v.group = "before";
	wander_fields(&d->before, &v);
	v.group = "usual";
	usual_fields(&d->usual, &v);
	v.group = "spike";
	spike_fields(&d->spike, &v);
	v.group = "spike.all";
	sums_fields(&d->spike.all, &v);
	v.group = "spike.told";
	sums_fields(&d->spike.told, &v);
	v.group = "spike.minute";
	sums_fields(&d->spike.minute, &v);
	v.group = "spike.until";
	sums_fields(&d->spike.until, &v);
	v.group = "spike.stretch";
	sums_fields(&d->spike.stretch, &v);
	v.group = "spike.before";
	sums_fields(&d->spike.before, &v);
}

bool detector_resume(struct detector *d)
{
	if (d->usual.events < 0 || d->usual.events > USUAL_EVENTS)
		return false;
	usual_refresh(&d->usual);
	baseline_refresh(&d->known);
	baseline_refresh(&d->draft);
	baseline_refresh(&d->latest);
	wander_refresh(&d->before, d->known.level);
	detector_gap(d);
	return true;
}
