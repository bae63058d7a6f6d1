# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# others.sh: the table of what other tools count, for tests to source that let
# them count.

# shellcheck disable=SC2154 # from ktap.sh
table=$top/selftests/network/README.md

# row NAME FROM TO: what NAME counted from and to port zero is in the table
row()
{
	ktap_equal "$1" "$2 $3" "$(awk -F ' *[|] *' -v name="$1" \
		'{ gsub(/[*`]/, "") } $2 == name && $3 ~ /^[0-9]/ { print $3, $4 }' "$table")"
}
