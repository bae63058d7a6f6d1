/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands.
 */
#ifndef PORTZERO_CMD_H
#define PORTZERO_CMD_H

#include "lib/outcome.h"

#define PORTZERO_VERSION	"1.0.0"

/* The option that names a file of labels; its place is @type's "labels". */
#define OPTION_LABELS(type) {						\
	"labels", 0, "FILE",						\
	"names of known prefixes (default " LABELS_DEFAULT ")",		\
	&option_text, offsetof(type, labels)				\
}

int cmd_status(int argc, char **argv);
int cmd_watch(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_drop(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_pcap(int argc, char **argv);
int cmd_export(int argc, char **argv);

#endif /* PORTZERO_CMD_H */
