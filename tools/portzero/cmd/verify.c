// SPDX-License-Identifier: GPL-2.0
/*
 * portzero verify: turns the audit on for a while and says what survived the
 * firewall.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "explain/verdict.h"
#include "input/borrow.h"
#include "input/bypass.h"
#include "input/counters.h"
#include "output/json.h"
#include "lib/options.h"
#include "lib/print.h"
#include "lib/util.h"

/* What it is set. */
struct settings {
	double duration;
	bool allow_echo;
	bool json;
};

static const struct option_row options[] = {
	{ "for", 0, "TIME", "count for that time; Ctrl-C ends it early",
	  &option_time, offsetof(struct settings, duration) },
	{ "allow-echo", 0, NULL,
	  "echo requests are let in on purpose: no reason for status 1",
	  &option_flag, offsetof(struct settings, allow_echo) },
	{ "json", 'j', NULL, "one JSON object", &option_flag,
	  offsetof(struct settings, json) },
	{ 0 }
};

static const struct usage usage = {
	.name = "verify",
	.about =
"Turns the audit on, counts for a while, puts the audit back as it was, and\n"
"says what came in, what was stopped, and what survived this host's firewall\n"
"and by which way.\n",
	.options = options,
	.more =
"Exit status: 0 port zero or pings came in and none survived; 1 some survived;\n"
"2 nothing came in to judge by. With --allow-echo pings are not judged.\n",
};

/* A kind of packet, and what became of it. */
struct kind {
	const char *name;
	struct passage passage;
	bool allowed;		/* let in on purpose */
};

struct report {
	double seconds;
	struct kind port;
	struct kind echo;
	uint64_t dropped;
};

static bool present(const struct snapshot *s, enum nf_portzero_counter c)
{
	return s->present >> c & 1;
}

static void fill(const struct snapshot *s, const struct counters *d,
		 struct report *r)
{
	const uint64_t *c = d->value;

	r->dropped = c[NF_PORTZERO_DROPPED];
	r->port.passage = (struct passage){
		.in = true_packets(d),
		.in_ipv6 = c[NF_PORTZERO_IPV6],
		.out = c[NF_PORTZERO_LEAK],
		.out_ipv6 = c[NF_PORTZERO_LEAK_IPV6],
		.out_local = c[NF_PORTZERO_LEAK_LOCAL],
		.ipv6_known = present(s, NF_PORTZERO_LEAK_IPV6),
		.local_known = present(s, NF_PORTZERO_LEAK_LOCAL),
	};
	r->echo.passage = (struct passage){
		.in = c[NF_PORTZERO_ECHO],
		.in_ipv6 = c[NF_PORTZERO_ECHO_IPV6],
		.out = c[NF_PORTZERO_LEAK_ECHO],
		.out_ipv6 = c[NF_PORTZERO_LEAK_ECHO_IPV6],
		.out_local = c[NF_PORTZERO_LEAK_ECHO_LOCAL],
		.ipv6_known = present(s, NF_PORTZERO_LEAK_ECHO_IPV6) &&
			      present(s, NF_PORTZERO_ECHO_IPV6),
		.local_known = present(s, NF_PORTZERO_LEAK_ECHO_LOCAL),
	};
}

static const struct verdict *judge(const struct report *r)
{
	return verdict_on(passage_fate(&r->port.passage),
			  passage_fate(&r->echo.passage), r->echo.allowed);
}

static const char *version_name(bool ipv6)
{
	return ipv6 ? "IPv6" : "IPv4";
}

static void print_row(const struct kind *k)
{
	const struct passage *p = &k->passage;

	printf("%-24s %10llu %10llu %10llu", k->name, llu(p->in),
	       llu(less(p->in, p->out)), llu(p->out));
	if (p->local_known)
		printf(" %13llu %10llu", llu(p->out_local),
		       llu(less(p->out, p->out_local)));
	putchar('\n');
	for (int ipv6 = 0; p->ipv6_known && ipv6 < 2; ipv6++) {
		struct passage part = passage_over(p, ipv6);

		printf("  over %-17s %10llu %10llu %10llu\n",
		       version_name(ipv6), llu(part.in),
		       llu(less(part.in, part.out)), llu(part.out));
	}
}

/* By which way, in a few words. */
static const char *way(const struct passage *p)
{
	if (!p->local_known)
		return "";
	if (p->out_local >= p->out)
		return ", all to this host itself";
	return p->out_local ? ", to this host itself and forwarded" :
			      ", all forwarded";
}

/* What of the rules lets some of them through. */
static void print_hint(const struct passage *p)
{
	struct passage part;

	for (int ipv6 = 0; p->ipv6_known && ipv6 < 2; ipv6++) {
		part = passage_over(p, ipv6);
		if (passage_fate(&part) != FATE_STOPPED)
			continue;
		printf("  %s was stopped and %s was not: do the rules cover %s?\n",
		       version_name(ipv6), version_name(!ipv6),
		       version_name(!ipv6));
		if (!ipv6)
			puts("  (nft: family inet; iptables: ip6tables beside it)");
		return;
	}
	if (p->out < p->in)
		puts("  Only some were stopped: do the rules look at both ports, at all\n"
		     "  flags, and at what is forwarded as well as at what comes here?");
}

static void print_kind(const struct kind *k)
{
	const struct passage *p = &k->passage;
	enum fate fate = passage_fate(p);

	if (fate == FATE_SURVIVED) {
		printf("%s%s%s: %llu of %llu %s survived the firewall%s.\n",
		       paint(k->allowed ? PLAIN : BAD),
		       k->allowed ? "Let in" : "LEAK", paint(PLAIN),
		       llu(p->out), llu(p->in), k->name, way(p));
		if (!k->allowed)
			print_hint(p);
	} else if (fate == FATE_STOPPED) {
		printf("%sStopped%s: all %llu %s that came in.\n",
		       paint(GOOD), paint(PLAIN), llu(p->in), k->name);
	} else {
		printf("%sNot judged%s: no %s came in.\n", paint(NOTE),
		       paint(PLAIN), k->name);
		return;
	}
	if (p->out > p->in)
		puts("  More survived than came in: a multicast counts by its copies.");
	for (int ipv6 = 0; p->ipv6_known && ipv6 < 2; ipv6++) {
		struct passage part = passage_over(p, ipv6);

		if (passage_fate(&part) == FATE_UNSEEN)
			printf("  %sNot judged%s: none came in over %s.\n",
			       paint(NOTE), paint(PLAIN), version_name(ipv6));
	}
}

static void print_text(const struct report *r)
{
	const struct verdict *verdict = judge(r);
	enum colour colour = verdict->outcome == FINE ? GOOD :
			     verdict->outcome == ALARM ? BAD : NOTE;
	char span[32];

	printf("%s%-24s %10s %10s %10s %13s %10s%s\n", paint(BOLD),
	       format_seconds(span, sizeof(span), r->seconds), "came in",
	       "stopped", "survived", "to this host", "forwarded",
	       paint(PLAIN));
	print_row(&r->port);
	print_row(&r->echo);
	putchar('\n');
	print_kind(&r->port);
	print_kind(&r->echo);
	if (r->dropped)
		printf("This module dropped %llu before the firewall saw them;\n"
		       "'portzero drop off', and verify tells what the firewall does.\n",
		       llu(r->dropped));
	printf("Verdict: %s%s%s\n", paint(colour), verdict->word, paint(PLAIN));
	if (r->port.passage.out)
		puts("To do: 'portzero drop on' stops port zero now; then mend the rules.");
	if (r->echo.passage.out && !r->echo.allowed)
		puts("To do: decide whether to let echo requests in; --allow-echo says so.");
	if (!r->port.passage.in)
		puts("To do: send some from outside: hping3 -S -s 0 -k -p 0 HOST");
}

static json_t *kind_json(const struct kind *k)
{
	const struct passage *p = &k->passage;
	json_t *object = json_object();

	json_object_set_new(object, "came_in", json_count(p->in));
	json_object_set_new(object, "stopped", json_count(less(p->in, p->out)));
	json_object_set_new(object, "survived", json_count(p->out));
	if (p->local_known) {
		json_object_set_new(object, "survived_local",
				    json_count(p->out_local));
		json_object_set_new(object, "survived_forwarded",
				    json_count(less(p->out, p->out_local)));
	}
	if (p->ipv6_known) {
		json_object_set_new(object, "came_in_ipv6",
				    json_count(p->in_ipv6));
		json_object_set_new(object, "survived_ipv6",
				    json_count(p->out_ipv6));
	}
	return object;
}

static void print_json(const struct report *r)
{
	json_t *object = json_object();

	json_object_set_new(object, "verdict", json_string(judge(r)->word));
	json_object_set_new(object, "seconds", json_number(r->seconds));
	json_object_set_new(object, "true", kind_json(&r->port));
	json_object_set_new(object, "echo", kind_json(&r->echo));
	json_object_set_new(object, "dropped", json_count(r->dropped));
	json_print(object, stdout, JSON_INDENT(2));
}

/* Counts from one snapshot to the next, whatever happens to the module. */
static int count(struct snapshot *last, struct snapshot *next,
		 struct counters *sum)
{
	struct counters delta;
	struct snapshot swap;
	int error = snapshot_read(next);

	if (error)
		return error;
	if (!counters_between(last, next, &delta))
		complain("the counters began anew: was the module reloaded?");
	counters_add(sum, &delta);
	swap = *last;
	*last = *next;
	*next = swap;
	return 0;
}

static void show_progress(double passed, double span, const struct counters *c)
{
	fprintf(stderr,
		"\r%.0f of %.0f s: port zero %llu, survived %llu; echo %llu, survived %llu\033[K",
		passed, span, llu(true_packets(c)),
		llu(c->value[NF_PORTZERO_LEAK]),
		llu(c->value[NF_PORTZERO_ECHO]),
		llu(c->value[NF_PORTZERO_LEAK_ECHO]));
}

/* Count until the time is up or a signal says that it is enough. */
static int observe(double span, const sigset_t *enough, struct report *r)
{
	bool progress = isatty(STDERR_FILENO);
	double began = clock_seconds(CLOCK_BOOTTIME), left = span;
	struct snapshot last = { 0 }, next = { 0 };
	struct counters sum = { 0 };
	int error = snapshot_read(&last);

	while (!error && left > 0) {
		double nap = fmin(left, 1);
		struct timespec ts = {
			.tv_sec = (time_t)nap,
			.tv_nsec = (long)(1000000000 * fmod(nap, 1)),
		};
		bool done = sigtimedwait(enough, NULL, &ts) > 0;

		error = count(&last, &next, &sum);
		r->seconds = clock_seconds(CLOCK_BOOTTIME) - began;
		left = done ? 0 : span - r->seconds;
		if (progress)
			show_progress(r->seconds, span, &sum);
	}
	if (progress)
		fputs("\r\033[K", stderr);
	if (error)
		proc_complain(NF_PORTZERO_PROC_STAT, error);
	else
		fill(&last, &sum, r);
	snapshot_free(&last);
	snapshot_free(&next);
	return error;
}

static int judge_for(double span, struct report *r)
{
	sigset_t enough;
	struct borrow audit;
	bool enabled, was;
	const char *lost;
	int error, note;

	error = proc_get_switch(NF_PORTZERO_PROC_ENABLE, &enabled);
	if (error) {
		proc_complain(NF_PORTZERO_PROC_ENABLE, error);
		return error;
	}
	if (!enabled) {
		complain("not enabled here: sysctl net.netfilter.nf_portzero_enable=1");
		return -ENOENT;
	}
	/* From here on nothing ends us before the audit is back as it was. */
	sigemptyset(&enough);
	sigaddset(&enough, SIGINT);
	sigaddset(&enough, SIGTERM);
	sigaddset(&enough, SIGHUP);
	sigaddset(&enough, SIGQUIT);
	sigprocmask(SIG_BLOCK, &enough, NULL);
	signal(SIGPIPE, SIG_IGN);
	note = borrow_open(&audit, NF_PORTZERO_PROC_AUDIT, true);
	error = proc_get_switch(NF_PORTZERO_PROC_AUDIT, &was);
	if (!error && was && note == -EBUSY) {
		complain("verify: another one is at work here, and would switch the audit off");
		return -EBUSY;
	}
	if (!error && !was)
		error = borrow_take(&audit);
	if (error) {
		proc_complain(NF_PORTZERO_PROC_AUDIT, error);
		borrow_close(&audit);
		return error;
	}
	if (note && !was)
		complain("after a kill the audit would stay on: no note in /run/portzero: %s",
			 strerror(-note));
	error = observe(span, &enough, r);
	lost = borrow_lost(&audit);
	if (lost) {
		complain("somebody switched the audit %s, so %s it stays", lost, lost);
	} else {
		int back = borrow_return(&audit);

		if (back) {
			proc_complain(NF_PORTZERO_PROC_AUDIT, back);
			complain("the audit could not be switched off again");
		}
	}
	borrow_close(&audit);
	return error;
}

int cmd_verify(int argc, char **argv)
{
	struct settings set = { .duration = 60 };
	struct report r = {
		.port.name = "true port-zero packets",
		.echo.name = "echo requests",
	};
	int first = options_read(&usage, &set, argc, argv), error;

	if (first <= 0)
		return first ? USAGE : FINE;
	r.echo.allowed = set.allow_echo;
	error = judge_for(set.duration, &r);
	if (error)
		return error == -EBUSY ? USAGE : NO_MODULE;
	bypass_complain();
	if (set.json)
		print_json(&r);
	else
		print_text(&r);
	return judge(&r)->outcome;
}
