#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module that dkms built for this kernel: loaded by its name, set as configured,
# and read by the installed tool.

# shellcheck source=system.sh
. "$(dirname "$0")/system.sh"

ktap_begin
release=$(uname -r)
portzero status > /tmp/said 2>&1
ktap_equal "$release: before, it is missing" "$? $(cat /tmp/said)" \
	"3 portzero: the module is not loaded: modprobe nf_portzero"
did "$release: it is loaded by its name" modprobe nf_portzero
ktap_equal "$release: from where dkms put it" "$(modinfo -n nf_portzero)" \
	"$(echo "/lib/modules/$release"/updates/dkms/nf_portzero.ko*)"
ktap_equal "$release: set as configured" \
	"$(portzero status | head -n 1)" "nf_portzero 1.0  counting on  drop on  audit on"
did "$release: and it goes" modprobe -r nf_portzero
ktap_finish
