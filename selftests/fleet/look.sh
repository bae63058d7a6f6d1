# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# look.sh: the console and the dashboard on what a running fleet has seen, for
# alarm.sh to source.

# shellcheck disable=SC2154 # alarm.sh's

# shellcheck source=../lib/browser.sh
. "${BASH_SOURCE[0]%/*}/../lib/browser.sh"

# tile ID: the number on that tile of the page
tile()
{
	grep -A3 "id=\"$1\"" "$tmp/page.html" | sed -n 's/.*<b>\(.*\)<\/b>.*/\1/p'
}

test_console()
{
	local console=$PROMETHEUS/consoles/portzero.html

	browse 1280,760 --dump-dom "$console?h=1" >"$tmp/page.html"
	ktap_equal "the console shows how many see it" "$(tile seeing)" \
		"$(ask portzero:gateways_seeing | jq -r '.[0].value[1]')"
	ktap_equal "and the warnings" "$(tile warnings)" \
		"$(ask 'sum(portzero_signal_warning)' | jq -r '.[0].value[1]')"
	ktap_equal "each gateway" "$(grep -c '<td>gateway-' "$tmp/page.html")" "$GATEWAYS"
	ktap_equal "who sends" "$(grep -c '<td>203\.0\.113\.' "$tmp/page.html")" 3
	ktap_equal "two charts of two lines" "$(grep -o '<path d="M' "$tmp/page.html" | wc -l)" 4
	ktap_equal "without an error" "$(grep -ciE 'error (parsing|executing)' "$tmp/page.html")" 0
	browse 1280,760 --screenshot="$tmp/console.png" "$console?h=1" >/dev/null
	ktap_equal "as a picture" "$(head -c 4 "$tmp/console.png" | tail -c 3)" PNG
	[ -z "${KEEP-}" ] || cp "$tmp/console.png" "$KEEP"
}

# Each of the dashboard's queries has an answer.
test_dashboard()
{
	local dashboard=$top/tools/portzero/share/portzero.grafana.json query n=0

	while read -r query; do
		n=$((n + 1))
		[ "$(ask "$query" | jq length)" -gt 0 ] && continue
		ktap_fail "the dashboard's '$query' has an answer"
	done < <(jq -r '.panels[].targets[]?.expr' "$dashboard")
	ktap_equal "the dashboard's queries" "$((n >= 10))" 1
}

test_console
test_dashboard
