/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Warnings in the system's log.
 */
#ifndef PORTZERO_JOURNAL_H
#define PORTZERO_JOURNAL_H

#include "output/warning.h"

/**
 * journal_send() - log a warning
 * @w: the warning
 *
 * To journald with a field for each fact (PORTZERO_SIGNAL and so on), or where
 * there is none to syslog, the facts behind the text.
 */
void journal_send(const struct warning *w);

#endif /* PORTZERO_JOURNAL_H */
