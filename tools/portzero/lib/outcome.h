/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What exit codes mean.
 */
#ifndef PORTZERO_OUTCOME_H
#define PORTZERO_OUTCOME_H

/**
 * enum outcome - exit codes of every subcommand
 * @FINE: done, nothing to worry about
 * @ALARM: a warning is active, or a leak was found
 * @USAGE: bad usage, bad input, nothing to judge by, or output that could not
 *         be written
 * @NO_MODULE: the module is not loaded or not readable
 */
enum outcome {
	FINE		= 0,
	ALARM		= 1,
	USAGE		= 2,
	NO_MODULE	= 3,
};

#endif /* PORTZERO_OUTCOME_H */
