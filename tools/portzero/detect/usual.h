/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The events of the last two weeks, and whether one is like them.
 */
#ifndef PORTZERO_USUAL_H
#define PORTZERO_USUAL_H

#include <stdbool.h>
#include <stddef.h>

/* So many alike make one more of them usual. */
#define DETECT_REPEATS	3

/* So many events are remembered; of more, those that say least are forgotten. */
#define USUAL_EVENTS	256

/**
 * enum usual_measure - what events are compared by
 * @USUAL_SIZE: packets beyond the baseline
 * @USUAL_REST: those of them outside its best minute: a long event is judged by
 *	what remains without its burst, too; none if that is no more than chance
 * @USUAL_LENGTH: seconds; a minute or a row then
 * @USUAL_PEAK: the highest rate
 * @USUAL_MEASURES: how many there are
 */
enum usual_measure {
	USUAL_SIZE,
	USUAL_REST,
	USUAL_LENGTH,
	USUAL_PEAK,
	USUAL_MEASURES
};

/**
 * struct usual - the events that are remembered
 * @events: how many
 * @since: when each began
 * @expected: packets a second that were expected then
 * @learned: it doesn't count any more, for the present event
 * @measure: what each came to
 * @reach: how much more than the third-highest is within the usual, by the tail
 *	of what was seen; follows from @measure and @learned
 */
struct usual {
	int events;
	double since[USUAL_EVENTS];
	double expected[USUAL_EVENTS];
	bool learned[USUAL_EVENTS];
	float measure[USUAL_MEASURES][USUAL_EVENTS];
	double reach[USUAL_MEASURES];
};

/**
 * usual_add() - remember an event that is over
 * @u: the memory
 * @now: the time
 * @since: when it began
 * @expected: packets a second that were expected then
 * @measure: what it came to
 */
void usual_add(struct usual *u, double now, double since, double expected,
	       const double measure[USUAL_MEASURES]);

/**
 * usual_shift() - the clock was set: what is remembered is as long ago as before
 * @u: the memory
 * @by: seconds to add to its times
 */
void usual_shift(struct usual *u, double by);

/**
 * usual_alike() - how many events of the last two weeks is one within?
 * @u: the memory
 * @now: the time
 * @measure: what it has come to so far
 * @first: when the first of them began, if there are any
 */
unsigned int usual_alike(const struct usual *u, double now,
			 const double measure[USUAL_MEASURES], double *first);

/* Works out what follows from the events that count. */
void usual_refresh(struct usual *u);

/**
 * struct detect_usual - events that are alike: each measure within a factor of
 *	four of the largest
 * @events: how many in two weeks
 * @first: when the first began
 * @last: when the last began
 * @size: packets beyond the baseline, of the largest
 * @length: seconds, of the longest
 * @peak: the highest rate of all
 */
struct detect_usual {
	unsigned int events;
	double first;
	double last;
	double size;
	double length;
	double peak;
};

/**
 * usual_groups() - what is held to be usual
 * @u: the memory
 * @now: the time
 * @out: the groups of at least DETECT_REPEATS, the largest size first
 * @n: room in @out
 *
 * Return: how many groups were put there.
 */
size_t usual_groups(const struct usual *u, double now, struct detect_usual *out,
		    size_t n);

#endif /* PORTZERO_USUAL_H */
