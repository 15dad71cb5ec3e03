"""Reads the kept file of a caption track again, and takes what comes out when nobody has edited the captions since."""

from __future__ import annotations

from dataclasses import dataclass

from ..caption_files import read_caption_file
from ..captions import CaptionError, write_webvtt
from ..models import CaptionSource, CaptionTrack, RecordingPage
from ..models.caption_sources import hash_of_text


@dataclass(frozen=True, slots=True)
class Rereading:
    """What came of reading one track's file again, in words for whoever asked."""

    title: str
    language: str
    told: str
    has_changed: bool = False


def read_again(page: RecordingPage, *, apply: bool = False, publish: bool = False) -> list[Rereading]:
    """Read the kept files of the newest version of a recording's captions again, and return what came of each track.

    With `apply`, what changes is saved as a draft; with `publish` it is published, unless a draft was waiting.
    """
    newest = page.get_latest_revision_as_object()
    outcomes: list[Rereading] = []
    changed: list[CaptionTrack] = []
    tracks = list(newest.caption_tracks.all())
    for track in tracks:
        source = CaptionSource.objects.filter(sha256=track.source_sha256).first() if track.source_sha256 else None
        if source is not None:
            outcomes.append(_read_track(newest.title, track, source))
            changed += [track] if outcomes[-1].has_changed else []
    if apply and changed:
        was_waiting = page.has_unpublished_changes
        newest.caption_tracks = tracks
        revision = newest.save_revision(log_action="wagtail.edit")
        if publish and not was_waiting:
            revision.publish()
        for track in changed:
            CaptionSource.objects.filter(sha256=track.source_sha256).update(written_sha256=hash_of_text(track.webvtt))
    return outcomes


def _read_track(title: str, track: CaptionTrack, source: CaptionSource) -> Rereading:
    """Put what the reader makes of a file now into the track (not saved)."""
    language = track.get_language_display()
    if hash_of_text(track.webvtt) != source.written_sha256:
        return Rereading(title, language, "edited since it was read; left as it is")
    try:
        parsed = read_caption_file(source.content(), name=source.name, encoding=source.encoding)
    except (CaptionError, OSError) as error:
        return Rereading(title, language, f"cannot be read any more ({error}); left as it is")
    written = write_webvtt(parsed.cues)
    if written == track.webvtt:
        return Rereading(title, language, "reads the same")
    before, after = len(track.cues), len(parsed.cues)
    track.webvtt = written
    track.warnings = [{"line": warning.line, "message": warning.message} for warning in parsed.warnings]
    return Rereading(title, language, f"reads better now ({before} cues before, {after} now)", has_changed=True)
