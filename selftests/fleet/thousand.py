# SPDX-License-Identifier: GPL-2.0
"""Many gateways' metrics at one port, below /N/metrics: a text that 'portzero
watch --textfile' wrote, whose counters go on at each reading."""
import http.server
import re
import sys
import time

COUNTER = re.compile(r"^(portzero_\w+_total(?:{[^}]*})?) \d+$", re.MULTILINE)
STAMP = re.compile(r"^(portzero_export_timestamp_seconds) .*$", re.MULTILINE)
text = open(sys.argv[2], encoding="utf-8").read()
began = time.time()


class Gateways(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        now = time.time()
        count = int((now - began) * (1 + int(self.path.split("/")[1]) % 7) / 60)
        body = STAMP.sub(r"\1 %f" % now, COUNTER.sub(r"\1 %d" % count, text)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer.request_queue_size = 1024
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Gateways).serve_forever()
