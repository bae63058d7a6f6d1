// SPDX-License-Identifier: GPL-2.0
/*
 * portzero export: the counters as Prometheus text, to standard output or to a
 * file for node_exporter's textfile collector.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "input/counters.h"
#include "lib/file.h"
#include "lib/options.h"
#include "lib/print.h"

static const struct option_row options[] = {
	{ "textfile", 0, "FILE",
	  "write FILE instead, all of it or nothing, for node_exporter's textfile collector",
	  &option_text, 0 },
	{ 0 }
};

static const struct usage usage = {
	.name = "export",
	.about =
"Prints the counters in Prometheus' text format, one series for each CPU.\n",
	.options = options,
};

/* What the text begins with, whatever the module counts. */
#define MAGIC	"# HELP portzero_"

/* A family of series, told apart by a label where there are several. */
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
	{ "leaked_echo_requests",
	  "Echo requests past the firewall, while audit is on.", NULL, {
		{ NF_PORTZERO_LEAK_ECHO, "" },
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

static void print_family(const struct family *family, const struct snapshot *s,
			 FILE *out)
{
	bool headed = false;

	for (size_t i = 0; i < ARRAY_SIZE(family->series) &&
	     family->series[i].value; i++) {
		enum nf_portzero_counter c = family->series[i].counter;

		/* An older module may lack it, which is not the same as 0. */
		if (!(s->present >> c & 1))
			continue;
		if (!headed)
			fprintf(out, "# HELP portzero_%s_total %s\n"
				"# TYPE portzero_%s_total counter\n",
				family->name, family->text, family->name);
		headed = true;
		for (unsigned int cpu = 0; cpu < s->cpus; cpu++) {
			fprintf(out, "portzero_%s_total{cpu=\"%u\"",
				family->name, cpu);
			if (family->label)
				fprintf(out, ",%s=\"%s\"", family->label,
					family->series[i].value);
			fprintf(out, "} %llu\n", llu(s->cpu[cpu].value[c]));
		}
	}
}

static void print_all(const struct snapshot *s, FILE *out)
{
	char version[32];
	bool on;

	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		print_family(&families[i], s, out);
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
		if (!proc_get_switch(switches[i].path, &on))
			fprintf(out, "# HELP portzero_%s %s\n"
				"# TYPE portzero_%s gauge\nportzero_%s %d\n",
				switches[i].name, switches[i].text,
				switches[i].name, switches[i].name, on);
	}
	module_version(version, sizeof(version));
	fprintf(out, "# HELP portzero_info Versions of the tool and the module.\n"
		"# TYPE portzero_info gauge\n"
		"portzero_info{tool=\"" PORTZERO_VERSION "\",module=\"%s\"} 1\n",
		version);
}

static const char *write_file(const struct snapshot *s, const char *path)
{
	const char *wrong;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return strerror(errno);
	print_all(s, out);
	if (ferror(out) | fclose(out))
		wrong = strerror(ENOMEM);
	else	/* Its readers are other users. */
		wrong = file_replace(path, MAGIC, text, size, 0644);
	free(text);
	return wrong;
}

int cmd_export(int argc, char **argv)
{
	struct snapshot s = { 0 };
	const char *path = NULL, *wrong;
	int first = options_read(&usage, &path, argc, argv);
	int error, outcome = FINE;

	if (first <= 0)
		return first ? USAGE : FINE;
	error = snapshot_read(&s);
	if (error) {
		proc_complain(NF_PORTZERO_PROC_STAT, error);
		outcome = NO_MODULE;
	} else if (!path) {
		print_all(&s, stdout);
	} else {
		wrong = write_file(&s, path);
		if (wrong) {
			complain("%s: %s", path, wrong);
			outcome = USAGE;
		}
	}
	snapshot_free(&s);
	return outcome;
}
