#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make install and the packages put the same files in the same places, and make
# uninstall takes all of them away.

# shellcheck source=../lib/ktap.sh
. "$(dirname "$0")/../lib/ktap.sh"

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
ktap_begin

shopt -s nullglob
packages=("$top"/build/deb/nf-portzero-dkms_*.deb "$top"/build/deb/portzero_*.deb)
[ ${#packages[@]} = 2 ] || ktap_skip_all "make deb has not been run"

files()
{
	(cd "$1" && find . -type f -o -type l | sort)
}

make -s -C "$top" install PREFIX=/usr DESTDIR="$tmp/make" > "$tmp/log" 2>&1
ktap_result $? "make install PREFIX=/usr"
for package in "${packages[@]}"; do
	dpkg-deb -x "$package" "$tmp/deb"
done
gunzip "$tmp"/deb/usr/share/man/*/*.gz
# what only a package has
rm -r "$tmp/deb/usr/src" "$tmp/deb/usr/share/doc"
ktap_equal "as many files in the same places" "$(files "$tmp/make")" "$(files "$tmp/deb")"
ktap_equal "the same service" \
	"$(cat "$tmp/make/lib/systemd/system/portzero.service")" \
	"$(cat "$tmp/deb/lib/systemd/system/portzero.service")"
make -s -C "$top" uninstall PREFIX=/usr DESTDIR="$tmp/make" > "$tmp/log" 2>&1
ktap_equal "make uninstall leaves nothing" "$(files "$tmp/make")" ""
make -s -C "$top" install DESTDIR="$tmp/local" > "$tmp/log" 2>&1
ktap_equal "without PREFIX all goes to /usr/local, but for loading at boot" \
	"$(files "$tmp/local" | grep -v '^\./usr/local/')" "./etc/modules-load.d/nf_portzero.conf"

ktap_finish
