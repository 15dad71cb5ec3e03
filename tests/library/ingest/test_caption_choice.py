"""Which captions of several in one language are taken, why, and in which language and of which origin they are."""

from __future__ import annotations

import pytest

from library.ingest.items import Create, Skip
from library.ingest.naming.caption_marks import Making, is_draft, making_of, version_of
from tests.library.ingest.shares import attached, made_up, plan_of
from tests.library.ingest.trees import item_for

ENGLISH = "the people and the systems that we have are not what they can be for all of us and so it is with this"


@pytest.mark.parametrize(
    ("better", "worse", "told"),
    [
        ("x.en.vtt", "x.auto.en.vtt", "machine-made"),
        ("x.en.vtt", "x.en.asr.vtt", "machine-made"),
        ("x.en.vtt", "x.en-orig.vtt", "machine-made"),
        ("x.vtt", "x_auto-generated.vtt", "machine-made"),
        ("x [English].vtt", "x [English (auto-generated)].vtt", "machine-made"),
        ("x.en-edited.vtt", "x.en.vtt", "checked"),
        ("x corrected.vtt", "x.vtt", "checked"),
        ("x.human.vtt", "x.auto.vtt", "machine-made"),
        ("x.auto.corrected.vtt", "x.auto.vtt", "machine-made"),
        ("x.reviewed.vtt", "x.not reviewed.vtt", "checked"),
        ("x.final.vtt", "x.draft.vtt", "draft"),
        ("x.vtt", "x.draft.vtt", "draft"),
        ("x.final.vtt", "x.vtt", "is not called final"),
        ("x.vtt", "x old.vtt", "draft or an old one"),
        ("x.vtt", "Old/x.vtt", "draft or an old one"),
        ("x.v2.vtt", "x.v1.vtt", "earlier version"),
        ("x_v10.vtt", "x_v9.vtt", "earlier version"),
        ("x.v1.2.vtt", "x.v1.1.vtt", "earlier version"),
        ("x.en.vtt", "x.en.forced.vtt", "said in another language"),
        ("x.en.sdh.vtt", "x.en.forced.vtt", "said in another language"),
        ("x.en_SDH.vtt", "x.en_forced.vtt", "said in another language"),
    ],
)
@pytest.mark.parametrize("worse_is_newer", [True, False])
def test_the_better_captions_are_taken_and_it_is_said_why(better, worse, told, worse_is_newer):
    files = made_up(better), made_up(worse, days=3 if worse_is_newer else -3)
    plan = plan_of("x.mp4", *files)
    assert attached(plan) == {"x.mp4": {better}}
    skipped = item_for(plan, worse)
    assert isinstance(skipped, Skip) and f"“{better}” is used" in skipped.reason and told in skipped.reason
    assert "preferred to" in item_for(plan, better).reason


def test_of_equals_the_newer_is_taken():
    plan = plan_of("x.mp4", made_up("x.en.vtt"), made_up("x.eng.srt", days=2))
    assert attached(plan) == {"x.mp4": {"x.eng.srt"}}
    assert "older" in item_for(plan, "x.en.vtt").reason


def test_the_same_words_are_taken_as_webvtt_whichever_is_newer():
    plan = plan_of("x.mp4", made_up("x.vtt", words="Hello"), made_up("x.srt", words="Hello", days=2))
    assert attached(plan) == {"x.mp4": {"x.vtt"}}


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("x.auto.en.vtt", "machine"),
        ("x.asr.vtt", "machine"),
        ("x [English (auto-generated)].vtt", "machine"),
        ("x.transcript.vtt", "machine"),
        ("x.vtt", "imported"),
        ("x.edited.vtt", "imported"),
    ],
)
def test_machine_captions_are_marked_even_alone(path, origin):
    item = item_for(plan_of("x.mp4", path), path)
    assert isinstance(item, Create) and item.content.origin == origin


@pytest.mark.parametrize(
    ("stem", "making"),
    [
        ("Human factors", Making.PLAIN),
        ("Auto ethnography in care", Making.PLAIN),
        ("AI in health", Making.PLAIN),
        ("Checked and balanced talk", Making.PLAIN),
        ("talk_uncorrected", Making.PLAIN),
    ],
)
def test_words_of_a_title_are_no_marks(stem, making):
    assert making_of(stem) is making


@pytest.mark.parametrize(("stem", "version"), [("talk", 1), ("talk v3", 3), ("talk.v1.10.en", 1.01), ("talk v", 1)])
def test_version(stem, version):
    assert version_of(stem) == pytest.approx(version)
    assert is_draft(stem) == 1


@pytest.mark.parametrize(
    ("path", "words", "language"),
    [
        ("x.srt", "كيف يمكننا أن نعمل معا من أجل صحة أفضل", "ar"),
        ("x.srt", "我们如何一起改善健康和护理系统", "zh"),
        ("x.srt", "Как мы можем работать вместе ради здоровья", "ru"),
        (
            "x.srt",
            "Wir haben das nicht gesehen und es ist auch für die Menschen mit dem Haus wie wir es wollen aber nicht",
            "de",
        ),
        ("x.srt", ENGLISH, "en"),
        ("x.en.srt", "كيف يمكننا أن نعمل معا من أجل صحة أفضل", "ar"),
        ("x_POL.srt", "", "pl"),
        ("x_CYM.srt", "", "cy"),
        ("x_ENG.srt", "", "en"),
        ("x.eng.forced.srt", "", "en"),
        ("Polish/x.srt", "", "pl"),
        ("subtitles/Polish/x.srt", "", "pl"),
        ("subtitles/pl/x.srt", "", "pl"),
        ("Captions (Welsh)/x.srt", "", "cy"),
        ("Polish subtitles/x.srt", "", "pl"),
        ("HR/x.srt", ENGLISH, "en"),
        ("x_Captions_English (United States).srt", "", "en"),
        ("x [Polish (auto-generated)].srt", "", "pl"),
    ],
)
def test_language_from_name_folder_script_and_words(path, words, language):
    captions = made_up(path, words=words)
    [item] = [item for item in plan_of("x.mp4", captions).changes if item.file.path == path]
    assert item.content.language == language


def test_a_language_folder_is_no_second_english_track():
    plan = plan_of("x.mp4", "subtitles/English/x.srt", "subtitles/Polish/x.srt")
    assert attached(plan) == {"x.mp4": {"subtitles/English/x.srt", "subtitles/Polish/x.srt"}}
