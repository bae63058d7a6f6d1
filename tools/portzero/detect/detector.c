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
 *
 * While nothing is known, rows are judged by the prior: what has been published of
 * any background. A baseline that is young may have been learned from an attack;
 * when the rate falls far below it, it is given up.
 *
 * Every event is told. Whether it is a warning or a notice depends on the events
 * before it alone, and is asked anew with each row, until it is a warning.
 */
#include <math.h>
#include <string.h>

#include "detect/detector.h"

#define YEAR		(365.25 * BASELINE_DAY)
#define HOUR		3600.0

const struct detector_config detector_defaults = {
	.patience = YEAR,
	.least = 5,
	/*
	 * Sensors saw below 20 an hour in 2013, a /15 telescope a few a second
	 * over three years (Luchs and Doerr, IFIP Networking 2019).
	 */
	.prior = 3,
	.hold = 300,
	.accept = 2 * BASELINE_DAY,
};

/* Two weeks of memory for what is known, a day for the latest. */
#define KEEP_KNOWN	(13.0 / 14)
#define KEEP_LATEST	0.0

/* The draft becomes known, and forecasts are made anew, this often. */
#define REFRESH		60.0

/* Before as much has been seen nothing is known, and the prior judges. */
#define FIRST_LOOK	120.0

/* How vague the prior is; and it judges for minutes of a life, not for years. */
#define PRIOR_DOUBT	0.3
#define PRIOR_PATIENCE	BASELINE_DAY

/*
 * What is usual and lasts as long is the day's work: it is learned. What is shorter,
 * an attack of three hours a day, never is, or its tenth repeat would be missed.
 */
#define CYCLE		(6 * 3600.0)

/*
 * It is learned when its hours expect so much of it: before the week of an office is
 * known 30 % of x5 were missed with what was never forgotten, 18 % with three
 * quarters, 11 % with half.
 */
#define LEARNED		0.5

/* An event that only the prior warned of is the baseline after this. */
#define UNTAUGHT	3600.0

/*
 * A young baseline is given up at this evidence, in nats, that the rate is this
 * part of it: an attack of five times the background is over for certain, while the
 * trough of a daily cycle of three to one, some 0.4 of its mean, is none.
 */
#define FALLEN		20.0
#define FALL		0.04

/* The baseline is young before that. */
#define LEARNING	(2 * BASELINE_DAY)

/* Evidence that a spike is over, in nats; less comes by chance within hours. */
#define OVER		10.0

/* The smallest growth that is looked for then: a baseline is off by half of it. */
#define OVER_GROWTH	1.15

/* What is best of a long event is judged by minutes. */
#define MINUTE		60.0

/*
 * Evidence, in nats, that there is an event without its best minute, too. Without
 * asking for it, hourly scanners are warned of twice a year and bursts 10 times, for
 * what chance adds to one of them; with it hardly ever and 7 times.
 */
#define REMAINS		10.0

/* The latest day is lower by this factor, and this many standard deviations. */
#define DROP		1.5
#define DROP_SIGMA	4.0

/*
 * And the low days together by this many of how far their mean wanders: where a rate
 * wanders by 0.7, that leaves two of eight new levels in 300 days.
 */
#define DROP_WANDERED	4.5

/* A day that was lower by this may be the one on which it began. */
#define DROP_BEGINS	1.1

/* News of an event: after ten minutes, twenty, forty..., or as it doubles. */
#define NEWS_FIRST	600.0
#define NEWS_GROWN	60.0

/* The rate of a spike is smoothed over this. */
#define RECENT		10.0

static const struct detect_sums nothing;

static void learn_anew(struct detector *d)
{
	baseline_init(&d->known, KEEP_KNOWN);
	baseline_init(&d->draft, KEEP_KNOWN);
	baseline_init(&d->latest, KEEP_LATEST);
	charts_reset(&d->charts);
	d->checked = 0;
	d->low = nothing;
	memset(&d->before, 0, sizeof(d->before));
	d->foretold = 0;
	d->fallen = 0;
	d->forecast.seconds = 0;
}

static bool untaught(const struct detector *d)
{
	return d->known.age < FIRST_LOOK;
}

void detector_init(struct detector *d, const struct detector_config *config)
{
	memset(d, 0, sizeof(*d));
	d->config = config ? *config : detector_defaults;
	learn_anew(d);
	usual_refresh(&d->usual);
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
	d->fallen = 0;
	d->forecast.seconds = 0;
}

/* The clock was set back: what began so long ago still did. */
static void set_back(struct detector *d, double by)
{
	detector_gap(d);
	usual_shift(&d->usual, by);
	d->spike.since += by;
	d->spike.began += by;
	d->spike.last += by;
	d->spike.told_time += by;
	d->fell.time += by;
}

/* The hour that a row is in, by its middle: another hour, another rate. */
static double hour_of(double time, double seconds)
{
	return floor((time - seconds / 2) / 3600);
}

/* Without what the rate has wandered by: what the hours expect. */
static double steady_rate(const struct detector *d, double time, double seconds)
{
	return baseline_rate(&d->known, time, seconds, NULL) /
	       wander_factor(&d->known.wander, time, NULL);
}

static void foretell(struct detector *d, double time, double seconds)
{
	struct detect_forecast *f = &d->forecast;
	double patience = DETECT_SIGNALS * d->config.patience, doubt;

	if (seconds == f->seconds && fabs(time - f->time) < REFRESH &&
	    hour_of(time, seconds) == hour_of(f->time, seconds))
		return;
	f->time = time;
	f->seconds = seconds;
	if (untaught(d) && d->config.prior > 0) {
		f->rate = d->config.prior;
		f->steady = f->rate;
		doubt = PRIOR_DOUBT;
		patience = PRIOR_PATIENCE;
	} else {
		f->rate = baseline_rate(&d->known, time, seconds, &doubt);
		f->steady = f->rate / wander_factor(&d->known.wander, time, NULL);
	}
	charts_expect(&d->charts, f->rate * seconds, doubt,
		      d->known.dispersion, seconds, patience);
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
		.severity = s->notice ? DETECT_NOTICE : DETECT_WARNING,
		.repeats = (unsigned int)s->repeats,
		.first = s->first,
		.untaught = s->untaught,
	};
	s->told_time = time;
	s->told = *all;
	s->told_peak = s->peak;
}

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

/* A row may be longer. */
static double minute(const struct detector *d)
{
	return fmax(MINUTE, d->forecast.seconds);
}

/* Is so much beyond what is @expected more than what chance adds to a burst? */
static bool remains(const struct detector *d, double rest, double expected)
{
	return rest > 0 && expected > 0 &&
	       charts_score(rest + expected, expected, d->known.dispersion,
			    1 + rest / expected) >= REMAINS;
}

/*
 * What the event has come to. Two bursts within the hold time are one event, yet each
 * is judged by itself: chance brings them together, not three times in two weeks.
 * Only their lengths add up, or pulses would not.
 */
static void measure(const struct detector *d, double measures[USUAL_MEASURES])
{
	const struct detect_spike *s = &d->spike;
	double expected = s->until.expected - s->before.expected;
	double size = s->until.count - s->before.count - expected;
	double rest = size - fmax(s->best, s->minute.count - s->minute.expected);
	double length = s->last - s->began;

	/* A burst is no longer for the minutes after it. */
	if (length > minute(d) &&
	    !remains(d, rest, expected * (1 - minute(d) / length))) {
		rest = 0;
		length = minute(d);
	}
	measures[USUAL_SIZE] = fmax(s->most[USUAL_SIZE], size);
	measures[USUAL_REST] = fmax(s->most[USUAL_REST], rest);
	measures[USUAL_LENGTH] = s->most[USUAL_LENGTH] + length;
	measures[USUAL_PEAK] = s->peak;
}

/* Is @time at an hour of the day at which what began @since went on for @length? */
static bool same_hours(double time, double since, double length)
{
	return fmod(time - since + HOUR, BASELINE_DAY) < length + HOUR;
}

/*
 * The working days of the first weeks were events. When their hours have come to
 * expect what was too much then, they would only hide attacks at night. Another day
 * of work is one of them as long as its own hours aren't known.
 */
static void discount_learned(struct detector *d)
{
	struct usual *u = &d->usual;

	for (int i = 0; i < u->events; i++) {
		double length = u->measure[USUAL_LENGTH][i];
		double more = steady_rate(d, u->since[i] + length, length) -
			      u->expected[i];

		u->learned[i] = length >= CYCLE &&
				more * length >= LEARNED * u->measure[USUAL_SIZE][i] &&
				!same_hours(d->spike.since, u->since[i], length);
	}
	usual_refresh(u);
}

/* Return: whether the event was a notice and isn't one any more. */
static bool rank(struct detector *d, double time)
{
	struct detect_spike *s = &d->spike;
	double measures[USUAL_MEASURES];

	if (!s->notice)
		return false;
	measure(d, measures);
	s->repeats = (int)usual_alike(&d->usual, time, measures, &s->first);
	s->notice = s->repeats >= DETECT_REPEATS;
	return !s->notice;
}

static void begin_stretch(struct detector *d, int chart)
{
	struct detect_spike *s = &d->spike;

	s->began = d->charts.mark[chart].time;
	s->stretch = since_mark(d, chart);
	s->growth = s->stretch.count / s->stretch.expected;
	s->minute = s->stretch;
	s->best = 0;
	if (s->stretch.seconds > MINUTE) {
		s->best = (s->stretch.count - s->stretch.expected) *
			  minute(d) / s->stretch.seconds;
		s->minute = nothing;
	}
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
		.notice = true,
		.untaught = untaught(d),
	};
	s->until = s->all;
	s->recent = s->all.count / s->all.seconds;
	s->peak = s->recent;
	begin_stretch(d, verdict->chart);
	d->draft = d->known;
	discount_learned(d);
	rank(d, time);
	tell(d, time, &s->all, &nothing, out);
	return DETECT_START;
}

static enum detect_event end(struct detector *d, double time,
			     struct detection *out)
{
	double measures[USUAL_MEASURES];

	d->spike.calm = true;
	measure(d, measures);
	usual_add(&d->usual, time, d->spike.since,
		  rate_of(d->spike.all.expected, d->spike.all.seconds), measures);
	if (!d->spike.notice || measures[USUAL_LENGTH] < CYCLE)
		d->draft = d->known;
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

	/* The week before was another. */
	memset(d->latest.week_count, 0, sizeof(d->latest.week_count));
	memset(d->latest.week_level, 0, sizeof(d->latest.week_level));
	d->latest.now_count = 0;
	d->latest.now_level = 0;
	d->latest.keep = KEEP_KNOWN;
	baseline_refresh(&d->latest);
	/*
	 * It wanders about the new level as far and as long as about the old one,
	 * of which low days are none.
	 */
	d->latest.wander = d->low.seconds > 0 ? d->before : d->known.wander;
	wander_move(&d->latest.wander, d->latest.level / before);
	baseline_refresh(&d->latest);
	d->known = d->latest;
	d->draft = d->latest;
	d->latest.keep = KEEP_LATEST;

	d->low = nothing;
	d->spike.active = false;
	d->forecast.seconds = 0;
	charts_reset(&d->charts);
	out->rate = d->known.level;
	out->baseline = before;
	return DETECT_LEVEL;
}

/*
 * Has the rate come back from the spike's to the baseline's, or, as factors go, at
 * least to a third of the way above it? A change of ×1.5 that lasts is one event: it
 * must not end as long as it is nearer to ×1.5 than to normal.
 */
static void judge_calm(struct detector *d, double time, double seconds,
		       double count)
{
	struct detect_spike *s = &d->spike;
	double mean = d->forecast.rate * seconds;

	s->over -= charts_score(count, mean, d->known.dispersion,
				fmax(OVER_GROWTH, pow(s->growth, 2.0 / 3)));
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
	double steady = d->forecast.steady * seconds;
	struct charts_verdict verdict;
	double accept_after;
	bool alarm;

	add(&s->all, seconds, count, expected);
	add(&s->stretch, seconds, count, expected);
	/* What follows a calm is another stretch's. */
	if (!s->calm)
		add(&s->minute, seconds, count, expected);
	if (s->minute.seconds >= MINUTE) {
		s->best = fmax(s->best, s->minute.count - s->minute.expected);
		s->minute = nothing;
	}
	s->recent += (count / seconds - s->recent) * -expm1(-seconds / RECENT);
	s->peak = fmax(s->peak, s->recent);

	/* What is usual belongs to the background: it wanders, or has a cycle. */
	if (s->notice) {
		baseline_miss(&d->known, time, seconds, count, steady);
		baseline_learn(&d->draft, time, seconds, count, steady);
	}

	alarm = charts_judge(&d->charts, d->config.least, &verdict);
	if (alarm && verdict.surplus > s->surplus) {
		s->evidence = verdict.score;
		s->surplus = verdict.surplus;
	}
	if (s->calm) {
		if (!alarm)
			return time - s->last < d->config.hold ? DETECT_NONE :
								 end(d, time, out);
		measure(d, s->most);
		begin_stretch(d, verdict.chart);
		s->before = s->all;
		add(&s->before, -s->stretch.seconds, -s->stretch.count,
		    -s->stretch.expected);
		s->calm = false;
		s->over = 0;
	}
	judge_calm(d, time, seconds, count);
	if (s->calm && time - s->last >= d->config.hold)
		return end(d, time, out);
	if (s->calm)
		return DETECT_NONE;

	accept_after = s->untaught ? UNTAUGHT : d->config.accept;
	if (time - s->since >= accept_after && s->all.seconds >= accept_after / 2)
		return accept(d, time, s->since, out);

	if (rank(d, time)) {
		tell(d, time, &s->all, &s->told, out);
		out->escalated = true;
		return DETECT_UPDATE;
	}

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

/* Once a day: are the last days lower than chance and wandering make them? */
static bool lasting_drop(struct detector *d)
{
	double expected = d->foretold, count;
	struct baseline *l = &d->latest;

	if (l->age - d->checked < BASELINE_DAY)
		return false;
	d->checked = l->age;
	baseline_refresh(l);
	d->foretold = 0;
	count = l->level * BASELINE_DAY;
	if (count * DROP < expected &&
	    expected - count > DROP_SIGMA * sqrt(d->known.dispersion * expected)) {
		add(&d->low, BASELINE_DAY, count, expected);
	} else {
		d->low = nothing;
		if (count * DROP_BEGINS >= expected)
			d->before = d->known.wander;
	}
	/* A day more than for a rise: a quiet weekend is no lasting drop. */
	return d->low.seconds > d->config.accept &&
	       d->low.expected - d->low.count >
	       DROP_WANDERED * d->low.expected *
	       sqrt(wander_mean(&d->before, d->low.seconds));
}

/*
 * Has the rate fallen so far that the young baseline may have been an attack? Of a
 * day that isn't over no hour is known, and what an hour teaches of itself, within
 * minutes, would hide that it is lower than all before.
 */
static bool unlearn(struct detector *d, double time, double seconds,
		    double count, double expected, struct detection *out)
{
	double before = d->known.level;

	if (untaught(d) || !detector_learning(d))
		return false;
	if (d->known.age < BASELINE_DAY)
		expected = before * seconds;
	d->fallen += charts_score(count, expected, d->known.dispersion, FALL);
	if (d->fallen <= 0) {
		d->fallen = 0;
		d->fell.time = time;
		d->fell.seconds = 0;
		d->fell.count = 0;
	}
	d->fell.seconds += seconds;
	d->fell.count += count;
	if (d->fallen < FALLEN || d->fell.seconds < d->config.hold)
		return false;
	*out = (struct detection) {
		.time = time,
		.since = d->fell.time,
		.until = time,
		.rate = d->fell.count / d->fell.seconds,
		.baseline = before,
		.learning = true,
		.unlearned = true,
	};
	learn_anew(d);
	/* What came since the fall is no attack's. */
	baseline_learn(&d->draft, time, d->fell.seconds, d->fell.count, 0);
	baseline_refresh(&d->draft);
	d->known = d->draft;
	return true;
}

enum detect_event detector_feed(struct detector *d, double time, double seconds,
				uint64_t count, struct detection *out)
{
	struct charts_verdict verdict;
	double steady;

	if (!(seconds > 0) || !isfinite(seconds) || !isfinite(time))
		return DETECT_NONE;

	if (time < d->now)
		set_back(d, time - seconds - d->now);
	d->now = time;
	foretell(d, time, seconds);
	steady = d->forecast.steady * seconds;
	d->foretold += steady;
	charts_feed(&d->charts, time, seconds, count);
	baseline_learn(&d->latest, time, seconds, count, steady);

	if (d->spike.active)
		return follow(d, time, seconds, count, out);

	if (untaught(d) && d->config.prior <= 0)
		charts_reset(&d->charts);
	if (count > 0 && d->charts.rising &&
	    charts_judge(&d->charts, d->config.least, &verdict))
		return start(d, time, &verdict, out);
	if (unlearn(d, time, seconds, count, steady, out))
		return DETECT_LEVEL;

	baseline_learn(&d->draft, time, seconds, count, steady);
	/* Waiting for calm, it would stay behind a rate that wanders up. */
	if (d->known.wander.persists > 0)
		d->known.wander = d->draft.wander;
	if (d->draft.age - d->known.age >= fmin(REFRESH, d->known.age / 10) &&
	    charts_calm(&d->charts)) {
		bool first = untaught(d);

		baseline_refresh(&d->draft);
		d->known = d->draft;
		d->forecast.seconds = 0;
		/* What the prior made of the first rows means nothing now. */
		if (first && !untaught(d))
			charts_reset(&d->charts);
	}
	if (lasting_drop(d))
		return accept(d, time, time - d->low.seconds, out);
	return DETECT_NONE;
}
