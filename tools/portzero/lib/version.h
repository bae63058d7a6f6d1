/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which portzero this is.
 */
#ifndef PORTZERO_LIB_VERSION_H
#define PORTZERO_LIB_VERSION_H

#define PORTZERO_VERSION	"1.0.0"

#endif /* PORTZERO_LIB_VERSION_H */
