"""Makes content for tests through the same models and publishing paths as editors use; every argument has a sensible default.

Under pytest-django's `db` nothing is committed, so what follows a change (the search index!) waits: call `settle()`.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Collection, Locale, Page, Site

from cms.access.models import ApiClient, MemberOrganisation
from cms.publishing.models import ContentChange, Reaction
from home.fixed_pages import ensure_pages
from home.models import HomePage, StandardPage
from library.captions import Cue, write_webvtt
from library.models import (
    CaptionTrack,
    Chapter,
    LibraryIndexPage,
    MaterialDocument,
    MaterialPage,
    RecordingMaterial,
    RecordingMedia,
    RecordingPage,
)
from programmes.models import (
    CoreArea,
    Person,
    PriorityGroup,
    ProgrammePage,
    ProgrammesIndexPage,
    SessionPage,
    SessionPerson,
    Topic,
)

_numbers = itertools.count(1)
STATES = ("live", "draft", "unpublished", "expired", "scheduled")


@dataclass
class TestSite:
    __test__ = False
    home: HomePage
    programmes: ProgrammesIndexPage
    resources: LibraryIndexPage


def make_site() -> TestSite:
    """Return the site's fixed pages, made if they are not there."""
    restore_fixed_rows()
    return TestSite(*ensure_pages())


def restore_fixed_rows() -> None:
    """Make the rows that migrations make (locale, root page and collection, fixed pages) if a test swept them away."""
    if Page.objects.filter(depth=1).exists():
        return
    Locale.objects.get_or_create(language_code="en-gb")
    Site.clear_site_root_paths_cache()
    ContentType.objects.clear_cache()
    Page.add_root(instance=Page(title="Root", slug="root", content_type=ContentType.objects.get_for_model(Page)))
    Collection.add_root(instance=Collection(name="Root"))
    ensure_pages()


def commit_fixed_rows() -> None:
    """Make the fixed rows outside any test, as migrations leave them: with nothing recorded that would still have to follow."""
    if Page.objects.filter(depth=1).exists():
        return
    with transaction.atomic():
        restore_fixed_rows()
        Reaction.objects.all().delete()
        ContentChange.objects.all().delete()
        # Nor does the search index hear of them: tests begin with an empty one.
        connection.run_on_commit.clear()


def add_page(parent: Page, page: Any, state: str = "live", organisations: Any = (), **relations: Any) -> Any:
    """Add `page` under `parent` and bring it into `state` as the admin does; `relations` are many-to-many fields."""
    page.live = False
    page = parent.add_child(instance=page)
    page.audience_organisations = list(organisations)
    for name, values in relations.items():
        setattr(page, name, list(values))
    page.save()
    bring_into_state(page, state)
    return type(page).objects.get(pk=page.pk)


def bring_into_state(page: Any, state: str) -> None:
    """Make a page (or person) live, draft, unpublished, expired (past its date, job not yet run) or scheduled."""
    if state == "draft":
        page.save_revision()
        return
    if state == "scheduled":
        page.go_live_at = timezone.now() + dt.timedelta(days=7)
        page.save_revision().publish()
        return
    page.save_revision().publish()
    page.refresh_from_db()
    if state == "unpublished":
        page.unpublish()
    elif state == "expired":
        type(page)._default_manager.filter(pk=page.pk).update(expire_at=timezone.now() - dt.timedelta(seconds=5))
        page.refresh_from_db()
        reindex(page)
    elif state != "live":
        raise ValueError(f"{state!r} is no state; use one of {STATES}")


def reindex(page: Any) -> None:
    """Bring the index up for a page that the test changed behind the models' back."""
    from search.indexing.index import bring_up_to_date
    from search.indexing.resources import key_of
    from search.kinds import KINDS

    if type(page) in KINDS:
        bring_up_to_date([key_of(page)])


def organisation(name: str = "") -> MemberOrganisation:
    name = name or f"Organisation {next(_numbers)}"
    return MemberOrganisation.objects.get_or_create(name=name, defaults={"slug": slugify(name)})[0]


def api_key(org: MemberOrganisation, **kwargs: Any) -> str:
    """Return the text of a new key of a client of `org`."""
    client, _ = ApiClient.objects.get_or_create(organisation=org, name="Intranet")
    return client.issue_key(**kwargs)[1]


def topic(name: str = "") -> Topic:
    name = name or f"Topic {next(_numbers)}"
    return Topic.objects.get_or_create(name=name, defaults={"slug": slugify(name)})[0]


def core_area(name: str = "") -> CoreArea:
    name = name or f"Core area {next(_numbers)}"
    return CoreArea.objects.get_or_create(name=name, defaults={"slug": slugify(name)})[0]


def priority_group(name: str = "") -> PriorityGroup:
    name = name or f"Priority group {next(_numbers)}"
    return PriorityGroup.objects.get_or_create(name=name, defaults={"slug": slugify(name)})[0]


def person(name: str = "", *, state: str = "live", organisations: Any = (), **fields: Any) -> Person:
    name = name or f"Person {next(_numbers)}"
    fields.setdefault("slug", slugify(name))
    one = Person(name=name, live=False, **fields)
    one.audience_organisations = list(organisations)
    one.save()
    bring_into_state(one, state)
    one.refresh_from_db()
    return one


def media(title: str = "", *, content: bytes = b"not really a video", **fields: Any) -> RecordingMedia:
    """A media row with given facts. For a playable file use the demo media or the sample input."""
    title = title or f"Recording file {next(_numbers)}"
    defaults: dict[str, Any] = {
        "type": "video",
        "duration": 600.0,
        "mime_type": "video/mp4",
        "size_bytes": len(content),
        "width": 640,
        "height": 360,
    }
    one = RecordingMedia(title=title, **{**defaults, **fields})
    one.file.save(f"{slugify(title)}.mp4", ContentFile(content), save=False)
    one.save()
    return one


def document(
    title: str = "", *, content: bytes = b"%PDF-1.4 words", pages: Any = (), **fields: Any
) -> MaterialDocument:
    """A document row; `pages` are texts, page by page."""
    title = title or f"Document {next(_numbers)}"
    one = MaterialDocument(
        title=title,
        mime_type="application/pdf",
        file_size=len(content),
        page_count=len(pages) or None,
        text_status="extracted" if pages else "no_text",
        text_pages=[{"number": n, "heading": "", "text": text} for n, text in enumerate(pages, 1)],
        **fields,
    )
    one.file.save(f"{slugify(title)}.pdf", ContentFile(content), save=False)
    one.save()
    return one


def programme(
    site: TestSite, title: str = "", *, state: str = "live", organisations: Any = (), **fields: Any
) -> ProgrammePage:
    title = title or f"Programme {next(_numbers)}"
    many = {name: fields.pop(name) for name in ("topics", "core_areas", "priority_groups") if name in fields}
    fields.setdefault("summary", f"About {title}.")
    page = ProgrammePage(title=title, slug=fields.pop("slug", slugify(title)), **fields)
    return add_page(site.programmes, page, state, organisations, **many)


def session(
    site: TestSite, title: str = "", *, state: str = "live", organisations: Any = (), people: Any = (), **fields: Any
) -> SessionPage:
    """A session; `people` are persons or (person, role) pairs."""
    title = title or f"Session {next(_numbers)}"
    many = {name: fields.pop(name) for name in ("topics",) if name in fields}
    fields.setdefault("summary", f"About {title}.")
    fields.setdefault("starts_at", dt.datetime(2021, 10, 21, 7, 0, tzinfo=dt.UTC))
    fields.setdefault("ends_at", fields["starts_at"] + dt.timedelta(hours=2) if fields["starts_at"] else None)
    page = SessionPage(title=title, slug=fields.pop("slug", slugify(title)), **fields)
    page.people = [
        SessionPerson(person=one[0], role=one[1]) if isinstance(one, tuple) else SessionPerson(person=one)
        for one in people
    ]
    return add_page(site.programmes, page, state, organisations, **many)


def cues(*texts: str, start: float = 0.0, seconds: float = 4.0, speaker: str = "") -> list[Cue]:
    """Cues of equal length, one after the other."""
    return [Cue(start + n * seconds, start + (n + 1) * seconds, text, speaker) for n, text in enumerate(texts)]


def recording(
    site: TestSite,
    title: str = "",
    *,
    state: str = "live",
    organisations: Any = (),
    captions: Any = (),
    language: str = "en",
    origin: str = "human",
    chapters: Any = (),
    materials: Any = (),
    **fields: Any,
) -> RecordingPage:
    """A recording; `captions` are Cues, `chapters` are (starts, title) pairs, `materials` are MaterialPages."""
    title = title or f"Recording {next(_numbers)}"
    many = {name: fields.pop(name) for name in ("topics", "speakers") if name in fields}
    if "media" not in fields:
        fields["media"] = media(title)
    fields.setdefault("summary", f"About {title}.")
    page = RecordingPage(title=title, slug=fields.pop("slug", slugify(title)), **fields)
    if captions:
        page.caption_tracks = [CaptionTrack(language=language, origin=origin, webvtt=write_webvtt(captions))]
    page.chapters = [Chapter(starts=starts, title=name) for starts, name in chapters]
    page.recording_materials = [RecordingMaterial(material=one) for one in materials]
    return add_page(site.resources, page, state, organisations, **many)


def material(
    site: TestSite, title: str = "", *, state: str = "live", organisations: Any = (), **fields: Any
) -> MaterialPage:
    """A material; a document with no pages unless `document` or `link` is given."""
    title = title or f"Material {next(_numbers)}"
    many = {name: fields.pop(name) for name in ("topics",) if name in fields}
    if "document" not in fields and "link" not in fields:
        fields["document"] = document(title)
    fields.setdefault("summary", f"About {title}.")
    page = MaterialPage(title=title, slug=fields.pop("slug", slugify(title)), **fields)
    return add_page(site.resources, page, state, organisations, **many)


def standard_page(
    site: TestSite, title: str = "", *, state: str = "live", organisations: Any = (), **fields: Any
) -> StandardPage:
    title = title or f"Page {next(_numbers)}"
    page = StandardPage(title=title, slug=fields.pop("slug", slugify(title)), **fields)
    return add_page(site.home, page, state, organisations)


def settle() -> int:
    """Run the reactions that wait, as the commit would: inside a test's transaction nothing is ever committed."""
    from cms.publishing.tasks import run_waiting_reactions

    return run_waiting_reactions.call()
