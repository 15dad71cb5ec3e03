"""What file and folder names tell: dates, titles, languages, parts."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.ingest.naming.dates import NameDate, split_date
from library.ingest.naming.kinds import because_ignored, material_kind
from library.ingest.naming.languages import split_language
from library.ingest.naming.names import Name, is_abbreviation, is_set_aside, pairing_stem


@pytest.mark.parametrize(
    ("name", "year", "found"),
    [
        ("2020-05-14 People and systems", None, NameDate(2020, 5, 14)),
        ("2020.05.14_talk", None, NameDate(2020, 5, 14)),
        ("talk 20200514", None, NameDate(2020, 5, 14)),
        ("GMT20200514-080012_Recording_1920x1080", None, NameDate(2020, 5, 14, time(8, 0, 12))),
        ("Meeting-20211021_080342-Meeting Recording", None, NameDate(2021, 10, 21, time(8, 3, 42))),
        ("21-10-2021 co-design workshop 0800-1000", None, NameDate(2021, 10, 21)),
        ("04/06/2020", None, NameDate(2020, 6, 4)),
        ("05-25-2021 only month first is possible", None, NameDate(2021, 5, 25)),
        ("talk 21.10.21", None, NameDate(2021, 10, 21)),
        ("14th May 2020 talk", None, NameDate(2020, 5, 14)),
        ("talk, 1st of March 2021", None, NameDate(2021, 3, 1)),
        ("May 14, 2020 talk", None, NameDate(2020, 5, 14)),
        ("February 2022", None, NameDate(2022, 2)),
        ("2022 Feb", None, NameDate(2022, 2)),
        ("CoP Feb 22", None, NameDate(2022, 2)),
        ("CoP Feb 22", 2022, NameDate(2022, 2)),
        ("CoP Feb 22", 2021, NameDate(2021, 2, 22)),
        ("Feb", 2022, NameDate(2022, 2)),
        ("March (no captions!!)", 2022, NameDate(2022, 3)),
        ("CoP notes Feb", 2022, NameDate(2022, 2)),
        ("Feb", None, None),
        ("2022", None, NameDate(2022)),
        ("31-02-2021 is no day", None, None),
        ("99999999", None, None),
        ("1920x1080", None, None),
        ("Mayfield project", 2021, None),
        ("What may come of it", 2021, None),
        ("March of progress", 2021, None),
        ("covid-19 response", None, None),
        ("", None, None),
    ],
)
def test_date_in_a_name(name: str, year: int | None, found: NameDate | None) -> None:
    assert split_date(name, year)[0] == found


def test_a_month_gives_no_day() -> None:
    assert NameDate(2022, 2).as_date is None
    assert NameDate(2022, 2).words == "February 2022"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2020-05-14 People, systems and psychology (covid)", "People, systems and psychology (covid)"),
        ("slides FINAL v3", "Slides"),
        ("leadership_slides_final_v2.1", "Leadership slides"),
        ("Prosocial - organisational flexibility (audio only)", "Prosocial – organisational flexibility"),
        ("Part 1 - third sector", "Part 1 – third sector"),
        ("21-10-2021 co-design workshop 0800-1000", "Co-design workshop"),
        ("March (no captions!!)", "March"),
        ("Copy of Leading in crisis (1)", "Leading in crisis"),
        ("talk [edited] 1920x1080", "Talk"),
        ("eHealth for all", "eHealth for all"),
        ("Final thoughts", "Final thoughts"),
        ("caf\u0065\u0301 society", "Café society"),
        ("evil\u202efdp\x1b[31m name", "Evil fdp [31m name"),
        ("a" * 300, "A" + "a" * 198 + "…"),
    ],
)
def test_title_of_a_name(name: str, title: str) -> None:
    assert Name(name).title == title


@pytest.mark.parametrize(
    "name",
    [
        "GMT20200514-080012_Recording_1920x1080",
        "video1",
        "zoom_0",
        "Meeting in General Channel-20211021_080342-Meeting Recording",
        "audio_only",
        "Old",
        "2022",
        "IMG_2041",
        "Recordings",
        "untitled 3",
    ],
)
def test_names_that_say_nothing(name: str) -> None:
    assert Name(name).is_generic


@pytest.mark.parametrize("name", ["Part 1", "prosocial session", "Maxims handout", "CoP Feb 22", "café"])
def test_names_that_say_something(name: str) -> None:
    assert not Name(name).is_generic


@pytest.mark.parametrize(
    ("stem", "language", "rest"),
    [
        ("talk.en", "en", "talk"),
        ("talk_pl", "pl", "talk"),
        ("talk-cy", "cy", "talk"),
        ("talk (Polish)", "pl", "talk"),
        ("talk English", "en", "talk"),
        ("talk.en-GB", "en-GB", "talk"),
        ("talk.pt-br", "pt-BR", "talk"),
        ("talk-es-419", "es-419", "talk"),
        ("talk.it", "it", "talk"),
        ("what is it", None, "what is it"),
        ("talk.transcript", None, "talk.transcript"),
        ("talk", None, "talk"),
        ("", None, ""),
    ],
)
def test_language_at_the_end_of_a_name(stem: str, language: str | None, rest: str) -> None:
    assert split_language(stem) == (language, rest)


@pytest.mark.parametrize(
    "stem",
    [
        "Leading in crisis",
        "Leading in crisis (1)",
        "leading_in_crisis.en",
        "Leading in crisis.transcript",
        "Copy of Leading in crisis",
        "LEADING IN CRISIS_captions_pl",
        "Leading in crisis 1920x1080",
        "Leading-in-crisis.en.auto-generated",
    ],
)
def test_names_that_pair(stem: str) -> None:
    assert pairing_stem(stem) == "leading in crisis"


def test_names_pair_however_their_accents_are_written() -> None:
    assert pairing_stem("caf\u00e9") == pairing_stem("cafe\u0301")


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Part 2 - care", 2),
        ("Session two", 2),
        ("video12", 12),
        ("talk (1)", None),
        ("covid-19", None),
        ("2020-05-14", None),
        ("GMT20200514-080012_Recording_1920x1080", None),
        ("1 of 3", 1),
        ("Talk (2 of 2)", 2),
        ("Part II - care", 2),
        ("slides v3", None),
    ],
)
def test_number_in_a_name(name: str, number: int | None) -> None:
    assert Name(name).number == number


@pytest.mark.parametrize(
    ("short", "long", "is_one"),
    [
        ("CoP", "Community of practice", True),
        ("CP", "Community of practice", True),
        ("cop", "Coping", False),
        ("", "", False),
    ],
)
def test_abbreviations(short: str, long: str, is_one: bool) -> None:
    assert is_abbreviation(short, long) is is_one


@pytest.mark.parametrize(
    ("folder", "is_one"),
    [("Old", True), ("archive 2019", True), ("_backup", True), ("Old age care", False), ("", False)],
)
def test_folders_of_things_set_aside(folder: str, is_one: bool) -> None:
    assert is_set_aside(folder) is is_one


@pytest.mark.parametrize(
    "path",
    [
        ".DS_Store",
        "a/Thumbs.db",
        "desktop.ini",
        "a/~$notes.docx",
        "._talk.mp4",
        "x.tmp",
        ".~lock.notes.odt#",
        "Icon\r",
        "__MACOSX/talk.mp4",
        ".git/config",
        "$RECYCLE.BIN/talk.mp4",
    ],
)
def test_what_computers_leave_behind_is_ignored(path: str) -> None:
    assert because_ignored(path)


@pytest.mark.parametrize("path", ["talk.mp4", "a b/c.d/talk.vtt", "temperature.pdf"])
def test_content_is_not_ignored(path: str) -> None:
    assert not because_ignored(path)


@pytest.mark.parametrize(
    ("stem", "extension", "kind"),
    [
        ("slides FINAL v3", ".pptx", "slides"),
        ("Follow up notes", ".docx", "notes"),
        ("Maxims handout", ".pdf", "handout"),
        ("Part 1 resources", ".docx", "handout"),
        ("values", ".pptx", "slides"),
        ("Team toolkit", ".pdf", "toolkit"),
        ("annual report", ".pdf", "publication"),
        ("anything", ".pdf", "handout"),
        ("Useful slides", ".url", "link"),
    ],
)
def test_kind_of_material(stem: str, extension: str, kind: str) -> None:
    assert material_kind(stem, extension) == kind


@given(st.text(max_size=80), st.none() | st.integers(1990, 2050))
def test_any_name_can_be_understood(text: str, year: int | None) -> None:
    name = Name(text, year)
    assert len(name.title) <= 200
    assert name.title == name.title.strip()
    assert all(character.isprintable() for character in name.title)
    assert isinstance(name.is_generic, bool)
    assert pairing_stem(pairing_stem(text)) == pairing_stem(text)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2039, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    in_words = (f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day.year}")
    for written in (f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day:%d-%m-%Y}", *in_words):
        found, rest = split_date(f"talk {written} on care")
        assert found is not None and found.as_date == day
        assert rest.split() == ["talk", "on", "care"]
