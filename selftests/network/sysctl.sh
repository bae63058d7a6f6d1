#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The switches: their defaults, the values they take and refuse, who may
# turn them, and the module parameters.

# shellcheck source=../lib/gateway.sh
. "$(dirname "$0")/../lib/gateway.sh"

readonly DIR=/proc/sys/net/netfilter

# What the switches are set to, here: enable, drop, audit.
switches()
{
	cat $DIR/nf_portzero_{enable,drop,audit} | tr '\n' ' '
}

refused()
{
	local file=$DIR/nf_portzero_$1 old message

	old=$(< "$file")
	message=$({ printf %b "$2" > "$file"; } 2>&1)
	[[ $message = *"Invalid argument"* ]]
	ktap_result $? "nf_portzero_$1 refuses '$2'"
	ktap_equal "nf_portzero_$1 is unchanged by '$2'" "$(< "$file")" "$old"
}

begin "$@"
if [ -z "$loaded" ]; then
	ktap_skip "defaults" "the module was loaded already"
else
	ktap_equal "defaults in the initial namespace" "$(switches)" "1 0 0 "
fi
ktap_equal "defaults in another namespace" \
	"$(unshare --net cat $DIR/nf_portzero_{enable,drop,audit} | tr '\n' ' ')" "0 0 0 "

was=$(switches)
for name in enable drop audit; do
	for value in 0 1 0 1; do
		echo $value > $DIR/nf_portzero_$name
		ktap_equal "nf_portzero_$name takes $value" \
			"$(< $DIR/nf_portzero_$name)" $value
		[ $value = 0 ] || continue
		for bad in 2 -1 10 256 4294967296 4294967297 18446744073709551617 \
				00 01 0x1 1.0 +1 x 1x y on true "1 2" "1\\t0" " " "\\t"; do
			refused $name "$bad"
		done
	done
	for bad in 2 -1 00 "0 1" x; do
		refused $name "$bad"
	done
	printf ' 0 \n' > $DIR/nf_portzero_$name
	ktap_equal "nf_portzero_$name takes 0 with space around it" \
		"$(< $DIR/nf_portzero_$name)" 0
done

for name in enable drop audit; do
	! setpriv --bounding-set -net_admin --inh-caps -net_admin \
		bash -c "echo 1 > $DIR/nf_portzero_$name" 2> "$tmp/error"
	ktap_result $? "nf_portzero_$name is not root's without CAP_NET_ADMIN"
	grep -q "not permitted" "$tmp/error"
	ktap_result $? "and the error says so"
	ktap_equal "nf_portzero_$name is unchanged" "$(< $DIR/nf_portzero_$name)" 0
	! setpriv --reuid 65534 --clear-groups \
		bash -c "echo 1 > $DIR/nf_portzero_$name" 2> "$tmp/error"
	ktap_result $? "nf_portzero_$name is not anybody's"
	! unshare --user --map-root-user \
		bash -c "echo 1 > $DIR/nf_portzero_$name" 2> "$tmp/error"
	ktap_result $? "nf_portzero_$name is not root's of another user namespace"
	ktap_equal "nf_portzero_$name is still unchanged" "$(< $DIR/nf_portzero_$name)" 0
	ktap_equal "nf_portzero_$name is root's of its namespace" \
		"$(unshare --user --map-root-user --net bash -c \
			"echo 1 > $DIR/nf_portzero_$name; cat $DIR/nf_portzero_$name")" 1
done

read -r enable drop audit <<< "$was"
echo "$enable" > $DIR/nf_portzero_enable
echo "$drop" > $DIR/nf_portzero_drop
echo "$audit" > $DIR/nf_portzero_audit

if [ -z "$loaded" ]; then
	ktap_skip "module parameters" "the module was loaded already"
	ktap_finish
fi
for values in "0 0 0" "1 1 0" "1 0 1" "0 1 1"; do
	read -r enable drop audit <<< "$values"
	rmmod nf_portzero
	insmod "$(module_file)" "enable=$enable" "drop=$drop" "audit=$audit"
	ktap_equal "loaded with enable=$enable drop=$drop audit=$audit" \
		"$(switches)" "$values "
	ktap_equal "and another namespace has its defaults" \
		"$(unshare --net cat $DIR/nf_portzero_{enable,drop,audit} | tr '\n' ' ')" "0 0 0 "
done
rmmod nf_portzero
loaded=
for bad in enable=2 drop=x audit=; do
	! insmod "$(module_file)" $bad 2> "$tmp/error"
	ktap_result $? "does not load with $bad"
	! module_loaded
	ktap_result $? "and is not there"
done
[ ! -e $DIR/nf_portzero_enable ] && [ ! -e /proc/net/nf_portzero ]
ktap_result $? "no files without the module"
load_module
ktap_finish
