"""The real server with the demo's content in folders of its own, served as `make run` serves it, for tests from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment_of(folder: Path) -> dict[str, str]:
    """The environment in which a server runs in `folder`, and in which a test's own commands reach its database."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "MEDIA_ROOT", "SEARCH_INDEX_DIR"}
    }
    return kept | {
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "BASE_URL": f"http://127.0.0.1:{free_port()}",
    }


def manage(environment: dict[str, str], *command: str) -> str:
    """Run one of the project's commands in a server's environment, and return what it printed."""
    run = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=REPOSITORY,
        env=environment,
        check=True,
        timeout=600,
        capture_output=True,
        text=True,
    )
    return run.stdout


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """Fill the folder with the demo's content, serve it, and give the server's address."""
    for command in (["migrate", "--verbosity", "0"], ["seed_demo"], ["rebuild_index"]):
        manage(environment, *command)
    url, path = environment["BASE_URL"], Path(environment["VAR_DIR"]) / "server.log"
    with path.open("wb") as log:
        server = subprocess.Popen(
            [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--port", url.rpartition(":")[2],
             "--blocking-threads", "4", "--log-level", "warning", "cms.wsgi:application"],
            cwd=REPOSITORY, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_for(f"{url}/healthz", server, path)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers; fail with its own words when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the server did not answer: {log.read_text()[-2000:]}")
