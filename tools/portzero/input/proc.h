/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's files: where they are, reading them whole, flipping switches.
 */
#ifndef PORTZERO_PROC_H
#define PORTZERO_PROC_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct text - a file's content, ending in a NUL
 * @data: the bytes, reused from one reading to the next
 * @len: how many, without the NUL
 * @size: how many @data has room for
 */
struct text {
	char *data;
	size_t len;
	size_t size;
};

/**
 * proc_set_root() - read another tree than /proc, as tests do
 * @dir: the tree; must stay valid
 */
void proc_set_root(const char *dir);

/* The tree that is read, /proc unless it was set. */
const char *proc_root(void);

/**
 * proc_read() - read a whole file below the root
 * @name: path below the root, as in NF_PORTZERO_PROC_STAT
 * @text: what it holds; start from a zeroed one, free with text_free()
 *
 * Return: 0 or a negative errno.
 */
int proc_read(const char *name, struct text *text);

/**
 * text_free() - give back what proc_read() took
 * @text: the text, reusable afterwards
 */
void text_free(struct text *text);

/**
 * proc_get_switch() - read a sysctl that is 0 or 1
 * @name: path below the root, as in NF_PORTZERO_PROC_DROP
 * @on: its value
 *
 * Return: 0 or a negative errno; -EBADMSG if it is neither 0 nor 1.
 */
int proc_get_switch(const char *name, bool *on);

/**
 * proc_set_switch() - write a sysctl that is 0 or 1, and read it back
 * @name: path below the root
 * @on: the value
 *
 * Return: 0 or a negative errno; -EIO if it reads back differently.
 */
int proc_set_switch(const char *name, bool on);

/**
 * proc_may_set() - may we write a sysctl?
 * @name: path below the root
 *
 * Return: 0 or a negative errno.
 */
int proc_may_set(const char *name);

/**
 * proc_complain() - say why a file of the module could not be used
 * @name: path below the root
 * @error: the negative errno
 */
void proc_complain(const char *name, int error);

/**
 * module_version() - the loaded module's version
 * @buf: the result, or "" when the module doesn't tell
 * @size: of @buf
 */
void module_version(char *buf, size_t size);

#endif /* PORTZERO_PROC_H */
