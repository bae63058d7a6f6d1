#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is written for Prometheus, and the alerts on it, judged by Prometheus'
# own tool.

# shellcheck source=../lib/tree.sh
. "$(dirname "$0")/../lib/tree.sh"

PATH=$PATH:$("$top/selftests/fleet/programs") ||
	ktap_skip_all "Prometheus cannot be had"

rules=$top/tools/portzero/share/portzero.rules.yml

# promtool_finds WHAT ARGUMENT...: nothing, that is, in $out
promtool_finds_nothing()
{
	promtool "${@:2}" <"$out" >"$err" 2>&1
	ktap_equal "promtool finds nothing in $1" "$?$(grep -v '^Checking\|SUCCESS' "$err")" 0
}

test_metrics()
{
	local format

	counters "tcp=5 src=1" "tcp=7 both=2"
	cat >"$proc/net/nf_portzero_talkers" <<-E
		# nf_portzero talkers: 64 of each kind, windows of 60 s
		# window kind address port count error last_seen
		now src 192.0.2.1 - 10 1 1795370000
		now dst 2001:db8::7 445 9 0 1795370000
	E
	for format in "" "--total" "--talkers 3"; do
		# shellcheck disable=SC2086
		expect "export $format" 0 export $format
		promtool_finds_nothing "export $format" check metrics
	done
	watch --textfile "$tmp/watch.prom" --talkers 3
	finish "a watch with a file" 0
	cp "$tmp/watch.prom" "$out"
	promtool_finds_nothing "what the watch writes" check metrics
	sed 's/^# HELP portzero_up /&\n/' "$tmp/watch.prom" >"$out"
	ktap_equal "and something where something is" \
		"$(promtool check metrics <"$out" >"$err" 2>&1; echo $?)" 1

	# A stricter reader, which takes the format's own word for what is wrong.
	expect "OpenMetrics" 0 export --openmetrics --talkers 3
	/usr/bin/python3 -c '
import sys
from prometheus_client.openmetrics.parser import text_fd_to_metric_families as parse
print(len([s for f in parse(sys.stdin) for s in f.samples]))' \
		<"$out" >"$tmp/parsed" 2>"$err"
	ktap_equal "is read by another reader" "$(cat "$tmp/parsed" "$err")" \
		"$(grep -vc '^#' "$out")"
}

test_rules()
{
	: >"$out"
	promtool_finds_nothing "the rules" check rules "$rules"
	promtool test rules "$top/selftests/fleet/rules_test.yml" >"$out" 2>&1
	ktap_equal "alerts come when they should" "$?" 0
	ktap_equal "each of them is tested" \
		"$(sed -n 's/.* alertname: \(.*\)/\1/p' "$top/selftests/fleet/rules_test.yml" | sort -u)" \
		"$(sed -n 's/.*- alert: \(.*\)/\1/p' "$rules" | sort)"
}

ktap_begin
part test_metrics
part test_rules
parts_finish
ktap_finish
