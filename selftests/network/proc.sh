#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The files below /proc/net: modes, form, lnstat, and that they agree.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly COLUMNS_DESIGNED="tcp src dst both syn synack rst ack odd payload \
badhdr badcsum ipv6 frag short hidden echo bytes out dropped leak leak_echo"

begin "$@"
topology
stat=/proc/${holder[$GATEWAY]}/net/stat/nf_portzero
totals=/proc/${holder[$GATEWAY]}/net/nf_portzero
talkers=/proc/${holder[$GATEWAY]}/net/nf_portzero_talkers

began=$(date +%s)
counted "packets to show" send -s $OUTSIDE4 -s $OUTSIDE6 -d $SINK4 -d $SINK6 \
	--mix cert-polska --count 6000

ktap_equal "mode of the rows" "$(stat -c %a "$stat")" 444
ktap_equal "mode of the totals" "$(stat -c %a "$totals")" 444
ktap_equal "mode of the talkers" "$(stat -c %a "$talkers")" 400
anyone="nsenter --net=/run/netns/$GATEWAY setpriv --reuid 65534 --clear-groups"
$anyone cat /proc/net/nf_portzero /proc/net/stat/nf_portzero > /dev/null
ktap_result $? "counters are for everybody"
! $anyone cat /proc/net/nf_portzero_talkers > /dev/null 2>&1
ktap_result $? "talkers are not"

# the rows
read -ra header < "$stat"
[[ "${header[*]}" = "$COLUMNS_DESIGNED"* ]]
ktap_result $? "columns begin with ${#header[@]} known names in their order"
[ ${#header[@]} -le 32 ]
ktap_result $? "at most 32 columns"
# 0-3,8 and the like
possible=$(tr ',' '\n' < /sys/devices/system/cpu/possible |
	awk -F- '{ n += NF == 2 ? $2 - $1 + 1 : 1 } END { print n }')
ktap_equal "a row for each possible CPU" $(($(wc -l < "$stat") - 1)) "$possible"
ktap_equal "no line of 1000 characters" "$(awk 'length >= 1000' "$stat")" ""
ktap_equal "each row has all columns, in hexadecimal" \
	"$(awk -v n=${#header[@]} 'NR > 1 && (NF != n || /[^0-9a-f ]/)' "$stat")" ""

# the totals
ktap_equal "totals have the columns' names in the columns' order" \
	"$(cut -d' ' -f1 "$totals" | tr '\n' ' ')" "${header[*]} "
ktap_equal "totals are names and decimal numbers" \
	"$(grep -Evc '^[a-z0-9_]+ [0-9]+$' "$totals")" 0

# sums: bash knows 64 bits where awk does not
declare -a sums=()
{
	read -r _
	while read -ra row; do
		for i in "${!row[@]}"; do
			sums[i]=$((${sums[i]:-0} + 16#${row[i]}))
		done
	done
} < "$stat"
ktap_equal "the rows' sums are the totals" "${sums[*]}" \
	"$(cut -d' ' -f2 "$totals" | tr '\n' ' ' | sed 's/ $//')"
ktap_equal "and they are not all 0" "${sums[0]}" 6000

# lnstat
gateway lnstat -f nf_portzero -d > "$tmp/lnstat" 2>&1	# its status is 1, always
for name in "${header[@]}"; do
	grep -qw "$name" "$tmp/lnstat"
	ktap_result $? "lnstat lists $name"
done
# It prints rates, except for the first column, which it takes for a gauge that
# all CPUs share.
gateway lnstat -j -i 1 -f nf_portzero -c 1 > "$tmp/lnstat.json"
for name in both badhdr ipv6 bytes; do
	grep -Eq "\"$name\": ?${grown[$name]}\\b" "$tmp/lnstat.json" && [ "${grown[$name]}" -gt 0 ]
	ktap_result $? "lnstat sums up $name"
done

# the talkers
ktap_equal "talkers begin with their columns" "$(grep '^#' "$talkers" | tail -n 1)" \
	"# window kind address port count error last_seen"
ktap_equal "talkers have the form that they say" \
	"$(grep -v '^#' "$talkers" | grep -Evc \
	'^(now|last) (src [0-9a-f.:]+ -|dst [0-9a-f.:]+ [0-9]+) [0-9]+ [0-9]+ [0-9]+$')" 0
ktap_equal "talkers were seen as the packets were sent" \
	"$(awk -v began="$began" -v now="$(date +%s)" \
		'!/^#/ && ($7 < began - 1 || $7 > now + 1)' "$talkers")" ""

# reading in small pieces gives the same
dd if="$stat" bs=7 status=none | cmp -s - "$stat"
ktap_result $? "rows read 7 bytes at a time are the same"
dd if="$totals" bs=7 status=none | cmp -s - "$totals"
ktap_result $? "totals read 7 bytes at a time are the same"
! echo 1 2> /dev/null > "$totals"
ktap_result $? "nothing can be written"

# another namespace counts for itself
ktap_equal "nothing is counted in another namespace" \
	"$(awk '{ n += $2 } END { print n }' "/proc/${holder[$INSIDE]}/net/nf_portzero")" 0

ktap_finish
