// SPDX-License-Identifier: GPL-2.0
/*
 * The figures for people and for programs.
 */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "table.h"

#define CELL	32

static const char *const headings[CHANGES] = {
	"x2", "x5", "x20", "10 s burst", "6 h ramp", "2013"
};

static void print_span(char *out, size_t size, double seconds)
{
	const char *unit = "s";
	double x = seconds;

	if (x >= 7200) {
		x /= 3600;
		unit = "h";
	} else if (x >= 600) {
		x /= 60;
		unit = "min";
	}
	snprintf(out, size, "%.*f %s", x < 10 ? 2 : x < 100 ? 1 : 0, x, unit);
}

/*
 * "4.42 s 1.21": the mean delay and its ratio to the bound, for the detector
 * and where there is a bound. "4.42 s -3%": 3 in a hundred were missed, and
 * count as seen when they ended.
 */
static void print_cell(char *out, const struct summary *s, enum change_kind change,
		       const struct sight *sight, bool ratio)
{
	char span[CELL / 2];

	if (!sight->forks) {
		snprintf(out, CELL, ".");
		return;
	}
	if (sight->missed == sight->forks) {
		snprintf(out, CELL, "missed");
		return;
	}
	print_span(span, sizeof(span), sight->delay);
	if (sight->missed)
		snprintf(out, CELL, "%s -%.0f%%", span,
			 fmax(1, 100.0 * sight->missed / sight->forks));
	else if (ratio && change <= STEP20)
		snprintf(out, CELL, "%s %.2f", span,
			 sight->delay / fmax(s->bound[change],
					     s->background->row));
	else
		snprintf(out, CELL, "%s", span);
}

static void text_cells(const struct summary *s, const struct sight *sights,
		       bool ratio)
{
	enum change_kind change;
	char cell[CELL];

	for (change = 0; change < CHANGES; change++) {
		print_cell(cell, s, change, &sights[change], ratio);
		printf(" %14s", cell);
	}
	printf("\n");
}

static const char *window(const struct sight *sight)
{
	return sight->forks ? peer_alarms[sight->alarm].window : ".";
}

static struct yearly per_year(const struct summary *s)
{
	return yearly(s->years.warnings, s->played);
}

void table_text(const struct summary *summaries, unsigned int count)
{
	enum change_kind change;
	enum peer_kind peer;
	unsigned int i;

	printf("%-18s %-10s %6s", "background", "alarm", "false");
	for (change = 0; change < CHANGES; change++)
		printf(" %14s", headings[change]);
	printf("\n");

	for (i = 0; i < count; i++) {
		const struct summary *s = &summaries[i];

		printf("%-18s %-10s %6.2f", s->background->name, "portzero",
		       per_year(s).mean);
		text_cells(s, s->ours, true);
		printf("%29s in %u years %u warnings, %u notices, %u levels; before, %u warnings\n",
		       "", s->played, s->years.warnings, s->years.notices,
		       s->years.levels, s->years.first);
		printf("%29s that is %.2f to %.2f warnings a year, with 95 %% confidence\n",
		       "", per_year(s).low, per_year(s).high);
		for (peer = 0; peer < KINDS; peer++) {
			printf("%-18s %-10s ", "", peer_names[peer]);
			if (peer_usual[peer] || peer == CUSUM)
				printf("%6.0f", s->usual_alarms[s->peers[peer][STEP5].alarm]);
			else
				printf("%6s", ".");
			text_cells(s, s->peers[peer], false);
			printf("%18s %-10s %6s", "", "", "");
			for (change = 0; change < CHANGES; change++)
				printf(" %14s", window(&s->peers[peer][change]));
			printf("\n");
		}
	}
}

int table_markdown(const struct summary *summaries, unsigned int count,
		   FILE *file)
{
	enum change_kind change;
	enum peer_kind peer;
	unsigned int i;
	char cell[CELL];

	fprintf(file, "| background | warnings a year |");
	for (change = 0; change < CHANGES; change++)
		fprintf(file, " %s |", headings[change]);
	for (peer = 0; peer < KINDS; peer++)
		fprintf(file, " x5, %s |", peer_names[peer]);
	fprintf(file, "\n|---|--:|");
	for (i = 0; i < CHANGES + KINDS; i++)
		fprintf(file, "--:|");
	fprintf(file, "\n");

	for (i = 0; i < count; i++) {
		const struct summary *s = &summaries[i];

		fprintf(file, "| %s | %.2f (%.2f to %.2f) |", s->background->name,
			per_year(s).mean, per_year(s).low, per_year(s).high);
		for (change = 0; change < CHANGES; change++) {
			print_cell(cell, s, change, &s->ours[change], true);
			fprintf(file, " %s |", cell);
		}
		for (peer = 0; peer < KINDS; peer++) {
			const struct sight *sight = &s->peers[peer][STEP5];

			print_cell(cell, s, STEP5, sight, false);
			fprintf(file, " %s", cell);
			if (peer == CUSUM && sight->forks)
				fprintf(file, " (%.0f)", optimum_warnings(s, STEP5));
			else if (sight->missed < sight->forks)
				fprintf(file, " (%s)", window(sight));
			fprintf(file, " |");
		}
		fprintf(file, "\n");
	}
	return ferror(file);
}

static json_t *json_window(const struct summary *s, const struct sight *sight)
{
	return json_pack("{s:s, s:f, s:f}", "window", window(sight),
			 "usual_false_alarms", s->usual_alarms[sight->alarm],
			 "threshold", s->threshold[sight->alarm]);
}

static json_t *json_sights(const struct summary *s, const struct sight *sights,
			   bool peers)
{
	json_t *all = json_object(), *one;
	enum change_kind change;

	for (change = 0; change < CHANGES; change++) {
		const struct sight *sight = &sights[change];

		if (!sight->forks)
			continue;
		one = json_pack("{s:i, s:i, s:f, s:f}", "tried", sight->forks,
				"missed", sight->missed, "delay", sight->delay,
				"bound", s->bound[change]);
		if (peers)
			json_object_update_new(one, json_window(s, sight));
		json_object_set_new(all, change_names[change], one);
	}
	return all;
}

int table_json(const struct summary *summaries, unsigned int count, FILE *file)
{
	json_t *all = json_array();
	enum peer_kind peer;
	unsigned int i;
	int err;

	for (i = 0; i < count; i++) {
		const struct summary *s = &summaries[i];
		json_t *one, *peers = json_object();

		for (peer = 0; peer < KINDS; peer++)
			json_object_set_new(peers, peer_names[peer],
					    json_sights(s, s->peers[peer], true));
		one = json_pack("{s:s, s:f, s:f, s:f, s:o, s:o}",
				"background", s->background->name,
				"false_alarms", s->alarms,
				"false_alarms_first_3_days", s->early,
				"false_level_changes", s->levels,
				"changes", json_sights(s, s->ours, false),
				"peers", peers);
		json_array_append_new(all, one);
	}
	err = json_dumpf(all, file, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	json_decref(all);
	return err;
}
