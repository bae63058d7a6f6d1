// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a command for every warning, one after the other, never waiting.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output/exec.h"
#include "lib/print.h"
#include "lib/util.h"

static bool split(struct exec *exec, const char *command)
{
	char *save, *word;
	int n = 0;

	exec->words = strdup(command);
	if (!exec->words) {
		complain("out of memory");
		return false;
	}
	for (word = strtok_r(exec->words, " \t", &save); word;
	     word = strtok_r(NULL, " \t", &save)) {
		if (n == EXEC_ARGUMENTS) {
			complain("--exec: more than %d words", EXEC_ARGUMENTS);
			return false;
		}
		exec->argv[n++] = word;
	}
	if (!n) {
		complain("--exec wants a command");
		return false;
	}
	if (strchr(exec->argv[0], '/') && access(exec->argv[0], X_OK)) {
		complain("--exec %s: %s", exec->argv[0], strerror(errno));
		return false;
	}
	return true;
}

bool exec_init(struct exec *exec, const char *command)
{
	memset(exec, 0, sizeof(*exec));
	return split(exec, command);
}

bool exec_change(struct exec *exec, const char *command)
{
	struct exec fresh = { 0 };

	if (!split(&fresh, command)) {
		free(fresh.words);
		return false;
	}
	free(exec->words);
	exec->words = fresh.words;
	memcpy(exec->argv, fresh.argv, sizeof(exec->argv));
	return true;
}

void exec_add(struct exec *exec, const char *text)
{
	size_t len = strlen(text);
	ssize_t done;
	int fd;

	if (exec->waiting == EXEC_QUEUE) {
		complain("--exec %s: too slow, a warning was not handed to it",
			 exec->argv[0]);
		return;
	}
	/* A file in memory: whoever reads it, or doesn't, can't hold us up. */
	fd = memfd_create("warning", MFD_CLOEXEC);
	if (fd < 0) {
		complain("--exec %s: %s", exec->argv[0], strerror(errno));
		return;
	}
	while (len) {
		done = write(fd, text, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			complain("--exec %s: %s", exec->argv[0], strerror(errno));
			close(fd);
			return;
		}
		text += done;
		len -= (size_t)done;
	}
	lseek(fd, 0, SEEK_SET);
	exec->queue[exec->waiting++] = fd;
	exec_poll(exec);
}

/* Of our environment it gets these. */
static void clean_environment(void)
{
	static const char *const kept[] = {
		"PATH=", "HOME=", "USER=", "LOGNAME=", "LANG=", "TZ="
	};
	static char *clean[ARRAY_SIZE(kept) + 1];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		for (char **entry = environ; entry && *entry; entry++) {
			if (strncmp(*entry, kept[i], strlen(kept[i])))
				continue;
			clean[n++] = *entry;
			break;
		}
	}
	environ = clean;
}

/*
 * None of the capabilities that were given to us, unless it is root that runs
 * us, and no way to get more than we have.
 */
static bool shed_privileges(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3];

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) ||
	    syscall(SYS_capget, &header, caps))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(caps); i++)
		caps[i].inheritable = 0;
	return !syscall(SYS_capset, &header, caps);
}

static void run_child(const struct exec *exec, int input)
{
	sigset_t none;

	/* A group of its own, so that its time limit holds for its children. */
	setpgid(0, 0);
	for (int signum = 1; signum < NSIG; signum++)
		signal(signum, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* What it prints must not come between our own lines of JSON. */
	if (dup2(input, STDIN_FILENO) < 0 ||
	    dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		_exit(127);
	/* Ours close by themselves; these are whoever's we were started by. */
	if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0)) {
		for (int fd = STDERR_FILENO + 1; fd < 1024; fd++)
			close(fd);
	}
	if (!shed_privileges())
		_exit(126);
	clean_environment();
	execvp(exec->argv[0], exec->argv);
	_exit(errno == ENOENT ? 127 : 126);
}

static void start(struct exec *exec)
{
	int input = exec->queue[0];
	pid_t child;

	exec->waiting--;
	memmove(&exec->queue[0], &exec->queue[1],
		exec->waiting * sizeof(exec->queue[0]));
	child = fork();
	if (!child)
		run_child(exec, input);
	close(input);
	if (child < 0) {
		complain("--exec %s: %s", exec->argv[0], strerror(errno));
		return;
	}
	setpgid(child, child);
	exec->running = child;
	exec->killed = false;
	exec->deadline = clock_seconds(CLOCK_MONOTONIC) + EXEC_SECONDS;
}

static void report(const struct exec *exec, int status)
{
	const char *name = exec->argv[0];

	if (exec->killed)
		complain("--exec %s: not done after %d s, killed", name,
			 EXEC_SECONDS);
	else if (WIFSIGNALED(status))
		complain("--exec %s: ended by signal %d", name, WTERMSIG(status));
	else if (WEXITSTATUS(status) == 127)
		complain("--exec %s: not found", name);
	else if (WEXITSTATUS(status) == 126)
		complain("--exec %s: cannot be executed", name);
	else if (WEXITSTATUS(status))
		complain("--exec %s: exit status %d", name, WEXITSTATUS(status));
}

double exec_poll(struct exec *exec)
{
	int status;

	if (exec->running) {
		pid_t child = waitpid(exec->running, &status, WNOHANG);

		if (!child) {
			double left = exec->deadline - clock_seconds(CLOCK_MONOTONIC);

			if (left > 0)
				return left;
			if (!exec->killed)
				kill(-exec->running, SIGKILL);
			exec->killed = true;
			return 0.1;
		}
		if (child == exec->running)
			report(exec, status);
		exec->running = 0;
	}
	if (!exec->waiting)
		return -1;
	start(exec);
	return exec->running ? EXEC_SECONDS : 0;
}

static void wait_until(struct exec *exec, unsigned int left)
{
	while (exec->waiting > left || (!left && exec->running)) {
		double wait = exec_poll(exec);

		if (wait > 0)
			poll(NULL, 0, wait < 0.05 ? (int)(1000 * wait) + 1 : 50);
	}
}

void exec_wait(struct exec *exec)
{
	wait_until(exec, EXEC_QUEUE / 2);
}

void exec_finish(struct exec *exec)
{
	wait_until(exec, 0);
	free(exec->words);
	exec->words = NULL;
	exec->argv[0] = NULL;
}
