"""Serves the site with granian and sends it the same request again and again, by several connections at a time."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from urllib.request import urlopen

REPOSITORY = Path(__file__).resolve().parent.parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Request:
    """A request that is sent many times."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def raw(self, port: int) -> bytes:
        headers = {"Host": f"127.0.0.1:{port}", "Content-Length": str(len(self.body)), **self.headers}
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass
class Figures:
    """What a load came to: requests a second, processor time of the server for each, and the statuses seen."""

    per_second: float
    server_microseconds: float
    statuses: set[int]


class Server:
    """A running granian with its workers."""

    def __init__(self, process: subprocess.Popen, port: int) -> None:
        self.process = process
        self.port = port

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def processor_seconds(self) -> float:
        """The processor time of all its processes so far."""
        taken = 0
        for pid in (self.process.pid, *self.workers()):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            taken += int(fields[11]) + int(fields[12])
        return taken / TICKS

    def megabytes(self) -> float:
        """The memory that all its processes hold for themselves (what they share counts in parts)."""
        kilobytes = 0
        for pid in (self.process.pid, *self.workers()):
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            kilobytes += int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1])
        return kilobytes / 1024


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def serving(application: str, *, workers: int = 2, **environment: str) -> Iterator[Server]:
    """Serve a WSGI application on a free port for the `with` block."""
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--log-level", "warning", application,
    ]  # fmt: skip
    # As `make run` has it.
    environment = {"MALLOC_ARENA_MAX": "2", **environment}
    process = subprocess.Popen(command, cwd=REPOSITORY, env={**os.environ, **environment})
    try:
        wait_until_it_answers(process, port)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(20)


def wait_until_it_answers(process: subprocess.Popen, port: int, seconds: float = 90) -> None:
    give_up_at = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("The server did not start.")


def answer_of(server: Server, request: Request) -> tuple[int, dict[str, str], bytes]:
    """Send a request once."""
    with socket.create_connection(("127.0.0.1", server.port)) as one:
        one.sendall(request.raw(server.port))
        return _received(one, is_bodiless=request.method == "HEAD")


def load(server: Server, request: Request, *, seconds: float, connections: int = 8) -> Figures:
    """Send a request as often as can be; by `wrk` where there is one, which leaves more of the machine to the server."""
    status = answer_of(server, request)[0]
    before, began = server.processor_seconds(), time.monotonic()
    done = (_by_wrk if shutil.which("wrk") else _by_processes)(server, request, seconds, connections)
    took = time.monotonic() - began
    used = server.processor_seconds() - before
    return Figures(done / took, used / done * 1e6, {status, answer_of(server, request)[0]})


def _by_wrk(server: Server, request: Request, seconds: float, connections: int) -> int:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f'wrk.method = "{request.method}"\nwrk.body = [==[{request.body.decode()}]==]\n')
        for name, value in request.headers.items():
            script.write(f"wrk.headers[ [==[{name}]==] ] = [==[{value}]==]\n")
        script.flush()
        address = f"http://127.0.0.1:{server.port}{request.path}"
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "-s", script.name, address]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Socket errors" not in told, told
    return int(re.search(r"(\d+) requests in", told)[1])


def _by_processes(server: Server, request: Request, seconds: float, connections: int) -> int:
    context = get_context("fork")
    counts = context.SimpleQueue()
    workers = [
        context.Process(target=_send_until, args=(server.port, request.raw(server.port), time.monotonic() + seconds, counts))
        for _ in range(connections)
    ]  # fmt: skip
    for worker in workers:
        worker.start()
    total = sum(counts.get() for _ in workers)
    for one in workers:
        one.join()
    return total


def _send_until(port: int, raw: bytes, end: float, counts: object) -> None:
    done = 0
    with socket.create_connection(("127.0.0.1", port)) as one:
        while time.monotonic() < end:
            one.sendall(raw)
            _received(one)
            done += 1
    counts.put(done)


def _received(one: socket.socket, *, is_bodiless: bool = False) -> tuple[int, dict[str, str], bytes]:
    data = bytearray()
    while (end := data.find(b"\r\n\r\n")) < 0:
        more = one.recv(262_144)
        if not more:
            raise ConnectionError("The server closed the connection.")
        data += more
    lines = bytes(data[:end]).decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    length = 0 if is_bodiless else int(headers.get("content-length", 0))
    body = data[end + 4 :]
    while len(body) < length:
        body += one.recv(262_144)
    return int(lines[0].split()[1]), headers, bytes(body)
