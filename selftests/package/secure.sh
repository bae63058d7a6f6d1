#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Under Secure Boot: an unsigned module is refused, and so is one signed with a key
# that the firmware does not know, and the tool says why it may be missing; the one
# that dkms signed, with the owner's key, which the firmware knows, is loaded.

# shellcheck source=system.sh
. "$(dirname "$0")/system.sh"

readonly MISSING="portzero: the module is not loaded: modprobe nf_portzero; this kernel takes \
signed ones only, see SECURE BOOT in nf_portzero(4)"

# refused WHAT FILE
refused()
{
	insmod "$2" 2> /tmp/said
	ktap_equal "$1 is refused" "$? $(cat /tmp/said)" \
		"1 insmod: ERROR: could not insert module $2: Key was rejected by service"
	portzero status 2> /tmp/said
	ktap_equal "and the tool says why it may be missing" "$? $(cat /tmp/said)" "3 $MISSING"
}

ktap_begin
release=$(uname -r)
did "Secure Boot locks the kernel down" grep -qF '[integrity]' /sys/kernel/security/lockdown
did "the firmware's variables are there" mount -t efivarfs efivarfs /sys/firmware/efi/efivars
ktap_equal "mokutil says it is on" "$(mokutil --sb-state)" "SecureBoot enabled"

signed=$(modinfo -n nf_portzero)
xz -dcf "$signed" > /tmp/signed.ko
ktap_equal "dkms has signed with the owner's key" "$(modinfo -F signer /tmp/signed.ko)" SnakeOil
objcopy --strip-debug /tmp/signed.ko /tmp/unsigned.ko
ktap_equal "a copy is not signed" "$(modinfo -F signer /tmp/unsigned.ko)" ""
refused "it" /tmp/unsigned.ko

openssl req -new -x509 -newkey rsa:2048 -nodes -days 9 -subj "/CN=nobody's/" \
	-outform DER -keyout /tmp/other.key -out /tmp/other.pub 2> /tmp/said
cp /tmp/unsigned.ko /tmp/other.ko
did "another copy is signed with a new key" "/lib/modules/$release/build/scripts/sign-file" \
	sha256 /tmp/other.key /tmp/other.pub /tmp/other.ko
refused "it" /tmp/other.ko
did "that key waits to be enrolled at the next boot" \
	sh -c 'printf "secret00\nsecret00\n" | mokutil --import /tmp/other.pub'
ktap_equal "as mokutil says" "$(mokutil --list-new | grep -o "Subject: .*")" "Subject: CN=nobody's"

did "the one that dkms signed is loaded" modprobe nf_portzero
ktap_equal "and read" "$(portzero status | head -n 1)" \
	"nf_portzero 1.0  counting on  drop on  audit on"
ktap_finish
