# SPDX-License-Identifier: GPL-2.0
#
# Warnings of portzero as Elastic Common Schema; what has no name there is kept
# below "portzero".
#
#	portzero watch --json | jq -c -f ecs.jq
{
	"@timestamp": (.time | todate),
	ecs: { version: "8.11" },
	message: "\(.signal): \(.text // .reading)",
	event: {
		kind: (if .severity == "warning" then "alert" else "event" end),
		category: ["network", "intrusion_detection"],
		type: [{ start: "start", end: "end" }[.event] // "info"],
		dataset: "portzero.watch",
		action: .event,
		severity: (if .severity == "warning" then 4 else 5 end),
		start: (.since | todate),
		end: (.until | todate)
	},
	rule: { name: .reading },
	network: (if .signal == "echo" then { protocol: "icmp" } else { transport: "tcp" } end),
	observer: { product: "portzero", type: "firewall" },
	related: { ip: ([(.sources, .destinations) // [] | .[].address] | unique) },
	portzero: .
}
+ (if .sources then { source: { ip: .sources[0].address, packets: .sources[0].count } } else {} end)
+ (if .destinations then
	{ destination: (.destinations[0] | { ip: .address, port, packets: .count }) }
else {} end)
