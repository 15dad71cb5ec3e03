"""Captions are compared with their recording: begin, end, coverage, language; and a file's name says what it is for."""

from __future__ import annotations

import pytest

from library.captions import Cue, TrackKind, check_fit, kind_by_name, likely_language


def cues(*spans: tuple[float, float]) -> list[Cue]:
    return [Cue(start, end, "words") for start, end in spans]


@pytest.mark.parametrize(
    ("spans", "duration", "told"),
    [
        ([(1, 40), (41, 80)], 82, []),
        ([(1, 40), (41, 84)], 82, []),
        ([(3601, 3603), (3604, 3606)], 82, ["All captions are after the end of the recording (1:22)."]),
        ([(1, 75), (32404, 32406)], 82, ["1 of 2 captions are after the end of the recording (1:22)."]),
        ([(1, 3)], 82, ["Captions end at 0:03 of 1:22."]),
        ([(1, 40), (41, 120)], 82, ["The last caption ends at 2:00"]),
        ([(1900, 3500)], 3600, ["The first caption starts at 31:40 of 1:00:00."]),
        ([(1, 3)], None, []),
        ([], 82, ["There are no captions."]),
    ],
)
def test_what_does_not_fit_is_told(spans: list[tuple[float, float]], duration: float | None, told: list[str]) -> None:
    warnings = check_fit(cues(*spans), duration).warnings
    assert len(warnings) == len(told)
    assert all(warning.startswith(text) for warning, text in zip(warnings, told, strict=True))


def test_coverage_is_the_share_from_the_first_cue_to_the_last() -> None:
    assert check_fit(cues((20, 30), (60, 70)), 100).coverage == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We are going to talk about the systems that we work in, and what it is like for people who use them.", "en"),
        ("Nous allons parler des systèmes et de la manière dont nous les changeons avec les équipes.", "fr"),
        ("Wir sprechen heute über die Systeme, in denen wir arbeiten, und wie es für die Menschen ist.", "de"),
        ("Vamos a hablar de los sistemas en los que trabajamos y de cómo es para las personas que los usan.", "es"),
        ("Rydym ni yn siarad am y system a'r bobl sydd yn gweithio ynddi hi, ac mae hynny yn bwysig i ni.", "cy"),
        (
            "Będziemy mówić o systemach, w których pracujemy, i o tym, jak to jest dla ludzi, bo to się nie zmienia.",
            "pl",
        ),
        ("ہم ان نظاموں کے بارے میں بات کریں گے جن میں ہم کام کرتے ہیں", "ur"),
        ("Ми будемо говорити про системи, в яких ми працюємо, і про людей", "uk"),
        ("我们将讨论我们工作的系统", "zh"),
        ("私たちは働くシステムについて話します", "ja"),
        ("ok", ""),
        ("Bristol Leeds Cardiff London Swansea Truro Norwich Exeter Hull", ""),
    ],
)
def test_the_language_shows_in_script_and_words(text: str, language: str) -> None:
    assert likely_language([text]) == language


def test_a_language_that_is_not_the_tracks_is_told_in_words() -> None:
    french = Cue(0, 60, "Nous allons parler des systèmes et de la manière dont nous les changeons avec les équipes.")
    names = {"fr": "French", "en": "English"}
    told = ("The words look like French, but the track says English.",)
    assert check_fit([french], 60, language="en", names=names).warnings == told
    assert check_fit([french], 60, language="fr", names=names).warnings == ()
    assert check_fit([french], 60, language="und", names=names).warnings == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("talk.en.forced", TrackKind.FORCED),
        ("talk.chapters", TrackKind.CHAPTERS),
        ("talk_thumbnails", TrackKind.SPRITES),
        ("talk.metadata", TrackKind.METADATA),
        ("talk.en", TrackKind.CAPTIONS),
        ("Chapter houses and reinforced walls", TrackKind.CAPTIONS),
    ],
)
def test_the_name_tells_the_kind_of_track(name: str, kind: TrackKind) -> None:
    assert kind_by_name(name) is kind
