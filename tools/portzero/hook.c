// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a command for every warning, one after the other, never waiting.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook.h"
#include "say.h"
#include "util.h"

static bool split(struct hook *hook, const char *command)
{
	char *save, *word;
	int n = 0;

	hook->words = strdup(command);
	if (!hook->words) {
		complain("out of memory");
		return false;
	}
	for (word = strtok_r(hook->words, " \t", &save); word;
	     word = strtok_r(NULL, " \t", &save)) {
		if (n == HOOK_ARGUMENTS) {
			complain("--exec: more than %d words", HOOK_ARGUMENTS);
			return false;
		}
		hook->argv[n++] = word;
	}
	if (!n) {
		complain("--exec wants a command");
		return false;
	}
	if (strchr(hook->argv[0], '/') && access(hook->argv[0], X_OK)) {
		complain("--exec %s: %s", hook->argv[0], strerror(errno));
		return false;
	}
	return true;
}

bool hook_init(struct hook *hook, const char *command)
{
	memset(hook, 0, sizeof(*hook));
	return split(hook, command);
}

bool hook_change(struct hook *hook, const char *command)
{
	struct hook fresh = { 0 };

	if (!split(&fresh, command)) {
		free(fresh.words);
		return false;
	}
	free(hook->words);
	hook->words = fresh.words;
	memcpy(hook->argv, fresh.argv, sizeof(hook->argv));
	return true;
}

void hook_add(struct hook *hook, const char *text)
{
	size_t len = strlen(text);
	ssize_t done;
	int fd;

	if (hook->waiting == HOOK_QUEUE) {
		complain("--exec %s: too slow, a warning was not handed to it",
			 hook->argv[0]);
		return;
	}
	/* A file in memory: whoever reads it, or doesn't, can't hold us up. */
	fd = memfd_create("warning", MFD_CLOEXEC);
	if (fd < 0) {
		complain("--exec %s: %s", hook->argv[0], strerror(errno));
		return;
	}
	while (len) {
		done = write(fd, text, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			complain("--exec %s: %s", hook->argv[0], strerror(errno));
			close(fd);
			return;
		}
		text += done;
		len -= (size_t)done;
	}
	lseek(fd, 0, SEEK_SET);
	hook->queue[hook->waiting++] = fd;
	hook_poll(hook);
}

static void run_child(const struct hook *hook, int input)
{
	sigset_t none;

	/* A group of its own, so that its time limit holds for its children. */
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* What it prints must not come between our own lines of JSON. */
	if (dup2(input, STDIN_FILENO) < 0 ||
	    dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		_exit(127);
	execvp(hook->argv[0], hook->argv);
	_exit(errno == ENOENT ? 127 : 126);
}

static void start(struct hook *hook)
{
	int input = hook->queue[0];
	pid_t child;

	hook->waiting--;
	memmove(&hook->queue[0], &hook->queue[1],
		hook->waiting * sizeof(hook->queue[0]));
	child = fork();
	if (!child)
		run_child(hook, input);
	close(input);
	if (child < 0) {
		complain("--exec %s: %s", hook->argv[0], strerror(errno));
		return;
	}
	setpgid(child, child);
	hook->running = child;
	hook->killed = false;
	hook->deadline = clock_seconds(CLOCK_MONOTONIC) + HOOK_SECONDS;
}

static void report(const struct hook *hook, int status)
{
	const char *name = hook->argv[0];

	if (hook->killed)
		complain("--exec %s: not done after %d s, killed", name,
			 HOOK_SECONDS);
	else if (WIFSIGNALED(status))
		complain("--exec %s: ended by signal %d", name, WTERMSIG(status));
	else if (WEXITSTATUS(status) == 127)
		complain("--exec %s: not found", name);
	else if (WEXITSTATUS(status) == 126)
		complain("--exec %s: cannot be executed", name);
	else if (WEXITSTATUS(status))
		complain("--exec %s: exit status %d", name, WEXITSTATUS(status));
}

double hook_poll(struct hook *hook)
{
	int status;

	if (hook->running) {
		pid_t child = waitpid(hook->running, &status, WNOHANG);

		if (!child) {
			double left = hook->deadline - clock_seconds(CLOCK_MONOTONIC);

			if (left > 0)
				return left;
			if (!hook->killed)
				kill(-hook->running, SIGKILL);
			hook->killed = true;
			return 0.1;
		}
		if (child == hook->running)
			report(hook, status);
		hook->running = 0;
	}
	if (!hook->waiting)
		return -1;
	start(hook);
	return hook->running ? HOOK_SECONDS : 0;
}

static void wait_until(struct hook *hook, unsigned int left)
{
	while (hook->waiting > left || (!left && hook->running)) {
		double wait = hook_poll(hook);

		if (wait > 0)
			poll(NULL, 0, wait < 0.05 ? (int)(1000 * wait) + 1 : 50);
	}
}

void hook_wait(struct hook *hook)
{
	wait_until(hook, HOOK_QUEUE / 2);
}

void hook_finish(struct hook *hook)
{
	wait_until(hook, 0);
	free(hook->words);
	hook->words = NULL;
	hook->argv[0] = NULL;
}
