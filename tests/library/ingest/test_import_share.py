"""The command: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from filelock import FileLock

from library.models import LibraryIndexPage, RecordingPage
from tests.library.ingest.trees import plant, vtt

DEMO = Path(__file__).resolve().parents[3] / "home" / "demo"


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = plant(tmp_path / "Share", {"Trust/video1.vtt": vtt("Hello", 70), ".DS_Store": b"x"})
    shutil.copy(DEMO / "media/welcome-to-the-library.mp4", folder / "Trust/video1.mp4")
    return folder


def command(*arguments: object) -> tuple[int, str]:
    """Run the command; its exit code and what it printed."""
    out = io.StringIO()
    try:
        call_command("import_share", *map(str, arguments), stdout=out)
    except SystemExit as ending:
        return int(ending.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_without_apply_it_only_shows_the_plan(site, share: Path) -> None:
    code, text = command(share)
    assert code == 0
    assert "Trust · 1 minute" in text and "same name" in text and "Add --apply" in text
    assert not RecordingPage.objects.exists()


def test_apply_carries_it_out_and_a_repeat_changes_nothing(site, share: Path) -> None:
    assert command(share, "--apply")[1].endswith("Done: 2 created and 0 updated, as drafts.\n")
    code, text = command(share, "--apply", "--publish")
    assert (code, RecordingPage.objects.count()) == (0, 1)
    assert "0 new recordings" in text and text.endswith("Done: 0 changes.\n")


def test_publish_for_an_audience(site, share: Path) -> None:
    command(share, "--apply", "--publish", "--audience", "public")
    page = RecordingPage.objects.get()
    assert (page.live, page.audience) == (True, "public")


def test_files_with_problems_end_with_1_and_are_told(site, share: Path) -> None:
    plant(share, {"empty.mp4": b""})
    code, text = command(share, "--apply")
    assert code == 1 and "empty.mp4" in text and "empty (0 bytes)" in text
    assert RecordingPage.objects.count() == 1


def test_json(site, share: Path, tmp_path: Path) -> None:
    plant(share, {"empty.mp4": b""})
    command(share, "--apply", "--json", tmp_path / "plan.json")
    data = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert data["recordings"][0]["media"]["path"] == "Trust/video1.mp4"
    assert data["counts"]["problems"] == 1
    assert data["done"] == {"created": 2, "updated": 0, "left_as_drafts": [], "failures": []}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["/nowhere at all"], "is not a folder"),
        ([__file__], "is not a folder"),
        (["{share}", "--json", "/nowhere at all/x.json"], "cannot be written"),
        (["{share}", "--apply", "--json", "{share}"], "cannot be written"),
        (["{share}", "--audience", "everybody"], "invalid choice"),
    ],
)
def test_wrong_use_ends_with_2(site, share: Path, arguments: list[str], told: str) -> None:
    with pytest.raises(CommandError, match=told) as caught:
        command(*(argument.format(share=share) for argument in arguments))
    # What the command line's own parser refuses ends with 2 there; called from Python, it is raised.
    assert caught.value.returncode == 2 or told == "invalid choice"
    assert not RecordingPage.objects.exists()


def test_apply_without_a_library_page_is_wrong_use(db, own_folders, share: Path) -> None:
    LibraryIndexPage.objects.get().delete()
    with pytest.raises(CommandError, match="no library page") as caught:
        command(share, "--apply")
    assert caught.value.returncode == 2


def test_two_imports_do_not_run_at_once(site, share: Path) -> None:
    with (
        FileLock(Path(settings.VAR_DIR) / "import.lock"),
        pytest.raises(CommandError, match="Another import") as caught,
    ):
        command(share, "--apply")
    assert caught.value.returncode == 2
