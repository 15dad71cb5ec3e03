"""Thresholds by which files of a share are taken to belong together, each tried on both sides of where it lies."""

from __future__ import annotations

import pytest

from library.captions import Cue
from library.files.signatures import FileKind
from library.ingest.manifest import ShareFile
from library.ingest.pairing import Candidate, PairMatcher, _by_length
from library.ingest.places import FolderPlace
from library.ingest.renderings import meetings_of
from library.transcripts import sections_of


def media(path: str, kind: FileKind, seconds: float) -> ShareFile:
    return ShareFile(path, 1, sha256=path, kind=kind, duration_seconds=seconds)


@pytest.mark.parametrize(
    ("video_seconds", "audio_seconds", "is_its_sound"),
    [
        (100.0, 102.0, True),  # two seconds, for short ones
        (100.0, 102.1, False),
        (100.0, 98.0, True),
        (100.0, 97.9, False),
        (3_600.0, 3_636.0, True),  # one in a hundred, for long ones
        (3_600.0, 3_636.1, False),
        (3_600.0, 3_564.0, True),
        (3_600.0, 3_563.9, False),
    ],
)
def test_a_sound_is_that_of_a_video_when_it_is_as_long_to_a_hundredth(video_seconds, audio_seconds, is_its_sound):
    video = media("talk.mp4", FileKind.VIDEO, video_seconds)
    audio = media("talk.m4a", FileKind.AUDIO, audio_seconds)
    meetings = meetings_of([video, audio])
    assert (meetings.kept == [video], len(meetings.skipped)) == (is_its_sound, int(is_its_sound))


@pytest.mark.parametrize(
    ("ends_at", "duration", "points"),
    [
        (130.0, 100.0, 12),  # half a minute longer, or a twentieth
        (130.1, 100.0, -200),
        (3_780.0, 3_600.0, 12),
        (3_780.1, 3_600.0, -200),
        (80.0, 100.0, 12),  # twenty seconds shorter, or a twentieth
        (79.9, 100.0, 0),
        (3_420.0, 3_600.0, 12),
        (3_419.9, 3_600.0, 0),
        (None, 100.0, 0),
        (10.0, None, 0),
    ],
)
def test_captions_are_as_long_as_their_recording_to_a_twentieth(ends_at, duration, points):
    assert _by_length(ends_at, duration)[0] == points


@pytest.mark.parametrize(
    ("second", "titles"), [(9.49, ["Before"]), (9.5, ["Before", "Chapter"]), (10.0, ["Before", "Chapter"])]
)
def test_a_cue_that_begins_half_a_second_before_its_chapter_is_read_under_it(second, titles):
    sections = sections_of([Cue(0, 1, "one"), Cue(second, 12, "two")], [(0.0, "Before"), (10.0, "Chapter")])
    assert [section.title for section in sections] == titles


@pytest.mark.parametrize(("second", "paragraphs"), [(4.99, 1), (5.0, 2)])
def test_a_paragraph_ends_at_a_pause_of_four_seconds(second, paragraphs):
    (section,) = sections_of([Cue(0, 1, "one"), Cue(second, 9, "two")])
    assert len(section.paragraphs) == paragraphs


@pytest.mark.parametrize(("length", "paragraphs"), [(418, 1), (419, 2)])
def test_a_paragraph_ends_at_the_first_full_stop_after_four_hundred_and_twenty_characters(length, paragraphs):
    (section,) = sections_of([Cue(0, 1, "x" * (length - 1) + "."), Cue(1, 2, "two")])
    assert len(section.paragraphs) == paragraphs


@pytest.mark.parametrize(("length", "paragraphs"), [(798, 1), (799, 2)])
def test_a_paragraph_ends_after_eight_hundred_characters_without_a_full_stop(length, paragraphs):
    (section,) = sections_of([Cue(0, 1, "x" * length), Cue(1, 2, "two")])
    assert len(section.paragraphs) == paragraphs


def test_candidates_are_told_by_their_names():
    """A pair that stands alone by its name is taken; between two that are equally near, none is."""

    def candidate(stem: str) -> Candidate:
        return Candidate(f"{stem}.mp4", f"{stem}.mp4", FolderPlace((), stem), None)

    alone = PairMatcher([candidate("zebuto talk"), candidate("mumbo speech")])
    assert alone.pair(FolderPlace((), "zebuto talk")).key == "zebuto talk.mp4"
    assert alone.pair(FolderPlace((), "xylo")).key is None
