// SPDX-License-Identifier: GPL-2.0
/*
 * Counters, and what the watch makes of them, as text for Prometheus.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/util.h"
#include "lib/version.h"
#include "output/metrics.h"

/* What the text begins with, whatever the module counts. */
#define MAGIC	"# HELP portzero_"

/* A family of counters, told apart by a label where there are several. */
static const struct family {
	const char *name;
	const char *text;
	const char *label;
	struct {
		enum nf_portzero_counter counter;
		const char *value;
	} series[5];
} families[] = {
	{ "tcp_packets", "TCP packets whose ports were read.", NULL, {
		{ NF_PORTZERO_TCP, "" },
	} },
	{ "true_packets", "TCP packets truly from or to port zero.", "zero", {
		{ NF_PORTZERO_SRC, "source" },
		{ NF_PORTZERO_DST, "destination" },
		{ NF_PORTZERO_BOTH, "both" },
	} },
	{ "true_flags_packets", "True port-zero packets by TCP flags.", "flags", {
		{ NF_PORTZERO_SYN, "syn" },
		{ NF_PORTZERO_SYNACK, "synack" },
		{ NF_PORTZERO_RST, "rst" },
		{ NF_PORTZERO_ACK, "ack" },
		{ NF_PORTZERO_ODD, "odd" },
	} },
	{ "true_payload_packets", "True port-zero packets with data.", NULL, {
		{ NF_PORTZERO_PAYLOAD, "" },
	} },
	{ "true_bad_header_packets",
	  "True port-zero packets with an impossible header length.", NULL, {
		{ NF_PORTZERO_BADHDR, "" },
	} },
	{ "true_bad_checksum_packets",
	  "True port-zero packets with a wrong checksum.", NULL, {
		{ NF_PORTZERO_BADCSUM, "" },
	} },
	{ "true_ipv6_packets", "True port-zero packets over IPv6.", NULL, {
		{ NF_PORTZERO_IPV6, "" },
	} },
	{ "true_bytes", "IP bytes of true port-zero packets.", NULL, {
		{ NF_PORTZERO_BYTES, "" },
	} },
	{ "phantom_packets",
	  "Packets without ports that other tools may show as port zero.",
	  "kind", {
		{ NF_PORTZERO_FRAG, "fragment" },
		{ NF_PORTZERO_SHORT, "short" },
		{ NF_PORTZERO_HIDDEN, "hidden" },
	} },
	{ "echo_requests", "ICMP and ICMPv6 echo requests.", NULL, {
		{ NF_PORTZERO_ECHO, "" },
	} },
	{ "echo_ipv6_requests", "ICMPv6 echo requests.", NULL, {
		{ NF_PORTZERO_ECHO_IPV6, "" },
	} },
	{ "sent_packets", "True port-zero packets sent by this host.", NULL, {
		{ NF_PORTZERO_OUT, "" },
	} },
	{ "dropped_packets", "Packets dropped by the module.", NULL, {
		{ NF_PORTZERO_DROPPED, "" },
	} },
	{ "leaked_packets",
	  "True port-zero packets past the firewall, while audit is on.", NULL, {
		{ NF_PORTZERO_LEAK, "" },
	} },
	{ "leaked_local_packets", "Of these, to this host itself.", NULL, {
		{ NF_PORTZERO_LEAK_LOCAL, "" },
	} },
	{ "leaked_ipv6_packets", "Of these, over IPv6.", NULL, {
		{ NF_PORTZERO_LEAK_IPV6, "" },
	} },
	{ "leaked_echo_requests",
	  "Echo requests past the firewall, while audit is on.", NULL, {
		{ NF_PORTZERO_LEAK_ECHO, "" },
	} },
	{ "leaked_echo_local_requests", "Of these, to this host itself.", NULL, {
		{ NF_PORTZERO_LEAK_ECHO_LOCAL, "" },
	} },
	{ "leaked_echo_ipv6_requests", "Of these, over IPv6.", NULL, {
		{ NF_PORTZERO_LEAK_ECHO_IPV6, "" },
	} },
};

static const struct {
	const char *name;
	const char *text;
	const char *path;
} switches[] = {
	{ "enabled", "1 if the module counts.", NF_PORTZERO_PROC_ENABLE },
	{ "drop", "1 if true port-zero packets are dropped.",
	  NF_PORTZERO_PROC_DROP },
	{ "audit", "1 if leaks are counted.", NF_PORTZERO_PROC_AUDIT },
};

/* A counter's unit is its name's last word, which OpenMetrics wants to hear. */
static void print_counter_head(const struct metrics *m,
			       const struct family *family, FILE *out)
{
	const char *suffix = m->openmetrics ? "" : "_total";

	fprintf(out, "# HELP portzero_%s%s %s\n# TYPE portzero_%s%s counter\n",
		family->name, suffix, family->text, family->name, suffix);
	if (m->openmetrics)
		fprintf(out, "# UNIT portzero_%s %s\n", family->name,
			strrchr(family->name, '_') + 1);
}

static void print_gauge_head(const char *name, const char *text, FILE *out)
{
	fprintf(out, "# HELP portzero_%s %s\n# TYPE portzero_%s gauge\n", name,
		text, name);
}

static void print_gauge(const char *name, const char *text, double value,
			FILE *out)
{
	print_gauge_head(name, text, out);
	fprintf(out, "portzero_%s %.15g\n", name, value);
}

/* One series; @cpu is below 0 for the sum. */
static void print_counter(const struct family *family, size_t series, int cpu,
			  const struct counters *c, FILE *out)
{
	const char *between = "{";

	fprintf(out, "portzero_%s_total", family->name);
	if (cpu >= 0) {
		fprintf(out, "{cpu=\"%d\"", cpu);
		between = ",";
	}
	if (family->label)
		fprintf(out, "%s%s=\"%s\"", between, family->label,
			family->series[series].value);
	fprintf(out, "%s %llu\n", cpu >= 0 || family->label ? "}" : "",
		llu(c->value[family->series[series].counter]));
}

static void print_family(const struct metrics *m, const struct family *family,
			 FILE *out)
{
	const struct snapshot *s = m->snapshot;
	bool headed = false;

	for (size_t i = 0; i < ARRAY_SIZE(family->series) &&
	     family->series[i].value; i++) {
		/* An older module may lack it, which is not the same as 0. */
		if (!(s->present >> family->series[i].counter & 1))
			continue;
		if (!headed)
			print_counter_head(m, family, out);
		headed = true;
		if (!m->per_cpu)
			print_counter(family, i, -1, &s->sum, out);
		for (unsigned int cpu = 0; m->per_cpu && cpu < s->cpus; cpu++)
			print_counter(family, i, (int)cpu, &s->cpu[cpu], out);
	}
}

static void print_switches(FILE *out)
{
	bool on;

	for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
		if (!proc_get_switch(switches[i].path, &on))
			print_gauge(switches[i].name, switches[i].text, on, out);
	}
}

/* What the watch knows of each signal. */
enum state { RATE, BASELINE, LEARNING, WARNING, NOTICE, STATES };

static const struct {
	const char *name;
	const char *text;
} states[STATES] = {
	[RATE]		= { "signal_packets_per_second",
		"Packets per second just now." },
	[BASELINE]	= { "signal_baseline_packets_per_second",
		"Packets per second that are normal here at this time of the day." },
	[LEARNING]	= { "signal_learning",
		"1 while what is normal is still being learned." },
	[WARNING]	= { "signal_warning", "1 while a warning is active." },
	[NOTICE]	= { "signal_notice",
		"1 while a notice is active: a spike like others before." },
};

static double state_value(const struct standing *s, enum state state)
{
	switch (state) {
	case RATE:
		return s->rate;
	case BASELINE:
		return s->baseline;
	case LEARNING:
		return s->learning;
	case WARNING:
		return s->active && s->event.severity == DETECT_WARNING;
	case NOTICE:
		return s->active && s->event.severity == DETECT_NOTICE;
	case STATES:
		break;
	}
	return 0;
}

static void print_signals(const struct metrics *m, FILE *out)
{
	struct standing standing[SIGNALS];

	for (int s = 0; s < SIGNALS; s++)
		judge_standing(m->judge, (enum portzero_signal)s, m->time,
			       &standing[s]);
	for (enum state i = 0; i < STATES && m->judge->known; i++) {
		print_gauge_head(states[i].name, states[i].text, out);
		for (int s = 0; s < SIGNALS; s++) {
			double value = state_value(&standing[s], i);

			if (m->judge->known & SIGNAL(s) && !isnan(value))
				fprintf(out, "portzero_%s{signal=\"%s\"} %.15g\n",
					states[i].name, signal_names[s], value);
		}
	}
}

static void print_escaped(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void print_talker(const struct metrics *m, const struct talker *t,
			 FILE *out)
{
	const char *label = m->labels ? labels_find(m->labels, &t->address) : NULL;
	char address[INET6_ADDRSTRLEN];

	fprintf(out, "portzero_talker_packets{kind=\"%s\",address=\"%s\"",
		t->source ? "source" : "destination",
		address_format(&t->address, address));
	if (!t->source)
		fprintf(out, ",port=\"%u\"", t->port);
	if (label) {
		fputs(",label=\"", out);
		print_escaped(label, out);
		fputc('"', out);
	}
	fprintf(out, "} %llu\n", llu(t->count));
}

static void print_talkers(const struct metrics *m, FILE *out)
{
	size_t told[2] = { 0 };

	print_gauge_head("talker_packets",
			 "True port-zero packets in this minute and the last, of those that sent or got most.",
			 out);
	for (size_t i = 0; i < m->talkers->n; i++) {
		const struct talker *t = &m->talkers->v[i];

		if (told[t->source]++ < m->most)
			print_talker(m, t, out);
	}
}

static void print_versions(const struct metrics *m, FILE *out)
{
	const char *suffix = m->openmetrics ? "" : "_info";
	char version[32];

	module_version(version, sizeof(version));
	fprintf(out, "# HELP portzero%s Versions of the tool and the module.\n"
		"# TYPE portzero%s %s\n"
		"portzero_info{tool=\"" PORTZERO_VERSION "\",module=\"%s\"} 1\n",
		suffix, suffix, m->openmetrics ? "info" : "gauge", version);
}

void metrics_print(const struct metrics *m, FILE *out)
{
	print_gauge("up", "1 if the module's counters could be read.",
		    !!m->snapshot, out);
	print_gauge("export_timestamp_seconds",
		    "When this was written, in seconds since the epoch.",
		    m->time, out);
	for (size_t i = 0; i < ARRAY_SIZE(families) && m->snapshot; i++)
		print_family(m, &families[i], out);
	print_switches(out);
	if (m->judge && m->snapshot)
		print_signals(m, out);
	if (m->talkers)
		print_talkers(m, out);
	print_versions(m, out);
	if (m->openmetrics)
		fputs("# EOF\n", out);
}

const char *metrics_write(const struct metrics *m, const char *path)
{
	const char *wrong;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return strerror(errno);
	metrics_print(m, out);
	if (ferror(out) | fclose(out))
		wrong = strerror(ENOMEM);
	else	/* Its readers are other users. */
		wrong = file_replace(path, MAGIC, text, size, 0644);
	free(text);
	return wrong;
}
