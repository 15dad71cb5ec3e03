"""An import that is killed again and again (kill -9) and repeated ends as if nothing had happened."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from library.ingest.library_snapshot import known_now
from library.ingest.manifest import scan_share
from library.ingest.plan import make_plan
from library.models import CaptionSource, CaptionTrack, MaterialDocument, MaterialPage, RecordingMedia, RecordingPage
from tests import factories
from tests.library.ingest.trees import plant, vtt
from tests.processes import address_of_database

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[3]
DEMO = REPOSITORY / "home" / "demo"
TIMEOUT_SECONDS = 120


def start_import(share: Path, var: Path) -> subprocess.Popen[bytes]:
    """A real import in a process of its own, on the test's database and folders."""
    environment = {
        **os.environ,
        "VAR_DIR": str(var),
        "DATABASE_URL": address_of_database(),
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
    }
    command = [sys.executable, "manage.py", "import_share", str(share), "--apply", "--publish"]
    return subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def kill_when(process: subprocess.Popen[bytes], happened: Callable[[], bool]) -> bool:
    """Kill a process the moment something has happened; whether it was still running then."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not happened() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.003)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_killed_and_repeated(own_folders: Path) -> None:
    factories.make_site()
    private = own_folders / "private"
    share = plant(
        own_folders / "Share", {f"{name}/talk.vtt": vtt(f"Words on {name}", 60) for name in ("Care", "Power", "Trust")}
    )
    for name, media in (("Care", "thinking-in-systems.mp4"), ("Power", "what-a-community-of-practice-is-for.mp3"),
                        ("Trust", "welcome-to-the-library.mp4")):  # fmt: skip
        shutil.copy(DEMO / "media" / media, share / name / f"talk{Path(media).suffix}")
    for name, document in (
        ("Care", "thinking-in-systems-slides.pptx"),
        ("Trust", "thinking-in-systems-session-notes.pdf"),
    ):
        shutil.copy(DEMO / "documents" / document, share / name / document)

    def stored() -> int:
        return sum(path.is_file() for path in private.rglob("*"))

    # In the middle of storing, between storing and the rows, and right after a recording's commit.
    for watched in (stored, RecordingMedia.objects.count, RecordingPage.objects.count, stored):
        before = watched()
        assert kill_when(start_import(share, own_folders), lambda watched=watched, before=before: watched() > before)
    last = start_import(share, own_folders)
    errors = last.communicate(timeout=TIMEOUT_SECONDS)[1].decode()
    assert last.returncode == 0, errors[-2000:]

    assert sorted(RecordingPage.objects.live().values_list("title", flat=True)) == [
        "Care: Talk",
        "Power: Talk",
        "Trust: Talk",
    ]
    assert (CaptionTrack.objects.count(), MaterialPage.objects.live().count()) == (3, 2)
    names = {
        *RecordingMedia.objects.values_list("file", flat=True),
        *MaterialDocument.objects.values_list("file", flat=True),
        *CaptionSource.objects.values_list("file", flat=True),
    }
    assert {str(path.relative_to(private)) for path in private.rglob("*") if path.is_file()} == names
    assert len(names) == 8
    known = known_now()
    assert make_plan(scan_share(share, known_hashes=known.hashes), known).changes == ()
