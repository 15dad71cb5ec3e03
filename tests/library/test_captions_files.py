"""Real caption files give what was said and when; hostile ones do no harm."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from library.captions import CaptionError, parse_captions, parse_clean_webvtt, write_webvtt

ZOOM = "2020-05-14 People, systems and psychology (covid)/GMT20200514-080012_Recording_1920x1080.transcript.vtt"
WINDOWS_SRT = "2020-06-04 Maxims for change/video1.srt"
HAND_MADE = "Prosocial - organisational flexibility (audio only)/prosocial session.en.vtt"
TEAMS = "Third sector, primary care & community responses/Part 1 - third sector.vtt"
UTF16_SRT = "Third sector, primary care & community responses/Part 2 - primary care.srt"
TEAMS_MEETING = (
    "21-10-2021 co-design workshop 0800-1000/Meeting in General Channel-20211021_080342-Meeting Recording.vtt"
)
YOUTUBE = "Community of practice/2022/Feb/CoP Feb 22.en.vtt"

# path, dialect, encoding, language, whether the file names its speakers. SRT and dialogue dashes name nobody.
DRIVE = [
    (ZOOM, "zoom", "utf-8", "", True),
    (WINDOWS_SRT, "srt", "windows-1252", "", False),
    (HAND_MADE, "webvtt", "utf-8", "", False),
    (TEAMS, "teams", "utf-8", "", True),
    (UTF16_SRT, "srt", "utf-16-le", "", False),
    (TEAMS_MEETING, "teams", "utf-8", "", True),
    (YOUTUBE, "youtube", "utf-8", "en", False),
]
# The truth is written with typewriter apostrophes; two of the files hold typographic ones, as they should stay.
TYPEWRITER = str.maketrans("’‘“”", "''\"\"")


def recordings(shared_dir: Path) -> dict[str, dict[str, Any]]:
    expected = json.loads((shared_dir / "drive-sample.expected.json").read_text())
    return {recording["captions"]: recording for recording in expected["recordings"] if recording["captions"]}


def test_every_caption_file_of_the_drive_is_in_the_table(shared_dir: Path) -> None:
    assert {path for path, *_ in DRIVE} == set(recordings(shared_dir))


@pytest.mark.parametrize(("path", "dialect", "encoding", "language", "has_speakers"), DRIVE)
def test_reads_the_caption_files_of_a_real_drive(
    shared_dir: Path, path: str, dialect: str, encoding: str, language: str, has_speakers: bool
) -> None:
    truth = recordings(shared_dir)[path]
    parsed = parse_captions((shared_dir / "drive-sample" / path).read_bytes())
    # Equal for the rolling captions, too: the file shows its 136 lines in 272 blocks.
    assert len(parsed.cues) == truth["cues"]
    assert (parsed.dialect, parsed.encoding, parsed.language) == (dialect, encoding, language)
    assert {cue.speaker for cue in parsed.cues} == (set(truth["speakers"]) if has_speakers else {""})
    assert len(parsed.warnings) == (encoding == "windows-1252")
    assert parsed.cues[-1].end_seconds <= truth["seconds"]
    written = write_webvtt(parsed.cues)
    assert parse_captions(written).cues == parsed.cues == parse_clean_webvtt(written)


@pytest.mark.parametrize("path", [path for path, *_ in DRIVE])
def test_each_moment_is_said_when_it_was_said(shared_dir: Path, path: str) -> None:
    truth = recordings(shared_dir)[path]
    cues = parse_captions((shared_dir / "drive-sample" / path).read_bytes()).cues
    assert truth["moments"]
    for moment in truth["moments"]:
        starts = [i for i, cue in enumerate(cues) if abs(cue.start_seconds - moment["starts"]) <= 1]
        heard = [" ".join(" ".join(cue.text.split()) for cue in cues[i : i + 6]) for i in starts]
        assert any(moment["words"] in words.translate(TYPEWRITER) for words in heard), moment


def test_the_broken_file_of_the_drive_is_told_by_its_line(shared_dir: Path) -> None:
    with pytest.raises(CaptionError, match=r"^line 3: “00:10 --> banana” is not a readable time; expected"):
        parse_captions((shared_dir / "drive-sample/Old/broken captions.vtt").read_bytes())


# What each hostile file must give: its texts, or words of the error.
HOSTILE: dict[str, list[str] | str] = {
    "good.vtt": ["Hello", "quick brown fox"],
    "good.srt": ["Hello", "quick brown fox"],
    "script.vtt": ["alert(document.domain)hi", "text", "bold", "<script>alert(3)</script>", "javascript:alert(1)"],
    "style.vtt": ["text"],
    "header.vtt": ["ok"],
    "arrow-in-text.vtt": ["first", "second --> third"],
    "order.vtt": ["first", "second", "third"],
    "overlap.vtt": ["one", "two", "three"],
    "negative.vtt": "line 3: no cue with text and a usable time",
    "huge-time.vtt": "line 6: “00:99:99.9999 --> 00:99:99.99999” is not a readable time",
    "huge-cue.vtt": [" ".join(["word"] * 400)],
    "cues-10000.vtt": [f"cue number {i}" for i in range(10_000)],
    "cues-200000-short.vtt": "line 100003: more than 50,000 cues",
    "redos.vtt": "line 6: “00:00:00:00:00:00:00:00:00:00:00:00:00:0…” is not a readable time",
    "no-header.vtt": ["x"],
    "bom-crlf.vtt": ["café"],
    "cr-only.vtt": ["line"],
    "utf16.vtt": ["café"],
    "latin1.vtt": ["café naïve"],
    "nul.vtt": ["ab"],
    "bidi.vtt": ["evil zero width"],
    "formula.vtt": ['=HYPERLINK("http://evil.example","x")', "@SUM(1+1)*cmd|' /C calc'!A0", "+1", "-1", "=1"],
    "latin1.srt": ['café - "naïve"', "zürich"],
    "cp1252.srt": ["café – “naïve”", "zürich"],
    "utf16le.srt": ["café – “naïve”", "zürich"],
    "utf16be.srt": ["café – “naïve”", "zürich"],
    "utf16-no-bom.srt": ["café – “naïve”", "zürich"],
    "tags.srt": ["alert(1)text"],
    "no-index.srt": ["dots and no number", "short millis"],
    "binary-as.srt": "line 1: this is not a text file",
    "html-as.vtt": "line 1: “<html>",
    "zero.vtt": "line 1: the file is empty",
    "zero.srt": "line 1: the file is empty",
}


@cache
def _make_hostile_files(maker: Path, directory: Path) -> Path:
    subprocess.run([sys.executable, str(maker), str(directory)], check=True, capture_output=True, timeout=120)
    return directory


@pytest.fixture
def hostile_dir(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with hostile upload files and their index, made once for all tests here."""
    return _make_hostile_files(shared_dir / "evil/make_evil.py", tmp_path_factory.getbasetemp() / "hostile")


def test_every_hostile_caption_file_is_in_the_table(hostile_dir: Path) -> None:
    index = json.loads((hostile_dir / "index.json").read_text())
    captions = {item["file"]: item["accept"] for item in index["files"] if item["kind"] == "caption"}
    assert set(captions) == set(HOSTILE)
    # What must be accepted is expected to give cues.
    assert all(isinstance(HOSTILE[name], list) for name, is_accepted in captions.items() if is_accepted)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_give_plain_cues_or_a_clear_error(hostile_dir: Path, name: str) -> None:
    data = (hostile_dir / name).read_bytes()
    expected = HOSTILE[name]
    if isinstance(expected, str):
        with pytest.raises(CaptionError) as caught:
            parse_captions(data)
        assert str(caught.value).startswith(expected)
        return
    parsed = parse_captions(data)
    assert [cue.text for cue in parsed.cues] == expected
    written = write_webvtt(parsed.cues)
    assert parse_captions(written).cues == parsed.cues == parse_clean_webvtt(written)
    # Neither styles nor comments, headers or settings of the file reach partners.
    assert not any(word in written for word in ("STYLE", "NOTE", "@import", "region:", "X-TIMESTAMP", "<script"))


@pytest.mark.parametrize("name", ["latin1.vtt", "latin1.srt", "cp1252.srt", "utf16-no-bom.srt", "no-header.vtt"])
def test_what_was_guessed_is_said(hostile_dir: Path, name: str) -> None:
    parsed = parse_captions((hostile_dir / name).read_bytes())
    assert any("read as" in warning.message for warning in parsed.warnings)


def test_an_attribute_smuggled_into_a_name_is_no_part_of_it(hostile_dir: Path) -> None:
    cues = parse_captions((hostile_dir / "script.vtt").read_bytes()).cues
    assert {cue.speaker for cue in cues} == {"", "Bob"}
