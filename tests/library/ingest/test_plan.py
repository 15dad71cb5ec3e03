"""What belongs together, what is there twice, what has changed: the decisions of a plan, one small folder at a time."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from library.ingest.imported import Known, KnownCaptions, KnownRecording
from library.ingest.items import Create, Problem, Skip, Update
from library.ingest.plan import make_plan
from library.ingest.rendering import render, summary, to_json
from tests.library.ingest.trees import (
    after,
    audio,
    belongings,
    item_for,
    planned,
    plant,
    scanned,
    srt,
    titles,
    video,
    vtt,
)

TEAMS = (
    b"WEBVTT\n\n71cb54e8-c0a5-2cce-be24-9f8fc4d86b49/0-0\n00:00:01.000 --> 00:00:04.000\n<v Ann Smith>Hello there</v>\n"
)
PDF = b"%PDF-1.7 pages"


@pytest.mark.parametrize(
    ("files", "attached"),
    [
        pytest.param({"a/talk.mp4": video("a"), "a/talk.vtt": vtt()}, {"a/talk.mp4": {"a/talk.vtt"}}, id="same name"),
        pytest.param(
            {"a/talk.mp4": video("a"), "b/talk.mp4": video("b"), "b/talk.vtt": vtt("b"), "a/talk.vtt": vtt("a")},
            {"a/talk.mp4": {"a/talk.vtt"}, "b/talk.mp4": {"b/talk.vtt"}},
            id="same name in different folders",
        ),
        pytest.param(
            {"b.mp4": video("b"), "a.mp4": video("a"), "a.vtt": vtt("a"), "b.vtt": vtt("b")},
            {"a.mp4": {"a.vtt"}, "b.mp4": {"b.vtt"}},
            id="two and two, in another order",
        ),
        pytest.param(
            {"a/Crisis.mp4": video("a"), "a/Crisis.en.vtt": vtt("hello"), "a/Crisis.pl.vtt": vtt("witaj")},
            {"a/Crisis.mp4": {"a/Crisis.en.vtt", "a/Crisis.pl.vtt"}},
            id="two languages",
        ),
        pytest.param(
            {"a/caf\u00e9.mp4": video("a"), "a/cafe\u0301.vtt": vtt(), "a/other.mp4": video("b")},
            {"a/caf\u00e9.mp4": {"a/caf\u00e9.vtt"}, "a/other.mp4": set()},
            id="accents written in two ways",
        ),
        pytest.param(
            {"Videos/Crisis.mp4": video("a"), "Videos/Care.mp4": video("b"), "Captions/Crisis.vtt": vtt()},
            {"Videos/Crisis.mp4": {"Captions/Crisis.vtt"}, "Videos/Care.mp4": set()},
            id="captions in a folder of their own",
        ),
        pytest.param(
            {
                "a/x.mp4": video("a"),
                "b/y.mp4": video("b"),
                "c/GMT20200514-080012_Recording.mp4": video("c"),
                "d/e/GMT20200514-080012_Recording.transcript.vtt": vtt(),
            },
            {
                "a/x.mp4": set(),
                "b/y.mp4": set(),
                "c/GMT20200514-080012_Recording.mp4": {"d/e/GMT20200514-080012_Recording.transcript.vtt"},
            },
            id="a time stamp finds its meeting anywhere",
        ),
        pytest.param(
            {
                "a/Part 1 - care.mp4": video("1"),
                "a/Part 2 - trust.mp4": video("2"),
                "a/slides part 2.pptx": b"s",
                "a/Part 1 notes.docx": b"n",
            },
            {"a/Part 1 - care.mp4": {"a/Part 1 notes.docx"}, "a/Part 2 - trust.mp4": {"a/slides part 2.pptx"}},
            id="parts",
        ),
        pytest.param(
            {
                "a/video 1.mp4": video("1"),
                "a/video 2.mp4": video("2"),
                "a/captions 2.vtt": vtt("2"),
                "a/captions 1.vtt": vtt("1"),
            },
            {"a/video 1.mp4": {"a/captions 1.vtt"}, "a/video 2.mp4": {"a/captions 2.vtt"}},
            id="numbers",
        ),
        pytest.param(
            {"a/talk on trust.mp4": video("1"), "a/talk on power.mp4": video("2"), "a/Reflections on power.pdf": PDF},
            {"a/talk on trust.mp4": set(), "a/talk on power.mp4": {"a/Reflections on power.pdf"}},
            id="a telling word",
        ),
        pytest.param(
            {"a/session.mp4": video("1"), "a/whatever.pdf": PDF, "a/slides/deck.pptx": b"s", "b/c.mp4": video("2")},
            {"a/session.mp4": {"a/whatever.pdf", "a/slides/deck.pptx"}, "b/c.mp4": set()},
            id="the only recording there",
        ),
        pytest.param(
            {"a/Recording/x.mp4": video("1"), "a/agenda.docx": b"a", "b/y.mp4": video("2")},
            {"a/Recording/x.mp4": {"a/agenda.docx"}, "b/y.mp4": set()},
            id="the only recording below",
        ),
        pytest.param(
            {"a/long.mp4": video("1", 3000), "a/short.mp4": video("2", 600), "a/english.vtt": vtt("x", 2990)},
            {"a/long.mp4": set(), "a/short.mp4": set()},
            id="length alone is not enough",
        ),
        pytest.param(
            {"a/talk.mp4": video("1", 60), "a/talk.vtt": vtt("x", 3000)},
            {"a/talk.mp4": set()},
            id="captions too long for it",
        ),
        pytest.param(
            {"2021-03-01 a.mp4": video("1"), "2021-03-08 b.mp4": video("2"), "2021-03-08 slides.pptx": b"s"},
            {"2021-03-01 a.mp4": set(), "2021-03-08 b.mp4": {"2021-03-08 slides.pptx"}},
            id="the same day",
        ),
    ],
)
def test_what_belongs_together(tmp_path: Path, files: dict[str, bytes], attached: dict[str, set[str]]) -> None:
    assert belongings(planned(tmp_path, files)) == attached


def test_why_is_said(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"a/talk.mp4": video("a"), "a/talk.vtt": vtt(), "a/x.pdf": PDF, "y.pdf": PDF + b"2"})
    assert "same name" in item_for(plan, "a/talk.vtt").reason
    assert item_for(plan, "a/x.pdf").reason == "same folder, the only recording there"
    assert "not attached" in item_for(plan, "y.pdf").reason


def test_what_could_belong_to_two_is_attached_to_none(tmp_path: Path) -> None:
    plan = planned(
        tmp_path, {"a/one.mp4": video("1"), "a/two.mp4": video("2"), "a/one two.vtt": vtt(), "a/one & two.pdf": PDF}
    )
    captions, material = item_for(plan, "a/one two.vtt"), item_for(plan, "a/one & two.pdf")
    assert isinstance(captions, Problem) and "could belong to “one.mp4” or “two.mp4”" in captions.reason
    assert isinstance(material, Create) and "could belong to “one.mp4” or “two.mp4”" in material.reason
    assert material in plan.others


def test_captions_without_a_recording_are_a_problem(tmp_path: Path) -> None:
    item = item_for(planned(tmp_path, {"a/talk.mp4": video("a"), "b/lost words.vtt": vtt()}), "b/lost words.vtt")
    assert isinstance(item, Problem) and "Put them next to their recording" in item.reason


def test_captions_of_a_broken_recording_say_so(tmp_path: Path) -> None:
    item = item_for(planned(tmp_path, {"a/talk.mp4": b"<html>", "a/talk.en.vtt": vtt()}), "a/talk.en.vtt")
    assert isinstance(item, Problem) and "a/talk.mp4" in item.reason


@pytest.mark.parametrize(
    ("name", "content", "language", "origin"),
    [
        ("talk.vtt", vtt(), "en", "imported"),
        ("talk.pl.vtt", vtt(), "pl", "imported"),
        ("talk (Welsh).vtt", vtt(), "cy", "imported"),
        ("talk.en-GB.vtt", vtt(), "en", "imported"),
        ("talk.transcript.vtt", vtt(), "en", "machine"),
        ("talk.vtt", vtt(head="WEBVTT\nKind: captions\nLanguage: fr"), "fr", "imported"),
        ("talk.vtt", TEAMS, "en", "machine"),
    ],
)
def test_language_and_origin_of_captions(tmp_path: Path, name: str, content: bytes, language: str, origin: str) -> None:
    item = item_for(planned(tmp_path, {"talk.mp4": video("a"), name: content}), name)
    assert isinstance(item, Create)
    assert (item.content.language, item.content.origin) == (language, origin)


def test_the_same_words_in_two_formats_are_imported_once(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"talk.mp4": video("a"), "talk.srt": srt(), "talk.vtt": vtt()})
    assert belongings(plan) == {"talk.mp4": {"talk.vtt"}}
    assert "the same words as “talk.vtt”" in item_for(plan, "talk.srt").reason


def test_of_two_sets_in_one_language_the_one_of_people_is_used(tmp_path: Path) -> None:
    files = {"talk.mp4": video("a"), "talk.transcript.vtt": vtt("helo their"), "talk.vtt": vtt("hello there")}
    plan = planned(tmp_path, files)
    assert belongings(plan) == {"talk.mp4": {"talk.vtt"}}
    assert "“talk.vtt” is used" in item_for(plan, "talk.transcript.vtt").reason


def test_a_duplicate_is_imported_once_and_the_original_is_named(tmp_path: Path) -> None:
    files = {"Old/talk.mp4": video("a"), "b/talk (1).mp4": video("a"), "b/talk.mp4": video("a"), "Old/talk.vtt": vtt()}
    plan = planned(tmp_path, files)
    assert belongings(plan) == {"b/talk.mp4": {"Old/talk.vtt"}}
    assert "duplicate of “b/talk.mp4”" in item_for(plan, "Old/talk.mp4").reason
    assert "duplicate of “b/talk.mp4”" in item_for(plan, "b/talk (1).mp4").reason


def test_a_material_twice_is_imported_once(tmp_path: Path) -> None:
    plan = planned(
        tmp_path, {"a.pdf": PDF, "Copy of a.pdf": PDF, "x.url": b"URL=https://a.org", "y.url": b"URL=https://a.org"}
    )
    assert plan.counts["new_materials"] == 2
    assert isinstance(item_for(plan, "Copy of a.pdf"), Skip)
    assert "same address" in item_for(plan, "y.url").reason


def test_empty_files_are_no_duplicates_of_each_other(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"a.mp4": b"", "b.mp4": b"", "c.pdf": b""})
    assert plan.counts["problems"] == 3


def test_the_sound_of_a_video_is_not_a_second_recording(tmp_path: Path) -> None:
    files = {"GMT20200514-080012_Recording.mp4": video("v"), "GMT20200514-080012_Recording.m4a": audio("a", 601)}
    plan = planned(tmp_path, files)
    assert plan.counts["new_recordings"] == 1
    assert "the sound of" in item_for(plan, "GMT20200514-080012_Recording.m4a").reason
    other = planned(tmp_path / "other", {"talk.mp4": video("v"), "talk.mp3": audio("a", 60)})
    assert other.counts["new_recordings"] == 2


@pytest.mark.parametrize(
    ("path", "title", "recorded_on"),
    [
        ("2020-06-04 Maxims for change/video1.mp4", "Maxims for change", date(2020, 6, 4)),
        ("2022/Feb/Webinar.mp4", "Webinar, February 2022", None),
        ("Webinars/Leading in crisis 2021-02-03.mp4", "Leading in crisis", date(2021, 2, 3)),
        ("Adaptive leadership/Part 1 - intro.mp4", "Adaptive leadership: Part 1 – intro", None),
        ("Old/Archive/Recordings/talk on power.mp4", "Talk on power", None),
        ("GMT20200514-080012_Recording.mp4", "Recording, 14 May 2020", date(2020, 5, 14)),
    ],
)
def test_title_and_date_of_a_recording(tmp_path: Path, path: str, title: str, recorded_on: date | None) -> None:
    item = item_for(planned(tmp_path / "Share", {path: video("a")}), path)
    assert (item.content.title, item.content.recorded_on) == (title, recorded_on)


def test_titles_are_told_apart(tmp_path: Path) -> None:
    files = {"Care/video1.mp4": video("1"), "Care/video2.mp4": video("2"), "Care/GMT20200514-080012.mp4": video("3")}
    assert sorted(titles(planned(tmp_path, files))) == ["Care (Video1)", "Care (Video2)", "Care, 14 May 2020"]


def test_name_and_folder_that_disagree_about_the_day_are_noted(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"2020-05-13 Care/GMT20200514-080012_Recording.mp4": video("1")})
    [item] = plan.changes
    assert item.content.recorded_on == date(2020, 5, 14)
    assert "its folder 13 May 2020" in item.notes[0]


FOLDER = {"a/talk.mp4": video("a"), "a/talk.vtt": vtt(), "a/slides.pdf": PDF, "link.url": b"URL=https://example.org/1"}


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    manifest = scanned(tmp_path, FOLDER)
    known = after(Known(), manifest, make_plan(manifest))
    again = make_plan(manifest, known)
    assert again.changes == ()
    assert again.counts["skipped"] == len(FOLDER)
    assert "already in the library" in render(again)


@pytest.mark.parametrize(
    ("change", "updated"),
    [
        ({"a/talk.vtt": vtt("better words")}, {"a/talk.vtt"}),
        ({"a/talk.mp4": video("cut anew")}, {"a/talk.mp4"}),
        ({"a/slides.pdf": PDF + b" new"}, {"a/slides.pdf"}),
        ({"link.url": b"URL=https://example.org/2"}, {"link.url"}),
        ({"a/talk.mp4": video("cut anew"), "a/talk.vtt": vtt("better words")}, {"a/talk.mp4", "a/talk.vtt"}),
    ],
)
def test_changed_files_update_what_the_library_has(tmp_path: Path, change: dict[str, bytes], updated: set[str]) -> None:
    first = scanned(tmp_path, FOLDER)
    known = after(Known(), first, make_plan(first))
    second = scanned(tmp_path, change)
    plan = make_plan(second, known)
    assert {item.file.name_path for item in plan.changes} == updated
    assert all(isinstance(item, Update) for item in plan.changes)
    assert make_plan(second, after(known, second, plan)).changes == ()


def test_a_moved_file_is_recognised(tmp_path: Path) -> None:
    first = scanned(tmp_path, FOLDER)
    known = after(Known(), first, make_plan(first))
    (tmp_path / "a").rename(tmp_path / "b")
    assert make_plan(scanned(tmp_path, {}), known).changes == ()


def test_new_content_under_an_old_name_is_new_when_the_old_content_moved(tmp_path: Path) -> None:
    first = scanned(tmp_path, FOLDER)
    known = after(Known(), first, make_plan(first))
    (tmp_path / "a/talk.mp4").rename(tmp_path / "a/talk 2020.mp4")
    item = item_for(make_plan(scanned(tmp_path, {"a/talk.mp4": video("another talk")}), known), "a/talk.mp4")
    assert isinstance(item, Create)


def test_captions_may_arrive_after_their_recording_left(tmp_path: Path) -> None:
    first = scanned(tmp_path, {"a/talk.mp4": video("a"), "b/x.mp4": video("b")})
    known = after(Known(), first, make_plan(first))
    (tmp_path / "a/talk.mp4").unlink()
    plan = make_plan(scanned(tmp_path, {"a/talk.vtt": vtt()}), known)
    [group] = [group for group in plan.groups if group.changes]
    assert group.media is None and group.known_key == f"recording {first.files[0].sha256}"


def test_captions_made_in_the_library_are_not_replaced(tmp_path: Path) -> None:
    manifest = scanned(tmp_path, {"talk.mp4": video("a"), "talk.vtt": vtt()})
    media = manifest.files[0]
    known = Known((KnownRecording("1", "Talk", media.sha256),), (KnownCaptions("2", "1", "en"),))
    item = item_for(make_plan(manifest, known), "talk.vtt")
    assert isinstance(item, Skip) and "already" in item.reason


def test_another_share_with_the_same_paths_is_another_share(tmp_path: Path) -> None:
    first = scanned(tmp_path / "Share A", {"video1.mp4": video("a")})
    known = after(Known(), first, make_plan(first))
    [item] = make_plan(scanned(tmp_path / "Share B", {"video1.mp4": video("b")}), known).changes
    assert isinstance(item, Create)


def test_text_and_data_tell_the_same(tmp_path: Path) -> None:
    plan = planned(plant(tmp_path, {".DS_Store": b"x"}), {**FOLDER, "empty.mp4": b""})
    text, data = render(plan), json.loads(json.dumps(to_json(plan)))
    assert (
        text.splitlines()[-1]
        == summary(plan)
        == ("1 new recording, 1 captions, 2 materials, 0 updates, 1 left as they are, 1 problem.")
    )
    assert text.index("Left where they are") < text.index("Problems") < text.index("empty.mp4")
    assert data["counts"] == plan.counts
    [recording] = data["recordings"]
    assert recording["media"]["path"] == "a/talk.mp4" and recording["media"]["duration_seconds"] == 600
    assert [entry["path"] for entry in recording["captions"] + recording["materials"]] == ["a/talk.vtt", "a/slides.pdf"]
    assert {entry["action"] for entry in data["others"]} == {"create", "skip", "problem"}
