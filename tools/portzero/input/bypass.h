/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ways past netfilter: what takes them is neither counted nor dropped.
 */
#ifndef PORTZERO_BYPASS_H
#define PORTZERO_BYPASS_H

/**
 * bypass_complain() - say so if this network namespace has such a way
 *
 * SRv6 routes that decapsulate, and nft's flowtables. Who may not ask for the
 * flowtables (CAP_NET_ADMIN) hears nothing of them.
 */
void bypass_complain(void);

#endif /* PORTZERO_BYPASS_H */
