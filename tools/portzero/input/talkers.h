/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The top talkers: sources, and destinations with their ports, of true
 * port-zero packets in the current and the previous window.
 */
#ifndef PORTZERO_TALKERS_H
#define PORTZERO_TALKERS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/proc.h"

/**
 * struct address - an IPv4 or IPv6 address
 * @family: AF_INET or AF_INET6
 * @bytes: the 4 or 16 bytes, the rest zero
 */
struct address {
	int family;
	unsigned char bytes[16];
};

/**
 * struct talker - one line
 * @source: a source; else a destination
 * @address: which
 * @port: of a destination
 * @count: packets, over by at most @error
 * @error: how far @count may be over
 * @last_seen: seconds since the epoch
 */
struct talker {
	bool source;
	struct address address;
	uint16_t port;
	uint64_t count;
	uint64_t error;
	int64_t last_seen;
};

/**
 * struct talkers - the talkers of both windows together
 * @n: how many
 * @v: sources first, then destinations, the busiest first
 * @room: that @v has
 * @full: the table of destinations [0] or sources [1] was full, so there may be
 *	more than these
 * @text: the file
 */
struct talkers {
	size_t n;
	struct talker *v;
	size_t room;
	bool full[2];
	struct text text;
};

/**
 * talkers_read() - read the module's file and add its windows up
 * @t: the result; start from a zeroed one, reuse it at will
 *
 * Return: 0 or a negative errno; -EBADMSG if a line can't be understood.
 */
int talkers_read(struct talkers *t);

/**
 * talkers_parse() - the same from the text of the file
 * @t: the talkers; only the text need be set
 *
 * Return: 0 or -EBADMSG or -ENOMEM.
 */
int talkers_parse(struct talkers *t);

/**
 * talkers_add() - one more line
 * @t: the talkers, to be put in order by talkers_merge()
 * @talker: the line
 *
 * Return: 0 or -ENOMEM.
 */
int talkers_add(struct talkers *t, const struct talker *talker);

/**
 * talkers_merge() - add up the lines of each talker, and put them in order
 * @t: the talkers
 */
void talkers_merge(struct talkers *t);

/**
 * talkers_since() - leave out who was last seen before a time
 * @t: the talkers
 * @time: seconds since the epoch
 */
void talkers_since(struct talkers *t, double time);

/**
 * talkers_free() - give back what talkers_read() took
 * @t: the talkers, reusable afterwards
 */
void talkers_free(struct talkers *t);

/**
 * address_parse() - read an address
 * @text: "192.0.2.1" or "2001:db8::1"
 * @address: the result
 *
 * Return: true if @text is an address.
 */
bool address_parse(const char *text, struct address *address);

/**
 * address_format() - write an address
 * @address: the address
 * @buf: room for INET6_ADDRSTRLEN
 *
 * Return: @buf.
 */
const char *address_format(const struct address *address, char *buf);

/**
 * talker_format() - write a talker: "192.0.2.1", "192.0.2.1:445", "[::1]:445"
 * @talker: the talker
 * @buf: the result
 * @size: of @buf; INET6_ADDRSTRLEN + 8 is enough
 *
 * Return: @buf.
 */
const char *talker_format(const struct talker *talker, char *buf, size_t size);

#endif /* PORTZERO_TALKERS_H */
