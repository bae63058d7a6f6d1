# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# steps.sh: things done one after the other, and a table of what came of them. Each
# leaves what it said in a file of $log.

table=() failed=0 passed=0

# step WHERE WHAT COMMAND...: one line of the table
step()
{
	# shellcheck disable=SC2154 # its user says where
	local began=$SECONDS file=$log/$1-${2// /-}.log status result

	printf '%-7s %s\n' "$1" "$2"
	"${@:3}" < /dev/null > "$file" 2>&1
	status=$?
	if [ $status = 0 ]; then
		result=passed
		passed=$((passed + 1))
	else
		result="FAILED ($status), see ${file#"$PWD/"}"
		failed=$((failed + 1))
		tail -n 15 "$file" | sed 's/^/    /'
	fi
	table+=("$(printf '%-7s %-32s %5d s  %s' "$1" "$2" $((SECONDS - began)) "$result")")
}

# The table; whether nothing failed, and there was something to fail.
steps_end()
{
	printf '\n%s\n' "${table[@]}"
	echo "$passed passed, $failed failed"
	[ $failed = 0 ] && [ $passed -gt 0 ]
}
