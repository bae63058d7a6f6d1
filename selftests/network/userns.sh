#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Root in a user namespace that was made together with its network namespace reads
# the talkers there, and nobody else's.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly TALKERS=net/nf_portzero_talkers
readonly ALICE=1001 BOB=1002

begin "$@"
need unshare setpriv
as()
{
	setpriv --reuid "$1" --regid "$1" --clear-groups "${@:2}"
}

as_root_of_new()
{
	as "$1" unshare --user --net --map-root-user "${@:2}"
}
as_root_of_new $ALICE true 2>/dev/null ||
	ktap_skip_all "users cannot make namespaces here"

reads()
{
	[ "$("$@" 2>/dev/null | head -c 13)" = "# nf_portzero" ]
}

refused()
{
	! "$@" > "$tmp/read" 2>&1 && ! grep -q "^# " "$tmp/read"
}

reads as_root_of_new $ALICE cat /proc/$TALKERS
ktap_result $? "root of a new namespace reads its own talkers"
as_root_of_new $ALICE sh -c 'echo 1 > /proc/sys/net/netfilter/nf_portzero_enable' 2>/dev/null
ktap_result $? "and turns its switches"

refused as_root_of_new $ALICE cat /proc/1/$TALKERS
ktap_result $? "but does not read the initial namespace's"

# one of Alice's that stays
setpriv --reuid $ALICE --regid $ALICE --clear-groups \
	unshare --user --net --map-root-user sleep infinity &
sleeper=$!
until [ "$(cat "/proc/$sleeper/comm")" = sleep ]; do
	pause 0.05
done
reads cat /proc/$sleeper/$TALKERS
ktap_result $? "the machine's root reads them"
refused as_root_of_new $BOB cat /proc/$sleeper/$TALKERS
ktap_result $? "root of another's namespace does not"
refused as $BOB cat /proc/$sleeper/$TALKERS
ktap_result $? "nor does another user"
# the capabilities of who opened the file count
refused as $BOB sh -c "exec < /proc/$sleeper/$TALKERS; cat"
ktap_result $? "nor by opening it first"
kill $sleeper
wait $sleeper

ktap_equal "the initial namespace's are for root" "$(stat -c '%a %u' /proc/1/$TALKERS)" "400 0"
refused as $ALICE cat /proc/$TALKERS
ktap_result $? "and for no other user"

ktap_finish
