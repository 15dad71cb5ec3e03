"""A partner's server in miniature: it holds the key, asks the academy at most once a minute, and serves the page beside it.

ACADEMY_URL=http://127.0.0.1:8000 ACADEMY_KEY=acad_… python server.py      then open http://127.0.0.1:8080/
"""

import json
import os
import time
import urllib.error
import urllib.request
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent
QUERY = (HERE / "front_page.graphql").read_text()
ACADEMY = os.environ.get("ACADEMY_URL", "http://127.0.0.1:8000").rstrip("/")
KEY = os.environ.get("ACADEMY_KEY", "")
kept = {"answer": b"", "until": 0.0}


def fetch():
    """Return the academy's answer as JSON bytes, at most a minute old; raises OSError when it cannot be had."""
    if time.monotonic() >= kept["until"]:
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {KEY}"} if KEY else {})}
        body = json.dumps({"query": QUERY, "variables": {"today": date.today().isoformat()}})
        request = urllib.request.Request(f"{ACADEMY}/graphql/", body.encode(), headers)
        with urllib.request.urlopen(request, timeout=10) as response:
            kept.update(answer=json.dumps(json.load(response)["data"]).encode(), until=time.monotonic() + 60)
    return kept["answer"]


class Handler(SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/academy.json":
            self.send_answer()
        else:
            super().do_GET()

    def send_answer(self):
        try:
            body, status = fetch(), 200
        except OSError as error:  # no connection, or a refusal such as 401
            body, status = json.dumps({"error": str(error)}).encode(), 502
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "8080"))
    print(f"http://127.0.0.1:{port}/", flush=True)
    ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=HERE)).serve_forever()
