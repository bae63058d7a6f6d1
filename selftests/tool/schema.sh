#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is printed as JSON is what the published schema says, and no more.

# shellcheck source=../lib/tree.sh
. "$(dirname "$0")/../lib/tree.sh"

readonly PYTHON=/usr/bin/python3
schema=$top/tools/portzero/share/schema/portzero.schema.json

$PYTHON -c 'import jsonschema' 2>/dev/null || ktap_skip_all "no python3-jsonschema"

# conforms WHAT NAME: each object in $out is what the schema calls that
conforms()
{
	local wrong

	# shellcheck disable=SC2016 # they are Python's
	wrong=$(jq -c . "$out" | $PYTHON -c '
import json, jsonschema, sys
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
schema["oneOf"] = [{"$ref": "#/$defs/" + sys.argv[2]}]
judge = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
objects = [json.loads(line) for line in sys.stdin]
for o in objects:
    for e in judge.iter_errors(o):
        print(*[c.message for c in e.context or [e]], sep="; ")
if not objects:
    print("nothing to judge")' "$schema" "$2" 2>&1)
	ktap_equal "$1 is as published" "$wrong" ""
}

talkers()
{
	local now

	now=$(($(date +%s) + 60))
	cat >>"$proc/net/nf_portzero_talkers" <<-E
		now src 192.0.2.1 - 1500 0 $now
		now dst 2001:db8::7 80 1500 0 $now
	E
	echo "192.0.2.0/24 an example" >"$tmp/labels"
}

test_status()
{
	talkers
	counters "tcp=5 src=0xffffffffffffffff" "tcp=7 both=2"
	expect "status" 0 status --json --state "$tmp/learned" --labels "$tmp/labels"
	conforms "status" status
	ktap_equal "what was learned in it" "$(jq '.learned.signals | length' "$out")" 4
	table "src dst both new" "src=1 new=2" >"$proc/net/stat/nf_portzero"
	rm "$proc/net/nf_portzero_talkers"
	expect "status of another module" 0 status --json --state "$tmp/none"
	conforms "status of another module" status
	expect "drop" 0 drop on --json
	conforms "drop" drop
	expect "verify" 2 verify --for 100ms --json
	conforms "verify" verify
	echo '{"drop": true}' >"$out"
	ktap_equal "what lacks something is not" \
		"$(conforms "a part" drop | tail -n 1)" "not ok $((ktap_count + 1)) a part is as published"
}

test_warnings()
{
	talkers
	watch --state "$tmp/state" --json --labels "$tmp/labels"
	kill -USR1 "$watcher"
	spike
	finish "a warning live" 1
	cp "$out" "$tmp/all"
	jq -c 'select(.event == "state")' "$tmp/all" >"$out"
	conforms "the state" state
	jq -c 'select(.event != "state")' "$tmp/all" >"$out"
	conforms "a warning" warning
	jq -c -f "$top/tools/portzero/share/ecs.jq" "$out" >"$tmp/ecs"
	ktap_equal "as ECS" \
		"$(jq -c '[.event.kind, .event.action, .rule.name, .source.ip, .destination.port, .portzero.signal]' "$tmp/ecs" | head -n 1)" \
		'["alert","start","flood","192.0.2.1",80,"true"]'
	ktap_equal "none of them lost" "$(wc -l <"$tmp/ecs")" "$(jq -c . "$out" | wc -l)"
}

# A burst each day, and from the fifteenth day on another background.
test_replay()
{
	awk 'BEGIN {
		print "time,true,phantom,echo,leak"
		for (day = 0; day < 24; day++) {
			for (m = 0; m < 1440; m++) {
				n = day > 2 && day < 12 && m >= 600 && m < 610 ? 600 : day > 14 ? 40 : (m * 7 + day * 3) % 5 == 0
				print 1.7e9 + day * 86400 + m * 60 "," n ",0," m % 2 ",0"
			}
		}
	}' >"$tmp/counts.csv"
	PORTZERO_PROC=$proc "$portzero" watch --replay "$tmp/counts.csv" --json >"$out" 2>"$err"
	conforms "a recorded month" warning
	ktap_equal "with every event" \
		"$(jq -r .event "$out" | sort -u | paste -sd' ')" \
		"end level start update"
}

test_pcap()
{
	# An Ethernet frame: TCP from port 0 to port 80, and an hour later another.
	local frame='\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\x45\0\0\x28\0\0\0\0\x40\x06\0\0\xc0\0\x02\x01\xc6\x33\x64\x07\0\0\0\x50\0\0\0\0\0\0\0\0\x50\x02\0\0\0\0\0\0'

	printf '\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0%b%b' \
		'\0\0\0\x50\0\0\0\0\x36\0\0\0\x36\0\0\0'"$frame" \
		'\x10\x0e\0\x50\0\0\0\0\x36\0\0\0\x36\0\0\0'"$frame" >"$tmp/file.pcap"
	expect "a capture" 0 pcap --json "$tmp/file.pcap"
	conforms "a capture" pcap
	ktap_equal "of two packets" "$(jq -c '[.counters.src, (.whole | length)]' "$out")" "[2,1]"
}

ktap_begin
part learn test_status
part learn test_warnings
part test_replay
part test_pcap
parts_finish
ktap_finish
