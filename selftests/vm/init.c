// SPDX-License-Identifier: GPL-2.0
/*
 * init: the first program of the test machine.
 *
 * Shows the host's root file system (9p, read-only) below a scratch overlay,
 * so that every path and tool of the host is there and nothing written reaches
 * it; then runs one command as root and sends its output and its exit status
 * back through a virtio port, to relay (see frame.h). Linked statically, it is
 * the only program in the initramfs: modules are loaded from /modules in the
 * order of their names.
 *
 * The command comes in a file on the host, named by argv[1] and written by
 * selftests/vm/run: strings that end in NUL, KEY=VALUE up to an empty one and
 * the command's arguments after it. The keys: cwd; modules, the directory of the
 * guest kernel's modules as the machine sees it; hide, directories of the host's
 * that another system's programs replace; systemd, if that is to be the first
 * process; stdin, if the command is to have the host's; env.NAME for the command's
 * environment.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frame.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/*
 * The ports of the virtio-serial device, in the order that run gives them; its
 * own number depends on which driver was the first.
 */
#define PORT_RELAY	"/dev/vport*p1"
#define PORT_STDIN	"/dev/vport*p2"

/* A millisecond each. */
#define PORT_TRIES	60000

/* What tells a test that it is here, where it may change all it likes. */
#define MARK		"/run/test-machine"

#define UPPER		"upperdir=/scratch/upper,workdir=/scratch/work"

static int relay = -1;

struct job {
	const char *cwd;
	const char *modules;
	char *hide;
	bool has_systemd;
	bool has_stdin;
	char **argv;
};

static noreturn void power_off(void)
{
	reboot(RB_POWER_OFF);
	_exit(1);
}

/* Standard error is the console, where run looks when the machine has ended early. */
#define die(...)			\
	do {				\
		warn(__VA_ARGS__);	\
		power_off();		\
	} while (0)

static void mount_or_die(const char *source, const char *target, const char *type,
			 unsigned long flags, const char *data)
{
	if (mount(source, target, type, flags, data))
		die("mount %s on %s", type, target);
}

/* A file system that this kernel or this host may not have. */
static void mount_if_there(const char *type, const char *target)
{
	mkdir(target, 0755);
	mount(type, target, type, 0, NULL);
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void load_modules(void)
{
	struct dirent **list;
	int n = scandir("/modules", &list, not_hidden, alphasort);
	int i, fd;

	for (i = 0; i < n; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "/modules/%s", list[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
			die("%s", path);
		close(fd);
	}
}

/* The virtio ports appear a moment after their driver. */
static int open_port(const char *pattern, int flags)
{
	glob_t found;
	int fd, tries;

	for (tries = 0; tries < PORT_TRIES; tries++) {
		fd = -1;
		if (!glob(pattern, 0, NULL, &found)) {
			fd = open(found.gl_pathv[0], flags | O_CLOEXEC);
			globfree(&found);
		}
		if (fd >= 0)
			return fd;
		usleep(1000);
	}
	die("%s", pattern);
}

/*
 * Reads the whole job. A key without which there is nothing to do is missing
 * only if the runner and its initramfs differ.
 */
static void read_job(const char *path, struct job *job)
{
	char file[PATH_MAX], *text, *p, *end;
	size_t n = 0, len = 0;
	struct stat st;
	ssize_t got;
	int fd;

	snprintf(file, sizeof(file), "/host%s", path);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		die("%s", file);
	text = calloc(1, st.st_size + 1);
	job->argv = calloc(st.st_size + 1, sizeof(*job->argv));
	if (!text || !job->argv)
		die("%s", file);
	while ((got = read(fd, text + len, st.st_size - len)) > 0)
		len += got;
	if (got < 0)
		die("%s", file);
	close(fd);

	end = text + len;
	for (p = text; p < end && *p; p += strlen(p) + 1) {
		if (!strncmp(p, "cwd=", 4))
			job->cwd = p + 4;
		else if (!strncmp(p, "modules=", 8))
			job->modules = p + 8;
		else if (!strncmp(p, "hide=", 5))
			job->hide = p + 5;
		else if (!strcmp(p, "systemd=yes"))
			job->has_systemd = true;
		else if (!strcmp(p, "stdin=yes"))
			job->has_stdin = true;
		else if (!strncmp(p, "env.", 4))
			putenv(p + 4);
	}
	for (p++; p < end; p += strlen(p) + 1)
		job->argv[n++] = p;
	if (!job->cwd || !job->modules || !n) {
		errno = EINVAL;
		die("%s", file);
	}
}

/* A directory of the host's, by the name that run gives it. */
static int mount_host(const char *name, const char *target)
{
	mkdir(target, 0755);
	return mount(name, target, "9p", MS_RDONLY,
		     "trans=virtio,version=9p2000.L,cache=loose,msize=512000");
}

/*
 * Scratch over the host's files. Where this is another system than the host's,
 * its programs are between them, and the host's are hidden: that is what a
 * whiteout does.
 */
static void mount_root(char *hide)
{
	const char *options = UPPER ",lowerdir=/host";
	char path[PATH_MAX], *name;

	if (!mount_host("programs", "/programs"))
		options = UPPER ",lowerdir=/programs:/scratch/hidden:/host";

	mkdir("/scratch", 0755);
	mkdir("/root", 0755);
	mount_or_die("scratch", "/scratch", "tmpfs", 0, "mode=0755,size=75%");
	mkdir("/scratch/upper", 0755);
	mkdir("/scratch/work", 0755);
	mkdir("/scratch/hidden", 0755);
	for (name = hide ? strtok(hide, " ") : NULL; name; name = strtok(NULL, " ")) {
		snprintf(path, sizeof(path), "/scratch/hidden/%s", name);
		mknod(path, S_IFCHR, makedev(0, 0));
	}
	mount_or_die("overlay", "/root", "overlay", 0, options);
}

static void enter_root(void)
{
	if (chdir("/root"))
		die("/root");
	umount2("/proc", MNT_DETACH);
	umount2("/dev", MNT_DETACH);
	mount_or_die(".", "/", NULL, MS_MOVE, NULL);
	if (chroot(".") || chdir("/"))
		die("chroot");
}

static void mount_kernel_file_systems(void)
{
	mount_or_die("proc", "/proc", "proc", 0, NULL);
	mount_or_die("sysfs", "/sys", "sysfs", 0, NULL);
	mount_or_die("dev", "/dev", "devtmpfs", 0, "mode=0755");
	mkdir("/dev/pts", 0755);
	mkdir("/dev/shm", 01777);
	mount_or_die("devpts", "/dev/pts", "devpts", 0, "mode=0600,ptmxmode=0666");
	mount_or_die("shm", "/dev/shm", "tmpfs", 0, "mode=1777");
	mount_or_die("run", "/run", "tmpfs", 0, "mode=0755");
	mkdir("/run/lock", 01777);
	mkdir("/run/netns", 0755);
	if (mknod(MARK, S_IFREG | 0444, 0))
		die(MARK);
	symlink("/proc/self/fd", "/dev/fd");
	symlink("/proc/self/fd/0", "/dev/stdin");
	symlink("/proc/self/fd/1", "/dev/stdout");
	symlink("/proc/self/fd/2", "/dev/stderr");

	mount_if_there("cgroup2", "/sys/fs/cgroup");
	mount_if_there("bpf", "/sys/fs/bpf");
	mount_if_there("debugfs", "/sys/kernel/debug");
	mount_if_there("tracefs", "/sys/kernel/tracing");
	mount_if_there("securityfs", "/sys/kernel/security");
}

/* The guest kernel's modules where modprobe looks for them, if they aren't there. */
static void show_modules(const char *from)
{
	char to[PATH_MAX];
	struct utsname u;

	uname(&u);
	mkdir("/lib/modules", 0755);
	snprintf(to, sizeof(to), "/lib/modules/%s", u.release);
	if (!strcmp(from, to))
		return;
	mkdir(to, 0755);
	mount_or_die(from, to, NULL, MS_BIND, NULL);
}

static void loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr))
		die("lo");
	close(fd);
}

/* All that the kernel says goes to the console, whatever dmesg -n may ask for. */
static void log_everything(void)
{
	int fd = open("/sys/module/printk/parameters/ignore_loglevel", O_WRONLY);

	if (fd < 0 || write(fd, "Y", 1) != 1)
		die("ignore_loglevel");
	close(fd);
}

static void write_all(int fd, const char *data, size_t len)
{
	ssize_t put;

	for (; len; data += put, len -= put) {
		put = write(fd, data, len);
		if (put < 0 && errno == EINTR)
			put = 0;
		else if (put < 0)
			die("output");
	}
}

static void tell(enum frame_type type, const void *data, size_t len)
{
	struct frame frame = { .type = htonl(type), .len = htonl(len) };

	write_all(relay, (char *)&frame, sizeof(frame));
	write_all(relay, data, len);
}

/* Waits for the answer, so that all that was told before has arrived as well. */
static void tell_exit(unsigned char code)
{
	char seen;

	tell(FRAME_EXIT, &code, sizeof(code));
	if (read(relay, &seen, sizeof(seen)) < 0)
		die("no answer");
}

/* Tells what is there to read, up to a maximum; 0 when there is no more to come. */
static size_t tell_output(enum frame_type type, int fd, size_t max)
{
	static char data[FRAME_DATA_MAX];
	ssize_t got;

	got = read(fd, data, max < sizeof(data) ? max : sizeof(data));
	if (got < 0)
		die("pipe");
	if (got)
		tell(type, data, got);
	return got;
}

/* Tells what is there by now and not what may come. */
static void tell_rest(enum frame_type type, int fd)
{
	int left;

	if (ioctl(fd, FIONREAD, &left))
		die("pipe");
	while (left)
		left -= tell_output(type, fd, left);
}

static void on_child(int sig)
{
	(void)sig;
}

/*
 * What the host has to say reaches the command through a process of its own:
 * the command need not read it, and its output must not wait for that.
 */
static int feed_stdin(void)
{
	int port = open_port(PORT_STDIN, O_RDONLY);
	static char data[FRAME_DATA_MAX];
	ssize_t got;
	int in[2];
	pid_t pid;

	if (pipe2(in, O_CLOEXEC))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		close(in[0]);
		while ((got = read(port, data, sizeof(data))) > 0)
			write_all(in[1], data, got);
		_exit(0);
	}
	close(in[1]);
	close(port);
	return in[0];
}

/*
 * The command's output goes through pipes and not straight to a port: a port
 * can be opened only once, and scripts do say "> /dev/stderr".
 */
static pid_t start(const struct job *job, int out[2], int err[2])
{
	int in = job->has_stdin ? feed_stdin() : open("/dev/null", O_RDONLY | O_CLOEXEC);
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		setsid();
		dup2(in, STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		dup2(err[1], STDERR_FILENO);
		execvp(job->argv[0], job->argv);
		fprintf(stderr, "%s: %s\n", job->argv[0], strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	close(in);
	close(out[1]);
	close(err[1]);
	return pid;
}

/*
 * Passes output on until the command has ended, and then what it has left. A
 * process it leaves behind may hold the pipes open; that is not waited for.
 */
static unsigned char supervise(pid_t pid, int out, int err)
{
	struct pollfd fds[] = {
		{ .fd = out, .events = POLLIN },
		{ .fd = err, .events = POLLIN },
	};
	sigset_t child, normal;
	int status;
	pid_t got;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &normal);

	for (;;) {
		while ((got = waitpid(-1, &status, WNOHANG)) > 0) {
			if (got != pid)
				continue;
			tell_rest(FRAME_STDOUT, out);
			tell_rest(FRAME_STDERR, err);
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
		if (ppoll(fds, ARRAY_SIZE(fds), NULL, &normal) < 0)
			continue;
		if (fds[0].revents && !tell_output(FRAME_STDOUT, out, FRAME_DATA_MAX))
			fds[0].fd = -1;
		if (fds[1].revents && !tell_output(FRAME_STDERR, err, FRAME_DATA_MAX))
			fds[1].fd = -1;
	}
}

/*
 * This process becomes systemd; a child of it goes on with the command. At boot it
 * would empty /tmp, which here is the host's and may hold what is tested.
 */
static void boot_systemd(void)
{
	pid_t pid;

	mkdir("/run/tmpfiles.d", 0755);
	symlink("/dev/null", "/run/tmpfiles.d/tmp.conf");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		return;
	clearenv();
	execl("/lib/systemd/systemd", "/lib/systemd/systemd", NULL);
	die("systemd");
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_child };
	struct job job = { 0 };
	int out[2], err[2];
	pid_t pid;

	clearenv();
	mkdir("/dev", 0755);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	if (argc < 2) {
		errno = EINVAL;
		die("no job");
	}
	load_modules();
	relay = open_port(PORT_RELAY, O_RDWR);
	if (mount_host("root", "/host"))
		die("the host's files");
	read_job(argv[1], &job);
	mount_root(job.hide);
	enter_root();
	show_modules(job.modules);
	mount_kernel_file_systems();
	loopback_up();
	sethostname("portzero", strlen("portzero"));
	umask(022);
	log_everything();
	if (job.has_systemd)
		boot_systemd();
	if (chdir(job.cwd))
		die("%s", job.cwd);

	sigaction(SIGCHLD, &sa, NULL);
	tell(FRAME_START, NULL, 0);
	pid = start(&job, out, err);
	tell_exit(supervise(pid, out[0], err[0]));
	power_off();
}
