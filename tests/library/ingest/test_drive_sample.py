"""The real thing: a messy export of a shared drive, with real media and documents, against what is true about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from library.ingest.imported import Known
from library.ingest.items import Create, ImportPlan, MaterialContent, Problem, Skip
from library.ingest.manifest import Manifest, scan_share
from library.ingest.plan import make_plan
from tests.library.ingest.trees import after, item_for, titles


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    path = _shared() / "drive-sample.expected.json"
    return json.loads(path.read_text())


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return scan_share(_shared() / "drive-sample")


@pytest.fixture(scope="module")
def plan(manifest: Manifest) -> ImportPlan:
    return make_plan(manifest)


def _shared() -> Path:
    folder = Path(__file__).resolve().parents[4] / "shared"
    if not (folder / "drive-sample").is_dir():
        pytest.skip("the shared drive-sample is not beside this repository")
    return folder


def test_all_recordings_with_what_belongs_to_them(plan: ImportPlan, truth: dict[str, Any]) -> None:
    found = {}
    for group in plan.groups:
        assert isinstance(group.media, Create)
        paths = {item.file.name_path for item in group.changes[1:]}
        found[group.media.file.name_path] = paths
    expected = {
        entry["media"]: {*filter(None, [entry["captions"]]), *entry["materials"]} for entry in truth["recordings"]
    }
    assert found == expected


def test_lengths_and_captions(plan: ImportPlan, truth: dict[str, Any]) -> None:
    for entry in truth["recordings"]:
        assert item_for(plan, entry["media"]).file.duration_seconds == pytest.approx(entry["seconds"], abs=2)
        if entry["captions"]:
            captions = item_for(plan, entry["captions"]).file.captions
            assert captions and len(captions.cues) == entry["cues"]


def test_titles_and_dates(plan: ImportPlan) -> None:
    assert {(group.title, str(group.media.content.recorded_on or "")) for group in plan.groups} == {
        ("People, systems and psychology (covid)", "2020-05-14"),
        ("Maxims for change", "2020-06-04"),
        ("Prosocial – organisational flexibility", ""),
        ("Third sector, primary care & community responses: Part 1 – third sector", ""),
        ("Third sector, primary care & community responses: Part 2 – primary care", ""),
        ("Co-design workshop", "2021-10-21"),
        ("Community of practice, February 2022", ""),
        ("Community of practice, March 2022", ""),
    }
    assert len(titles(plan)) == 8


@pytest.mark.parametrize(
    ("path", "kind", "told"),
    [
        ("Old/GMT20200514-080012_Recording_1920x1080 (1).mp4", Skip, "a duplicate of “2020-05-14 People"),
        ("Old/lost session.mp4", Problem, "cut off"),
        ("Old/empty.mp4", Problem, "empty (0 bytes)"),
        ("Old/page saved as video.mp4", Problem, "not a video or audio file"),
        ("Old/broken captions.vtt", Problem, "line 3"),
        (".DS_Store", Skip, "ignored"),
        ("desktop.ini", Skip, "ignored"),
        ("Old/Thumbs.db", Skip, "ignored"),
        ("Old/~$llow up notes.docx", Skip, "lock file"),
        ("ATTRIBUTION.txt", Skip, "plain text"),
    ],
)
def test_what_is_left_or_wrong(plan: ImportPlan, path: str, kind: type, told: str) -> None:
    item = item_for(plan, path)
    assert isinstance(item, kind) and told in item.reason


@pytest.mark.parametrize("path", ["Old/scan without text.pdf", "Old/locked.pdf"])
def test_what_search_cannot_read_is_imported_and_flagged(plan: ImportPlan, path: str) -> None:
    item = item_for(plan, path)
    assert isinstance(item, Create) and item in plan.others
    assert "search cannot see inside" in item.notes[0]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("Join the community of practice.gform", "https://docs.example.org/forms/d/abc/viewform"),
        ("Useful links.url", "https://example.org/systems-leadership"),
    ],
)
def test_links_become_materials(plan: ImportPlan, path: str, address: str) -> None:
    content = item_for(plan, path).content
    assert isinstance(content, MaterialContent) and (content.kind, content.link_url) == ("link", address)


def test_nothing_else_is_wrong(plan: ImportPlan, manifest: Manifest) -> None:
    assert plan.counts == {
        "new_recordings": 8,
        "new_captions": 7,
        "new_materials": 12,
        "updates": 0,
        "skipped": 6,
        "problems": 4,
    }
    assert sum(plan.counts.values()) == len(manifest.files)


def test_a_second_run_changes_nothing(plan: ImportPlan, manifest: Manifest) -> None:
    assert make_plan(manifest, after(Known(), manifest, plan)).changes == ()


def test_a_second_run_that_does_not_open_known_files_changes_nothing(plan: ImportPlan, manifest: Manifest) -> None:
    known = after(Known(), manifest, plan)
    assert make_plan(scan_share(_shared() / "drive-sample", known_hashes=known.hashes), known).changes == ()
