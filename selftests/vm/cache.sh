# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# cache.sh: where everything that is downloaded or built for the tests lives,
# and the few words that the scripts which fill it share.

cache=${PORTZERO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/portzero}

me=${0##*/}

# depmod and modprobe are not on every user's.
PATH=$PATH:/usr/sbin:/sbin

note()
{
	echo "$me: $*" >&2
}

die()
{
	note "$*"
	exit 1
}

# The cache as an absolute path, made if it isn't there.
cache_make()
{
	mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] ||
		die "cannot write to $cache (set PORTZERO_CACHE to a directory that can be written)"
	cache=$(realpath "$cache")
}

locks=" "

# One filler of a thing at a time: the lock is held until the script ends. What
# it calls to fill other things takes their locks.
cache_lock()
{
	[[ $locks != *" $1 "* ]] || return 0
	locks+="$1 "
	cache_make
	exec {lock_fd}>"$cache/.lock-$1"
	flock -n "$lock_fd" && return
	note "waiting for another run that is making the same"
	flock "$lock_fd"
}
