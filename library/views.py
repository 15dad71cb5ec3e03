"""What the pages of the library show, narrowed to what the visitor may see; the views of files stand in `serving`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db.models import Q
from django.urls import reverse

from cms.site.page_context import context_of
from cms.site.requests import VisitorRequest
from programmes.cards import session_when, visible_people
from programmes.models import ProgrammePage, SessionPage

from .cards import PDF, file_facts, material_cards, part_word, picture_of, recording_cards, recording_label
from .excerpts import excerpt_of
from .lists.listing import read_choice
from .lists.offering import listing_context
from .models import CaptionTrack, LibraryIndexPage, MaterialPage, RecordingPage
from .models.captions import best_track
from .serving.views import caption_file, document_file, draft_captions, media_file
from .timecodes import format_duration_words, format_iso_duration, parse_timecode, plain_seconds
from .transcripts import cue_at, sections_of

__all__ = [
    "caption_file",
    "document_file",
    "draft_captions",
    "library_index_context",
    "material_context",
    "media_file",
    "recording_context",
]

POSTER_FILTER = "fill-1280x720"
LONGEST_SOUGHT = 200


@context_of(LibraryIndexPage)
def library_index_context(page: LibraryIndexPage, request: VisitorRequest) -> dict[str, Any]:
    """Return what `listing_context` returns for the whole library."""
    return listing_context(read_choice(request.GET), request)


def moment_of(text: str | None, duration_seconds: float | None) -> tuple[float | None, float | None]:
    """Return (start, end) in seconds of what an address asks for, as media fragments write it: `55`, `55,70` or `,70`.

    The start is None when it is no time or lies beyond the end of the recording; the end is None where there is none.
    """
    first, comma, last = (text or "").replace("\0", "").removeprefix("npt:").partition(",")
    start = 0.0 if comma and not first.strip() else _seconds(first)
    end = _seconds(last)
    if start is None or (comma and last.strip() and (end is None or end <= start)):
        return None, None
    if duration_seconds is not None and start >= duration_seconds:
        return None, None
    return start, end


def _seconds(text: str) -> float | None:
    try:
        return parse_timecode(text)
    except ValueError:
        return None


def fragment_of(start_seconds: float | None, end_seconds: float | None) -> str:
    """Return what makes a player start (and stop) there, e.g. `#t=55,70`; "" for the whole recording."""
    if start_seconds is None:
        return ""
    times = [start_seconds] if end_seconds is None else [start_seconds, end_seconds]
    return "#t=" + ",".join(plain_seconds(seconds) for seconds in times)


def results_url(request: VisitorRequest, page: RecordingPage | MaterialPage) -> str:
    """Return the address of the search results that the visitor comes from, at this page's place in them; "" without any.

    A visitor who came from results gets those very ones, filters and all; who opened an address with words in it gets a
    search for them.
    """
    search = reverse("search:results")
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc == request.get_host() and came_from.path == search:
        address = f"{search}?{came_from.query}" if came_from.query else search
    elif sought := sought_in(request):
        address = f"{search}?{urlencode({'q': sought})}"
    else:
        return ""
    return f"{address}#found-{page.translation_key}"


def sought_in(request: VisitorRequest) -> str:
    """Return the words that an address asks to be found inside the page it opens."""
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST_SOUGHT]


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """A caption track as the page offers it; `url` is "" while the track is not saved (an editor's preview)."""

    language: str
    language_name: str
    origin_words: str
    url: str
    is_chosen: bool
    track: CaptionTrack

    @property
    def size_bytes(self) -> int:
        """The size of its file."""
        return len(self.track.webvtt.encode())


def track_choices(page: RecordingPage, wanted: str | None) -> list[TrackChoice]:
    """Return the recording's caption tracks; chosen is the `best_track` for the wanted language."""
    tracks = [track for track in page.caption_tracks.all() if track.has_words]
    best = best_track(tracks, wanted)
    return [
        TrackChoice(
            language=track.language,
            language_name=track.get_language_display(),
            origin_words=track.get_origin_display(),
            url=reverse("library:caption_file", args=[page.translation_key, track.pk]) if track.pk else "",
            is_chosen=track is best,
            track=track,
        )
        for track in tracks
    ]


@context_of(RecordingPage)
def recording_context(page: RecordingPage, request: VisitorRequest) -> dict[str, Any]:
    """Return the player's facts, the transcript of the chosen captions, the moment asked for and what belongs to it."""
    tracks = track_choices(page, request.GET.get("captions"))
    chosen = next((choice for choice in tracks if choice.is_chosen), None)
    cues = chosen.track.cues if chosen else ()
    chapters = sorted(page.chapters.all(), key=lambda chapter: chapter.start_seconds)
    start_seconds, end_seconds = moment_of(request.GET.get("t"), page.duration_seconds)
    materials = [link.material_id for link in page.recording_materials.all()]
    belongings = _belongings(page, request)
    session = belongings["session"]
    # Who spoke in the session, and what was handed out there, belongs to its recording.
    is_speaker = Q(pk__in=[person.pk for person in page.speakers.all()])
    is_material = Q(pk__in=materials)
    if session is not None:
        is_speaker |= Q(pk__in=[role.person_id for role in session.people.all()])
        is_material |= Q(session=session.pk)
    return {
        **_player_context(page),
        **belongings,
        "tracks": tracks,
        "chosen_track": chosen,
        "sections": sections_of(cues, [(chapter.start_seconds, chapter.title) for chapter in chapters]),
        "chapters": chapters,
        "start_seconds": start_seconds,
        "media_fragment": fragment_of(start_seconds, end_seconds),
        "results_url": results_url(request, page),
        "current_cue": cue_at(cues, start_seconds) if start_seconds is not None else None,
        "sought": sought_in(request),
        "speakers": list(visible_people(request).filter(is_speaker)),
        "materials": material_cards(
            MaterialPage.objects.visible_to(request.principal).filter(is_material).order_by("title"), request
        ),
    }


def _player_context(page: RecordingPage) -> dict[str, Any]:
    media = page.media
    seconds = page.duration_seconds
    return {
        "media": media,
        "is_audio": media is not None and media.type == "audio",
        "kind_label": recording_label(page),
        "poster": picture_of(media.poster, POSTER_FILTER) if media else None,
        "duration_words": format_duration_words(seconds) if seconds else "",
        "duration_iso": format_iso_duration(seconds) if seconds else "",
    }


def _belongings(page: RecordingPage | MaterialPage, request: VisitorRequest) -> dict[str, Any]:
    """Return the visible `session` (and when it was), `programme` and `topics` of a recording or material."""
    session = SessionPage.objects.visible_to(request.principal).filter(pk=page.session_id).first()
    programme = ProgrammePage.objects.visible_to(request.principal).filter(pk=page.programme_id).first()
    topics = list(page.topics.all())
    return {
        "session": session,
        "session_when": session_when(session) if session else "",
        "programme": programme,
        "topics": topics,
    }


@context_of(MaterialPage)
def material_context(page: MaterialPage, request: VisitorRequest) -> dict[str, Any]:
    """Return the file's facts, the excerpt of the page asked for, and what the material belongs to."""
    document = page.document
    recordings = RecordingPage.objects.visible_to(request.principal)
    linked = recordings.filter(recording_materials__material_id=page.pk).distinct() if page.pk else recordings.none()
    return {
        **_belongings(page, request),
        "document": document,
        "results_url": results_url(request, page),
        "facts": file_facts(page),
        "is_pdf": document is not None and document.mime_type == PDF,
        "excerpt": excerpt_of(document.text_pages, request.GET.get("page")) if document else None,
        "first_number": document.text_pages[0]["number"] if document and document.text_pages else None,
        "sought": sought_in(request),
        "part_word": part_word(document.mime_type) if document else "",
        "recordings": recording_cards(linked, request),
    }
