"""Kept answers: the same question of the same audience is carried out once, and never outlives what it tells of."""

from __future__ import annotations

import datetime as dt
import random
import threading

import pytest
from django.core.files.images import ImageFile
from django.db import connection, transaction
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Site

from cms.access.models import TrustedDocument
from cms.api.http import endpoint as endpoint_module
from cms.api.http import freshness
from cms.api.http import response_cache as caching
from cms.api.http.response_cache import ENTRY_BYTES, CachedResponse, LocalMemory
from home.models import AcademySettings, FormerName, SocialLink
from tests import factories

from .http import get, persisted, post_json, trusted
from .many import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("replayed_or_not")]
TITLES = "query Titles($first: Int) { recordings(first: $first) { totalCount nodes { title } } }"


@pytest.fixture
def key() -> str:
    return factories.api_key(factories.organisation("Alder Trust"))


def titles(**more) -> list[str]:
    return [one["title"] for one in post_json({"query": TITLES}, **more).json["data"]["recordings"]["nodes"]]


# --- what is kept, and what never is


def test_a_kept_answer_takes_one_statement_and_no_query_is_carried_out(site, keeping, carried_out, key):
    factories.recording(site, "A talk")
    for who in (None, key):
        first, again = (post_json({"query": TITLES}, key=who) for _ in range(2))
        assert again.content == first.content
        assert len(again.statements) == 1, again.statements
    assert carried_out == [TITLES, TITLES]


def test_a_get_that_is_answered_by_its_etag_takes_one_statement(site, keeping, carried_out, key):
    TrustedDocument.objects.register(TITLES, name="Titles")
    for who in (None, key):
        etag = get(trusted(TITLES), key=who).header("ETag")
        again = get(trusted(TITLES), key=who, If_None_Match=etag)
        assert (again.status, again.content, again.header("ETag"), len(again.statements)) == (304, b"", etag, 1)
    assert len(carried_out) == 2


NEVER_KEPT = {
    "who asks": "{ viewer { kind } }",
    "who asks, among other things": '{ page(path: "/") { title } viewer { audiences } }',
    "a search, since the index follows a moment later": '{ search(query: "talk") { totalCount } }',
    "a wrong argument": "{ recordings(first: -1) { totalCount } }",
    "an invalid query": "{ nothing }",
    "a query for too much": "{ " + " ".join(f"a{n}: viewer {{ kind }}" for n in range(40)) + " }",
}


@pytest.mark.parametrize("query", NEVER_KEPT.values(), ids=NEVER_KEPT)
def test_what_is_for_one_caller_or_went_wrong_is_never_kept(site, keeping, carried_out, query):
    for _ in range(3):
        post_json({"query": query})
    assert len(carried_out) == 3
    assert len(keeping.cache.local) == 0


def test_one_key_for_each_question_and_each_audience(site, keeping, carried_out):
    keys = [factories.api_key(factories.organisation(name)) for name in ("Alder Trust", "Birch Trust")]
    other_query = TITLES.replace("Titles", "Other")
    both = f"{TITLES} {other_query}"
    asked = [
        {"query": TITLES},
        {"query": TITLES, "variables": {"first": 1}},
        {"query": TITLES, "variables": {"first": 2}},
        {"query": TITLES + " "},
        {"query": both, "operationName": "Titles"},
        {"query": both, "operationName": "Other"},
        {"query": TITLES, "operationName": "Titles"},
    ]
    for _ in range(2):
        for who in (None, *keys):
            for body in asked:
                assert post_json(body, key=who).status == 200
    assert len(carried_out) == len(asked) * 3


def test_the_order_of_variables_and_the_way_of_asking_make_no_difference(site, keeping, carried_out):
    query = "query Some($first: Int, $topic: String) { recordings(first: $first, topic: $topic) { totalCount } }"
    TrustedDocument.objects.register(query, name="Some")
    post_json({"query": query, "variables": {"first": 1, "topic": "x"}})
    post_json({"query": query, "variables": {"topic": "x", "first": 1}})
    get(trusted(query, topic="x", first=1))
    post_json({"query": query, "variables": {"topic": "x", "first": 1}, **persisted(query)})
    assert len(carried_out) == 1


def test_two_keys_of_one_organisation_share_an_answer(site, keeping, carried_out):
    organisation = factories.organisation("Alder Trust")
    for _ in range(2):
        post_json({"query": TITLES}, key=factories.api_key(organisation))
    assert len(carried_out) == 1


# --- changes


EVERYTHING = """{
  academy { longName strapline formerNames logo { alt url } socialLinks { label url } coreAreas { name } priorityGroups { name } }
  recordings { totalCount nodes { title url summary speakers { name organisation { name } } topics { name }
    programme { title coreAreas { name } } session { title } media { url durationSeconds }
    poster { url alt width } materials { title url file { url } } captionTracks { label } chapters { title }
    body { ... on PictureBlock { image { alt url rendition(filter: "width-320") { url } } }
      ... on CallToActionBlock { page { title url } } ... on TextBlock { value } } } }
  materials { nodes { title url } } sessions { nodes { title url people { person { name } } } }
  programmes { nodes { title outcomes } } people { nodes { name } } topics { name }
  page(path: "/about/") { title url body { ... on TextBlock { value } } }
}"""


@pytest.fixture
def world(site):
    """A little of everything, each thing shown somewhere."""
    site.image = picture()
    site.org = factories.organisation("Cedar Trust")
    site.person = factories.person("Ada", organisation=site.org)
    site.topic, site.area = factories.topic("Flow"), factories.core_area("Area")
    site.programme = factories.programme(site, "Course", core_areas=[site.area])
    site.session = factories.session(site, "Day", people=[site.person], programme=site.programme)
    site.document = factories.document("Paper")
    site.material = factories.material(site, "Handout", document=site.document)
    site.media = factories.media("Film", poster=site.image)
    site.recording = factories.recording(
        site, "Talk", speakers=[site.person], topics=[site.topic], programme=site.programme, session=site.session,
        materials=[site.material], media=site.media, captions=factories.cues("words"), chapters=[("0:01", "Start")],
    )  # fmt: skip
    site.about = factories.standard_page(site, "About", slug="about")
    site.settings = AcademySettings.objects.get_or_create(site=Site.objects.get())[0]
    edit(site.settings, logo=site.image)
    return site


def edit(thing, **fields) -> None:
    for name, value in fields.items():
        setattr(thing, name, value)
    if hasattr(thing, "save_revision"):
        thing.save_revision().publish()
    else:
        thing.save()


def replace_picture(world) -> None:
    with open(picture().file.path, "rb") as file:
        world.image.file = ImageFile(file, name="other.png")
        world.image.save()


CHANGES = {
    "a page's words": lambda world: edit(world.recording, title="Another talk"),
    "a page unpublished": lambda world: world.recording.unpublish(),
    "a page deleted": lambda world: world.recording.delete(),
    "a page's slug": lambda world: edit(world.about, slug="about-us"),
    "a parent's slug": lambda world: edit(world.resources, slug="resources"),
    "a page moved": lambda world: world.about.move(world.resources, "last-child"),
    "an audience narrowed": lambda world: edit(world.recording, audience="members"),
    "an audience narrowed to some": lambda world: edit(world.recording, audience="chosen", audience_organisations=[world.org]),
    "a related page unpublished": lambda world: world.session.unpublish(),
    "a chapter": lambda world: edit(world.recording, chapters=[]),
    "captions": lambda world: edit(world.recording, caption_tracks=[]),
    "an outcome": lambda world: edit(world.programme, outcomes=[world.programme.outcomes.model(text="Outcome")]),
    "a person's name": lambda world: edit(world.person, name="Ada B"),
    "a person withdrawn": lambda world: world.person.unpublish(),
    "a person deleted": lambda world: world.person.delete(),
    "a topic's name": lambda world: edit(world.topic, name="Stream"),
    "a topic deleted": lambda world: world.topic.delete(),
    "a core area": lambda world: edit(world.area, name="Other area"),
    "a priority group": lambda world: factories.priority_group("Group"),
    "an organisation's name": lambda world: edit(world.org, name="Cedar and Oak Trust"),
    "an organisation deleted": lambda world: world.org.delete(),
    "a picture's description": lambda world: edit(world.image, description="Another room"),
    "a picture replaced": replace_picture,
    "a picture deleted": lambda world: get_image_model().objects.get(pk=world.image.pk).delete(),
    "a film's length": lambda world: edit(world.media, duration=42.0),
    "a film's poster": lambda world: edit(world.media, poster=None),
    "the academy's name": lambda world: edit(world.settings, long_name="The Academy of Change"),
    "a former name": lambda world: FormerName.objects.create(academy=world.settings, name="Old name"),
    "a social link": lambda world: SocialLink.objects.create(academy=world.settings, label="X", url="https://x.example/"),
    "the academy's logo": lambda world: edit(world.settings, logo=None),
    "a site added": lambda world: Site.objects.create(hostname="other.example", root_page=world.resources),
    "a new page": lambda world: factories.material(world, "New paper"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_answer_outlives_a_change(world, keeping, change):
    before = post_json({"query": EVERYTHING})
    assert before.json.get("errors") is None
    change(world)
    after = post_json({"query": EVERYTHING}).json
    keeping.forget()
    assert after == post_json({"query": EVERYTHING}).json
    assert after != before.json


def test_a_change_that_shows_nowhere_leaves_the_etag_as_it_was(site, keeping, carried_out):
    factories.recording(site, "Seen")
    TrustedDocument.objects.register(TITLES, name="Titles")
    etag = get(trusted(TITLES)).header("ETag")
    factories.recording(site, "Hidden", audience="members")
    assert get(trusted(TITLES), If_None_Match=etag).status == 304
    assert len(carried_out) == 2
    factories.recording(site, "Seen too")
    assert get(trusted(TITLES), If_None_Match=etag).status == 200


# --- time


def test_an_expiry_ends_answers_to_the_second(site, keeping, carried_out, clock):
    TrustedDocument.objects.register(TITLES, name="Titles")
    factories.recording(site, "Stays")
    page = factories.recording(site, "Goes")
    edit(page, expire_at=timezone.now() + dt.timedelta(seconds=100))
    assert sorted(titles()) == ["Goes", "Stays"]
    clock.forward(80)
    got = get(trusted(TITLES))
    assert len(carried_out) == 1
    seconds = int(got.header("Cache-Control").removeprefix("public, max-age="))
    assert 15 <= seconds <= 20
    clock.forward(21)
    assert titles() == ["Stays"]
    assert get(trusted(TITLES), If_None_Match=got.header("ETag")).status == 200
    assert len(carried_out) == 2


def test_a_person_who_expires_ends_answers_too(site, keeping, clock):
    person = factories.person("Ada")
    edit(person, expire_at=timezone.now() + dt.timedelta(seconds=100))
    query = {"query": "{ people { nodes { name } } }"}
    assert post_json(query).json["data"]["people"]["nodes"] == [{"name": "Ada"}]
    clock.forward(101)
    assert post_json(query).json["data"]["people"]["nodes"] == []


def test_expiries_are_read_once_a_content_version(site, keeping, django_assert_num_queries):
    page = factories.recording(site, "Goes")
    edit(page, expire_at=timezone.now() + dt.timedelta(seconds=100))
    now = timezone.now().timestamp()
    models = len(freshness._models())
    with django_assert_num_queries(models):
        first = keeping.spans.at(1, now)
        assert keeping.spans.at(1, now + 50) == first
    assert first.began_at < now < first.ends_at
    with django_assert_num_queries(2 * models):
        assert keeping.spans.at(1, now + 200).began_at == first.ends_at
        keeping.spans.at(2, now)


def test_an_answer_with_signed_addresses_is_kept_no_longer_than_they_hold(site, keeping, carried_out, clock, key):
    factories.recording(site, "Private", audience="members")
    query = {"query": "{ recordings { nodes { media { url } } } }"}
    first = post_json(query, key=key).content
    assert post_json(query, key=key).content == first
    clock.forward(601)
    assert post_json(query, key=key).content != first
    assert len(carried_out) == 2


# --- transactions and threads


def test_nothing_that_a_transaction_sees_is_kept_or_found(site, endpoint, carried_out):
    for _ in range(2):
        assert titles() == []
    assert (len(carried_out), len(endpoint.cache.local)) == (2, 0)


def in_thread(act) -> threading.Thread:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_read_first", [True, False], ids=["read before the change", "read after the change"])
def test_an_answer_made_while_a_change_is_committed_is_never_given_to_later_callers(
    site, endpoint, monkeypatch, is_read_first
):
    page = factories.recording(site, "Soon gone")
    real, reading, changed = endpoint_module.answer, threading.Event(), threading.Event()

    def slow(*arguments):
        made = real(*arguments) if is_read_first else None
        reading.set()
        assert changed.wait(30)
        return made or real(*arguments)

    monkeypatch.setattr(endpoint_module, "answer", slow)
    answers = []
    reader = in_thread(lambda: answers.append(titles()))
    assert reading.wait(30)
    page.unpublish()
    changed.set()
    reader.join(30)
    # Who asked before the change may get either; who asks after it gets what is.
    assert answers == [["Soon gone"] if is_read_first else []]
    assert len(endpoint.cache.local) == 1
    assert titles() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_seen(site, endpoint):
    page = factories.recording(site, "Stays")
    with pytest.raises(RuntimeError), transaction.atomic():
        page.unpublish()
        assert titles() == []
        raise RuntimeError
    factories.topic("Another change, which bears the number of the one that was rolled back")
    assert titles() == ["Stays"]


@pytest.mark.django_db(transaction=True)
def test_readers_beside_writers_never_see_what_is_gone(site, endpoint):
    """Readers ask all the while; what was committed before a reader asked is in its answer."""
    page = factories.recording(site, "Number 0")
    committed, is_over, wrong = [0], threading.Event(), []

    def read() -> None:
        while not is_over.is_set():
            least = committed[0]
            (title,) = titles()
            if int(title.split()[1]) < least:
                wrong.append((title, least))

    readers = [in_thread(read) for _ in range(2)]
    for number in range(1, 6):
        edit(page, title=f"Number {number}")
        committed[0] = number
    is_over.set()
    for reader in readers:
        reader.join(60)
    assert wrong == []
    assert titles() == ["Number 5"]


class CountedEvent(threading.Event):
    """An event that tells how many came to wait for it."""

    came = threading.Semaphore(0)

    def wait(self, timeout=None):
        self.came.release()
        return super().wait(timeout)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("query", "times"), [(TITLES, 1), ("{ recordings(first: -1) { totalCount } }", 4)])
def test_who_asks_the_same_at_the_same_time_waits_for_one_answer_unless_it_is_no_good(
    site, endpoint, monkeypatch, query, times
):
    monkeypatch.setattr(caching, "Event", CountedEvent)
    real, seen = endpoint_module.answer, []

    def slow(*arguments):
        seen.append(1)
        if len(seen) == 1:
            for _ in range(3):
                assert CountedEvent.came.acquire(timeout=30)
        return real(*arguments)

    monkeypatch.setattr(endpoint_module, "answer", slow)
    answers = []
    threads = [in_thread(lambda: answers.append(post_json({"query": query}).content)) for _ in range(4)]
    for thread in threads:
        thread.join(60)
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert len(seen) == times


# --- memory


def test_kept_answers_take_bounded_memory():
    memory, dice = LocalMemory(200_000), random.Random(3)
    for _ in range(2_000):
        number = dice.randrange(100)
        if dice.random() < 0.3:
            memory.drop(b"%d" % number)
        memory.put(b"%d" % number, CachedResponse(bytes(dice.randrange(40_000)), 1, "tag"))
        assert memory.bytes <= 200_000
        assert memory.bytes == sum(size for _, size in memory._entries.values())
    assert len(memory) > 3
    memory.put(b"huge", CachedResponse(bytes(100_000), 1, "tag"))
    assert memory.get(b"huge") is None
    memory.clear()
    for number in range(3):
        memory.put(b"%d" % number, CachedResponse(bytes(30_000), 1, "tag"))
    memory.get(b"0")
    while memory.bytes + ENTRY_BYTES + 45_000 <= 200_000:
        memory.put(b"more %d" % memory.bytes, CachedResponse(bytes(30_000), 1, "tag"))
    memory.put(b"last", CachedResponse(bytes(30_000), 1, "tag"))
    assert (memory.get(b"0") is not None, memory.get(b"1") is not None) == (True, False)


def test_without_memory_for_it_nothing_is_kept(site, keeping, carried_out, settings):
    settings.API_CACHE_BYTES = 0
    assert len([titles() for _ in range(2)]) == len(carried_out) == 2
