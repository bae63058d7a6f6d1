# SPDX-License-Identifier: GPL-2.0
"""A webhook for Alertmanager: a line on standard output for each alert that
arrives: when, its state, its name and its instance."""
import http.server
import json
import sys
import time


class Webhook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        for alert in json.loads(body)["alerts"]:
            labels = alert["labels"]
            print("%.1f" % time.time(), alert["status"], labels["alertname"],
                  labels.get("instance", "-"), flush=True)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Webhook).serve_forever()
