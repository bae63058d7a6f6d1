# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# ktap.sh: results in the kernel's test format, for scripts to source.
#
# A script ends with ktap_finish, which prints the plan and exits as the
# runner expects: 0 passed, 1 failed, 4 skipped.

ktap_count=0
ktap_failed=0
ktap_skipped=0

readonly KTAP_SKIP=4

# What is tested, and what with; make's OUTPUT is where it was built.
top=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
built=$(realpath "${OUTPUT:-$top/selftests}/..")
# shellcheck disable=SC2034
portzero=$built/tools/portzero/portzero pzsend=$built/selftests/pzsend/pzsend

ktap_begin()
{
	echo "TAP version 13"
}

# A remark, each line of it.
ktap_say()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

ktap_pass()
{
	ktap_count=$((ktap_count + 1))
	echo "ok $ktap_count $*"
}

ktap_fail()
{
	ktap_count=$((ktap_count + 1))
	ktap_failed=$((ktap_failed + 1))
	echo "not ok $ktap_count $*"
}

# ktap_skip WHAT WHY
ktap_skip()
{
	ktap_count=$((ktap_count + 1))
	ktap_skipped=$((ktap_skipped + 1))
	echo "ok $ktap_count $1 # SKIP $2"
}

# ktap_result STATUS WHAT: passed if the status is 0
ktap_result()
{
	if [ "$1" -eq 0 ]; then
		ktap_pass "${*:2}"
	else
		ktap_fail "${*:2}"
	fi
}

# ktap_equal WHAT IS SHOULD-BE
ktap_equal()
{
	if [ "$2" = "$3" ]; then
		ktap_pass "$1"
	else
		ktap_say "$1: '$2', should be '$3'"
		ktap_fail "$1"
	fi
}

# until_done COMMAND...: it succeeds, or so much time is over that it never will
until_done()
{
	local end=$((SECONDS + 600))

	until "$@"; do
		[ $SECONDS -lt $end ] || return
		sleep 0.5
	done
}

# ktap_skip_all WHY: nothing can be tested here
ktap_skip_all()
{
	echo "1..0 # SKIP $*"
	exit $KTAP_SKIP
}

ktap_finish()
{
	echo "1..$ktap_count"
	echo "# Totals: pass:$((ktap_count - ktap_failed - ktap_skipped))" \
		"fail:$ktap_failed xfail:0 xpass:0 skip:$ktap_skipped error:0"
	[ "$ktap_count" -gt 0 ] || exit 1
	[ "$ktap_failed" -eq 0 ] || exit 1
	[ "$ktap_skipped" -lt "$ktap_count" ] || exit $KTAP_SKIP
	exit 0
}
