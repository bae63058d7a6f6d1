#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every command of portzero-runbook(7), in its order on one gateway under the scan
# that the page speaks of, prints what the page shows.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"
# shellcheck source=../lib/page.sh
. "$(dirname "$0")/../lib/page.sh"

page=$top/tools/portzero/share/portzero-runbook.7

# The lines of its examples: commands behind "# ", then what they print.
examples()
{
	sed -n '/^\.Bd -literal/,/^\.Ed/ { /^\./!p }' "$page"
}

scene()
{
	send -s 192.0.2.66 -d 198.51.100.130+60 --sport 0 --dport 445 --flags syn --count 200 &&
		send -s 192.0.2.66 -d 198.51.100.130+60 --proto echo --count 30
}

# shellcheck disable=SC2119
begin
need nft tcpdump jq
[ -x "$portzero" ] || ktap_skip_all "the tool is not built"
topology
scene
send -s 192.0.2.7 -d $SINK4 --frag 24:24 --payload 100 --count 10
settle

follow < <(examples)
ktap_finish
