"""A process that goes by a state it read before never answers from before a change to whoever knows of it."""

from __future__ import annotations

import multiprocessing
import threading
from urllib.parse import urlencode

import orjson
import pytest
from django.db import connections

from cms.access.models import ApiKey, TrustedDocument
from cms.api.http import wsgi
from cms.api.http.endpoint import GraphQLEndpoint
from cms.replay import waiting
from cms.schema import schema
from tests import factories

from .asking import post
from .test_http import by_the_short_way, environ

TITLES = "{ recordings { nodes { title } } }"
CHANGES = "query($after: String) { changes(after: $after) { pageInfo { endCursor } nodes { resource { title } } } }"
TIMES = 5


def changes(after: str | None) -> dict:
    return post({"query": CHANGES, "variables": {"after": after}}).data["changes"]


class Process:
    """Another process that answers the API, busy enough that it nearly always has read a state just now."""

    def __init__(self, made: dict) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        # No connection may be shared between processes.
        connections.close_all()
        self.process = context.Process(target=_answer, args=(theirs, made), daemon=True)
        self.process.start()
        assert self._received() == "ready"

    def ask(self) -> tuple[int, bytes]:
        self.pipe.send("ask")
        return self._received()

    def _received(self):
        assert self.pipe.poll(60), "the other process does not answer"
        return self.pipe.recv()

    def titles(self) -> list[str]:
        status, body = self.ask()
        assert status == 200
        return [node["title"] for node in orjson.loads(body)["data"]["recordings"]["nodes"]]

    def end(self) -> None:
        self.pipe.send("end")
        self.process.join(20)
        self.process.kill()


def _answer(pipe, made: dict) -> None:
    endpoint = GraphQLEndpoint(schema)
    application = wsgi.ApiFirst(lambda *arguments: [], endpoint)
    is_over = threading.Event()

    def ask() -> tuple[int, bytes]:
        status, _, body = by_the_short_way(dict(made), endpoint, application)
        return status, body

    def go_on_asking() -> None:
        while not is_over.wait(0.0005):
            ask()
        connections.close_all()

    busy = threading.Thread(target=go_on_asking)
    busy.start()
    pipe.send("ready")
    while pipe.recv() == "ask":
        pipe.send(ask())
    is_over.set()
    busy.join()
    connections.close_all()


@pytest.fixture
def started(settings):
    # So long that an answer from before is sure to be met where nobody waits.
    settings.API_REPLAY_SECONDS = 0.4
    settings.API_RATES = {kind: {"cost_per_minute": 10**9, "cost_burst": 10**9} for kind in ("client", "public")}
    running: list[Process] = []

    def start(**headers: str) -> Process:
        document = TrustedDocument.objects.register(TITLES, name="Titles").document_id
        running.append(Process(environ("GET", query=urlencode({"documentId": document}), **headers)))
        return running[-1]

    yield start
    for process in running:
        process.end()


@pytest.mark.django_db(transaction=True)
def test_who_published_finds_it_in_every_process(site, started):
    page = factories.recording(site, "Title 0")
    process = started()
    for number in range(1, TIMES):
        page.title = f"Title {number}"
        page.save_revision().publish()
        assert process.titles() == [page.title]


@pytest.mark.django_db(transaction=True)
def test_who_ended_a_key_finds_it_ended_in_every_process(site, started):
    organisation = factories.organisation("Alder Trust")
    for _ in range(3):
        process = started(AUTHORIZATION=f"Bearer {factories.api_key(organisation)}")
        assert process.ask()[0] == 200
        ApiKey.objects.latest("pk").revoke()
        assert process.ask()[0] == 401


@pytest.mark.django_db(transaction=True)
def test_who_follows_changes_finds_what_it_hears_of_in_every_process(site, started, monkeypatch):
    # As if the follower were quicker than the writer, who is still waiting for its commit.
    monkeypatch.setattr(waiting, "_wait", lambda: None)
    page = factories.recording(site, "Title 0")
    process = started()
    cursor = changes(None)["pageInfo"]["endCursor"]
    for number in range(1, TIMES):
        page.title = f"Title {number}"
        page.save_revision().publish()
        page_of_changes = changes(cursor)
        assert [node["resource"]["title"] for node in page_of_changes["nodes"]] == [page.title]
        cursor = page_of_changes["pageInfo"]["endCursor"]
        assert process.titles() == [page.title]
