/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A switch of the module that is on for a while and goes off again, whatever
 * happens to the one who switched it on.
 *
 * A note below /run says that it was us, and until when. Its lock goes with
 * the process: a note without one was left behind, and whoever comes next puts
 * the switch back. Somebody else's switching makes it theirs: the kernel tells
 * us while we live; what was done after we were killed shows only where the
 * switch is off, or 'portzero drop' did it.
 */
#ifndef PORTZERO_BORROW_H
#define PORTZERO_BORROW_H

#include <stdbool.h>

/**
 * struct borrow - a switch that may be borrowed
 * @ours: it is on because of us, or of one whose note was left behind
 * @until: when it was to go off, CLOCK_MONOTONIC; below 0: not known yet
 *
 * The rest is private.
 */
struct borrow {
	bool ours;
	double until;

	/* private: */
	const char *name;
	int note;
	int watch;
	int pinned;
};

/* A switch that isn't looked after. */
#define BORROW_NONE	((struct borrow){ .note = -1, .watch = -1, .pinned = -1 })

/**
 * borrow_open() - look after a switch
 * @b: the switch
 * @name: its path, as in NF_PORTZERO_PROC_DROP
 * @make: make a note if there is none
 *
 * Return: 0; -EBUSY if somebody else looks after it; another negative errno if
 * no note can be kept: it may be borrowed even so.
 */
int borrow_open(struct borrow *b, const char *name, bool make);

/**
 * borrow_take() - switch it on, having noted it
 * @b: the switch, which is off
 *
 * Return: 0 or a negative errno.
 */
int borrow_take(struct borrow *b);

/**
 * borrow_until() - note when it is to go off
 * @b: the switch
 * @until: CLOCK_MONOTONIC, below 0 if that isn't known
 */
void borrow_until(struct borrow *b, double until);

/**
 * borrow_lost() - has somebody else switched it?
 * @b: the switch; not @ours any more if so
 *
 * Return: how they want it, "on" or "off", or NULL if nobody has.
 */
const char *borrow_lost(struct borrow *b);

/**
 * borrow_return() - switch it off, if it is ours
 * @b: the switch
 *
 * Return: 0 or a negative errno.
 */
int borrow_return(struct borrow *b);

/**
 * borrow_close() - look after it no longer
 * @b: the switch
 */
void borrow_close(struct borrow *b);

/**
 * borrow_forget() - whoever left a switch on, it is somebody else's now
 * @name: its path
 */
void borrow_forget(const char *name);

#endif /* PORTZERO_BORROW_H */
