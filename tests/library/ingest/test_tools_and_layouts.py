"""Names as tools write them and layouts as people make them: what becomes one recording, its title, and what is attached."""

from __future__ import annotations

from datetime import date, time

import pytest

from library.ingest.items import Create, Problem, Skip
from library.ingest.naming.tools import tool_name
from tests.library.ingest.shares import attached, made_up, plan_of, recordings, title_of
from tests.library.ingest.trees import item_for

DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    ("name", "tool", "title", "moment", "zone", "view"),
    [
        ("GMT20240305-100012_Recording_1920x1080", "zoom cloud", "", (DAY, time(10, 0, 12)), "GMT", ""),
        ("GMT20240305-100012_Recording_gallery_1920x1080", "zoom cloud", "", (DAY, time(10, 0, 12)), "GMT", "gallery"),
        (
            "GMT20240305-100012_Recording_gvo_1280x720",
            "zoom cloud",
            "",
            (DAY, time(10, 0, 12)),
            "GMT",
            "gallery and screen",
        ),
        (
            "2024-03-05 13.58.02 Trust and power 12345678901",
            "zoom local",
            "Trust and power",
            (DAY, time(13, 58, 2)),
            "",
            "",
        ),
        ("Trust-20240305_140312UTC-Meeting Recording", "teams", "Trust", (DAY, time(14, 3, 12)), "UTC", ""),
        ("Trust-20240305_090045-Meeting Transcript", "teams", "Trust", (DAY, time(9, 0, 45)), "", ""),
        ("Trust - 2024_03_05 14_02 GMT - Recording", "meet", "Trust", (DAY, time(14, 2)), "GMT", ""),
        ("Trust (2024-03-05 at 06_02 GMT-7)", "meet", "Trust", (DAY, time(6, 2)), "GMT-7", ""),
        ("Trust (2024-03-05 at 06 02 GMT-7)", "meet", "Trust", (DAY, time(6, 2)), "GMT-7", ""),
        ("abc-defg-hij (2024-03-05 at 06_02 GMT)", "meet", "", (DAY, time(6, 2)), "GMT", ""),
        ("Trust_default", "panopto", "Trust", None, "", ""),
        ("Trust_Captions_English (United States)", "panopto", "Trust", None, "", ""),
        ("Trust-20240305 1502-1", "webex", "Trust", (DAY, time(15, 2)), "", ""),
        ("2024-03-05 10-00-12", "obs", "", (DAY, time(10, 0, 12)), "", ""),
        ("20240305_100012", "phone", "", (DAY, time(10, 0, 12)), "", ""),
        ("VID_20240305_100012", "phone", "", (DAY, time(10, 0, 12)), "", ""),
        ("PXL_20240305_100012345", "phone", "", (DAY, time(10, 0, 12)), "", ""),
        ("Trust [a1B2c3D4e5F]", "yt-dlp", "Trust", None, "", ""),
        ("Trust-dQw4w9WgXcQ", "yt-dlp", "Trust", None, "", ""),
        ("Trust (1_abc123de)", "kaltura", "Trust", None, "", ""),
        ("Trust (Source)", "kaltura", "Trust", None, "", ""),
        ("WhatsApp Video 2024-03-05 at 10.11.12", "whatsapp", "", (DAY, time(10, 11, 12)), "", ""),
    ],
)
def test_templates_of_tools(name, tool, title, moment, zone, view):
    found = tool_name(name)
    assert found is not None
    assert (found.tool, found.title, found.zone, found.view) == (tool, title, zone, view)
    assert (found.date.stamp if found.date else None) == moment


@pytest.mark.parametrize(
    "name",
    [
        "Talk [Transcribed]",
        "Well-Introduction",
        "Leading well",
        "Part 1_overview",
        "Trust 2024-03-05",
        "video1",
        "Self-Compassion",
    ],
)
def test_names_of_people_are_no_templates(name):
    assert tool_name(name) is None


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("Leading change-20231107_140312UTC-Meeting Recording.mp4", "Leading change"),
        ("Weekly Huddle-20231114_090045-Meeting Recording.mp4", "Weekly Huddle"),
        ("Recordings/Call with Ana-20231114_090045-Meeting Recording.mp4", "Call with Ana"),
        ("Systems thinking 101 - 2023_09_21 14_02 BST - Recording.mp4", "Systems thinking 101"),
        ("Systems thinking 102 (2023-09-28 at 06_02 GMT-7).mp4", "Systems thinking 102"),
        ("Kindness at work [a1B2c3D4e5F].mp4", "Kindness at work"),
        ("Kindness at work-dQw4w9WgXcQ.mp4", "Kindness at work"),
        ("20240305 - Kindness at work [a1B2c3D4e5F].mp4", "Kindness at work"),
        ("Kindness as strategy_default.mp4", "Kindness as strategy"),
        ("Kindness as strategy_1_abc123de.mp4", "Kindness as strategy"),
        ("2024-03-12 13.58.02 Jane's Zoom Meeting/video1234567.mp4", "Jane's meeting"),
        ("Trust/2024-03-12 13.58.02 Jane's Zoom Meeting/video1234567.mp4", "Trust"),
        ("ICS leadership FINAL FINAL v3 (use this one).mp4", "ICS leadership"),
        ("Copy of Wellbeing.mp4", "Wellbeing"),
        ("Copy of Copy of Wellbeing (2).mp4", "Wellbeing"),
        ("WhatsApp Video 2024-03-05 at 10.11.12.mp4", "Recording, 5 March 2024"),
        ("VID-20240305-WA0001.mp4", "Recording, 5 March 2024"),
        ("2024-03-05T1000Z Talk on sand.mp4", "Talk on sand"),
        ("GMT20260514 Recording.mp4", "Recording, 14 May 2026"),
        ("2026-03-03 No captions session/video1.mp4", "Session, 3 March 2026"),
        ("Meet Recordings/abc-defg-hij (2023-09-28 at 06_02 GMT-7).mp4", "Recording, 28 September 2023"),
        ("IMG_1234.MOV", "Recording"),
        ("ICS/ICS leadership v2.mp4", "ICS leadership"),
        ("Leading well - 1_xyz987ab - HD.mp4", "Leading well"),
        ("Art gallery.mp4", "Art gallery"),
        ("240305 Talk on water.mp4", "Talk on water"),
        ("5 Mar '24 Talk on air.mp4", "Talk on air"),
        ("Tues 5 March 2024 Talk on earth.mp4", "Talk on earth"),
        ("Talk on earth - Tuesday 5th March 2024.mp4", "Talk on earth"),
        ("Talk on fire 05.03.24.mp4", "Talk on fire"),
    ],
)
def test_no_word_of_a_tool_stands_in_a_title(path, title):
    assert title_of(path, root="Drive") == title


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("240305 Talk", DAY),
        ("Talk 240305", DAY),
        ("050324 Talk", DAY),  # day first, since nobody filmed a webinar in 2005
        ("5 Mar '24 Talk", DAY),
        ("5 Mar ’24 Talk", DAY),
        ("5Mar24 Talk", DAY),
        ("Tues 5 March 2024 Talk", DAY),
        ("Talk (2024-03-05 at 06_02 GMT-7)", DAY),
        ("2024-03-05T1000Z Talk", DAY),
        ("w-c 5 March 2024 Talk", DAY),
        ("Talk, March '24", None),
        ("123456 Talk", None),
    ],
)
def test_day_of_a_recording(name, day):
    [item] = plan_of(f"{name}.mp4").changes
    assert item.content.recorded_on == day


@pytest.mark.parametrize(
    ("files", "leader"),
    [
        (
            [
                f"Module 3/GMT20240305-100012_Recording{view}.mp4"
                for view in ("_1920x1080", "_gallery_1920x1080", "_gvo_1280x720", "_as_1920x1080", "_avo_640x360")
            ]
            + ["Module 3/GMT20240305-100012_Recording.m4a"],
            "Module 3/GMT20240305-100012_Recording_1920x1080.mp4",
        ),
        (
            ["A/GMT20240305-100012_Recording_gallery_1920x1080.mp4", "A/GMT20240305-100012_Recording_gvo_1280x720.mp4"],
            "A/GMT20240305-100012_Recording_gvo_1280x720.mp4",
        ),
        (
            ["2024-03-12 13.58.02 Trust/video1234567.mp4", "2024-03-12 13.58.02 Trust/audio1234567.m4a"]
            + ["2024-03-12 13.58.02 Trust/Audio Record/audioJane1234567.m4a"]
            + ["2024-03-12 13.58.02 Trust/Audio Record/audioAli1234567.m4a"],
            "2024-03-12 13.58.02 Trust/video1234567.mp4",
        ),
        (["A/video123.mp4", "A/audio123.m4a"], "A/video123.mp4"),
        (["A/zoom_0.mp4", "A/audio_only.m4a"], "A/zoom_0.mp4"),
        (["A/Trust 720p.mp4", "A/Trust 1080p.mp4", "A/Trust (audio only).mp3"], "A/Trust 1080p.mp4"),
        (["A/Trust - gallery view.mp4", "A/Trust - speaker view.mp4", "A/Trust.mp4"], "A/Trust.mp4"),
        (["A/Video/Trust.mp4", "A/Audio/Trust.mp3"], "A/Video/Trust.mp4"),
        (["A/shared_screen_with_speaker_view.mp4", "A/gallery_view.mp4"], "A/shared_screen_with_speaker_view.mp4"),
    ],
)
def test_renderings_of_a_meeting_are_one_recording(files, leader):
    plan = plan_of(*files)
    assert list(recordings(plan)) == [leader]
    for path in set(files) - {leader}:
        item = item_for(plan, path)
        assert isinstance(item, Skip) and leader in item.reason


def test_titles_of_people_are_no_views():
    assert plan_of("A/Art gallery.mp4", "A/Art.mp4", "A/Aim high.mp4", "A/Aim.mp4").counts["new_recordings"] == 4


def test_equal_titles_get_a_number_and_no_id():
    plan = plan_of("Leading well (1_abc123de).mp4", "Leading well (1_xyz987ab).mp4")
    assert [group.title for group in plan.groups] == ["Leading well", "Leading well (2)"]


def test_different_lengths_and_meetings_stay_apart():
    plan = plan_of(
        made_up("A/Trust 720p.mp4"), made_up("A/Trust 1080p.mp4", seconds=900), "A/video1.mp4", "A/video2.mp4"
    )
    assert plan.counts["new_recordings"] == 4
    plan = plan_of("A/GMT20240305-100012_Recording.mp4", "A/GMT20240305-140012_Recording.mp4")
    assert plan.counts["new_recordings"] == 2


def test_captions_named_after_a_view_find_the_meeting():
    files = ("A/GMT20240305-100012_Recording_as_1920x1080.mp4", "A/GMT20240305-100012_Recording_1920x1080.mp4")
    plan = plan_of(*files, "A/GMT20240305-100012_Recording_as_1920x1080.vtt", "A/Module slides.pptx", "B/other.mp4")
    assert attached(plan)[files[1]] == {"A/GMT20240305-100012_Recording_as_1920x1080.vtt", "A/Module slides.pptx"}


COURSE = ("Recordings/Session 1.mp4", "Recordings/Session 2.mp4", "Recordings/2024-03-05 Power.mp4")


@pytest.mark.parametrize("root", ["", "H course/", "Courses/2024/Leading well/"])
@pytest.mark.parametrize(
    ("path", "belongs_to"),
    [
        ("Captions/Session 1_ENG.srt", COURSE[0]),
        ("Captions/Session 1_POL.srt", COURSE[0]),
        ("Captions/Session 2_CYM.srt", COURSE[1]),
        ("Captions/Session 1 English.srt", COURSE[0]),
        ("Subtitles/Polish/Session 2.srt", COURSE[1]),
        ("Captions/Power.srt", COURSE[2]),
        ("Slides/Session 1 slides.pptx", COURSE[0]),
        ("Slides/Session 1 - Power.pptx", COURSE[0]),
        ("Slides/Session 1.pptx", COURSE[0]),
        ("Slides/Power slides.pptx", COURSE[2]),
        ("Slides/Power.pdf", COURSE[2]),
        ("Handouts/Session 2 handout.pdf", COURSE[1]),
        ("Session handouts/Session 2 worksheet.docx", COURSE[1]),
        ("03 Slides/Session two.pptx", COURSE[1]),
    ],
)
def test_folders_that_sort_by_kind_of_file_are_one_place(root, path, belongs_to):
    plan = plan_of(*(f"{root}{recording}" for recording in COURSE), f"{root}{path}")
    assert attached(plan)[f"{root}{belongs_to}"] == {f"{root}{path}"}


def test_slides_of_a_month_find_the_only_recording_of_the_folder():
    recording = "AR masterclass/Recordings/2023-02-14 AR masterclass.mp4"
    plan = plan_of(recording, "AR masterclass/Slides/AR masterclass Feb 23.pptx", "Other/x.mp4")
    assert attached(plan)[recording] == {"AR masterclass/Slides/AR masterclass Feb 23.pptx"}


def test_what_two_sessions_of_a_course_share_is_left_to_the_editor():
    plan = plan_of("Recordings/Session 1.mp4", "Recordings/Session 2.mp4", "Slides/Welcome pack.docx")
    item = item_for(plan, "Slides/Welcome pack.docx")
    assert isinstance(item, Create) and item in plan.others
    assert "“Session 1.mp4”" in item.reason and "too little speaks for it" in item.reason


@pytest.mark.parametrize(
    ("recording", "captions", "told"),
    [
        (
            made_up("a/Long lead.mp4", seconds=60),
            made_up("a/Long lead.srt", ends_at=3657),
            "ends at 1:00:57, and the recording is 1:00 long",
        ),
        (
            made_up("a/ward A.wav", seconds=60),
            made_up("a/ward A.vtt", ends_at=3657),
            "“ward A.wav” (same name and same folder",
        ),
        (
            made_up("a/Part 1.mp4"),
            made_up("b/Part 2.vtt"),
            "“Part 1.mp4” (as long as the recording",
        ),
        (made_up("a/Part 1 trust.mp4"), made_up("a/Part 2 trust.vtt"), "it has the number 2, and the recording 1"),
        (
            made_up("2024-03-05 a.mp4"),
            made_up("2024-03-12 a.vtt"),
            "it says 12 March 2024, and the recording 5 March 2024",
        ),
        (
            made_up("a/x.mp4"),
            made_up("b/c/d/y.vtt", ends_at=50),
            "no recording is near it or named like it; the nearest is “x.mp4”",
        ),
    ],
)
def test_why_captions_are_not_attached_names_the_nearest_and_what_spoke_against_it(recording, captions, told):
    item = item_for(plan_of(recording, captions), captions.path)
    assert isinstance(item, Problem)
    assert told in item.reason


def test_captions_in_a_share_without_recordings():
    item = item_for(plan_of("x.vtt"), "x.vtt")
    assert "there is no recording in this folder" in item.reason


def test_parts_of_a_talk():
    plan = plan_of("a/Trust part 1.mp4", "a/Trust part 2.mp4", "a/Trust (2 of 2).vtt", "a/Trust pt1.srt")
    assert attached(plan) == {"a/Trust part 1.mp4": {"a/Trust pt1.srt"}, "a/Trust part 2.mp4": {"a/Trust (2 of 2).vtt"}}
