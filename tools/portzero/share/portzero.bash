# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of portzero's commands and options.

_portzero()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local commands="status watch top drop verify pcap export"
	local words="--help"

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ] || [ "${COMP_WORDS[1]}" = help ]; then
		words=$commands
		[ "$COMP_CWORD" -gt 1 ] || words+=" help --help --version"
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		return
	fi
	case $prev in
	--labels | --state | --config | --replay | --textfile)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--exec)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
		return
		;;
	--interval | --for | --patience | --min-count | --hold | --talkers)
		return
		;;
	esac
	case ${COMP_WORDS[1]} in
	s*) words+=" --json --labels --state --talkers" ;;
	w*) words+=" --interval --for --patience --min-count --hold --labels --state
		--config --replay --json --quiet --syslog --exec --textfile --talkers
		--auto-drop" ;;
	t*) words+=" --interval --labels --for" ;;
	d*) words+=" on off --json" ;;
	v*) words+=" --for --allow-echo --json" ;;
	e*) words+=" --textfile --total --openmetrics --talkers --labels" ;;
	p*)
		words+=" --json --patience --labels --talkers"
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		;;
	esac
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _portzero portzero
