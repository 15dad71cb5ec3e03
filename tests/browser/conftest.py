"""A real Chromium in front of the real server: the demo's content in folders of its own, served as `make run` serves it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
# No sandbox: inside a container there is none to be had. The rest keeps the browser from calling home.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
START_SECONDS = 60
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


def chromium_path() -> str:
    """Return where Chromium is; without one the test is skipped, but in CI, where it must not go unnoticed, it fails."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        word = "no Chromium: install it, or say where it is with CHROMIUM="
        pytest.fail(word) if os.environ.get("CI") else pytest.skip(word)
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser, closed after the module: while Playwright runs, its event loop keeps Django from the database."""
    path = chromium_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which the server runs, and in which a test's own commands reach its database."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    return {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "MEDIA_ROOT", "SEARCH_INDEX_DIR"}
    } | {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "cms.settings.dev", "BASE_URL": f"http://127.0.0.1:{port}"}


@pytest.fixture(scope="module")
def address(chromium: Any, served: dict[str, str]) -> Iterator[str]:
    """The address of a server with the demo's content."""
    environment, folder, port = served, Path(served["VAR_DIR"]), urlsplit(served["BASE_URL"]).port
    for command in (["migrate", "--verbosity", "0"], ["seed_demo"], ["rebuild_index"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=REPOSITORY,
            env=environment,
            check=True,
            timeout=180,
            capture_output=True,
        )
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(
        [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4",
         "--log-level", "warning", "cms.wsgi:application"],
        cwd=REPOSITORY, env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", server, folder / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


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


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Any]:
    """Open pages: `visit("/path", script, **context options)` gives a Playwright page; `script` runs before the page's own.

    An error in the page's console fails the test.
    """
    contexts, errors = [], []

    def open_page(path: str, script: str = "", **options: Any) -> Any:
        context = chromium.new_context(base_url=address, **({"viewport": DESK} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.add_init_script(script)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
