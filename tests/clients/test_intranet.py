"""The example intranet: it shows its recorded answer without a server, and fresh ones with its key kept on the server."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from graphql import parse, validate

from cms.schema import schema
from tests.browser.conftest import PHONE, chromium  # noqa: F401
from tests.serving import REPOSITORY, free_port

FOLDER = REPOSITORY / "docs" / "examples" / "intranet"
QUERY = (FOLDER / "front_page.graphql").read_text()


@contextmanager
def intranet(academy: str, key: str) -> Iterator[str]:
    """The partner's server, asking the academy at this address."""
    environment = os.environ | {"ACADEMY_URL": academy, "ACADEMY_KEY": key, "PORT": str(free_port())}
    server = subprocess.Popen(
        [sys.executable, FOLDER / "server.py"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert server.stdout is not None
        yield server.stdout.readline().decode().strip()
    finally:
        server.terminate()
        server.wait(timeout=20)
        server.stdout.close()


def recorded() -> dict[str, Any]:
    text = (FOLDER / "recorded.js").read_text()
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def shape(value: Any) -> Any:
    """The names in an answer, without what they hold."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return shape(value[0]) if isinstance(value, list) and value else None


def test_the_recorded_answer_is_one_to_the_pages_query(served):
    assert validate(schema.graphql_schema, parse(QUERY)) == []
    answer = httpx.post(f"{served[0]}/graphql/", json={"query": QUERY}).json()["data"]
    assert shape(recorded()) == shape(answer)


def test_the_page_shows_its_recorded_answer_without_any_server(chromium):  # noqa: F811
    page = chromium.new_context(viewport=PHONE, offline=True).new_page()
    page.goto((FOLDER / "index.html").as_uri())
    page.get_by_text("The academy cannot be reached").wait_for()
    titles = page.locator("li a").all_inner_texts()
    assert titles == [one["title"] for name in ("sessions", "recordings") for one in recorded()[name]["nodes"]]
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_the_page_shows_fresh_answers_and_never_the_key(served, chromium):  # noqa: F811
    academy, key = served
    with intranet(academy, key) as url:
        page = chromium.new_context().new_page()
        page.goto(url)
        page.get_by_text("Fresh from the academy.").wait_for()
        assert page.locator("li a").first.get_attribute("href").startswith(academy)
        # "What is on" holds nothing that is over.
        planned = httpx.get(url + "academy.json").json()["sessions"]["nodes"]
        assert all(one["startsAt"] is None or one["startsAt"] >= f"{dt.date.today()}" for one in planned)
        for name in ("", "academy.json", "intranet.js", "recorded.js"):
            assert key not in httpx.get(url + name).text
        page.context.close()


@pytest.mark.parametrize(("academy", "words"), [(None, "401"), ("http://127.0.0.1:1", "refused")])
def test_what_goes_wrong_is_told_and_the_page_still_stands(served, academy, words):
    with intranet(academy or served[0], "acad_wrong_key") as url:
        answer = httpx.get(f"{url}academy.json")
        assert answer.status_code == 502
        assert words in answer.json()["error"]
        assert httpx.get(url).status_code == 200
