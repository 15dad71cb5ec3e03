"""Puts the demo content into the database as an editor would, page by page; running it twice changes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page, Site

from cms.access.models import AudiencePage, MemberOrganisation
from home.fixed_pages import ensure_pages
from home.models import AcademySettings, FormerName, HomePage, StandardPage
from library.captions import parse_captions, write_webvtt
from library.ingest.file_facts import fill_media, read_document
from library.media.probing import probe_media
from library.models import (
    CaptionTrack,
    Chapter,
    MaterialDocument,
    MaterialPage,
    RecordingMaterial,
    RecordingMedia,
    RecordingPage,
)
from library.timecodes import format_timecode
from programmes.models import (
    CoreArea,
    Person,
    PriorityGroup,
    ProgrammeOutcome,
    ProgrammePage,
    SessionPage,
    SessionPerson,
    Topic,
)
from search.models import GlossaryTerm, GlossaryUse

from . import content

DEMO_DIR = Path(__file__).resolve().parent
LONDON = ZoneInfo("Europe/London")
P = TypeVar("P", bound=AudiencePage)


def seed() -> dict[str, int]:
    """Make what is missing of the demo content; returns how many things of each kind are new."""
    before = _counts()
    home, programmes, library = ensure_pages()
    _introduce(home)
    _academy()
    _organisations_and_terms()
    _glossary()
    for page in content.STANDARD_PAGES:
        _add(home, StandardPage(**page), show_in_menus=page["slug"] in {"about", "get-involved"})
    for programme in content.PROGRAMMES:
        _programme(programmes, programme)
    for session in [*content.SESSIONS, _upcoming()]:
        _session(session)
    for facts in json.loads((DEMO_DIR / "recordings.json").read_text())["recordings"]:
        _recording(library, facts)
    return {name: count - before[name] for name, count in _counts().items()}


def _counts() -> dict[str, int]:
    models = (
        StandardPage,
        ProgrammePage,
        SessionPage,
        RecordingPage,
        MaterialPage,
        Person,
        MemberOrganisation,
        GlossaryTerm,
    )
    return {str(model._meta.verbose_name_plural): model._default_manager.count() for model in models}


def _add(parent: Page, page: P, *, show_in_menus: bool = False, **relations: Any) -> P:
    """Add and publish `page` under `parent` unless its type already has one with that slug."""
    there = type(page)._default_manager.filter(slug=page.slug).first()
    if there is not None:
        return there
    page.show_in_menus = show_in_menus
    page.live = False
    parent.refresh_from_db()
    parent.add_child(instance=page)
    for name, values in relations.items():
        setattr(page, name, values)
    page.save_revision().publish()
    return type(page)._default_manager.get(pk=page.pk)


def _introduce(home: HomePage) -> None:
    if not home.introduction:
        home.introduction = content.ACADEMY["strapline"]
        home.save_revision().publish()
        home.refresh_from_db()


def _academy() -> None:
    settings = AcademySettings.for_site(Site.objects.get(is_default_site=True))
    if settings.strapline:
        return
    for name, value in content.ACADEMY.items():
        setattr(settings, name, value)
    settings.former_names = [FormerName(name=name) for name in content.FORMER_NAMES]
    settings.save()


def _organisations_and_terms() -> None:
    for name, slug, sector, place in content.ORGANISATIONS:
        MemberOrganisation.objects.get_or_create(slug=slug, defaults={"name": name, "sector": sector, "place": place})
    for model, rows in (
        (CoreArea, content.CORE_AREAS),
        (Topic, content.TOPICS),
        (PriorityGroup, content.PRIORITY_GROUPS),
    ):
        for position, (name, description) in enumerate(rows):
            extra = {"position": position} if model is CoreArea else {}
            model._default_manager.get_or_create(
                slug=slugify(name), defaults={"name": name, "description": description, **extra}
            )
    for name in content.PEOPLE:
        person, is_new = Person.objects.get_or_create(slug=slugify(name), defaults={"name": name, "live": False})
        if is_new:
            person.save_revision().publish()


def _terms(model: type, slugs: list[str]) -> list[Any]:
    return list(model._default_manager.filter(slug__in=slugs))  # type: ignore[attr-defined]


def _programme(parent: Page, facts: dict[str, Any]) -> None:
    page = ProgrammePage(**{name: facts[name] for name in (
        "title", "slug", "summary", "format", "status", "duration", "who_it_is_for", "body",
    )})  # fmt: skip
    page.outcomes = [ProgrammeOutcome(text=text) for text in facts["outcomes"]]
    _add(
        parent,
        page,
        core_areas=_terms(CoreArea, facts["core_areas"]),
        topics=_terms(Topic, facts["topics"]),
        priority_groups=_terms(PriorityGroup, facts["priority_groups"]),
    )


def _upcoming() -> dict[str, Any]:
    """The one session that lies ahead: on a Thursday about three weeks after it is first made."""
    day = timezone.localdate() + dt.timedelta(days=21)
    day += dt.timedelta(days=(3 - day.weekday()) % 7)
    return {**content.UPCOMING_SESSION, "starts_at": f"{day}T12:30", "ends_at": f"{day}T13:00"}


def _session(facts: dict[str, Any]) -> None:
    parent = ProgrammePage.objects.get(slug=facts["programme"])
    page = SessionPage(
        programme=parent,
        starts_at=_local(facts.get("starts_at")),
        ends_at=_local(facts.get("ends_at")),
        **{name: facts[name] for name in ("title", "slug", "summary", "format", "joining_note") if name in facts},
    )
    page.people = [SessionPerson(person=Person.objects.get(name=name), role=role) for name, role in facts["people"]]
    _add(parent, page, topics=_terms(Topic, facts["topics"]))


def _local(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON) if text else None


def _recording(library: Page, facts: dict[str, Any]) -> None:
    if RecordingPage.objects.filter(slug=facts["slug"]).exists():
        return
    sorted_as = content.RECORDINGS[facts["slug"]]
    captions = (DEMO_DIR / facts["captions"]).read_bytes()
    programme = ProgrammePage.objects.get(slug=sorted_as["programme"])
    page = RecordingPage(
        title=facts["title"],
        slug=facts["slug"],
        summary=sorted_as["summary"],
        media=_media(DEMO_DIR / facts["media"], facts["title"]),
        recorded_on=dt.date(2026, 9, 1),
        programme=programme,
        audience=sorted_as["audience"],
    )
    page.caption_tracks = [
        CaptionTrack(
            language="en",
            origin=sorted_as["origin"],
            webvtt=write_webvtt(parse_captions(captions).cues),
            source_name=Path(facts["captions"]).name,
            source_sha256=hashlib.sha256(captions).hexdigest(),
        )
    ]
    page.chapters = [
        Chapter(starts=format_timecode(fact["start_seconds"]), title=fact["title"])
        for fact in facts.get("chapters", [])
    ]
    materials = [_material(library, name, programme) for name in sorted_as["materials"]]
    page.recording_materials = [RecordingMaterial(material=material) for material in materials]
    _add(library, page, topics=_terms(Topic, sorted_as["topics"]))


def _media(path: Path, title: str) -> RecordingMedia:
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    media = RecordingMedia.objects.filter(sha256=digest).first()
    if media is None:
        media = RecordingMedia(title=title)
        fill_media(media, probe_media(path), digest)
        media.file.save(path.name, ContentFile(data), save=False)
        media.save()
    return media


def _material(library: Page, name: str, programme: ProgrammePage) -> MaterialPage:
    facts = content.MATERIALS[name]
    path = DEMO_DIR / "documents" / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    document = MaterialDocument.objects.filter(sha256=digest).first()
    if document is None:
        document = MaterialDocument(title=facts["title"])
        document.file.save(name, ContentFile(path.read_bytes()), save=False)
        document._set_document_file_metadata()
        read_document(document)
        document.save()
    page = MaterialPage(document=document, programme=programme, slug=slugify(facts["title"]), **facts)
    return _add(library, page, topics=_terms(Topic, ["systems-thinking"]))


def _glossary() -> None:
    for term, expansion, other_names, definition, is_expanded in content.GLOSSARY:
        facts = {
            "other_names": "\n".join(other_names),
            "definition": definition,
            "use": GlossaryUse.ALWAYS if is_expanded else GlossaryUse.SUGGEST,
        }
        GlossaryTerm.objects.get_or_create(term=term, expansion=expansion, defaults=facts)
