"""The demo recordings, captions and documents that lie in the project are whole, small, and fit together."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest

from home.demo import make_demo_media
from library.captions import parse_captions
from library.files.documents import TextStatus, extract_text
from library.media.probing import check_document, check_media, probe_media

FOLDER = make_demo_media.FOLDER
MADE: dict[str, list[dict[str, Any]]] = json.loads((FOLDER / "recordings.json").read_text(encoding="utf-8"))
SCRIPTS: dict[str, Any] = json.loads((FOLDER / "scripts.json").read_text(encoding="utf-8"))
RECORDINGS = {item["slug"]: item for item in MADE["recordings"]}


def script_lines(slug: str) -> list[tuple[str, str]]:
    script = next(item for item in SCRIPTS["recordings"] if item["slug"] == slug)
    return [(speaker, text) for slide in script["slides"] for speaker, text in slide["lines"]]


@pytest.mark.parametrize("slug", RECORDINGS)
def test_a_recording_plays_in_browsers_and_is_as_long_as_told(slug: str) -> None:
    made = RECORDINGS[slug]
    check_media(FOLDER / made["media"])
    probe = probe_media(FOLDER / made["media"])
    assert probe.is_browser_playable
    assert probe.duration_seconds == pytest.approx(made["duration_seconds"], abs=0.5)
    assert 60 <= probe.duration_seconds <= 150
    assert (probe.poster_jpeg is not None) == (probe.kind == "video")


@pytest.mark.parametrize("slug", RECORDINGS)
def test_captions_hold_every_line_of_the_script_with_its_speaker(slug: str) -> None:
    parsed = parse_captions((FOLDER / RECORDINGS[slug]["captions"]).read_bytes())
    assert [(cue.speaker, cue.text) for cue in parsed.cues] == script_lines(slug)
    assert not parsed.warnings


@pytest.mark.parametrize("slug", RECORDINGS)
def test_cues_follow_one_another_inside_the_recording_at_the_pace_of_speech(slug: str) -> None:
    made = RECORDINGS[slug]
    cues = parse_captions((FOLDER / made["captions"]).read_bytes()).cues
    for before, after in itertools.pairwise(cues):
        assert before.end_seconds < after.start_seconds
    assert cues[-1].end_seconds < made["duration_seconds"]
    for cue in cues:
        characters_a_second = len(cue.text) / (cue.end_seconds - cue.start_seconds)
        assert 8 < characters_a_second < 28, cue.text


def test_the_captions_are_written_in_three_dialects() -> None:
    texts = [(FOLDER / made["captions"]).read_text(encoding="utf-8") for made in MADE["recordings"]]
    kinds = {
        ("vtt" if text.startswith("WEBVTT") else "srt") + (" voices" if "<v " in text else " names") for text in texts
    }
    assert kinds == {"vtt voices", "vtt names", "srt names"}


@pytest.mark.parametrize("slug", RECORDINGS)
def test_chapters_begin_where_a_cue_begins(slug: str) -> None:
    made = RECORDINGS[slug]
    starts = {round(cue.start_seconds, 3) for cue in parse_captions((FOLDER / made["captions"]).read_bytes()).cues}
    chapters = made["chapters"]
    assert chapters[0]["start_seconds"] == 0
    assert {chapter["start_seconds"] for chapter in chapters[1:]} <= starts
    assert [chapter["start_seconds"] for chapter in chapters] == sorted({item["start_seconds"] for item in chapters})


@pytest.mark.parametrize("made", MADE["documents"], ids=lambda made: made["kind"])
def test_documents_can_be_read_and_belong_to_a_recording(made: dict[str, str]) -> None:
    check_document(FOLDER / made["file"])
    found = extract_text(FOLDER / made["file"])
    assert (found.status, found.note) == (TextStatus.EXTRACTED, "")
    assert made["recording"] in RECORDINGS
    assert "small test" in " ".join(page.text for page in found.pages).lower()


def test_a_phrase_to_search_for_is_said_and_written() -> None:
    captions = (FOLDER / RECORDINGS["thinking-in-systems"]["captions"]).read_text(encoding="utf-8")
    assert "small tests of change" in captions
    notes = extract_text(FOLDER / "documents" / "thinking-in-systems-session-notes.pdf")
    assert "dotted line" in notes.pages[1].text


def test_the_demo_stays_small() -> None:
    assert sum(path.stat().st_size for path in (FOLDER / "media").iterdir()) <= 2_500_000
    assert sum(path.stat().st_size for path in (FOLDER / "documents").iterdir()) <= 100_000


def test_the_speakers_are_roles_and_no_people() -> None:
    assert set(SCRIPTS["voices"]) == {"Host", "Academy facilitator"}
    spoken = " ".join(text for slug in RECORDINGS for _, text in script_lines(slug))
    # A name would be two words with capitals inside a sentence.
    assert not re.findall(r"(?<=[a-z,] )[A-Z][a-z]+ [A-Z][a-z]+", spoken)


def test_captions_are_written_alike_each_time() -> None:
    line = make_demo_media.SpokenLine(59.9996, 3661.5, "Host", "Good & well.", 0)
    assert make_demo_media.captions([line], "srt") == "1\n00:01:00,000 --> 01:01:01,500\nHost: Good & well.\n"
    assert (
        make_demo_media.captions([line], "zoom") == "WEBVTT\n\n1\n00:01:00.000 --> 01:01:01.500\nHost: Good & well.\n"
    )
