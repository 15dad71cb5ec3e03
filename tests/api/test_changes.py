"""`changes` over HTTP: a full export, what is new after a cursor, cursors of every shape, and what it costs."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from cms.publishing.models import FeedHorizon, FeedThing
from tests import factories

from .asking import ask
from .test_partners_page import run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("replayed_or_not")]
CHANGES = """query($first: Int, $after: String) { changes(first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor }
  edges { cursor node { kind id type changedAt cursor resource { id title ... on Recording { speakers { name } } }
    person { name } topic { name } organisation { name } coreArea { name } priorityGroup { name } } } } }"""
NOTHING_NEW = """query($after: String) {
  changes(after: $after, first: 100) { nodes { kind id } pageInfo { hasNextPage endCursor } } }"""


def follow(after=None, key=None, first=100):
    """Everything after a cursor, page by page: the nodes, and the cursor to go on from."""
    nodes = []
    while True:
        page = ask(CHANGES, key=key, first=first, after=after).data["changes"]
        nodes += [edge["node"] for edge in page["edges"]]
        assert page["totalCount"] >= len(page["edges"])
        assert all(edge["cursor"] == edge["node"]["cursor"] for edge in page["edges"])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes, after


def test_without_a_cursor_it_is_everything_one_may_see(site):
    org = factories.organisation("Alder")
    person, topic = factories.person("Ada"), factories.topic("Flow")
    recording = factories.recording(site, "Talk", speakers=[person], topics=[topic])
    factories.material(site, "Hidden", state="draft")
    factories.material(site, "For members", audience="members")
    nodes, _ = follow(first=2)
    assert all(node["kind"] == "UPSERT" for node in nodes)
    assert len({node["id"] for node in nodes}) == len(nodes)
    by_type = {(node["type"], (node["resource"] or {}).get("title")): node for node in nodes}
    assert by_type["Recording", "Talk"]["resource"]["speakers"] == [{"name": "Ada"}]
    assert by_type["Recording", "Talk"]["id"] == str(recording.translation_key)
    assert [node["person"] for node in nodes if node["type"] == "Person"] == [{"name": "Ada"}]
    assert [node["topic"] for node in nodes if node["type"] == "Topic"] == [{"name": "Flow"}]
    assert [node["organisation"] for node in nodes if node["type"] == "Organisation"] == [{"name": "Alder"}]
    assert ("Page", "Library") in by_type and ("Material", "For members") not in by_type
    more, _ = follow(key=factories.api_key(org))
    assert {node["id"] for node in more} - {node["id"] for node in nodes} == {
        node["id"] for node in more if node["resource"] and node["resource"]["title"] == "For members"
    }


def test_a_delete_tells_id_and_type_and_nothing_else(site):
    page = factories.recording(site, "Secret plans")
    _, cursor = follow()
    page.unpublish()
    nodes, cursor = follow(cursor)
    (node,) = nodes
    assert (node["kind"], node["type"], node["id"]) == ("DELETE", "Recording", str(page.translation_key))
    assert {name for name, value in node.items() if value is not None} == {"kind", "type", "id", "changedAt", "cursor"}
    assert follow(cursor)[0] == []


@pytest.mark.parametrize("first", [1, 3, 100])
def test_each_change_is_told_once_whatever_the_pages(site, first):
    _, cursor = follow()
    pages = [factories.material(site) for _ in range(5)]
    assert [node["id"] for node in follow(cursor, first=first)[0]] == [str(page.translation_key) for page in pages]


def test_what_changes_during_an_export_comes_at_its_end_and_what_went_before_it_is_not_told(site):
    gone = factories.material(site)
    gone.unpublish()
    early, late = factories.material(site, "Early"), factories.material(site, "Late")
    page = ask(CHANGES, first=1).data["changes"]
    early.title = "Early, mended"
    early.save_revision().publish()
    late.delete()
    nodes, _ = follow(page["pageInfo"]["endCursor"], first=1)
    told = [(node["kind"], node["id"]) for node in nodes]
    assert told[-2:] == [("UPSERT", str(early.translation_key)), ("DELETE", str(late.translation_key))]
    assert told.count(("UPSERT", str(early.translation_key))) == 1
    assert ("DELETE", str(gone.translation_key)) not in told


def test_nothing_new_takes_two_statements_and_gives_the_cursor_back(site):
    factories.recording(site)
    _, cursor = follow()
    reply = ask(NOTHING_NEW, after=cursor)
    assert reply.data["changes"] == {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": cursor}}
    assert len(reply.statements) == 2, reply.statements


def test_a_page_of_changes_takes_as_many_statements_for_one_as_for_many(site):
    speaker = factories.person()
    for _ in range(6):
        factories.recording(site, speakers=[speaker])
    few, many = (ask(CHANGES, first=first) for first in (1, 100))
    recordings = """query($first: Int) { changes(first: $first) { nodes { kind id type changedAt cursor
        resource { id title ... on Recording { speakers { name } } } } } }"""
    counts = {len(ask(recordings, first=first, after=None).statements) for first in (50, 100)}
    assert len(counts) == 1
    assert len(many.statements) <= len(few.statements) + 12


def test_hidden_changes_move_nobodys_cursor(site):
    follow()
    before = ask(NOTHING_NEW).data["changes"]["pageInfo"]["endCursor"]
    factories.recording(site, state="draft")
    factories.material(site, state="live", audience="chosen", organisations=[factories.organisation("Alder")])
    _, cursor = follow(before)
    # The organisation itself is public; after it the hidden material changes nothing for the public.
    factories.material(site, state="live", audience="members")
    assert follow(cursor) == ([], cursor)
    assert ask(NOTHING_NEW, after=None).data == ask(NOTHING_NEW, after=None).data


WRONG = {
    "empty": "", "words": "no cursor", "base64 of words": "bm8gY3Vyc29y", "NUL": "\x00", "long": "A" * 5_000, "number": "17",
    "another list's": "WyJ0aXRsZSIsIkEiLCJiIl0", "unicode": "é" * 40, "uuid": str(uuid.UUID(int=1)),
}  # fmt: skip


@pytest.mark.parametrize("cursor", WRONG.values(), ids=WRONG)
def test_what_is_no_cursor_is_refused(site, cursor):
    reply = ask(NOTHING_NEW, after=cursor)
    assert reply.body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_cursor_that_was_tampered_with_is_refused(site):
    factories.topic()
    _, cursor = follow()
    for place in range(0, len(cursor), 5):
        forged = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        assert ask(NOTHING_NEW, after=forged).body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def code_of(cursor, key=None):
    errors = ask(NOTHING_NEW, key=key, after=cursor).body.get("errors")
    return errors[0]["extensions"]["code"] if errors else None


def test_a_cursor_of_other_eyes_must_start_anew(site):
    """The key of one organisation goes on where the public stopped: what members see was never told to it."""
    factories.material(site, audience="members")
    a, b = (factories.api_key(factories.organisation(name)) for name in ("Alder", "Birch"))
    cursors = {key: follow(key=key)[1] for key in (None, a, b)}
    for own, cursor in cursors.items():
        for other in cursors:
            assert code_of(cursor, other) == (None if own == other else "CURSOR_EXPIRED")


def test_a_client_that_moves_to_another_organisation_starts_anew_and_is_right_again(site):
    a, b = factories.organisation("Alder"), factories.organisation("Birch")
    own = factories.material(site, audience="chosen", organisations=[a])
    key = factories.api_key(a)
    nodes, cursor = follow(key=key)
    assert str(own.translation_key) in {node["id"] for node in nodes}
    a.api_clients.update(organisation=b)
    assert code_of(cursor, key) == "CURSOR_EXPIRED"
    nodes, cursor = follow(key=key)
    assert str(own.translation_key) not in {node["id"] for node in nodes}
    assert code_of(cursor, key) is None


def test_an_expiry_is_told_to_the_second_though_no_job_ran(site):
    page = factories.material(site, expire_at=timezone.now() + dt.timedelta(hours=1))
    _, cursor = follow()
    moment = timezone.now() - dt.timedelta(seconds=1)
    type(page).objects.filter(pk=page.pk).update(expire_at=moment)
    FeedThing.objects.filter(object_uuid=page.translation_key).update(visible_until=moment)
    nodes, cursor = follow(cursor)
    assert [(node["kind"], node["id"]) for node in nodes] == [("DELETE", str(page.translation_key))]
    assert len(ask(NOTHING_NEW, after=cursor).statements) == 2


def test_a_cursor_from_before_the_horizon_must_start_anew(site):
    factories.topic()
    _, cursor = follow()
    FeedHorizon.objects.create(token="members", version=10**6)
    assert code_of(cursor) is None
    FeedHorizon.objects.create(token="public", version=10**6)
    assert code_of(cursor) == "CURSOR_EXPIRED"


def test_cursors_outlive_a_change_of_the_secret_key(site, settings):
    factories.topic()
    _, cursor = follow()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert code_of(cursor) is None
    settings.SECRET_KEY_FALLBACKS = []
    assert code_of(cursor) == "BAD_USER_INPUT"


@pytest.mark.parametrize("first", [-1, 101, 10**6])
def test_a_page_has_at_most_a_hundred_changes(site, first):
    assert ask(CHANGES, first=first).body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_the_mirror_in_the_documentation_has_what_a_full_export_gives(site):
    mirror, copy = run("mirror.py"), {}

    def asked(query, variables):
        return ask(query, **variables).data

    person = factories.person("Ada", job_title="Nurse")
    pages = [factories.recording(site, speakers=[person]) for _ in range(3)]
    cursor = mirror["follow"](asked, copy)
    person.job_title = "Chief nurse"
    person.save_revision().publish()
    pages[0].delete()
    pages[1].unpublish()
    factories.material(site, "New")
    mirror["follow"](asked, copy, cursor)
    whole: dict = {}
    mirror["follow"](asked, whole)
    assert copy == whole
    assert copy[str(person.uuid)] == {"name": "Ada", "jobTitle": "Chief nurse"}
