"""The partners' page tells the truth: every query on it runs against the demo, and its Python clients work over HTTP."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import httpx
import pytest
from django.core.management import call_command

from library.models import RecordingPage

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "partners.md").read_text()
PARTNER = "Example Hospitals NHS Trust"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}(?: [^\n]*)?\n(.*?)```", PAGE, re.DOTALL)


def titled(title: str) -> str:
    """The block of code with this title."""
    (found,) = re.findall(rf'```\w+ title="{re.escape(title)}"\n(.*?)```', PAGE, re.DOTALL)
    return found


def run(title: str) -> dict:
    namespace: dict = {}
    exec(titled(title), namespace)
    return namespace


@pytest.mark.django_db(transaction=True)
def test_every_example_runs_against_the_real_server(own_folders, live_server, settings):
    from tests import factories

    settings.BASE_URL = live_server.url
    factories.make_site()
    call_command("seed_demo", stdout=StringIO())
    key = factories.api_key(factories.organisation(PARTNER))
    namespace, url = run("academy.py"), f"{live_server.url}/graphql/"

    def ask(query: str, variables: dict | None = None):
        return namespace["ask"](query, variables, url=url, key=key)

    programme, search, recording, nodes = blocks("graphql")[:4]
    assert ask(programme, {"first": 5})["sessions"]["totalCount"] >= 1
    hit = ask(search)["search"]["nodes"][0]
    assert "<mark>" in hit["titleHtml"] or "<mark>" in hit["moments"][0]["html"]
    found = ask(recording)["recording"]
    assert found["transcript"] and found["materials"] and found["captionTracks"]
    assert "recording" in found["media"]["url"]
    ids = [topic["id"] for topic in ask("{ topics(first: 3) { id } }")["topics"]]
    assert [node["id"] for node in ask(nodes, {"ids": ids})["nodes"]] == ids and ids
    viewer = ask(re.search(r"\"query\": \"(\{ viewer.*?\})\"\}'", PAGE).group(1))["viewer"]
    assert viewer["organisation"]["name"] == PARTNER

    # Page by page, everything comes once.
    all_at_once = [node["title"] for node in ask(programme, {"first": 100})["sessions"]["nodes"]]
    assert len(all_at_once) > 1
    one_by_one = [node["title"] for node in namespace["pages"](programme, "sessions", {"first": 1}, url=url, key=key)]
    assert one_by_one == all_at_once

    # A copy holds everything, whatever it is; nothing new changes nothing, and what is taken back goes.
    follow, copy = run("mirror.py")["follow"], {}
    cursor = follow(ask, copy)
    assert {"name": PARTNER} in copy.values() and all(copy.values())
    assert follow(ask, before := dict(copy), cursor) == cursor and before == copy
    gone = RecordingPage.objects.live().first()
    gone.unpublish()
    follow(ask, copy, cursor)
    assert before.keys() - copy.keys() == {str(gone.translation_key)}

    # What the server refuses, the client tells in the server's words.
    with pytest.raises(RuntimeError, match=r"unknown, expired or revoked.*UNAUTHENTICATED"):
        namespace["ask"](search, url=url, key="acad_wrong_key")
    with pytest.raises(RuntimeError, match="BAD_USER_INPUT"):
        ask("{ nothing }")

    academy = run("academy_httpx.py")["Academy"](live_server.url, key)
    assert academy.ask(programme, first=5)["sessions"]["totalCount"] == len(all_at_once)
    with pytest.raises(RuntimeError, match="nothing"):
        academy.ask("{ nothing }")


def test_the_httpx_client_waits_as_it_is_told():
    namespace = run("academy_httpx.py")
    slept: list[int] = []
    namespace["time"] = type("Clock", (), {"sleep": staticmethod(slept.append)})
    answers = iter(
        [
            httpx.Response(429, headers={"Retry-After": "7"}, json={"errors": [{"message": "slow down"}]}),
            httpx.Response(200, json={"data": {"topics": []}}),
        ]
    )
    academy = namespace["Academy"]()
    academy.http = httpx.Client(transport=httpx.MockTransport(lambda request: next(answers)), base_url="http://academy")
    assert academy.ask("{ topics { name } }") == {"topics": []}
    assert slept == [7]
