/* SPDX-License-Identifier: GPL-2.0 */
/* The flags in byte 13 of a TCP header. */
#ifndef _PZSEND_TCPFLAGS_H
#define _PZSEND_TCPFLAGS_H

enum tcpflags {
	FIN = 0x01,
	SYN = 0x02,
	RST = 0x04,
	PSH = 0x08,
	ACK = 0x10,
	URG = 0x20,
	ECE = 0x40,
	CWR = 0x80,
};

#endif /* _PZSEND_TCPFLAGS_H */
