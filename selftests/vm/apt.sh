# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# apt.sh: gets Debian packages as files, installing nothing and leaving the
# host's apt as it is. Wants cache.sh first.

# What apt-get and apt-cache are to be told, set by apt_from.
apt=()

# The URI of the host's mirror of Debian itself and the file that names it.
apt_mirror()
{
	apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(IDENTIFIER)|$(REPO_URI)|$(SOURCESENTRY)' |
		awk -F'|' '$1 == "Debian" && $2 == "Debian" && $3 == "Packages" {
			sub(/:[0-9]*$/, "", $5); print $4, $5; exit }'
}

# The keys that its packages are signed with: what the host's configuration
# names, and the distribution's own for suites newer than the host.
apt_keys()
{
	{
		sed -nE 's/^Signed-By: *//p; s/^deb .*\[.*signed-by=([^] ]*).*/\1/p' "$1"
		dpkg -L debian-archive-keyring 2>/dev/null | grep '/debian-archive-keyring\.gpg$'
	} | awk '/^\// && !seen[$0]++' | paste -sd,
}

# Takes packages from the host's own sources ("host") or from a suite of
# Debian's that the host may not have, or not for this machine (apt_from SUITE
# ARCH), in a state of our own.
apt_from()
{
	local arch=${2-} state=$cache/apt/$1${2+-$2} uri file keys

	apt=(-o APT::Sandbox::User=root)
	[ "$1" != host ] || return 0
	mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
	: > "$state/status"
	read -r uri file < <(apt_mirror) || die "apt's configuration names no mirror of Debian"
	keys=$(apt_keys "$file")
	echo "deb [target=Packages${keys:+ signed-by=$keys}] $uri $1 main" > "$state/sources.list"
	[ -z "$arch" ] || apt+=(-o APT::Architecture="$arch" -o APT::Architectures="$arch")
	apt+=(-o Dir::State="$state" -o Dir::State::status="$state/status"
	      -o Dir::State::lists="$state/lists" -o Dir::Cache="$state/cache"
	      -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null
	      -o Acquire::Languages=none)
}

# The host's own lists are left alone; what is newer goes into a copy of ours.
apt_update()
{
	local state=$cache/apt/host

	if [[ "${apt[*]}" != *Dir::State* ]]; then
		mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
		apt+=(-o Dir::State::lists="$state/lists" -o Dir::Cache="$state/cache"
		      -o Acquire::Languages=none)
	fi
	note "reading the package lists"
	apt-get "${apt[@]}" -qq update >&2 || die "cannot read the package lists"
}

# The packages that one, if it is known at all, depends on and whose names match
# a pattern.
apt_depends()
{
	{ apt-cache "${apt[@]}" depends "$1" 2>/dev/null || :; } |
		sed -nE "s/^ *Depends: ($2)\$/\\1/p"
}

# Lists of our own may not have been read yet, or not for long.
apt_know()
{
	apt-cache "${apt[@]}" show --no-all-versions "$@" > /dev/null 2>&1 || apt_update
}

# Those packages and all that they depend on.
apt_closure()
{
	apt_know "$@"
	apt-get "${apt[@]}" -qq --no-install-recommends -s install "$@" |
		awk '$1 == "Inst" { print $2 }'
}

# Downloads packages into the current directory. Lists that are older than the
# mirror name versions that are gone: then once more with new ones.
apt_download()
{
	apt_know "$@"
	note "downloading $([ $# -le 4 ] && echo "$*" || echo "$# packages")"
	apt-get "${apt[@]}" -qq download "$@" >&2 && return
	apt_update
	apt-get "${apt[@]}" -qq download "$@" >&2 || die "cannot download $*"
}

# unpack DIR [WITHOUT...]: unpacks the packages in the current directory into
# another, but for some of their directories. A package may call /lib what a
# newer one calls /usr/lib.
unpack()
{
	local to=$1 without=("${@:2}") deb dir

	for dir in bin lib sbin; do
		mkdir -p "$to/usr/$dir"
		ln -sfn "usr/$dir" "$to/$dir"
	done
	for deb in *.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$to" --keep-directory-symlink --no-same-owner \
				"${without[@]/#/--exclude=.}"
		rm "$deb"
	done
}
