/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs a command for every warning, one after the other, never waiting.
 */
#ifndef PORTZERO_EXEC_H
#define PORTZERO_EXEC_H

#include <stdbool.h>
#include <sys/types.h>

#define EXEC_ARGUMENTS	32
#define EXEC_QUEUE	16
#define EXEC_SECONDS	10

/**
 * struct exec - a command and the warnings it is to be given
 * @words: the command line, cut into words
 * @argv: the words
 * @queue: files of those still waiting, the oldest first
 * @waiting: how many
 * @running: the process at work, or 0
 * @deadline: when it has to be done, CLOCK_MONOTONIC
 * @killed: it was not
 */
struct exec {
	char *words;
	char *argv[EXEC_ARGUMENTS + 1];
	int queue[EXEC_QUEUE];
	unsigned int waiting;
	pid_t running;
	double deadline;
	bool killed;
};

/**
 * exec_init() - take the command
 * @exec: the exec
 * @command: a program and its arguments between blanks; no shell sees them,
 *	so quotes and variables mean nothing
 *
 * Return: true, or false after complaining.
 */
bool exec_init(struct exec *exec, const char *command);

/**
 * exec_change() - take another command for what is to come
 * @exec: the exec
 * @command: as for exec_init()
 *
 * Return: true, or false after complaining, and then it keeps the old one.
 */
bool exec_change(struct exec *exec, const char *command);

/**
 * exec_add() - run the command soon with a text on its standard input
 * @exec: the exec
 * @text: the text
 *
 * Does not wait. A failure is complained of and goes no further.
 */
void exec_add(struct exec *exec, const char *text);

/**
 * exec_poll() - see to the command: reap it, end it when its time is up, start
 *	the next one
 * @exec: the exec
 *
 * Return: seconds until it wants to be called again, or below 0 if it has
 * nothing to do.
 */
double exec_poll(struct exec *exec);

/**
 * exec_wait() - wait until there is room for more, where there is time to wait
 * @exec: the exec
 */
void exec_wait(struct exec *exec);

/**
 * exec_finish() - wait for what is still to be done, each within its time
 * @exec: the exec
 */
void exec_finish(struct exec *exec);

#endif /* PORTZERO_EXEC_H */
