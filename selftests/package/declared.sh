#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tests that the packages declare (DEP-8), as Debian would run them: by
# autopkgtest, from the source and the packages built of it, and each passes. dkms's
# own test may break the system it runs on: nothing else is tested there after it.

# shellcheck source=system.sh
. "$(dirname "$0")/system.sh"

ktap_begin
said=/tmp/autopkgtest
did "what Debian has is known" apt-get update -q
autopkgtest --no-built-binaries --ignore-restrictions breaks-testbed --output-dir $said \
	"$top"/build/deb/*.deb "$top"/build/deb/portzero-*/ -- null > /tmp/said 2>&1 < /dev/null
# all passed, and all call themselves superficial
ktap_equal "autopkgtest ends well" $? 8
ktap_equal "each test passes" "$(awk '{ print $1, $2 }' $said/summary | sort)" \
	"dkms-autopkgtest PASS
reads-a-capture PASS"
ktap_finish
