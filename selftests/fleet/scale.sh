#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a thousand gateways cost one Prometheus: series, memory, time for the
# rules. It is told as remarks; the tests are that nothing was left out.

# shellcheck source=fleet.sh
. "$(dirname "$0")/fleet.sh"

readonly GATEWAYS=${GATEWAYS:-1000}

value()
{
	ask "$1" | jq -r '.[0].value[1] | tonumber | . * 1000 | round / 1000'
}

mkdir -p "$proc/sys/net/netfilter"
for switch in enable drop audit; do
	echo 1 >"$proc/sys/net/netfilter/nf_portzero_$switch"
done
counters tcp=0
PORTZERO_PROC=$proc "$portzero" watch --for 12s --quiet --textfile "$tmp/one.prom"
start gateways "$PYTHON" "$here/thousand.py" $((PORT + 99)) "$tmp/one.prom"
configure_prometheus
cat >>"$tmp/prometheus.yml" <<-END
	scrape_configs:
	  - job_name: prometheus
	    static_configs:
	      - targets: ["${PROMETHEUS#http://}"]
	  - job_name: node
	    relabel_configs:
	      - source_labels: [instance]
	        target_label: __metrics_path__
	        replacement: /\$1/metrics
	    static_configs:
END
for n in $(seq "$GATEWAYS"); do
	echo "      - {targets: ['127.0.0.1:$((PORT + 99))'], labels: {instance: '$n'}}"
done >>"$tmp/prometheus.yml"

ktap_begin
start_prometheus
sleep "${SECONDS_LONG:-300}"
ktap_equal "all gateways are read" "$(value 'count(portzero_up)')" "$GATEWAYS"
ktap_equal "and counted" "$(value portzero:gateways)" "$GATEWAYS"
ktap_equal "nothing fails" "$(ask 'sum(prometheus_rule_evaluation_failures_total) > 0')" "[]"
ktap_say "series of a gateway: $(value 'max(scrape_samples_scraped{job="node"})'), of all: $(value prometheus_tsdb_head_series)"
ktap_say "samples a second: $(value 'rate(prometheus_tsdb_head_samples_appended_total[2m])')"
ktap_say "memory, MiB: $(value 'process_resident_memory_bytes{job="prometheus"} / 1048576')"
ktap_say "CPU, of one: $(value 'rate(process_cpu_seconds_total{job="prometheus"}[2m])')"
ktap_say "rules, seconds: $(value 'sum(prometheus_rule_group_last_duration_seconds)') every $EVERY"
ktap_finish
