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

#include "cmd.h"
#include "counters.h"
#include "json.h"
#include "options.h"
#include "say.h"

static const char help[] =
"usage: portzero verify [--for TIME] [--allow-echo] [--json]\n"
"\n"
"Turns the audit on, counts for TIME (default 60s, Ctrl-C ends it early), puts\n"
"the audit back as it was, and says what came in, what was stopped, and what\n"
"survived this host's firewall and by which way.\n"
"\n"
"  --allow-echo   echo requests are let in on purpose: no reason for status 1\n"
"  --json         one JSON object\n"
"\n"
"Exit status: 0 something came in and none survived; 1 something survived;\n"
"2 nothing came in, so there is nothing to judge by.\n";

/* What happened to one kind of packet. */
struct fate {
	const char *name;
	uint64_t in;
	uint64_t in_ipv6;
	uint64_t out;		/* alive after the firewall */
	uint64_t out_ipv6;
	uint64_t out_local;
	bool ipv6_known;	/* an older module doesn't tell */
	bool local_known;
};

struct verdict {
	double seconds;
	struct fate port;
	struct fate echo;
	uint64_t dropped;
	bool allow_echo;
};

static bool present(const struct snapshot *s, enum nf_portzero_counter c)
{
	return s->present >> c & 1;
}

static void judge(const struct snapshot *s, const struct counters *d,
		  struct verdict *v)
{
	const uint64_t *c = d->value;

	v->dropped = c[NF_PORTZERO_DROPPED];
	v->port = (struct fate){
		.name = "true port-zero packets",
		.in = true_packets(d),
		.in_ipv6 = c[NF_PORTZERO_IPV6],
		.out = c[NF_PORTZERO_LEAK],
		.out_ipv6 = c[NF_PORTZERO_LEAK_IPV6],
		.out_local = c[NF_PORTZERO_LEAK_LOCAL],
		.ipv6_known = present(s, NF_PORTZERO_LEAK_IPV6),
		.local_known = present(s, NF_PORTZERO_LEAK_LOCAL),
	};
	v->echo = (struct fate){
		.name = "echo requests",
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

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static bool leaks(const struct verdict *v)
{
	return v->port.out || (v->echo.out && !v->allow_echo);
}

static void print_row(const struct fate *f)
{
	printf("%-24s %10llu %10llu %10llu", f->name, llu(f->in),
	       llu(less(f->in, f->out)), llu(f->out));
	if (f->local_known)
		printf(" %13llu %10llu", llu(f->out_local),
		       llu(less(f->out, f->out_local)));
	putchar('\n');
	if (!f->ipv6_known)
		return;
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		uint64_t in = ipv6 ? f->in_ipv6 : less(f->in, f->in_ipv6);
		uint64_t out = ipv6 ? f->out_ipv6 : less(f->out, f->out_ipv6);

		printf("  %-22s %10llu %10llu %10llu\n",
		       ipv6 ? "over IPv6" : "over IPv4", llu(in),
		       llu(less(in, out)), llu(out));
	}
}

/* By which way, in a few words. */
static const char *way(const struct fate *f)
{
	if (!f->local_known)
		return "";
	if (f->out_local >= f->out)
		return ", all to this host itself";
	return f->out_local ? ", to this host itself and forwarded" :
			      ", all forwarded";
}

static void print_leak(const struct fate *f)
{
	uint64_t in_ipv4 = less(f->in, f->in_ipv6);
	uint64_t out_ipv4 = less(f->out, f->out_ipv6);

	printf("%sLEAK%s: %llu of %llu %s survived the firewall%s.\n",
	       paint(BAD), paint(PLAIN), llu(f->out), llu(f->in), f->name,
	       way(f));
	if (!f->ipv6_known)
		return;
	if (!out_ipv4 && in_ipv4)
		puts("  IPv4 was stopped and IPv6 was not: do the rules cover IPv6?\n"
		     "  (nft: family inet; iptables: ip6tables beside it)");
	else if (!f->out_ipv6 && f->in_ipv6)
		puts("  IPv6 was stopped and IPv4 was not: do the rules cover IPv4?");
	else if (f->out < f->in)
		puts("  Only some were stopped: do the rules look at both ports, at all\n"
		     "  flags, and at what is forwarded as well as at what comes here?");
}

static void print_fate(const struct fate *f)
{
	if (f->out)
		print_leak(f);
	else if (f->in)
		printf("%sStopped%s: all %llu %s that came in.\n", paint(GOOD),
		       paint(PLAIN), llu(f->in), f->name);
	else
		printf("%sNothing to judge by%s: no %s came in.\n",
		       paint(NOTE), paint(PLAIN), f->name);
}

static void print_text(const struct verdict *v)
{
	char span[32];

	printf("%s%-24s %10s %10s %10s %13s %10s%s\n", paint(BOLD),
	       format_seconds(span, sizeof(span), v->seconds), "came in",
	       "stopped", "survived", "to this host", "forwarded",
	       paint(PLAIN));
	print_row(&v->port);
	print_row(&v->echo);
	putchar('\n');
	print_fate(&v->port);
	print_fate(&v->echo);
	if (v->dropped)
		printf("This module dropped %llu before the firewall saw them;\n"
		       "'portzero drop off', and verify tells what the firewall does.\n",
		       llu(v->dropped));
	if (v->port.out)
		puts("To do: 'portzero drop on' stops port zero now; then mend the rules.");
	if (v->echo.out)
		puts("To do: decide whether to let echo requests in; --allow-echo says so.");
	if (!v->port.in)
		puts("To do: send some from outside: hping3 -S -s 0 -k -p 0 HOST");
}

static json_t *fate_json(const struct fate *f)
{
	json_t *object = json_object();

	json_object_set_new(object, "came_in", json_count(f->in));
	json_object_set_new(object, "stopped", json_count(less(f->in, f->out)));
	json_object_set_new(object, "survived", json_count(f->out));
	if (f->local_known) {
		json_object_set_new(object, "survived_local",
				    json_count(f->out_local));
		json_object_set_new(object, "survived_forwarded",
				    json_count(less(f->out, f->out_local)));
	}
	if (f->ipv6_known) {
		json_object_set_new(object, "came_in_ipv6",
				    json_count(f->in_ipv6));
		json_object_set_new(object, "survived_ipv6",
				    json_count(f->out_ipv6));
	}
	return object;
}

static void print_json(const struct verdict *v)
{
	json_t *object = json_object();

	json_object_set_new(object, "verdict",
			    json_string(leaks(v) ? "leak" :
					v->port.in || v->echo.in ? "stopped" :
					"nothing came in"));
	json_object_set_new(object, "seconds", json_number(v->seconds));
	json_object_set_new(object, "true", fate_json(&v->port));
	json_object_set_new(object, "echo", fate_json(&v->echo));
	json_object_set_new(object, "dropped", json_count(v->dropped));
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
static int observe(double span, const sigset_t *enough, struct verdict *v)
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
		v->seconds = clock_seconds(CLOCK_BOOTTIME) - began;
		left = done ? 0 : span - v->seconds;
		if (progress)
			show_progress(v->seconds, span, &sum);
	}
	if (progress)
		fputs("\r\033[K", stderr);
	if (error)
		proc_complain(NF_PORTZERO_PROC_STAT, error);
	else
		judge(&last, &sum, v);
	snapshot_free(&last);
	snapshot_free(&next);
	return error;
}

static int verify(double span, struct verdict *v)
{
	sigset_t enough;
	bool enabled, was;
	int error;

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
	error = proc_get_switch(NF_PORTZERO_PROC_AUDIT, &was);
	if (!error && !was)
		error = proc_set_switch(NF_PORTZERO_PROC_AUDIT, true);
	if (error) {
		proc_complain(NF_PORTZERO_PROC_AUDIT, error);
		return error;
	}
	error = observe(span, &enough, v);
	if (!was) {
		int back = proc_set_switch(NF_PORTZERO_PROC_AUDIT, false);

		if (back) {
			proc_complain(NF_PORTZERO_PROC_AUDIT, back);
			complain("the audit could not be switched off again");
		}
	}
	return error;
}

int cmd_verify(int argc, char **argv)
{
	static const struct option options[] = {
		{ "for", required_argument, NULL, 'f' },
		{ "allow-echo", no_argument, NULL, 'e' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	struct verdict v = { 0 };
	double span = 60;
	bool json = false;
	int option;

	while ((option = next_option(argc, argv, options)) != OPTIONS_END) {
		switch (option) {
		case 'f':
			if (!parse_seconds(optarg, &span)) {
				complain("verify: --for wants a time such as 60s, not '%s'",
					 optarg);
				return USAGE;
			}
			break;
		case 'e':
			v.allow_echo = true;
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			fputs(help, stdout);
			return FINE;
		default:
			return USAGE;
		}
	}
	if (optind < argc) {
		complain("verify: cannot take '%s'", argv[optind]);
		return USAGE;
	}
	if (verify(span, &v))
		return NO_MODULE;
	if (json)
		print_json(&v);
	else
		print_text(&v);
	if (leaks(&v))
		return ALARM;
	return v.port.in || v.echo.in ? FINE : USAGE;
}
