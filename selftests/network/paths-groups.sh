#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Multicast by a gateway that routes it: to one link, to two, to this host as well.

# shellcheck source=../lib/paths.sh
. "$(dirname "$0")/../lib/paths.sh"

# shellcheck disable=SC2034 # named by family
readonly GROUP4=239.1.1.1 GROUP6=ff0e::1:1
# shellcheck disable=SC2034
readonly MAC_GROUP4=01:00:5e:01:01:01 MAC_GROUP6=33:33:00:01:00:01

# router FAMILY OUT[,OUT...] [OPTION...]: for what comes from the outside and, as if it
# did, from the gateway's address there
router()
{
	local group=GROUP$1 free=FREE$1 stopped=STOPPED$1 here=GATEWAY$1

	serve "$built/selftests/network/mroute" "${@:3}" "${!group}" out0 "$2" \
		"${!free}" "${!stopped}" "${!here}"
}

# group_path WHAT: by this router
group_path()
{
	local group=GROUP$family mac=MAC_GROUP$family here=GATEWAY$family

	path "multicast to $1, IPv$family" "${!group}" --dmac "${!mac}"
	own "multicast to $1, IPv$family" -i out0 -s "${!here}" -d "${!group}"
	unserve
}

long
begin "$@"
paths
in_gateway <<-END
	link add link in0 name in0.7 type vlan id 7
	link set in0.7 up
END
looped=1
for family in 4 6; do
	router $family in0
	group_path "a link"
	arrives=2 copies=2
	router $family in0,in0.7
	group_path "two links"
	copies=3 ours=1
	router $family in0,in0.7 -m out0
	group_path "two links and this host"
	arrives=1 copies=1 ours=0
done

ktap_finish
