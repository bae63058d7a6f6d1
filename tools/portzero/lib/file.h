/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of our own: read whole, replaced whole, and nobody else's destroyed.
 *
 * What a file of ours begins with, its magic, tells it from others. Only a
 * regular file that begins so, or an empty one, is ever replaced or moved;
 * devices, pipes, directories and symbolic links are refused and left alone.
 *
 * What can go wrong is returned as text, to stand behind the file's name: NULL
 * is fine.
 */
#ifndef PORTZERO_FILE_H
#define PORTZERO_FILE_H

#include <stdio.h>
#include <sys/types.h>

/**
 * file_read() - read a file of ours
 * @path: the file
 * @magic: what it begins with
 * @text: what it holds and a NUL behind it, the caller's to free; NULL if there
 *	is no such file or it is empty
 * @size: of @text, without that NUL
 *
 * Return: NULL or what is wrong; a file that isn't ours is.
 */
const char *file_read(const char *path, const char *magic, char **text,
		      size_t *size);

/**
 * read_line() - the next line of a file, whosever it is
 * @file: the file
 * @line: takes the line and its newline, and a NUL
 * @size: of @line; a longer line is an error, EMSGSIZE
 *
 * Return: its length, or -1: then it is feof(), or errno says why.
 */
ssize_t read_line(FILE *file, char *line, size_t size);

/**
 * file_replace() - make a file, or put a new one in its place at once
 * @path: the file
 * @magic: what @text begins with, and what the old one has to
 * @text: what it is to hold
 * @size: of @text
 * @mode: the new file's
 *
 * It is written beside the old one and synced before it takes its place. The
 * old one stays as it was when anything fails.
 *
 * Return: NULL or what is wrong.
 */
const char *file_replace(const char *path, const char *magic, const char *text,
			 size_t size, mode_t mode);

/**
 * file_set_aside() - rename a file of ours to PATH.bad, PATH.bad.1 ...
 * @path: the file
 * @aside: its new name, never one that was there; the caller's to free
 *
 * Return: NULL or what is wrong.
 */
const char *file_set_aside(const char *path, char **aside);

#endif /* PORTZERO_FILE_H */
