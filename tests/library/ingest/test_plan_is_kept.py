"""A plan promises only what its carrying out keeps: without problems nothing fails, and a second run changes nothing."""

from __future__ import annotations

import random
import zlib
from pathlib import Path

import pytest

from library.ingest.importer import apply_plan, known_now
from library.ingest.items import ImportPlan
from library.ingest.manifest import scan_share
from library.ingest.plan import make_plan
from library.models import MaterialPage, RecordingPage
from tests.library.ingest.trees import LIGHT_READERS, audio, plant, video, vtt

FOLDERS = (
    "",
    "Ward talk",
    "Workshop",
    "Other/Workshop",
    "Course/Recordings",
    "Course/Slides",
    "Course/Captions",
    "Old",
)
STEMS = (
    "Slides",
    "Ward talk",
    "Welcome talk",
    "Introduction",
    "Session 1",
    "Session 2",
    "会议",
    "Slides – Ward talk",
    "x" * 120,
)
MAKERS = {
    ".mp4": video,
    ".mp3": audio,
    ".pdf": lambda mark: f"%PDF {mark}".encode(),
    ".pptx": lambda mark: f"pptx {mark}".encode(),
    ".docx": lambda mark: f"docx {mark}".encode(),
    ".vtt": vtt,
    ".url": lambda mark: f"URL=https://example.org/{zlib.crc32(mark.encode()) % 7}".encode(),
}


def generated(chance: random.Random) -> dict[str, bytes]:
    """Up to twenty files of a share in which titles are much alike."""
    files: dict[str, bytes] = {}
    for _ in range(chance.randint(3, 20)):
        extension = chance.choice(list(MAKERS))
        path = f"{chance.choice(FOLDERS)}/{chance.choice(STEMS)}{chance.choice(['', '', ' (1)', ' final'])}{extension}".lstrip(
            "/"
        )
        files[path] = MAKERS[extension](f"{path} {chance.randint(0, 3)}")
    return files


def carried_out(folder: Path) -> tuple[ImportPlan, list[str]]:
    known = known_now()
    plan = make_plan(scan_share(folder, readers=LIGHT_READERS, known_hashes=known.hashes, keep_bytes=1_000_000), known)
    report = apply_plan(plan, folder)
    return plan, [f"{failure.title}: {failure.reason}" for failure in report.failures]


@pytest.mark.parametrize("seed", range(8))
def test_what_is_planned_is_done_and_a_second_run_changes_nothing(site, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(2):  # the second share meets the titles of the first
        folder = plant(tmp_path / f"{number}" / "Share", generated(chance))
        plan, failures = carried_out(folder)
        assert failures == []
        made = {item.content.slug for item in plan.changes if hasattr(item.content, "slug") and item.content.slug}
        slugs = {page.slug for page in (*RecordingPage.objects.all(), *MaterialPage.objects.all())}
        assert made <= slugs
        again, failures = carried_out(folder)
        assert (again.changes, failures) == ((), [])


def test_slides_as_pdf_and_as_pptx_beside_one_recording(site, tmp_path: Path) -> None:
    files = {
        "Ward talk/Ward talk.mp4": video("a"),
        "Ward talk/Slides.pdf": b"%PDF 1",
        "Ward talk/Slides.pptx": b"pptx 1",
    }
    _, failures = carried_out(plant(tmp_path / "Share", files))
    assert failures == []
    assert sorted(page.slug for page in MaterialPage.objects.all()) == ["slides-ward-talk", "slides-ward-talk-2"]


def test_a_title_that_the_library_has_gets_a_number_in_its_address_and_a_note(site, tmp_path: Path) -> None:
    carried_out(plant(tmp_path / "A" / "Share", {"Workshop/Welcome talk.mp4": video("a")}))
    plan, failures = carried_out(plant(tmp_path / "B" / "Share 2", {"Workshop/Welcome talk.mp4": video("b")}))
    assert failures == []
    [item] = plan.changes
    assert item.content.slug == "welcome-talk-2"
    assert "recording of this title already" in item.notes[-1]
    assert sorted(page.slug for page in RecordingPage.objects.all()) == ["welcome-talk", "welcome-talk-2"]
