#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a command for warnings is given, and what it is not: capabilities, the
# environment, open files, signals.

# shellcheck source=../lib/tree.sh
. "$(dirname "$0")/../lib/tree.sh"

readonly NOBODY=65534

if ! command -v setpriv >/dev/null || [ "$(id -u)" != 0 ]; then
	ktap_skip_all "no setpriv, or not root"
fi

# field NAME: of the command's /proc/self/status
field()
{
	sed -n "s/^$1:[[:blank:]]*//p" "$tmp/got/status"
}

ktap_begin
fresh
{
	echo "time,true"
	seq 0 60 86400 | sed 's/$/,1/'
	seq 86460 60 86700 | sed 's/$/,500/'
} >"$tmp/spike.csv"
mkdir -m 0777 "$tmp/got"
cat >"$tmp/show" <<-END
	#!/bin/sh
	cat >>$tmp/got/stdin
	cat /proc/self/status >$tmp/got/status
	env | sed 's/=.*//' | sort >$tmp/got/env
	: >$tmp/got/done
END
chmod 0755 "$tmp/show"

# warn COMMAND: as a service would run it: not root, with a capability that is
# passed on; and with whatever else somebody may leave lying about.
warn()
{
	(
		trap '' HUP USR2 PIPE INT
		exec 7</dev/zero 300</dev/zero
		SECRET=1 NOTIFY_SOCKET=@none LANG=C TZ=UTC HOME=/ USER=nobody \
			LOGNAME=nobody PORTZERO_PROC=$proc setpriv --reuid $NOBODY \
			--clear-groups --inh-caps +net_admin --ambient-caps +net_admin \
			"$portzero" watch --replay "$tmp/spike.csv" --quiet --exec "$1"
	) >"$out" 2>"$err" </dev/null
}

warn "$tmp/show"
status=$?
ktap_equal "a warning is active" "$status$(cat "$err")" 1
[ -e "$tmp/got/done" ]
ktap_result $? "and the command was run"
ktap_equal "it has the warning" "$(jq -r .event "$tmp/got/stdin" | head -n 1)" start
for set in CapInh CapPrm CapEff CapAmb; do
	ktap_equal "no capability: $set" "$(field $set)" 0000000000000000
done
ktap_equal "and no way to any" "$(field NoNewPrivs)" 1
# 32 and 33 are the C library's own, which make leaves ignored
ktap_equal "no signal is ignored" $((0x$(field SigIgn) & ~0x180000000)) 0
ktap_equal "nor blocked" "$(field SigBlk)" 0000000000000000
ktap_equal "its environment" \
	"$(grep -vx -e PWD -e _ -e OLDPWD -e SHLVL "$tmp/got/env" | xargs)" \
	"HOME LANG LOGNAME PATH TZ USER"
warn "ls /proc/self/fd"
ktap_equal "no open file but its own" "$(sort -u "$err" | xargs)" "0 1 2 3"
ktap_finish
