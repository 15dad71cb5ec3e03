"""A real Chromium in front of the real server: the demo's content in folders of its own, served as `make run` serves it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving import Demo, serving

# No sandbox: inside a container there is none to be had. The rest keeps the browser from calling home.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


def chromium_path() -> str:
    """Return where Chromium is; without one the test is skipped, but in CI, where it must not go unnoticed, it fails."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        word = "no Chromium: install it, or say where it is with CHROMIUM="
        pytest.fail(word) if os.environ.get("CI") else pytest.skip(word)
    return path


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
def served(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment in which the server runs, and in which a test's own commands reach its database."""
    with demo.copied_to(tmp_path_factory.mktemp("served")) as environment:
        yield environment


@pytest.fixture(scope="module")
def address(chromium: Any, served: dict[str, str]) -> Iterator[str]:
    """The address of a server with the demo's content."""
    with serving(served) as url:
        yield url


def is_fault(message: Any) -> bool:
    """Whether a line of the console tells of a fault. A form that is half filled in may be refused when it saves itself."""
    is_refused_draft = "400" in message.text and message.location.get("url", "").endswith(
        ("/edit/", "/edit/#tab-promote")
    )
    return message.type == "error" and not is_refused_draft


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
        page.on("console", lambda message: errors.append(message.text) if is_fault(message) else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
