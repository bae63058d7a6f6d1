/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands, and what their exit codes mean.
 */
#ifndef PORTZERO_CMD_H
#define PORTZERO_CMD_H

#define PORTZERO_VERSION	"1.0.0"

/**
 * enum outcome - exit codes of every subcommand
 * @FINE: done, nothing to worry about
 * @ALARM: a warning is active, or a leak was found
 * @USAGE: bad usage, bad input, or output that could not be written
 * @NO_MODULE: the module is not loaded or not readable
 */
enum outcome {
	FINE		= 0,
	ALARM		= 1,
	USAGE		= 2,
	NO_MODULE	= 3,
};

int cmd_status(int argc, char **argv);
int cmd_watch(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_drop(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_pcap(int argc, char **argv);
int cmd_export(int argc, char **argv);

#endif /* PORTZERO_CMD_H */
