#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# IPsec between the outside and the gateway: ESP and AH, tunnel and transport.
# What comes in is counted once, when it can be read.

# shellcheck source=../lib/paths.sh
. "$(dirname "$0")/../lib/paths.sh"

readonly AUTH="0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
readonly ENC="0x000102030405060708090a0b0c0d0e0f"

# state SOURCE DESTINATION esp|ah MODE: as ip xfrm is told of it
state()
{
	echo "xfrm state add src $1 dst $2 proto $3 spi 0x$4 mode $5 auth hmac(sha256)" \
		"$AUTH$([ "$3" = ah ] || echo " enc cbc(aes) $ENC")"
}

# forget: no state and no policy on either side
forget()
{
	local end

	for end in in_outside in_gateway; do
		$end < <(printf 'xfrm %s flush\n' state policy)
	done
}

# ipsec ESP|AH MODE FAMILY
ipsec()
{
	local proto=${1,,} mode=$2 what="$1 in $2 mode, IPv$3"
	local here=GATEWAY$3 there=OUTSIDE$3 free=FREE$3 stopped=STOPPED$3 sink=SINK$3
	local tmpl source spi=100

	here=${!here} there=${!there} free=${!free} stopped=${!stopped} sink=${!sink}
	tmpl="tmpl src $there dst $here proto $proto mode tunnel"
	[ "$mode" = tunnel ] || tmpl="tmpl proto $proto mode transport"
	for source in $free $stopped; do
		spi=$((spi + 1))
		if [ "$mode" = tunnel ]; then
			# one tunnel is enough
			[ $spi = 101 ] && state "$there" "$here" "$proto" $spi tunnel
			echo "xfrm policy add dir out src $source dst $sink $tmpl" >&3
			for dir in in fwd; do
				echo "xfrm policy add dir $dir src $source dst $sink $tmpl" >&4
			done
		else
			state "$source" "$here" "$proto" $spi transport
			echo "xfrm policy add dir out src $source dst $here $tmpl" >&3
		fi
	done > "$tmp/states" 3> "$tmp/outside" 4> "$tmp/gateway"
	in_outside < <(cat "$tmp/states" "$tmp/outside")
	in_gateway < <(cat "$tmp/states" "$tmp/gateway")
	settle
	if [ "$mode" = tunnel ]; then
		path "$what" "$sink" "${FEED[@]}"
	else
		to_host "$what" "$here" -- "${FEED[@]}"
	fi
	forget
}

# ipsec_out ESP|AH FAMILY: what the host itself sends, in transport mode
ipsec_out()
{
	local proto=${1,,} here=GATEWAY$2 there=OUTSIDE$2

	here=${!here} there=${!there}
	in_gateway <<-END
		$(state "$here" "$there" "$proto" 200 transport)
		xfrm policy add dir out src $here dst $there tmpl proto $proto mode transport
	END
	settle
	own "$1 in transport mode, IPv$2" -s "$here" -d "$there"
	forget
}

long
begin "$@"
paths
for module in esp4 ah4 esp6 ah6; do
	module_there $module "IPsec" || ktap_finish
done

for family in 4 6; do
	ipsec ESP transport $family
	ipsec ESP tunnel $family
	ipsec AH tunnel $family
	# IPv6's AH hides nothing: it is counted as it comes, with an AH of 24 bytes
	[ $family = 4 ] || twice=1 more=24
	ipsec AH transport $family
	twice='' more=0
	ipsec_out ESP $family
	ipsec_out AH $family
done

ktap_finish
