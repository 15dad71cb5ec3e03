"""No file that the library reads makes it ask another computer, or give away a file of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from library.files.documents import extract_text
from library.media.probing import ProbeError, probe_media

pytestmark = pytest.mark.slow


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """An address that must never be asked, and the list of requests that it got."""
    requests: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Stay quiet."""

    server = HTTPServer(("127.0.0.1", 0), Canary)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_file_makes_a_reader_ask_another_address(
    shared_dir: Path, tmp_path: Path, canary: tuple[str, list[str]]
) -> None:
    address, requests = canary
    maker = shared_dir / "evil" / "make_evil.py"
    subprocess.run(
        [sys.executable, maker, tmp_path, "--canary", address], check=True, timeout=60, stdout=subprocess.DEVNULL
    )
    bait = [path for path in sorted(tmp_path.iterdir()) if path.suffix in (".docx", ".pptx", ".pdf", ".mp4", ".avi")]
    baited = [
        path for path in bait if address.encode() in path.read_bytes() or path.suffix in (".docx", ".pptx", ".avi")
    ]
    assert len(baited) > 15
    secret = socket.gethostname()
    for path in baited:
        assert secret not in " ".join(page.text for page in extract_text(path).pages)
        try:
            probe_media(path)
        except ProbeError as refused:
            assert secret not in str(refused)
    assert requests == []
    urllib.request.urlopen(f"{address}/awake").close()
    assert requests == ["/awake"]
