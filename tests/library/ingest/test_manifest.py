"""Scanning looks at everything, changes nothing, and stumbles over nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from library.ingest.items import Skip
from library.ingest.manifest import FileKind, Manifest, ShareFile, scan_share
from library.ingest.plan import make_plan
from library.ingest.rendering import render, to_json
from tests.library.ingest.trees import LIGHT_READERS, planned, plant, scanned, video, vtt


def only(manifest: Manifest, path: str) -> ShareFile:
    [file] = [file for file in manifest.files if file.name_path == path]
    return file


def test_facts_of_files(tmp_path: Path) -> None:
    manifest = scanned(tmp_path / "Share", {"a/talk.mp4": video("a", 61), "a/talk.vtt": vtt("Some words", 60)})
    media, captions = only(manifest, "a/talk.mp4"), only(manifest, "a/talk.vtt")
    assert (media.kind, media.duration_seconds, media.mime_type) == (FileKind.VIDEO, 61, "video/mp4")
    assert media.sha256 == hashlib.sha256(video("a", 61)).hexdigest()
    assert media.size_bytes == len(video("a", 61))
    assert captions.captions and captions.captions.cues[0].text == "Some words"
    assert manifest.source_of(media) == "Share/a/talk.mp4"


def test_nothing_is_changed(tmp_path: Path) -> None:
    share = plant(tmp_path, {"a/talk.mp4": video("a"), "a/talk.vtt": vtt(), "x.pdf": b"x"})

    def state() -> dict[str, tuple[int, bytes]]:
        return {str(p): (p.stat().st_mtime_ns, p.read_bytes() if p.is_file() else b"") for p in share.rglob("*")}

    before = state()
    scan_share(share, readers=LIGHT_READERS)
    assert state() == before


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("talk.mp4", b"", "empty (0 bytes)"),
        ("talk.mp4", b"<html>", "not a video or audio file"),
        ("talk.vtt", b"WEBVTT\n\n00:10 --> banana\nx\n", "line 3"),
        ("talk.vtt", b"", "empty (0 bytes)"),
        ("link.url", b"URL=javascript:alert(1)", "not a web address"),
        ("slides.zip", b"PK", "Unpack it"),
        ("talk.scc", b"Scenarist_SCC V1.0", "Save them as .vtt or .srt"),
        ("talk.mts", b"x", "Convert it to .mp4"),
        ("talk.mp4.crdownload", b"x", "Download the file again"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    file = only(scanned(tmp_path, {name: content, "good.mp4": video("good")}), name)
    assert told in file.problem
    assert file.problem.endswith((".", ")")) or "expected" in file.problem


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="Give the path of the folder"):
        scan_share(tmp_path / "absent")


def test_known_files_are_not_opened_again(tmp_path: Path) -> None:
    known = hashlib.sha256(video("a")).hexdigest()
    share = plant(tmp_path, {"a.mp4": video("a"), "b.mp4": video("b")})
    manifest = scan_share(share, readers=LIGHT_READERS, known_hashes={known})
    assert only(manifest, "a.mp4").duration_seconds is None
    assert only(manifest, "b.mp4").duration_seconds == 600


def test_progress_counts_to_the_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    share = plant(tmp_path, {f"{n}.mp4": video(str(n)) for n in range(5)})
    scan_share(share, lambda done, total, name: seen.append((done, total)), readers=LIGHT_READERS)
    assert seen == [(n, 5) for n in range(1, 6)]


def test_shortcuts_are_not_followed(tmp_path: Path) -> None:
    outside = plant(tmp_path / "outside", {"secret.mp4": video("secret")})
    share = plant(tmp_path / "share", {"a/talk.mp4": video("a")})
    (share / "a/loop").symlink_to(share)
    (share / "a/self").symlink_to("self")
    (share / "out").symlink_to(outside)
    (share / "secret.mp4").symlink_to(outside / "secret.mp4")
    (share / "again.mp4").symlink_to(share / "a/talk.mp4")
    (share / "gone.mp4").symlink_to("nowhere")
    manifest = scan_share(share, readers=LIGHT_READERS)
    assert [file.name_path for file in manifest.files if not file.ignored_because] == ["a/talk.mp4"]
    assert "leads out" in only(manifest, "secret.mp4").ignored_because
    assert "in this folder" in only(manifest, "again.mp4").ignored_because
    assert "nowhere" in only(manifest, "gone.mp4").ignored_because
    assert not any(file.sha256 for file in manifest.files if file.ignored_because)


def test_what_is_no_ordinary_file_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    file = only(scan_share(tmp_path, readers=LIGHT_READERS), "pipe.mp4")
    assert file.ignored_because == "not an ordinary file"


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder in which permissions count, because the test does not run as the system's administrator."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    is_root = os.geteuid() == 0
    yield folder
    if is_root:
        os.seteuid(0)
    for path in folder.rglob("*"):
        path.chmod(0o700)
    shutil.rmtree(folder)


def test_what_may_not_be_read_is_told(as_nobody: Path) -> None:
    share = plant(as_nobody, {"closed/talk.mp4": video("a"), "secret.mp4": video("b"), "talk.mp4": video("c")})
    (share / "secret.mp4").chmod(0)
    (share / "closed").chmod(0)
    if os.geteuid() == 0:
        os.seteuid(65534)
    manifest = scan_share(share, readers=LIGHT_READERS)
    assert "cannot be opened: permission denied" in only(manifest, "closed").problem
    assert "cannot be read: permission denied" in only(manifest, "secret.mp4").problem
    assert only(manifest, "talk.mp4").duration_seconds == 600


def test_names_in_any_encoding(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9 talk.mp4"
    Path(os.fsdecode(raw)).write_bytes(video("a"))
    manifest = scan_share(tmp_path, readers=LIGHT_READERS)
    [file] = manifest.files
    assert file.name_path == "café talk.mp4"
    plan = make_plan(manifest)
    assert "Café talk" in render(plan)
    assert to_json(plan)["recordings"][0]["title"] == "Café talk"
    render(plan).encode("utf-8")


def test_accents_are_stored_in_one_way(tmp_path: Path) -> None:
    manifest = scanned(tmp_path / "Cafe\u0301", {"cafe\u0301/e\u0301.mp4": video("a")})
    assert manifest.source_of(manifest.files[0]) == "Caf\u00e9/caf\u00e9/\u00e9.mp4"


def test_a_name_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"talk\x1b[2J\n! forged line.mp4": video("a"), "\u202efdp.txt": b"x"})
    text = render(plan)
    assert "\x1b" not in text and "\u202e" not in text
    assert not any(line.startswith("! forged") for line in text.splitlines())


def test_deep_folders_and_long_names(tmp_path: Path) -> None:
    deep = "/".join(f"level {n}" for n in range(60))
    long = "n" * 240
    plan = planned(tmp_path, {f"{deep}/talk.mp4": video("a"), f"{deep}/talk.vtt": vtt(), f"{long}.mp4": video("b")})
    assert plan.counts["new_recordings"] == 2 and plan.counts["new_captions"] == 1
    assert all(len(group.title) <= 255 for group in plan.groups)


def test_plain_text_and_pictures_stay_where_they_are(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"notes.txt": b"x", "poster.png": b"x", "unknown": b"x", "model.blend": b"x"})
    assert all(isinstance(item, Skip) for item in plan.items)
    assert len(list(plan.items)) == 4
