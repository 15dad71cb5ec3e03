"""The partners' page tells the truth: every query on it runs against the demo, and its Python client works over HTTP."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "partners.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.django_db(transaction=True)
def test_every_example_runs_against_the_real_server(own_folders, live_server, settings):
    from tests import factories

    settings.BASE_URL = live_server.url
    factories.make_site()
    call_command("seed_demo", stdout=StringIO())
    key = factories.api_key(factories.organisation("Example Hospitals NHS Trust"))
    namespace: dict = {}
    exec(blocks("python")[0], namespace)

    def ask(query: str, variables: dict | None = None):
        return namespace["ask"](query, variables, url=f"{live_server.url}/graphql/", key=key)

    programme, search, recording = blocks("graphql")
    assert ask(programme, {"first": 5})["sessions"]["totalCount"] >= 1
    hit = ask(search)["search"]["nodes"][0]
    assert "<mark>" in hit["titleHtml"] or "<mark>" in hit["moments"][0]["html"]
    found = ask(recording)["recording"]
    assert found["transcript"] and found["materials"] and found["captionTracks"]
    assert "recording" in found["media"]["url"]
    viewer = ask(re.search(r"\"query\": \"(\{ viewer.*?\})\"\}'", PAGE).group(1))["viewer"]
    assert viewer["organisation"]["name"] == "Example Hospitals NHS Trust"

    # What the server refuses, the client tells in the server's words.
    with pytest.raises(RuntimeError, match=r"unknown, expired or revoked.*UNAUTHENTICATED"):
        namespace["ask"](search, url=f"{live_server.url}/graphql/", key="acad_wrong_key")
    with pytest.raises(RuntimeError, match="BAD_USER_INPUT"):
        ask("{ nothing }")
