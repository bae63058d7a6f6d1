// SPDX-License-Identifier: GPL-2.0
/*
 * The module's files: where they are, reading them whole, flipping switches.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/netfilter/nf_portzero.h>

#include "input/proc.h"
#include "lib/print.h"

static const char *root = "/proc";

void proc_set_root(const char *dir)
{
	root = dir;
}

const char *proc_root(void)
{
	return root;
}

static int proc_open(const char *name, int flags)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s", root, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int read_all(int fd, struct text *text)
{
	text->len = 0;
	for (;;) {
		ssize_t got;

		if (text->size - text->len < 4096) {
			size_t size = text->size ? 2 * text->size : 8192;
			char *data = realloc(text->data, size);

			if (!data)
				return -ENOMEM;
			text->data = data;
			text->size = size;
		}
		got = read(fd, text->data + text->len,
			   text->size - text->len - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		text->len += (size_t)got;
		text->data[text->len] = '\0';
		if (!got)
			return 0;
	}
}

int proc_read(const char *name, struct text *text)
{
	int fd = proc_open(name, O_RDONLY);
	int error;

	if (fd < 0)
		return fd;
	error = read_all(fd, text);
	close(fd);
	return error;
}

void text_free(struct text *text)
{
	free(text->data);
	memset(text, 0, sizeof(*text));
}

int proc_get_switch(const char *name, bool *on)
{
	int fd = proc_open(name, O_RDONLY);
	char value[8];
	ssize_t got;

	if (fd < 0)
		return fd;
	got = read(fd, value, sizeof(value));
	if (got < 0)
		got = -errno;
	close(fd);
	if (got < 0)
		return (int)got;
	if (got < 1 || got > 2 || (got == 2 && value[1] != '\n') ||
	    (value[0] != '0' && value[0] != '1'))
		return -EBADMSG;
	*on = value[0] == '1';
	return 0;
}

int proc_set_switch(const char *name, bool on)
{
	int fd = proc_open(name, O_WRONLY);
	int error = 0;
	bool now;

	if (fd < 0)
		return fd;
	if (write(fd, on ? "1\n" : "0\n", 2) != 2)
		error = errno ? -errno : -EIO;
	if (close(fd) && !error)
		error = -errno;
	if (error)
		return error;
	error = proc_get_switch(name, &now);
	if (error)
		return error;
	return now == on ? 0 : -EIO;
}

int proc_may_set(const char *name)
{
	int fd = proc_open(name, O_WRONLY);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* The first line of a file below /sys; empty if there is none. */
static void sys_line(const char *name, char *buf, size_t size)
{
	const char *sys = getenv("PORTZERO_SYS");
	char path[PATH_MAX];
	FILE *file;

	buf[0] = '\0';
	/* With a /proc that isn't this kernel's, neither is /sys. */
	if (!sys && strcmp(root, "/proc"))
		return;
	snprintf(path, sizeof(path), "%s/%s", sys ? sys : "/sys", name);
	file = fopen(path, "re");
	if (!file)
		return;
	if (!fgets(buf, (int)size, file))
		buf[0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	fclose(file);
}

/* By a setting of its own, or because Secure Boot has locked it down. */
static bool signed_only(void)
{
	char line[64];

	sys_line("module/module/parameters/sig_enforce", line, sizeof(line));
	if (line[0] == 'Y')
		return true;
	sys_line("kernel/security/lockdown", line, sizeof(line));
	return strstr(line, "[integrity]") || strstr(line, "[confidentiality]");
}

void proc_complain(const char *name, int error)
{
	switch (-error) {
	case ENOENT:
		complain("the module is not loaded: modprobe nf_portzero%s",
			 !signed_only() ? "" :
			 "; this kernel takes signed ones only, see SECURE BOOT in nf_portzero(4)");
		break;
	case EACCES:
	case EPERM:
		complain("%s/%s: permission denied: run as root", root, name);
		break;
	case EBADMSG:
		complain("%s/%s: cut short, or not what nf_portzero writes",
			 root, name);
		break;
	default:
		complain("%s/%s: %s", root, name, strerror(-error));
	}
}

void module_version(char *buf, size_t size)
{
	sys_line("module/nf_portzero/version", buf, size);
}
