# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# fleet.sh: gateways with a watch and a node_exporter each, a Prometheus, an
# Alertmanager and a webhook, on loopback, for tests to source. All of them are
# what Debian ships; only the module's counters are files of ours.

# shellcheck source=../lib/tree.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/tree.sh"

here=$top/selftests/fleet
PATH=$PATH:$("$here/programs") || ktap_skip_all "Prometheus cannot be had"

readonly PYTHON=/usr/bin/python3
readonly PORT=${PORT:-19000} # and those above
readonly PROMETHEUS=http://127.0.0.1:$((PORT + 90))
readonly EVERY=15 # seconds between scrapes, and between looks at the rules

children=()

# shellcheck disable=SC2317 # called at the exit
stop_fleet()
{
	[ ${#children[@]} = 0 ] || kill "${children[@]}" 2>/dev/null
	wait "${children[@]}" 2>/dev/null
	rm -rf "$tmp"
}
trap stop_fleet EXIT
trap 'exit 130' INT TERM

# start NAME COMMAND...: in the background, its output in a file of that name
start()
{
	"${@:2}" >"$tmp/$1.log" 2>&1 </dev/null &
	children+=($!)
}

# answers URL: wait until it does
answers()
{
	local i

	for ((i = 0; i < 600; i++)); do
		curl -sf -o /dev/null "$1" && return
		sleep 0.1
	done
	ktap_say "$1 does not answer"
	return 1
}

# ask QUERY: what Prometheus answers, as JSON
ask()
{
	curl -sfG "$PROMETHEUS/api/v1/query" --data-urlencode "query=$1" | jq -c .data.result
}

# gateway N COUNTS...: what its module has counted
gateway()
{
	proc=$tmp/gateway-$1/proc
	counters "${@:2}"
}

# A gateway that has learned how quiet it is.
start_gateway()
{
	local dir=$tmp/gateway-$1 switch

	mkdir -p "$dir/metrics" "$dir/proc/net" "$dir/proc/sys/net/netfilter"
	for switch in enable=1 drop=0 audit=0; do
		echo "${switch#*=}" >"$dir/proc/sys/net/netfilter/nf_portzero_${switch%=*}"
	done
	gateway "$1" tcp=0
	cp "$tmp/learned" "$dir/state"
	start "watch-$1" env PORTZERO_PROC="$dir/proc" "$portzero" watch --quiet \
		--state "$dir/state" --textfile "$dir/metrics/portzero.prom" --talkers 5
	start "node-$1" prometheus-node-exporter --collector.disable-defaults \
		--collector.textfile --collector.textfile.directory="$dir/metrics" \
		--web.disable-exporter-metrics \
		--web.listen-address="127.0.0.1:$((PORT + 100 + $1))"
}

# A day and more of a packet every two hours.
learn_quiet()
{
	local now

	now=$(date +%s)
	awk -v now="$now" 'BEGIN {
		print "time,true,phantom"
		for (t = now - 3 * 86400; t <= now; t += 60)
			print t "," (++n % 120 == 0) "," (n % 30 == 0)
	}' >"$tmp/quiet.csv"
	"$portzero" watch --replay "$tmp/quiet.csv" --quiet --state "$tmp/learned"
}

# configure_prometheus: the head of its configuration, which rules and when
configure_prometheus()
{
	cat >"$tmp/prometheus.yml" <<-END
		global:
		  scrape_interval: ${EVERY}s
		  evaluation_interval: ${EVERY}s
		rule_files:
		  - $top/tools/portzero/share/portzero.rules.yml
	END
}

configure()
{
	local n

	cat >"$tmp/alertmanager.yml" <<-END
		route:
		  receiver: webhook
		  group_by: [alertname]
		  group_wait: 5s
		  group_interval: 15s
		receivers:
		  - name: webhook
		    webhook_configs:
		      - url: http://127.0.0.1:$((PORT + 95))/
	END
	configure_prometheus
	cat >>"$tmp/prometheus.yml" <<-END
		alerting:
		  alertmanagers:
		    - static_configs:
		        - targets: [127.0.0.1:$((PORT + 93))]
		scrape_configs:
		  - job_name: node
		    static_configs:
	END
	for n in $(seq "$1"); do
		printf '      - targets: ["127.0.0.1:%d"]\n        labels: {instance: gateway-%d}\n' \
			$((PORT + 100 + n)) "$n" >>"$tmp/prometheus.yml"
	done
}

start_prometheus()
{
	start prometheus prometheus --config.file="$tmp/prometheus.yml" \
		--storage.tsdb.path="$tmp/tsdb" --storage.tsdb.retention.time=30d \
		--web.listen-address="${PROMETHEUS#http://}" \
		--web.console.templates="$top/tools/portzero/share/consoles" \
		--web.console.libraries="$tmp"
	prometheus=${children[-1]}
	answers "$PROMETHEUS/-/ready"
}

# What Prometheus would hold after 26 hours, and its rules have made of it.
remember()
{
	local now

	now=$(date +%s)
	"$here/history" "$1" 26 "$now" >"$tmp/history"
	promtool tsdb create-blocks-from openmetrics "$tmp/history" "$tmp/tsdb" >"$tmp/promtool.log" 2>&1 ||
		return
	start_prometheus || return
	promtool tsdb create-blocks-from rules --url "$PROMETHEUS" --eval-interval 60s \
		--start $((now - 26 * 3600)) --end "$now" --output-dir "$tmp/tsdb" \
		"$top/tools/portzero/share/portzero.rules.yml" >>"$tmp/promtool.log" 2>&1 ||
		return
	kill "$prometheus"
	wait "$prometheus"
}

# start_fleet N: with so many gateways
start_fleet()
{
	local n

	learn_quiet
	configure "$1"
	remember "$1" || ktap_say "$(tail -n 5 "$tmp/promtool.log")"
	for n in $(seq "$1"); do
		start_gateway "$n"
	done
	start webhook "$PYTHON" "$here/webhook.py" $((PORT + 95))
	# It looks for its templates where Debian installs them.
	# shellcheck disable=SC2016
	start alertmanager unshare -rm sh -c 'mount -t overlay -o "lowerdir=$0:/usr/share" none /usr/share && exec "$@"' \
		"$(realpath "$("$here/programs")/../share")" prometheus-alertmanager --config.file="$tmp/alertmanager.yml" \
		--storage.path="$tmp/alertmanager" --cluster.listen-address= \
		--web.listen-address="127.0.0.1:$((PORT + 93))"
	answers "http://127.0.0.1:$((PORT + 93))/-/ready"
	start_prometheus
}

# arrived ALERT: the gateways it is for, of those at the webhook
arrived()
{
	awk -v alert="$1" '$2 == "firing" && $3 == alert && !seen[$4]++ { print $4 }' "$tmp/webhook.log"
}

# arrival ALERT SINCE [N]: seconds until the Nth gateway's was at the webhook
arrival()
{
	awk -v alert="$1" -v since="$2" -v n="${3:-1}" '
		$2 == "firing" && $3 == alert && !seen[$4]++ && ++m == n { printf "%.0f", $1 - since }' \
		"$tmp/webhook.log"
}
