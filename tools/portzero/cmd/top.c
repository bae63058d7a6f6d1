// SPDX-License-Identifier: GPL-2.0
/*
 * portzero top: a live screen of rates, CPUs and talkers.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "input/counters.h"
#include "input/labels.h"
#include "lib/options.h"
#include "lib/print.h"
#include "input/talkers.h"

/* What it is set. */
struct settings {
	double interval;
	double duration;
	const char *labels;
};

static const struct option_row options[] = {
	{ "interval", 0, "TIME", "between readings", &option_time,
	  offsetof(struct settings, interval) },
	OPTION_LABELS(struct settings),
	{ "for", 0, "TIME", "quit after that time", &option_time,
	  offsetof(struct settings, duration) },
	{ 0 }
};

static const struct usage usage = {
	.name = "top",
	.about =
"Shows rates with their recent course, what each CPU sees, and the talkers of\n"
"the last minute or two (for root). q quits.\n",
	.options = options,
};

#define PAST	256	/* readings that a sparkline can show */
#define MINUTE	60
#define NAMED	54	/* columns from which on the module's name is shown */

enum { GREEN = 1, RED, YELLOW };

static const char *const row_names[] = {
	"true", "phantom", "echo", "leak", "out", "dropped", "tcp",
};

#define ROWS	ARRAY_SIZE(row_names)

struct screen {
	struct snapshot snap[2];
	unsigned int now;
	double past[ROWS][PAST];
	unsigned int readings;
	double *cpu;		/* TCP packets a second */
	double *cpu_true;
	unsigned int cpus;
	struct talkers talkers;
	int talkers_error;
	struct labels labels;
	char version[32];
	int trouble;
	bool utf8;
};

static void row_values(const struct counters *c, double *value)
{
	const uint64_t counts[ROWS] = {
		true_packets(c), phantom_packets(c),
		c->value[NF_PORTZERO_ECHO], c->value[NF_PORTZERO_LEAK],
		c->value[NF_PORTZERO_OUT], c->value[NF_PORTZERO_DROPPED],
		c->value[NF_PORTZERO_TCP],
	};

	for (size_t i = 0; i < ROWS; i++)
		value[i] = (double)counts[i];
}

static void measure_cpus(struct screen *s, const struct snapshot *from,
			 const struct snapshot *to, double seconds)
{
	s->cpus = from->cpus < to->cpus ? from->cpus : to->cpus;
	s->cpu = reallocarray(s->cpu, s->cpus, sizeof(*s->cpu));
	s->cpu_true = reallocarray(s->cpu_true, s->cpus, sizeof(*s->cpu_true));
	if (!s->cpu || !s->cpu_true)
		s->cpus = 0;
	for (unsigned int i = 0; i < s->cpus; i++) {
		const struct counters *a = &from->cpu[i], *b = &to->cpu[i];

		s->cpu[i] = (double)(b->value[NF_PORTZERO_TCP] -
				     a->value[NF_PORTZERO_TCP]) / seconds;
		s->cpu_true[i] = (double)(true_packets(b) -
					  true_packets(a)) / seconds;
	}
}

static void measure(struct screen *s)
{
	const struct snapshot *from = &s->snap[s->now];
	struct snapshot *to = &s->snap[!s->now];
	struct counters delta;
	double value[ROWS], seconds;

	s->trouble = snapshot_read(to);
	if (s->trouble)
		return;
	s->now = !s->now;
	seconds = to->monotonic - from->monotonic;
	s->talkers_error = talkers_read(&s->talkers);
	if (seconds <= 0 || !from->cpus)
		return;
	/* After a reload the rates start over as well. */
	if (!counters_between(from, to, &delta)) {
		s->readings = 0;
		s->cpus = 0;
		return;
	}
	row_values(&delta, value);
	for (size_t i = 0; i < ROWS; i++)
		s->past[i][s->readings % PAST] = value[i] / seconds;
	s->readings++;
	measure_cpus(s, from, to, seconds);
}

static void put_state(const char *name, const char *path)
{
	bool on;
	int error = proc_get_switch(path, &on);

	printw("  %s ", name);
	attron(A_BOLD);
	addstr(error ? "?" : on ? "on" : "off");
	attroff(A_BOLD);
}

static void draw_head(const struct screen *s)
{
	char when[32];

	move(0, 0);
	if (COLS >= NAMED) {
		attron(A_BOLD);
		printw("nf_portzero%s%s", *s->version ? " " : "", s->version);
		attroff(A_BOLD);
	}
	put_state("counting", NF_PORTZERO_PROC_ENABLE);
	put_state("drop", NF_PORTZERO_PROC_DROP);
	put_state("audit", NF_PORTZERO_PROC_AUDIT);
	format_time(when, sizeof(when), clock_seconds(CLOCK_REALTIME));
	if (getcury(stdscr) == 0 && getcurx(stdscr) + 2 + (int)strlen(when) <= COLS)
		mvaddstr(0, COLS - (int)strlen(when), when);
	if (s->trouble) {
		attron(COLOR_PAIR(RED) | A_BOLD);
		mvaddstr(1, 0, s->trouble == -ENOENT ?
			 "the module is gone; waiting for it" :
			 "the counters cannot be read; trying again");
		attroff(COLOR_PAIR(RED) | A_BOLD);
	}
}

static void draw_spark(const struct screen *s, size_t row, int y, int x)
{
	static const char *const blocks[] = {
		" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"
	};
	static const char *const ascii[] = {
		" ", "_", ".", ":", "-", "=", "+", "*", "#"
	};
	const unsigned int steps = ARRAY_SIZE(blocks) - 1;
	unsigned int room = (unsigned int)(x < COLS - 1 ? COLS - x - 1 : 0);
	unsigned int n = s->readings < PAST ? s->readings : PAST;
	double highest = 0;

	if (n > room)
		n = room;
	for (unsigned int i = s->readings - n; i < s->readings; i++)
		highest = fmax(highest, s->past[row][i % PAST]);
	move(y, x);
	for (unsigned int i = s->readings - n; i < s->readings; i++) {
		double share = highest > 0 ? s->past[row][i % PAST] / highest : 0;
		unsigned int step = (unsigned int)ceil(share * steps);

		addstr(s->utf8 ? blocks[step] : ascii[step]);
	}
}

static int draw_rates(const struct screen *s, int y)
{
	unsigned int n = s->readings < MINUTE ? s->readings : MINUTE;

	attron(A_UNDERLINE);
	mvprintw(y++, 0, "%-8s %12s %12s %14s  %-*s", "", "now", "last 60",
		 "in all", COLS > 52 ? COLS - 52 : 0, "course");
	attroff(A_UNDERLINE);
	for (size_t row = 0; row < ROWS && y < LINES; row++, y++) {
		double total[ROWS], mean = 0, last = 0;
		char now[32], minute[32];

		for (unsigned int i = s->readings - n; i < s->readings; i++) {
			last = s->past[row][i % PAST];
			mean += last / n;
		}
		row_values(&s->snap[s->now].sum, total);
		if (row <= 3 && last > 0)
			attron(COLOR_PAIR(row == 0 || row == 3 ? RED : YELLOW));
		mvprintw(y, 0, "%-8s %12s %12s %14.0f  ", row_names[row],
			 format_rate(now, sizeof(now), last),
			 format_rate(minute, sizeof(minute), mean), total[row]);
		draw_spark(s, row, y, 51);
		attroff(COLOR_PAIR(RED) | COLOR_PAIR(YELLOW));
	}
	return y;
}

static int draw_cpus(const struct screen *s, int y, int most)
{
	int width = COLS > 60 ? COLS - 40 : 20;
	double highest = 0;

	for (unsigned int i = 0; i < s->cpus; i++)
		highest = fmax(highest, s->cpu[i]);
	attron(A_UNDERLINE);
	mvprintw(y++, 0, "%-6s %12s %12s  %-*s", "CPU", "TCP", "true",
		 COLS > 35 ? COLS - 35 : 0, "");
	attroff(A_UNDERLINE);
	for (unsigned int i = 0; i < s->cpus && most-- > 0 && y < LINES; i++) {
		char tcp[32], port[32];
		int bar = highest > 0 ? (int)lround(width * s->cpu[i] / highest) : 0;

		mvprintw(y, 0, "%-6u %12s %12s  ", i,
			 format_rate(tcp, sizeof(tcp), s->cpu[i]),
			 format_rate(port, sizeof(port), s->cpu_true[i]));
		attron(COLOR_PAIR(GREEN));
		while (bar-- > 0)
			addstr(s->utf8 ? "█" : "#");
		attroff(COLOR_PAIR(GREEN));
		y++;
	}
	return y;
}

static int draw_talkers(const struct screen *s, bool source, int y, int most)
{
	attron(A_UNDERLINE);
	mvprintw(y++, 0, "%-46s %12s %10s  %-*s",
		 source ? "sources" : "destinations", "packets", "at most +",
		 COLS > 72 ? COLS - 72 : 0, "label");
	attroff(A_UNDERLINE);
	if (s->talkers_error) {
		mvaddstr(y++, 0, s->talkers_error == -EACCES ?
			 "only root may read them" : "cannot be read");
		return y;
	}
	for (size_t i = 0; i < s->talkers.n && most > 0 && y < LINES; i++) {
		const struct talker *t = &s->talkers.v[i];
		char name[INET6_ADDRSTRLEN + 8];
		const char *label;

		if (t->source != source)
			continue;
		label = labels_find(&s->labels, &t->address);
		mvprintw(y++, 0, "%-46s %12llu %10llu  %s",
			 talker_format(t, name, sizeof(name)), llu(t->count),
			 llu(t->error), label ? label : "");
		most--;
	}
	return y;
}

static void draw(const struct screen *s)
{
	int y, left;

	erase();
	draw_head(s);
	y = draw_rates(s, 2) + 1;
	left = LINES - y - 7;
	y = draw_cpus(s, y, left / 3 > 2 ? left / 3 : 2) + 1;
	left = (LINES - y - 3) / 2;
	y = draw_talkers(s, true, y, left) + 1;
	draw_talkers(s, false, y, LINES - y - 1);
	refresh();
}

static int enough;

static void stop(int signal)
{
	__atomic_store_n(&enough, signal, __ATOMIC_RELAXED);
}

/* Asked to stop, or nobody is there any more to see it. */
static bool done(void)
{
	struct pollfd terminal = { .fd = STDIN_FILENO };

	return __atomic_load_n(&enough, __ATOMIC_RELAXED) ||
	       poll(&terminal, 1, 0) > 0;
}

static int run(struct screen *s, double interval, double span)
{
	double next = clock_seconds(CLOCK_MONOTONIC) + interval;
	double end = next - interval + span;
	struct sigaction action = { .sa_handler = stop };
	SCREEN *terminal;

	setlocale(LC_CTYPE, "");
	s->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	/* Else the terminal library ends us, with a status that means alarm. */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal) {
		complain("top: cannot use this terminal (TERM=%s)",
			 getenv("TERM") ? getenv("TERM") : "");
		return USAGE;
	}
	cbreak();
	noecho();
	curs_set(0);
	if (has_colors() && wants_colour()) {
		start_color();
		use_default_colors();
		init_pair(GREEN, COLOR_GREEN, -1);
		init_pair(RED, COLOR_RED, -1);
		init_pair(YELLOW, COLOR_YELLOW, -1);
	}
	for (;;) {
		double now = clock_seconds(CLOCK_MONOTONIC);
		int key;

		draw(s);
		if (now >= end || done())
			break;
		timeout(now < next ? (int)(1000 * fmin(next - now, 1000)) + 1 : 0);
		key = getch();
		if (key == 'q' || key == 'Q')
			break;
		now = clock_seconds(CLOCK_MONOTONIC);
		if (now >= next) {
			measure(s);
			next = fmax(next + interval, now);
		}
	}
	endwin();
	delscreen(terminal);
	return FINE;
}

int cmd_top(int argc, char **argv)
{
	struct settings set = { .interval = 1 };
	static struct screen s;
	int first = options_read(&usage, &set, argc, argv), outcome;

	if (first <= 0)
		return first ? USAGE : FINE;
	measure(&s);
	if (s.trouble) {
		proc_complain(NF_PORTZERO_PROC_STAT, s.trouble);
		return NO_MODULE;
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		complain("top: this is no terminal; try 'portzero status'");
		return USAGE;
	}
	if (!labels_load(set.labels, &s.labels))
		return USAGE;
	module_version(s.version, sizeof(s.version));
	outcome = run(&s, set.interval, set.duration ? set.duration : INFINITY);
	snapshot_free(&s.snap[0]);
	snapshot_free(&s.snap[1]);
	talkers_free(&s.talkers);
	labels_free(&s.labels);
	free(s.cpu);
	free(s.cpu_true);
	return outcome;
}
