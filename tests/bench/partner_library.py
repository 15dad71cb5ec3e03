"""The content that the partner API's figures are taken on: 2,000 recordings with all that belongs to them, made in bulk.

Each recording has 1 to 3 of 100 people, 1 to 4 of 30 topics, one of 20 programmes and 0 to 3 of 3,000 materials, four minutes of
captions, chapters and a body of ten blocks. One in twenty is for member organisations only, one in fifty for one of them.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import orjson
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Locale, Page

from cms.access.models import MemberOrganisation
from library.captions import Cue, write_webvtt
from library.models import (
    CaptionTrack,
    Chapter,
    MaterialDocument,
    MaterialKind,
    MaterialPage,
    RecordingMaterial,
    RecordingMedia,
    RecordingPage,
)
from programmes.models import Person, ProgrammePage, SessionPage, SessionPerson, Topic
from search.indexing.index import rebuild
from tests import factories
from tests.api.many import picture

RECORDINGS, PEOPLE, TOPICS, PROGRAMMES, SESSIONS, MATERIALS = 2_000, 100, 30, 20, 200, 3_000
CUES = 60
WORDS = [
    "care",
    "team",
    "ward",
    "leader",
    "change",
    "system",
    "patient",
    "community",
    "practice",
    "learning",
    "session",
    "difficult",
    "conversation",
    "listening",
    "trust",
    "board",
    "quality",
    "improvement",
    "safety",
    "together",
    "question",
    "staff",
    "morning",
    "people",
    "time",
    "place",
    "better",
    "small",
    "test",
    "measure",
]


class Maker:
    """Makes one library; the same each time, since its dice are."""

    def __init__(self, recordings: int = RECORDINGS) -> None:
        self.recordings = recordings
        self.dice = random.Random(7)
        self.site = factories.make_site()
        self.image = picture()
        self.locale = Locale.objects.get()
        self.now = timezone.now()

    def words(self, count: int) -> str:
        return " ".join(self.dice.choices(WORDS, k=count))

    def add_pages(self, parent: Page, pages: list[Any]) -> list[Any]:
        """Put pages below `parent` in two statements; Django makes no rows of inherited models in bulk."""
        parent = Page.objects.get(pk=parent.pk)
        model = type(pages[0])
        content_type = ContentType.objects.get_for_model(model)
        bases = []
        for place, page in enumerate(pages, start=parent.numchild + 1):
            page.path = Page._get_path(parent.path, parent.depth + 1, place)
            page.depth, page.url_path = parent.depth + 1, f"{parent.url_path}{page.slug}/"
            page.content_type, page.locale, page.draft_title = content_type, self.locale, page.title
            page.live, page.first_published_at, page.last_published_at = True, self.now, self.now
            bases.append(Page(**{field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields}))
        for page, base in zip(pages, Page.objects.bulk_create(bases, batch_size=500), strict=True):
            page.page_ptr_id = page.id = base.pk
        for start in range(0, len(pages), 300):
            model._base_manager.all()._insert(
                pages[start : start + 300], fields=model._meta.local_concrete_fields, using="default"
            )
        Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + len(pages))
        return pages

    def make(self) -> None:
        """Make everything, and the search index."""
        organisations = [factories.organisation(f"Organisation {n}") for n in range(40)]
        topics = Topic.objects.bulk_create(
            Topic(name=f"Topic {n:02}", slug=f"topic-{n}", description=self.words(8)) for n in range(TOPICS)
        )
        people = Person.objects.bulk_create(self.person(n, organisations) for n in range(PEOPLE))
        programmes = self.add_pages(
            self.site.programmes,
            [
                ProgrammePage(title=f"Programme {n}", slug=f"programme-{n}", summary=self.words(20))
                for n in range(PROGRAMMES)
            ],
        )
        sessions = self.add_pages(self.site.programmes, [self.session(n, programmes) for n in range(SESSIONS)])
        SessionPerson.objects.bulk_create(
            SessionPerson(session=session, person=person)
            for session in sessions
            for person in self.dice.sample(people, 2)
        )
        documents = MaterialDocument.objects.bulk_create((self.document(n) for n in range(MATERIALS)), batch_size=500)
        materials = self.add_pages(
            self.site.resources, [self.material(n, sessions, documents[n]) for n in range(MATERIALS)]
        )
        media = RecordingMedia.objects.bulk_create((self.media(n) for n in range(self.recordings)), batch_size=500)
        recordings = self.add_pages(
            self.site.resources,
            [self.recording(n, media[n], sessions, programmes, materials) for n in range(self.recordings)],
        )
        self.link(recordings, people, topics, materials, organisations)
        rebuild()

    def person(self, n: int, organisations: list[MemberOrganisation]) -> Person:
        return Person(
            name=f"Person {n:03}", slug=f"person-{n}", job_title=self.words(3), biography=self.words(40),
            organisation=self.dice.choice(organisations), portrait=self.image,
        )  # fmt: skip

    def session(self, n: int, programmes: list[Any]) -> SessionPage:
        starts_at = dt.datetime(2020, 1, 1, 9, tzinfo=dt.UTC) + dt.timedelta(days=n * 7)
        return SessionPage(
            title=f"Session {n}", slug=f"session-{n}", summary=self.words(20), programme=self.dice.choice(programmes),
            starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2),
        )  # fmt: skip

    def document(self, n: int) -> MaterialDocument:
        pages = [{"number": page, "heading": "", "text": self.words(60)} for page in (1, 2)]
        return MaterialDocument(
            title=f"Document {n}", file=f"documents/{n:032x}/slides-{n}.pdf", mime_type="application/pdf",
            file_size=40_000 + n, page_count=2, text_status="extracted", text_pages=pages,
        )  # fmt: skip

    def material(self, n: int, sessions: list[Any], document: MaterialDocument) -> MaterialPage:
        session = self.dice.choice(sessions)
        return MaterialPage(
            title=f"Material {n}", slug=f"material-{n}", summary=self.words(15), kind=MaterialKind.values[n % 5],
            document=document, session=session, programme_id=session.programme_id,
        )  # fmt: skip

    def media(self, n: int) -> RecordingMedia:
        return RecordingMedia(
            title=f"Recording file {n}", file=f"recordings/{n:032x}/talk-{n}.mp4", type="video", duration=600.0 + n,
            mime_type="video/mp4", size_bytes=50_000_000 + n, width=1280, height=720, poster=self.image,
        )  # fmt: skip

    def recording(self, n: int, media: Any, sessions: Any, programmes: Any, materials: Any) -> RecordingPage:
        audience = "chosen" if n % 50 == 49 else "members" if n % 20 == 19 else "public"
        return RecordingPage(
            title=f"Recording {n}: {self.words(4)}", slug=f"recording-{n}", summary=self.words(25), media=media,
            recorded_on=dt.date(2018, 1, 1) + dt.timedelta(days=n), session=self.dice.choice(sessions),
            programme=self.dice.choice(programmes), audience=audience, body=self.body(sessions, materials),
        )  # fmt: skip

    def body(self, sessions: list[Any], materials: list[Any]) -> str:
        """A body as editors write them: text with links, a picture, a quote, questions, and where to go from here."""

        def text() -> str:
            linked = self.dice.choice(sessions)
            link = f'<a linktype="page" id="{linked.pk}">{self.words(3)}</a>'
            return f"<p>{self.words(60)}</p><p>{self.words(20)} {link} {self.words(15)}.</p>"

        blocks: list[tuple[str, Any]] = [
            ("heading", self.words(4)), ("text", text()), ("text", text()),
            ("picture", {"image": self.image.pk, "alt_text": "A room", "caption": self.words(5)}),
            ("heading", self.words(4)), ("text", text()), ("quote", {"text": self.words(15), "source": self.words(2)}),
            ("accordion", {"items": [{"heading": self.words(5), "text": text()} for _ in range(3)]}),
            ("call_to_action", {"button_text": self.words(2), "url": "", "page": self.dice.choice(sessions).pk}),
            ("resource_link", {"page": self.dice.choice(materials).pk, "note": self.words(4)}),
        ]  # fmt: skip
        return orjson.dumps(
            [{"type": kind, "value": value, "id": str(n)} for n, (kind, value) in enumerate(blocks)]
        ).decode()

    def link(self, recordings: Any, people: Any, topics: Any, materials: Any, organisations: Any) -> None:
        """Fill the tables between things, and the parts of recordings."""
        speakers, about, used, chosen = [], [], [], []
        page = RecordingPage
        for one in recordings:
            for person in self.dice.sample(people, self.dice.randint(1, 3)):
                speakers.append(page.speakers.through(recordingpage_id=one.pk, person=person))
            for topic in self.dice.sample(topics, self.dice.randint(1, 4)):
                about.append(page.topics.through(recordingpage_id=one.pk, topic=topic))
            for place, material in enumerate(self.dice.sample(materials, self.dice.randint(0, 3))):
                used.append(RecordingMaterial(recording=one, material=material, sort_order=place))
            if one.audience == "chosen":
                chosen.append(
                    page.audience_organisations.through(recordingpage_id=one.pk, memberorganisation=organisations[0])
                )
        for rows in (speakers, about, used, chosen):
            type(rows[0])._default_manager.bulk_create(rows, batch_size=1_000)
        Chapter.objects.bulk_create(
            (
                Chapter(recording=recording, title=self.words(3), starts=f"{n * 2}:00", sort_order=n)
                for recording in recordings
                for n in range(4)
            ),
            batch_size=1_000,
        )
        CaptionTrack.objects.bulk_create(
            (CaptionTrack(recording=one, origin="human", webvtt=self.captions()) for one in recordings), batch_size=500
        )

    def captions(self) -> str:
        return write_webvtt([Cue(n * 4.0, n * 4.0 + 4.0, self.words(12), "") for n in range(CUES)])
