/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands.
 */
#ifndef PORTZERO_CMD_H
#define PORTZERO_CMD_H

#include "lib/options.h"
#include "lib/outcome.h"

/* The option that names a file of labels; its place is @type's "labels". */
#define OPTION_LABELS(type) {						\
	"labels", 0, "FILE",						\
	"names of known prefixes (default " LABELS_DEFAULT ")",		\
	&option_text, offsetof(type, labels)				\
}

/* The option of how rare false warnings are to be; its place is in @type's "detector". */
#define OPTION_PATIENCE(type) {						\
	"patience", 0, "TIME",						\
	"mean time between false warnings, all signals together",	\
	&option_patience, offsetof(type, detector.patience)		\
}

extern const struct option_kind option_patience;

int cmd_status(int argc, char **argv);
int cmd_watch(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_drop(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_pcap(int argc, char **argv);
int cmd_export(int argc, char **argv);

#endif /* PORTZERO_CMD_H */
