// SPDX-License-Identifier: GPL-2.0
/*
 * portzero watch: learns what is normal and warns of what is not; in the
 * foreground, as a service, or over recorded counts.
 */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include <linux/netfilter/nf_portzero.h>

#include "output/autodrop.h"
#include "cmd/cmd.h"
#include "cmd/watch_settings.h"
#include "explain/judge.h"
#include "input/live.h"
#include "input/replay.h"
#include "output/exec.h"
#include "output/journal.h"
#include "output/json.h"
#include "output/metrics.h"
#include "output/standing.h"
#include "output/warning.h"
#include "lib/print.h"
#include "lib/util.h"
#include "explain/learned.h"

/* Seconds between savings of what was learned. */
#define SAVE_EVERY	600

struct watch {
	int argc;
	char **argv;
	struct settings set;
	char *state;		/* stays what it was at the start */
	struct live live;
	struct judge judge;
	struct labels labels;
	struct exec exec;
	struct autodrop autodrop;
	int timer;
	double saved;
	bool save_failed;	/* the last time */
	bool save_worked;	/* at least once */
	double exported;	/* -INFINITY: there is news since */
	bool export_failed;	/* the last time */
	bool line;		/* a status line stands on the terminal */
};

static void clear_line(struct watch *w)
{
	if (w->line)
		fputs("\r\033[K", stdout);
	w->line = false;
}

/* On a terminal: a line that shows the watch is alive and what goes on. */
static void show_line(struct watch *w)
{
	char rate[SIGNALS][32], normal[32];
	struct judge *judge = &w->judge;
	time_t t = time(NULL);
	struct tm tm;

	if (w->set.json || w->set.quiet || !isatty(STDOUT_FILENO) ||
	    !localtime_r(&t, &tm))
		return;
	for (int s = 0; s < SIGNALS; s++)
		format_rate(rate[s], sizeof(rate[s]), judge->rate[s]);
	format_rate(normal, sizeof(normal),
		    detector_baseline(&judge->detector[SIGNAL_TRUE],
				      (double)t));
	clear_line(w);
	printf("%02d:%02d:%02d  true %s (normally %s%s)  phantom %s  echo %s",
	       tm.tm_hour, tm.tm_min, tm.tm_sec, rate[SIGNAL_TRUE], normal,
	       detector_learning(&judge->detector[SIGNAL_TRUE]) ?
	       ", learning" : "", rate[SIGNAL_PHANTOM], rate[SIGNAL_ECHO]);
	w->line = true;
	fflush(stdout);
}

static void raise_warning(struct warning *warning, void *context)
{
	struct watch *w = context;

	/* Who asks for the state is to see it. */
	w->saved = -INFINITY;
	if (!w->set.replay &&
	    proc_get_switch(NF_PORTZERO_PROC_DROP, &warning->dropping))
		warning->dropping = false;
	w->exported = -INFINITY;
	clear_line(w);
	if (w->set.json && !w->set.quiet)
		json_print(warning_json(warning), stdout, JSON_COMPACT);
	else if (!w->set.quiet)
		warning_print(warning, stdout);
	fflush(stdout);
	if (w->set.syslog)
		journal_send(warning);
	/* What is usual is told, and nothing is done about it. */
	if (warning->facts.severity == DETECT_NOTICE)
		return;
	if (w->set.exec) {
		json_t *json = warning_json(warning);
		char *text = json_dumps(json, JSON_COMPACT |
					JSON_REAL_PRECISION(15));

		if (text)
			exec_add(&w->exec, text);
		free(text);
		json_decref(json);
	}
	if (w->set.auto_drop && warning->signal == SIGNAL_TRUE) {
		if (warning->event == DETECT_START || warning->facts.escalated)
			autodrop_start(&w->autodrop);
		else if (!w->judge.event[SIGNAL_TRUE].active)
			autodrop_end(&w->autodrop, clock_seconds(CLOCK_MONOTONIC));
	}
}

/* What was learned and what goes on, for SIGUSR1. */
static void print_state(struct watch *w)
{
	double now = clock_seconds(CLOCK_REALTIME);
	struct standing standing[SIGNALS];

	for (int s = 0; s < SIGNALS; s++)
		judge_standing(&w->judge, (enum portzero_signal)s, now,
			       &standing[s]);
	clear_line(w);
	if (w->set.json) {
		json_t *object = json_object();

		json_object_set_new(object, "event", json_string("state"));
		json_object_set_new(object, "time", json_number(now));
		json_object_set_new(object, "patience",
				    json_number(w->set.detector.patience));
		json_object_set_new(object, "signals", standing_json(standing));
		json_print(object, stdout, JSON_COMPACT);
	} else {
		standing_print(standing);
	}
	fflush(stdout);
}

static bool load_state(struct watch *w)
{
	char why[512];

	if (!w->set.state)
		return true;
	switch (learned_load(w->set.state, w->judge.detector, why, sizeof(why))) {
	case STATE_LOADED:
		judge_resume(&w->judge);
		return true;
	case STATE_ABSENT:
		return true;
	case STATE_ASIDE:
		complain("%s; learning anew", why);
		return true;
	case STATE_FAILED:
		complain("%s", why);
		return false;
	}
	return false;
}

static void save_state(struct watch *w)
{
	const char *wrong;

	if (!w->set.state)
		return;
	w->saved = clock_seconds(CLOCK_MONOTONIC);
	wrong = learned_save(w->set.state, w->judge.detector);
	if (wrong && !w->save_failed)
		complain("cannot save what was learned: %s: %s", w->set.state, wrong);
	else if (!wrong && w->save_failed)
		complain("what was learned is saved again");
	w->save_failed = wrong;
	w->save_worked |= !wrong;
}

/* The file for Prometheus, when it is due. */
static void export(struct watch *w)
{
	double now = clock_seconds(CLOCK_MONOTONIC);
	struct talkers talkers = { 0 };
	struct metrics m;
	const char *wrong;

	if (!w->set.textfile || now - w->exported < EXPORT_EVERY)
		return;
	w->exported = now;
	m = (struct metrics) {
		.time = clock_seconds(CLOCK_REALTIME),
		.snapshot = live_snapshot(&w->live),
		.judge = &w->judge,
		.most = w->set.talkers,
		.labels = &w->labels,
	};
	if (m.most && !talkers_read(&talkers))
		m.talkers = &talkers;
	wrong = metrics_write(&m, w->set.textfile);
	talkers_free(&talkers);
	if (wrong && !w->export_failed)
		complain("--textfile: %s: %s", w->set.textfile, wrong);
	else if (!wrong && w->export_failed)
		complain("--textfile: %s is written again", w->set.textfile);
	w->export_failed = wrong;
}

static void notify_status(struct watch *w)
{
	struct judge *judge = &w->judge;
	char rate[32];

	sd_notifyf(0, "STATUS=%s; true port zero %s",
		   w->live.trouble ? "The module is away" :
		   judge_active(judge) ? "A WARNING IS ACTIVE" : "Quiet",
		   format_rate(rate, sizeof(rate), judge->rate[SIGNAL_TRUE]));
}

static void set_timer(int timer, double interval)
{
	struct timespec step = {
		.tv_sec = (time_t)interval,
		.tv_nsec = (long)(1000000000 * fmod(interval, 1)),
	};
	struct itimerspec spec = { step, step };

	timerfd_settime(timer, 0, &spec, NULL);
}

/* At the start or by a reload: an attack may be on already. */
static void look_after_drop(struct watch *w)
{
	bool already = w->autodrop.open;

	autodrop_open(&w->autodrop, clock_seconds(CLOCK_MONOTONIC));
	if (!already && event_warns(&w->judge.event[SIGNAL_TRUE]))
		autodrop_start(&w->autodrop);
}

/* Read the settings and the labels again. Where they are wrong, go on as before. */
static void reload(struct watch *w)
{
	struct settings fresh;

	if (watch_settings(&fresh, w->argc, w->argv) <= 0 ||
	    (fresh.exec && !exec_change(&w->exec, fresh.exec))) {
		free(fresh.text);
		complain("the settings stay as they were");
	} else {
		/* What is being learned and where it is kept is settled. */
		fresh.state = w->state;
		fresh.duration = w->set.duration;
		free(w->set.text);
		w->set = fresh;
		for (int s = 0; s < SIGNALS; s++)
			w->judge.detector[s].config = w->set.detector;
		w->autodrop.hold = w->set.drop_hold;
		if (w->set.auto_drop)
			look_after_drop(w);
		else
			autodrop_finish(&w->autodrop);
		set_timer(w->timer, w->set.interval);
	}
	if (labels_load(w->set.labels, &w->labels))
		complain("read again: settings, %zu labels", w->labels.n);
	else
		complain("the labels stay as they were");
}

/* Return: false when a signal says to stop. */
static bool handle_signal(struct watch *w, int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return true;
	switch (info.ssi_signo) {
	case SIGHUP:
		sd_notify(0, "RELOADING=1");
		reload(w);
		sd_notify(0, "READY=1");
		return true;
	case SIGUSR1:
		print_state(w);
		return true;
	case SIGCHLD:
		return true;
	default:
		return false;
	}
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* Whoever reads our output may go; what was switched on is to be put back. */
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Return: 0, or a negative errno while the counters can't be read. */
static int look(struct watch *w)
{
	struct row row;
	int got = live_read(&w->live, &row);

	if (got > 0)
		judge_row(&w->judge, &row);
	return got < 0 ? got : 0;
}

/*
 * After a tick that came late the next one comes soon. What came in a few
 * milliseconds may always be one clump, however large, which proves little.
 */
static bool is_soon(const struct watch *w)
{
	const struct snapshot *last = live_snapshot(&w->live);

	return last && clock_seconds(CLOCK_MONOTONIC) - last->monotonic <
		       w->set.interval / 2;
}

static void tick(struct watch *w)
{
	if (!is_soon(w))
		look(w);
	if (w->set.auto_drop)
		autodrop_tick(&w->autodrop, clock_seconds(CLOCK_MONOTONIC));
	if (clock_seconds(CLOCK_MONOTONIC) - w->saved >= SAVE_EVERY)
		save_state(w);
	export(w);
	notify_status(w);
	show_line(w);
}

/* The shorter of two waits in seconds, of which one below 0 is none. */
static double sooner(double a, double b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int loop(struct watch *w, int signals)
{
	double stop = w->set.duration ?
		      clock_seconds(CLOCK_MONOTONIC) + w->set.duration : INFINITY;
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = w->timer, .events = POLLIN },
	};
	uint64_t watchdog = 0, expired;
	double kick = -1;

	if (sd_watchdog_enabled(0, &watchdog) > 0)
		kick = (double)watchdog / 1000000 / 2;
	sd_notify(0, "READY=1");
	for (;;) {
		double now = clock_seconds(CLOCK_MONOTONIC);
		double wait = sooner(exec_poll(&w->exec), kick);

		if (now >= stop)
			return 0;
		if (isfinite(stop))
			wait = sooner(wait, stop - now);
		if (poll(fds, 2, wait < 0 ? -1 : (int)fmin(1000 * wait + 1, 1e6)) < 0 &&
		    errno != EINTR)
			return -errno;
		if (kick >= 0)
			sd_notify(0, "WATCHDOG=1");
		if (fds[0].revents && !handle_signal(w, signals))
			return 0;
		if (fds[1].revents &&
		    read(w->timer, &expired, sizeof(expired)) == sizeof(expired))
			tick(w);
		if (ferror(stdout))
			return -EIO;
	}
}

static int watch_live(struct watch *w)
{
	int signals, error;

	if (look(w))
		return NO_MODULE;
	error = w->set.auto_drop ? proc_may_set(NF_PORTZERO_PROC_DROP) : 0;
	if (error) {
		proc_complain(NF_PORTZERO_PROC_DROP, error);
		return NO_MODULE;
	}
	if (!load_state(w))
		return USAGE;
	signals = open_signals();
	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (signals < 0 || w->timer < 0) {
		complain("cannot watch: %s", strerror(errno));
		return USAGE;
	}
	set_timer(w->timer, w->set.interval);
	if (w->set.auto_drop)
		look_after_drop(w);
	else
		autodrop_recover();
	/* Where it can't be written, now is the time to hear of it. */
	save_state(w);
	w->exported = -INFINITY;
	export(w);
	error = loop(w, signals);
	sd_notify(0, "STOPPING=1");
	clear_line(w);
	if (error)
		complain("cannot go on: %s", strerror(-error));
	/* A last look, so that what came since the last tick isn't lost. */
	look(w);
	clear_line(w);
	autodrop_finish(&w->autodrop);
	save_state(w);
	exec_finish(&w->exec);
	close(signals);
	close(w->timer);
	if (error || (w->set.state && !w->save_worked))
		return USAGE;
	return judge_active(&w->judge) ? ALARM : FINE;
}

static int watch_replay(struct watch *w)
{
	double began = clock_seconds(CLOCK_MONOTONIC), shown = began + 2;
	bool progress = isatty(STDERR_FILENO);
	struct row row = { 0 };
	struct replay *replay;
	unsigned long rows = 0;
	char why[512];
	int got;

	if (!load_state(w))
		return USAGE;
	replay = replay_open(w->set.replay, why, sizeof(why));
	if (!replay) {
		complain("%s", why);
		return USAGE;
	}
	while ((got = replay_next(replay, &row, why, sizeof(why))) > 0) {
		judge_row(&w->judge, &row);
		exec_wait(&w->exec);
		/* A clock reading for every row would be most of the work. */
		if (!progress || ++rows % 4096 ||
		    clock_seconds(CLOCK_MONOTONIC) < shown)
			continue;
		shown += 1;
		fprintf(stderr, "\r%lu rows, %.0f %%\033[K", rows,
			100 * replay_progress(replay));
	}
	if (progress && shown > began + 2)
		fputs("\r\033[K", stderr);
	replay_close(replay);
	if (got < 0)
		complain("%s", why);
	else
		save_state(w);
	exec_finish(&w->exec);
	if (got < 0 || w->save_failed)
		return USAGE;
	return judge_active(&w->judge) ? ALARM : FINE;
}

int cmd_watch(int argc, char **argv)
{
	struct watch *w = calloc(1, sizeof(*w));
	int outcome = USAGE, given;

	if (!w) {
		complain("out of memory");
		return USAGE;
	}
	w->argc = argc;
	w->argv = argv;
	given = watch_settings(&w->set, argc, argv);
	if (given <= 0) {
		outcome = given ? USAGE : FINE;
		goto out;
	}
	if (w->set.state) {
		w->state = strdup(w->set.state);
		if (!w->state) {
			complain("out of memory");
			goto out;
		}
		w->set.state = w->state;
	}
	if (!labels_load(w->set.labels, &w->labels) ||
	    (w->set.exec && !exec_init(&w->exec, w->set.exec)))
		goto out;
	w->autodrop.hold = w->set.drop_hold;
	judge_init(&w->judge, &w->set.detector);
	w->judge.labels = &w->labels;
	w->judge.raise = raise_warning;
	w->judge.context = w;
	outcome = w->set.replay ? watch_replay(w) : watch_live(w);
	judge_free(&w->judge);
	live_free(&w->live);
out:
	free(w->exec.words);
	labels_free(&w->labels);
	free(w->set.text);
	free(w->state);
	free(w);
	return outcome;
}
