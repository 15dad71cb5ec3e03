"""Turns pages into what the engine takes: their words, passages and facets, and the audience that may find them.

A page's entry holds nothing that part of its audience may not see. The name of a hidden person or programme in a public
recording's entry would be confirmed by searching for it; so related things are taken in only when they are shared at least
as widely as the page itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from wagtail.fields import StreamField

from cms.access.models import AudienceMixin, AudiencePage
from cms.access.visibility import Audience
from library.cards import material_cards, recording_cards
from library.files.documents import DocumentPage
from library.models import MaterialPage, RecordingPage
from library.models.captions import best_of_each_language
from programmes.cards import programme_cards, session_cards
from programmes.models import ProgrammePage, SessionPage

from ..engine import ResourceDocument
from ..kinds import KINDS, Kind, register_kind
from ..language.passages import Passage, SpokenCue, passages_of_cues, passages_of_pages

# How long the moment of a chapter's title is taken to last.
CHAPTER_TITLE_SECONDS = 5.0


def resources_of(model: type[AudiencePage], uuids: Sequence[UUID]) -> QuerySet:
    """Return the pages with these translation keys with all that their entry needs, in a fixed number of statements."""
    kind = KINDS[model]
    related = model._default_manager.filter(translation_key__in=uuids).order_by("pk")
    return related.select_related(*kind.select).prefetch_related("audience_organisations", *kind.prefetch)


def document_of(page: AudiencePage) -> ResourceDocument:
    """Return the engine's entry for a page; KeyError when its type is no resource."""
    kind = KINDS[type(page)]
    return replace(
        kind.build(page),
        key=key_of(page),
        kind=kind.name,
        title=page.title,
        url_path=page.get_url() or "",
        audience_tokens=page.audience_tokens(),
        visible_until=page.expire_at,
    )


def key_of(page: AudiencePage) -> str:
    """Return the stable key of a page in the index, e.g. `recording:6f0c…`."""
    return f"{KINDS[type(page)].name}:{page.translation_key}"


def is_shared_as_widely(thing: AudienceMixin, page: AudiencePage) -> bool:
    """Whether everybody who may see `page` may see `thing` as well, for as long as the page itself is seen.

    A thing that expires before the page does is left out from the start: the entry would outlive it.
    """
    if not thing.live or (thing.expire_at and not (page.expire_at and page.expire_at <= thing.expire_at)):
        return False
    if thing.audience == Audience.PUBLIC:
        return True
    if thing.audience == Audience.MEMBERS:
        return page.audience in (Audience.MEMBERS, Audience.CHOSEN)
    return page.audience == Audience.CHOSEN and set(page.audience_tokens()) <= set(thing.audience_tokens())


def body_passages(page: AudiencePage, field_name: str = "body") -> list[Passage]:
    """Return the words of a StreamField body as passages, cut at its headings; they have no page number.

    The words on a link to a page of the site are left out: they are shown only to those who may see that page.
    """
    field = page._meta.get_field(field_name)
    assert isinstance(field, StreamField)
    sections: list[tuple[str, list[str]]] = [("", [])]
    body = getattr(page, field_name)
    for block, raw in zip(body, body.raw_data, strict=True):
        if _leads_to_a_page(raw["value"]):
            continue
        words = " ".join(str(part) for part in block.block.get_searchable_content(block.value))
        if block.block_type == "heading":
            sections.append((words, [words]))
        else:
            sections[-1][1].append(words)
    pages = [DocumentPage(0, " ".join(words), heading) for heading, words in sections]
    return [replace(passage, page_number=None) for passage in passages_of_pages(pages)]


def _leads_to_a_page(raw: Any) -> bool:
    """Whether a block's stored value is a link to a chosen page; where there is a web address too, that one is used."""
    return isinstance(raw, dict) and bool(raw.get("page")) and not raw.get("url")


def plain_passages(*texts: str) -> list[Passage]:
    """Return short texts of a page (outcomes, place, whom it is for) as passages without a page number."""
    pages = [DocumentPage(0, text) for text in texts if text]
    return [replace(passage, page_number=None) for passage in passages_of_pages(pages)]


def _related(things: Iterable[Any], page: AudiencePage) -> list[Any]:
    return [thing for thing in things if thing is not None and is_shared_as_widely(thing, page)]


def _facets(page: Any, programmes: list[Any], people: list[Any]) -> dict[str, Any]:
    topics = list(page.topics.all())
    areas = {area.slug for programme in programmes for area in programme.core_areas.all()}
    return {
        "topics": tuple(topic.name for topic in topics),
        "topic_slugs": tuple(topic.slug for topic in topics),
        "programme_slugs": tuple(programme.slug for programme in programmes),
        "people": tuple(person.name for person in people),
        "people_slugs": tuple(person.slug for person in people),
        "core_areas": tuple(sorted(areas)),
        "organisation_slugs": tuple(sorted({person.organisation.slug for person in people if person.organisation})),
    }


def _recording(page: RecordingPage) -> ResourceDocument:
    # Who spoke in the session is heard in its recording.
    sessions = _related([page.session], page)
    spoke = [role.person for session in sessions for role in session.people.all()]
    people = list(dict.fromkeys(_related([*page.speakers.all(), *spoke], page)))
    programmes = _related([page.programme], page)
    chapters = [chapter.start_seconds for chapter in page.chapters.all()]
    tracks = [track for track in page.caption_tracks.all() if track.has_words]
    passages = [
        replace(passage, language=track.language)
        for track in best_of_each_language(tracks)
        for passage in passages_of_cues(track.cues, chapters)
    ]
    for chapter in page.chapters.all():
        # A hit on a chapter's title leads to where the chapter begins.
        start = chapter.start_seconds
        passages += passages_of_cues([SpokenCue(start, start + CHAPTER_TITLE_SECONDS, chapter.title)])
    passages += body_passages(page)
    return ResourceDocument(
        key="", kind="", title="", summary=page.summary,
        **_facets(page, programmes, people),
        languages=tuple(dict.fromkeys(track.language for track in tracks)),
        is_captioned=bool(tracks),
        caption_origins=tuple(sorted({track.origin for track in tracks})),
        forms=(page.media.type,) if page.media else (),
        date=page.recorded_on,
        duration_seconds=page.duration_seconds,
        passages=tuple(passages),
    )  # fmt: skip


def _material(page: MaterialPage) -> ResourceDocument:
    programmes = _related([page.programme], page)
    pages = [DocumentPage(**fields) for fields in page.document.text_pages] if page.document else []
    return ResourceDocument(
        key="", kind="", title="", summary=page.summary,
        **_facets(page, programmes, []),
        forms=(page.kind,),
        date=timezone.localdate(page.first_published_at) if page.first_published_at else None,
        passages=tuple(passages_of_pages(pages)),
    )  # fmt: skip


def _session(page: SessionPage) -> ResourceDocument:
    people = _related([person.person for person in page.people.all()], page)
    programmes = _related([page.programme], page)
    return ResourceDocument(
        key="", kind="", title="", summary=page.summary,
        **_facets(page, programmes, people),
        date=page.starts_at.astimezone(ZoneInfo(page.time_zone)).date() if page.starts_at else None,
        passages=tuple(plain_passages(page.place, page.joining_note) + body_passages(page)),
    )  # fmt: skip


def _programme(page: ProgrammePage) -> ResourceDocument:
    outcomes = [outcome.text for outcome in page.outcomes.all()]
    return ResourceDocument(
        key="", kind="", title="", summary=page.summary,
        **_facets(page, [page], []),
        passages=tuple(plain_passages(page.who_it_is_for, *outcomes) + body_passages(page)),
    )  # fmt: skip


_WHAT_IT_BELONGS_TO = ("programme__core_areas", "programme__audience_organisations", "topics")
register_kind(
    RecordingPage,
    Kind(
        "recording", "Recordings", _recording, recording_cards,
        select=("media", "programme", "session"),
        prefetch=(
            "session__audience_organisations", "session__people__person__audience_organisations",
            "session__people__person__organisation",
            "speakers__audience_organisations", "speakers__organisation", "caption_tracks", "chapters", *_WHAT_IT_BELONGS_TO,
        ),
        said={
            "kind:recording": "recording recordings talk talks webinar webinars lecture lectures",
            "form:video": "video videos film films",
            "form:audio": "audio podcast podcasts",
        },
        said_alone="video videos recording recordings webinar webinars podcast",
        searched_inside="transcript",
    ),
)  # fmt: skip
register_kind(
    MaterialPage,
    Kind(
        "material", "Materials", _material, material_cards,
        select=("document", "programme"),
        prefetch=_WHAT_IT_BELONGS_TO,
        said={
            "form:slides": "slide slides deck decks slideshow slideshows powerpoint powerpoints presentation presentations",
            "form:handout": "handout handouts worksheet worksheets",
            "form:notes": "notes minutes",
            "form:toolkit": "toolkit toolkits",
            "form:publication": "publication publications report reports paper papers",
        },
        said_alone="slide slides deck powerpoint handout handouts worksheet worksheets toolkit",
        searched_inside="inside",
    ),
)  # fmt: skip
register_kind(
    SessionPage,
    Kind(
        "session", "Sessions", _session, session_cards,
        select=("programme",),
        prefetch=("people__person__audience_organisations", "people__person__organisation", *_WHAT_IT_BELONGS_TO),
        said={"kind:session": "session sessions workshop workshops event events"},
    ),
)  # fmt: skip
register_kind(
    ProgrammePage,
    Kind(
        "programme", "Programmes", _programme, programme_cards,
        prefetch=("core_areas", "topics", "outcomes"),
        said={"kind:programme": "programme programmes program programs course courses"},
    ),
)  # fmt: skip
