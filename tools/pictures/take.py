"""Takes the README's pictures: search with a moment, an editor's view and the API explorer, from a server with the demo's content.

The server runs on folders of its own, made anew and removed again; nothing of the checkout's `var/` is read or changed. Chromium
is found as `chromium` or `chromium-browser`, or where CHROMIUM= says.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from tests.serving import environment_of, manage, serving  # noqa: E402

FOLDER = REPOSITORY / "docs" / "pictures"
VIEWPORT = {"width": 1200, "height": 750}
MAX_BYTES = 150_000
COLOURS = 128
# Inside a container there is no sandbox to be had.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--force-color-profile=srgb",
]


def take_search(page: Any, password: str) -> None:
    """Search for a phrase that is said in a recording: the result leads to the second."""
    page.goto("/search/?q=small+tests+of+change")
    page.locator("main").wait_for()


def take_editor(page: Any, password: str) -> None:
    """Open a recording in the editor, with the panel that says who sees it."""
    page.goto("/admin/login/")
    page.fill("[name=username]", "editor")
    page.fill("[name=password]", password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile(r"/admin/$"))
    page.goto("/admin/pages/search/?q=Thinking+in+systems")
    page.get_by_role("link", name="Thinking in systems: a first look", exact=True).first.click()
    page.get_by_role("button", name="Toggle status").click()
    page.get_by_text("Live.", exact=False).first.wait_for()
    page.wait_for_load_state("networkidle")


def take_explorer(page: Any, password: str) -> None:
    """Run one of the explorer's examples."""
    page.goto("/graphql/explore/")
    page.locator(".graphiql-query-editor .CodeMirror-code").wait_for()
    page.select_option("#example", "search")
    page.wait_for_function(
        "() => document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.operationName?.toLowerCase() === 'search'"
    )
    page.get_by_role("button", name="Execute query").click()
    page.wait_for_function("() => document.querySelector('#facts').textContent")
    page.wait_for_timeout(500)


PICTURES: dict[str, Callable[[Any, str], None]] = {
    "search": take_search,
    "editor": take_editor,
    "explorer": take_explorer,
}


def save(picture: bytes, path: Path) -> None:
    """Write a screenshot as a PNG of few colours, and refuse one that is too large for a README."""
    Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > MAX_BYTES:
        raise SystemExit(f"{path} has {path.stat().st_size:,} bytes; {MAX_BYTES:,} are the most. Show less on it.")
    print(f"{path.relative_to(REPOSITORY)}: {path.stat().st_size // 1000} kB")


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise SystemExit("There is no Chromium. Install it, or say where it is with CHROMIUM=/path/to/chromium.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(Path(folder))
        print("Making a server with the demo's content …")
        manage(environment, "migrate", "--verbosity", "0")
        printed = manage(environment, "seed_demo")
        manage(environment, "rebuild_index")
        password = re.search(r"editor / (\S+)", printed)
        if not password:
            raise SystemExit("seed_demo did not print the editor's password.")
        with serving(environment) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            for name, take in PICTURES.items():
                page = browser.new_page(base_url=address, viewport=VIEWPORT, color_scheme="light")
                page.set_default_timeout(30_000)
                take(page, password[1])
                save(page.screenshot(animations="disabled"), FOLDER / f"{name}.png")
                page.close()
            browser.close()


if __name__ == "__main__":
    main()
