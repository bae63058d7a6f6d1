// SPDX-License-Identifier: GPL-2.0
/*
 * One signal's detector: from a row of counts to the start, the news and the
 * end of a spike.
 *
 * A row is judged by what was known before it. It is learned into a draft, and
 * the draft becomes known when the charts are calm. When they raise an alarm
 * instead, the draft goes back to what was known, and nothing more is
 * learned while the spike lasts: an attack doesn't become normal by going on. A
 * third baseline, of the last day only, learns whatever comes; a change that
 * has lasted for days is accepted by taking that one over.
 */
#include <math.h>
#include <string.h>

#include "detect/detector.h"

#define YEAR		(365.25 * BASELINE_DAY)

const struct detector_config detector_defaults = {
	.patience = YEAR,
	.least = 5,
	.hold = 300,
	.accept = 2 * BASELINE_DAY,
};

/* Two weeks of memory for what is known, a day for the latest. */
#define KEEP_KNOWN	(13.0 / 14)
#define KEEP_LATEST	0.0

/* The draft becomes known, and forecasts are made anew, this often. */
#define REFRESH		60.0

/* No warning before as much has been seen, so that there is something known. */
#define FIRST_LOOK	120.0

/* The baseline is young before that. */
#define LEARNING	(2 * BASELINE_DAY)

/* Evidence that a spike is over, in nats; less comes by chance within hours. */
#define OVER		10.0

/* The latest day is lower by this factor, and this many standard deviations. */
#define DROP		1.5
#define DROP_SIGMA	4.0

/* News of an event: after ten minutes, twenty, forty..., or as it doubles. */
#define NEWS_FIRST	600.0
#define NEWS_GROWN	60.0

/* The rate of a spike is smoothed over this. */
#define RECENT		10.0

void detector_init(struct detector *d, const struct detector_config *config)
{
	memset(d, 0, sizeof(*d));
	d->config = config ? *config : detector_defaults;
	baseline_init(&d->known, KEEP_KNOWN);
	baseline_init(&d->draft, KEEP_KNOWN);
	baseline_init(&d->latest, KEEP_LATEST);
}

bool detector_learning(const struct detector *d)
{
	return d->known.age < LEARNING;
}

bool detector_taught(const struct detector *d)
{
	return d->known.age > 0;
}

double detector_baseline(const struct detector *d, double time)
{
	return baseline_rate(&d->known, time, 0, NULL);
}

size_t detector_usual(const struct detector *d, struct detect_usual *out,
		      size_t n)
{
	return usual_groups(&d->usual, d->now, out, n);
}

void detector_gap(struct detector *d)
{
	charts_reset(&d->charts);
	baseline_gap(&d->draft);
	baseline_gap(&d->latest);
	d->spike.over = 0;
	d->forecast.seconds = 0;
}

static void foretell(struct detector *d, double time, double seconds)
{
	struct detect_forecast *f = &d->forecast;
	double margin;

	if (seconds == f->seconds && fabs(time - f->time) < REFRESH)
		return;
	f->time = time;
	f->seconds = seconds;
	f->rate = baseline_rate(&d->known, time, seconds, &margin);
	charts_expect(&d->charts, f->rate * margin * seconds,
		      d->known.dispersion, seconds,
		      DETECT_SIGNALS * d->config.patience);
}

static void add(struct detect_sums *s, double seconds, double count,
		double expected)
{
	s->seconds += seconds;
	s->count += count;
	s->expected += expected;
}

static double rate_of(double count, double seconds)
{
	return seconds > 0 ? count / seconds : 0;
}

/* A message: the facts, with the rate over what is new since the last one. */
static void tell(struct detector *d, double time, const struct detect_sums *all,
		 const struct detect_sums *before, struct detection *out)
{
	struct detect_spike *s = &d->spike;

	*out = (struct detection) {
		.time = time,
		.since = s->since,
		.until = s->calm ? s->last : time,
		.rate = rate_of(all->count - before->count,
				all->seconds - before->seconds),
		.baseline = rate_of(all->expected, all->seconds),
		.peak = s->peak,
		.count = all->count,
		.excess = all->count - all->expected,
		.evidence = s->evidence,
		.chance = (s->surplus + log(d->config.patience / YEAR)) / M_LN10,
		.learning = detector_learning(d),
	};
	s->told_time = time;
	s->told = *all;
	s->told_peak = s->peak;
}

static const struct detect_sums nothing;

bool detector_now(const struct detector *d, struct detection *out)
{
	struct detector copy;

	if (!d->spike.active)
		return false;
	copy = *d;
	tell(&copy, d->now, &copy.spike.all, &nothing, out);
	out->rate = d->spike.recent;
	return true;
}

/* The sums of what a chart has seen since the onset that it supposes. */
static struct detect_sums since_mark(const struct detector *d, int chart)
{
	const struct charts_mark *mark = &d->charts.mark[chart];
	double seconds = d->charts.seconds - mark->seconds;

	return (struct detect_sums) {
		.seconds = seconds,
		.count = d->charts.count - mark->count,
		.expected = d->forecast.rate * seconds,
	};
}

static enum detect_event start(struct detector *d, double time,
			       const struct charts_verdict *verdict,
			       struct detection *out)
{
	struct detect_spike *s = &d->spike;

	*s = (struct detect_spike) {
		.active = true,
		.since = d->charts.mark[verdict->chart].time,
		.last = time,
		.all = since_mark(d, verdict->chart),
		.evidence = verdict->score,
		.surplus = verdict->surplus,
	};
	s->until = s->all;
	s->stretch = s->all;
	s->growth = s->all.count / s->all.expected;
	s->recent = s->all.count / s->all.seconds;
	s->peak = s->recent;
	d->draft = d->known;
	tell(d, time, &s->all, &nothing, out);
	return DETECT_START;
}

static enum detect_event end(struct detector *d, double time,
			     struct detection *out)
{
	d->spike.calm = true;
	tell(d, time, &d->spike.until, &nothing, out);
	d->spike.active = false;
	charts_reset(&d->charts);
	baseline_gap(&d->draft);
	return DETECT_END;
}

/* The last day's ways are the new normal. */
static enum detect_event accept(struct detector *d, double time, double since,
				struct detection *out)
{
	double before = d->known.level;

	if (!d->spike.active)
		d->spike = (struct detect_spike) { .since = since };
	tell(d, time, &d->spike.all, &nothing, out);

	d->latest.keep = KEEP_KNOWN;
	d->latest.missed = 0;
	d->latest.missed_noise = 0;
	d->latest.foretold = 0;
	baseline_refresh(&d->latest);
	d->known = d->latest;
	d->draft = d->latest;
	d->latest.keep = KEEP_LATEST;

	d->low_days = 0;
	d->spike.active = false;
	d->forecast.seconds = 0;
	charts_reset(&d->charts);
	out->rate = d->known.level;
	out->baseline = before;
	return DETECT_LEVEL;
}

/*
 * Has the rate come back from the spike's to the baseline's, or, as factors go, at
 * least to a third of the way above it?
 */
static void judge_calm(struct detector *d, double time, double seconds,
		       double count)
{
	struct detect_spike *s = &d->spike;
	double mean = d->forecast.rate * seconds;

	s->over -= charts_score(count, mean, d->known.dispersion,
				fmax(2, pow(s->growth, 2.0 / 3)));
	if (s->over <= 0) {
		s->growth = s->stretch.count / s->stretch.expected;
		s->over = 0;
		s->last = time;
		s->until = s->all;
	} else if (s->over >= OVER) {
		s->calm = true;
		charts_reset(&d->charts);
	}
}

static enum detect_event follow(struct detector *d, double time, double seconds,
				double count, struct detection *out)
{
	struct detect_spike *s = &d->spike;
	double expected = d->forecast.rate * seconds;
	struct charts_verdict verdict;
	bool alarm;

	add(&s->all, seconds, count, expected);
	add(&s->stretch, seconds, count, expected);
	s->recent += (count / seconds - s->recent) * -expm1(-seconds / RECENT);
	s->peak = fmax(s->peak, s->recent);

	/* The clock was set back. */
	s->last = fmin(s->last, time);
	s->told_time = fmin(s->told_time, time);

	alarm = charts_judge(&d->charts, d->config.least, &verdict);
	if (alarm && verdict.surplus > s->surplus) {
		s->evidence = verdict.score;
		s->surplus = verdict.surplus;
	}
	if (s->calm) {
		if (!alarm)
			return time - s->last < d->config.hold ? DETECT_NONE :
								 end(d, time, out);
		s->calm = false;
		s->over = 0;
		s->stretch = since_mark(d, verdict.chart);
		s->growth = s->stretch.count / s->stretch.expected;
	}
	judge_calm(d, time, seconds, count);
	if (s->calm && time - s->last >= d->config.hold)
		return end(d, time, out);
	if (s->calm)
		return DETECT_NONE;

	if (time - s->since >= d->config.accept &&
	    s->all.seconds >= d->config.accept / 2)
		return accept(d, time, s->since, out);

	if (s->all.count == s->told.count)
		return DETECT_NONE;
	if (time - s->since >= fmax(NEWS_FIRST,
				    2 * (s->told_time - s->since)) ||
	    (s->peak >= 2 * s->told_peak && time - s->told_time >= NEWS_GROWN)) {
		tell(d, time, &s->all, &s->told, out);
		return DETECT_UPDATE;
	}
	return DETECT_NONE;
}

/* Once a day: was the last day lower than chance makes it, as were those before? */
static bool lasting_drop(struct detector *d)
{
	double expected, deficit;
	struct baseline *l = &d->latest;

	if (l->age - d->checked < BASELINE_DAY)
		return false;
	d->checked = l->age;
	baseline_refresh(l);
	expected = d->known.level * BASELINE_DAY;
	deficit = expected - l->level * BASELINE_DAY;
	if (l->level * DROP < d->known.level &&
	    deficit > DROP_SIGMA * sqrt(d->known.dispersion * expected))
		d->low_days++;
	else
		d->low_days = 0;
	/* A day more than for a rise: a quiet weekend is no lasting drop. */
	return d->low_days * BASELINE_DAY > d->config.accept;
}

enum detect_event detector_feed(struct detector *d, double time, double seconds,
				uint64_t count, struct detection *out)
{
	struct charts_verdict verdict;
	double expected;

	if (!(seconds > 0) || !isfinite(seconds) || !isfinite(time))
		return DETECT_NONE;

	d->now = time;
	foretell(d, time, seconds);
	expected = d->forecast.rate * seconds;
	charts_feed(&d->charts, time, seconds, count, !d->spike.active);
	baseline_learn(&d->latest, time, seconds, count, expected);

	if (d->spike.active)
		return follow(d, time, seconds, count, out);

	if (d->known.age < FIRST_LOOK)
		charts_reset(&d->charts);
	if (count > 0 && d->charts.rising &&
	    charts_judge(&d->charts, d->config.least, &verdict))
		return start(d, time, &verdict, out);

	baseline_learn(&d->draft, time, seconds, count, expected);
	if (d->draft.age - d->known.age >= fmin(REFRESH, d->known.age / 10) &&
	    charts_calm(&d->charts)) {
		baseline_refresh(&d->draft);
		d->known = d->draft;
		d->forecast.seconds = 0;
	}
	if (lasting_drop(d))
		return accept(d, time, time - d->low_days * BASELINE_DAY, out);
	return DETECT_NONE;
}
