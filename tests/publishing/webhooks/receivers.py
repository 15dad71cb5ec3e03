"""Real receivers on loopback: they keep what they are sent, verify it with the reference library, and answer as told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook


@dataclass(frozen=True)
class Received:
    """One request: its headers (lower case) and its body, to the letter."""

    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """A server that answers with `code` (and `extra` headers, and `answer` as body); each request is kept in `received`."""

    code: int = 204
    extra: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""
    before_answer: Callable[[], None] = lambda: None
    received: list[Received] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.handle(self)

            def log_message(self, *arguments: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # the sender hung up, as it does on an answer that is too long

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/changes"

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [one.message for one in self.received]

    def told(self) -> set[tuple[str, str]]:
        """What the receiver knows: (event, id) of everything it took."""
        return {(message["type"], message["data"].get("id", "")) for message in self.messages}

    def verify_all(self, secret: str) -> None:
        """Raise unless every request bears a signature by `secret`."""
        for one in self.received:
            Webhook(secret).verify(one.body, one.headers)

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            body = request.rfile.read(int(request.headers.get("content-length", 0)))
            self.before_answer()
            with self._lock:
                self.received.append(Received({name.lower(): value for name, value in request.headers.items()}, body))
            request.send_response(self.code)
            for name, value in self.extra.items():
                request.send_header(name, value)
            request.send_header("Content-Length", str(len(self.answer)))
            request.end_headers()
            request.wfile.write(self.answer)
        finally:
            with self._lock:
                self._at_once -= 1

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
