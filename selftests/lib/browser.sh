# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # tmp is its user's
#
# browser.sh: a browser without a window, for scripts to source.

# browse WIDTH,HEIGHT ARGUMENT... URL: it talks to nobody else
browse()
{
	chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--user-data-dir="$tmp/chromium" --window-size="$1" \
		--virtual-time-budget=10000 "${@:2}" 2>>"$tmp/chromium.log"
}
