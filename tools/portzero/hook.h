/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs a command for every warning, one after the other, never waiting.
 */
#ifndef PORTZERO_HOOK_H
#define PORTZERO_HOOK_H

#include <stdbool.h>
#include <sys/types.h>

#define HOOK_ARGUMENTS	32
#define HOOK_QUEUE	16
#define HOOK_SECONDS	10

/**
 * struct hook - a command and the warnings it is to be given
 * @words: the command line, cut into words
 * @argv: the words
 * @queue: files of those still waiting, the oldest first
 * @waiting: how many
 * @running: the process at work, or 0
 * @deadline: when it has to be done, CLOCK_MONOTONIC
 * @killed: it was not
 */
struct hook {
	char *words;
	char *argv[HOOK_ARGUMENTS + 1];
	int queue[HOOK_QUEUE];
	unsigned int waiting;
	pid_t running;
	double deadline;
	bool killed;
};

/**
 * hook_init() - take the command
 * @hook: the hook
 * @command: a program and its arguments between blanks; no shell sees them,
 *	so quotes and variables mean nothing
 *
 * Return: true, or false after complaining.
 */
bool hook_init(struct hook *hook, const char *command);

/**
 * hook_change() - take another command for what is to come
 * @hook: the hook
 * @command: as for hook_init()
 *
 * Return: true, or false after complaining, and then it keeps the old one.
 */
bool hook_change(struct hook *hook, const char *command);

/**
 * hook_add() - run the command soon with a text on its standard input
 * @hook: the hook
 * @text: the text
 *
 * Does not wait. A failure is complained of and goes no further.
 */
void hook_add(struct hook *hook, const char *text);

/**
 * hook_poll() - see to the command: reap it, end it when its time is up, start
 *	the next one
 * @hook: the hook
 *
 * Return: seconds until it wants to be called again, or below 0 if it has
 * nothing to do.
 */
double hook_poll(struct hook *hook);

/**
 * hook_wait() - wait until there is room for more, where there is time to wait
 * @hook: the hook
 */
void hook_wait(struct hook *hook);

/**
 * hook_finish() - wait for what is still to be done, each within its time
 * @hook: the hook
 */
void hook_finish(struct hook *hook);

#endif /* PORTZERO_HOOK_H */
