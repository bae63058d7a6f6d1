/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SRv6 routes whose packets netfilter does not see when they come out.
 */
#ifndef PORTZERO_SRV6_H
#define PORTZERO_SRV6_H

/**
 * srv6_complain() - say so if this network namespace has such routes
 *
 * What they decapsulate is neither counted nor dropped.
 */
void srv6_complain(void);

#endif /* PORTZERO_SRV6_H */
