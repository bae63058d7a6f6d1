/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The spike detector: counts and times in, warnings out. No I/O, no
 * allocation, no clock of its own; live counters and replayed ones come in by
 * the same door.
 */
#ifndef PORTZERO_DETECTOR_H
#define PORTZERO_DETECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "detect/baseline.h"
#include "detect/charts.h"
#include "detect/usual.h"

/* A gateway has so many detectors: its patience is shared by them. */
#define DETECT_SIGNALS	4

/**
 * enum detect_event - what a row of counts led to
 * @DETECT_NONE: nothing to say
 * @DETECT_START: a spike began; exactly one for each event
 * @DETECT_UPDATE: the event goes on, and there is news: it grew or it lasts
 * @DETECT_END: the event is over, and stayed over for the hold time
 * @DETECT_LEVEL: a change that lasted for days is the new normal. Ends the
 *	event in progress, if there is one; a lasting drop comes without one, and
 *	its @count is 0
 */
enum detect_event {
	DETECT_NONE,
	DETECT_START,
	DETECT_UPDATE,
	DETECT_END,
	DETECT_LEVEL
};

/**
 * enum detect_severity - how much an event should trouble anybody
 * @DETECT_WARNING: nothing that came before explains it
 * @DETECT_NOTICE: it is like others that came at least DETECT_REPEATS times in
 *	two weeks: its size, its length and its peak are within theirs
 */
enum detect_severity {
	DETECT_WARNING,
	DETECT_NOTICE
};

/**
 * struct detection - the facts of an event, as far as they are known by now
 * @time: when it was noticed: the end of the row that led to this message
 * @since: when it began, estimated; for a level change when the old level ended
 * @until: when it was last seen, estimated (equals @time while it goes on)
 * @rate: packets per second now (START: since it began; UPDATE: since the last
 *	message; END: over the whole event; LEVEL: the new level)
 * @baseline: packets per second that the learned background explains
 * @peak: the highest rate so far, over ten seconds or a row, the longer
 * @count: packets since it began
 * @excess: those the baseline doesn't explain
 * @evidence: log-likelihood ratio in nats, at its highest
 * @chance: log10 of the years between such by chance, at this baseline; 3 reads
 *	"by chance once in a thousand years". Negative below a year
 * @learning: the baseline is young: read the warning with care
 * @severity: a notice may become a warning, with an UPDATE; never the reverse
 * @repeats: how many like it came in the two weeks before, itself not counted
 * @first: when the first of those began, if there are any
 * @escalated: this UPDATE turns a notice into a warning
 * @untaught: there is no baseline yet; the prior alone makes this unlikely
 * @unlearned: this LEVEL gives up a young baseline that may have been an attack
 */
struct detection {
	double time;
	double since;
	double until;
	double rate;
	double baseline;
	double peak;
	double count;
	double excess;
	double evidence;
	double chance;
	bool learning;
	enum detect_severity severity;
	unsigned int repeats;
	double first;
	bool escalated;
	bool untaught;
	bool unlearned;
};

/**
 * struct detector_config - what may be set; the defaults serve everyone
 * @patience: seconds between false warnings of a gateway that are put up with, on
 *	average. All of its DETECT_SIGNALS detectors have the same and share it
 * @least: packets above the baseline that a warning needs
 * @prior: packets per second that no background is known to come near; they judge
 *	while nothing is known yet. 0: none is known
 * @hold: seconds a spike must be over before the event ends
 * @accept: seconds a change must last to become the new normal
 */
struct detector_config {
	double patience;
	double least;
	double prior;
	double hold;
	double accept;
};

extern const struct detector_config detector_defaults;

/* Sums over a stretch of time. */
struct detect_sums {
	double seconds;
	double count;
	double expected;
};

/**
 * struct detect_spike - the event in progress
 * @active: there is one
 * @calm: it seems to be over; it ends when this lasts for the hold time
 * @since: estimated onset
 * @last: the last time it was seen, as far as that is known
 * @all: what was seen since the onset, gaps not counted
 * @told_time: when a message was last given
 * @told: the sums at that time
 * @until: the sums at @last
 * @stretch: the same since the onset, or since it came back from a calm
 * @began: when that was
 * @before: the sums at the end of the stretch before
 * @growth: the rate in that stretch over the baseline, while it was seen
 * @recent: rate, smoothed over ten seconds
 * @peak: the highest of @recent
 * @told_peak: the peak that the last message gave
 * @evidence: for the spike, at its highest
 * @surplus: by how much it was more than a warning needs
 * @minute: the sums of this minute
 * @best: packets beyond the baseline in the stretch's best minute before
 * @most: what the stretches before came to: of their lengths the sum, of the rest
 *	the most
 * @notice: it is within the usual, so far
 * @repeats: how many events of two weeks it is within
 * @first: when the first of them began
 * @untaught: only the prior warned of it
 * @over: evidence that it is over
 */
struct detect_spike {
	bool active;
	bool calm;
	double since;
	double last;
	double told_time;
	struct detect_sums all;
	struct detect_sums told;
	struct detect_sums until;
	struct detect_sums stretch;
	struct detect_sums before;
	double began;
	double growth;
	double recent;
	double peak;
	double told_peak;
	double evidence;
	double surplus;
	double over;
	struct detect_sums minute;
	double best;
	double most[USUAL_MEASURES];
	bool notice;
	int repeats;
	double first;
	bool untaught;
};

/* A fall of the rate: when it began, and what came since. */
struct detect_fall {
	double time;
	double seconds;
	double count;
};

/* What the next row should be like, worked out once for many rows. */
struct detect_forecast {
	double time;
	double seconds;
	double rate;
	double steady;		/* the same if it didn't wander */
};

/**
 * struct detector - one signal's detector
 * @config: its settings
 * @known: the baseline that rows are judged by
 * @draft: @known and the rows since, learned but not vindicated
 * @latest: the baseline that the last day alone would give
 * @checked: age of @latest when it was last compared with @known
 * @foretold: packets that were expected since
 * @low: the days since it is lower
 * @before: how the rate wandered before it was
 * @charts: the evidence
 * @spike: the event in progress
 * @usual: the events before
 * @fallen: evidence that the rate fell far below a young baseline
 * @fell: that fall
 * @forecast: for the next row
 * @now: end of the last row
 *
 * Of fixed size and without pointers: copy it to fork it, write it out to save
 * it. Everything in it is private to the engine.
 */
struct detector {
	struct detector_config config;
	struct baseline known;
	struct baseline draft;
	struct baseline latest;
	double checked;
	double foretold;
	struct detect_sums low;
	struct wander before;
	struct charts charts;
	struct detect_spike spike;
	struct usual usual;
	double fallen;
	struct detect_fall fell;
	struct detect_forecast forecast;
	double now;
};

/**
 * detector_init - start from nothing, with a wide and cautious prior
 * @d: the detector
 * @config: the settings, or NULL for the defaults
 */
void detector_init(struct detector *d, const struct detector_config *config);

/**
 * detector_feed - one row of counts
 * @d: the detector
 * @time: end of the interval, seconds since the epoch
 * @seconds: its length; rows of no or negative length are ignored
 * @count: packets in it
 * @out: filled in unless DETECT_NONE is returned
 *
 * Intervals may be of any length and uneven. Where the time between two rows
 * isn't covered by the later one's interval, call detector_gap() in between.
 */
enum detect_event detector_feed(struct detector *d, double time, double seconds,
				uint64_t count, struct detection *out);

/**
 * detector_gap - the next row doesn't follow on the one before
 * @d: the detector
 *
 * For whatever breaks the stream: counters that restarted, a clock that was
 * set, a machine that slept, rows that are missing. Evidence gathered so far
 * is dropped, what was learned is kept, and so is an event in progress.
 */
void detector_gap(struct detector *d);

/**
 * detector_now - the event in progress
 * @d: the detector
 * @out: filled in if there is one; its rate is that of the last ten seconds
 *
 * Return: whether an event is in progress.
 */
bool detector_now(const struct detector *d, struct detection *out);

/**
 * detector_baseline - packets per second that are normal at a time
 * @d: the detector
 * @time: seconds since the epoch
 */
double detector_baseline(const struct detector *d, double time);

/**
 * detector_usual - what is held to be usual: an event within it is a notice
 * @d: the detector
 * @out: the groups of events that are alike
 * @n: room in @out
 *
 * Return: how many groups were put there.
 */
size_t detector_usual(const struct detector *d, struct detect_usual *out,
		      size_t n);

/* Whether the baseline is still young. */
bool detector_learning(const struct detector *d);

/* Whether there is one at all: something was learned. */
bool detector_taught(const struct detector *d);

#endif /* PORTZERO_DETECTOR_H */
