"""Makes up manifests without any files, so that layouts and names can be tried as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from library.captions import Cue, ParsedCaptions
from library.files.signatures import FileKind
from library.ingest.items import Create, ImportPlan
from library.ingest.manifest import Manifest, ShareFile
from library.ingest.naming.kinds import because_ignored, kind_by_name
from library.ingest.plan import make_plan

MOMENT = datetime(2024, 3, 5, 12, tzinfo=UTC)


def made_up(
    path: str,
    *,
    seconds: float = 600,
    words: str = "",
    ends_at: float = 0,
    dialect: str = "webvtt",
    days: int = 0,
    mark: str = "",
) -> ShareFile:
    """One file of a made-up share: media last `seconds`, captions hold `words` and end at `ends_at`, `days` make it newer."""
    kind = kind_by_name(PurePosixPath(path).suffix.lower())
    is_media = kind in (FileKind.VIDEO, FileKind.AUDIO)
    captions = ParsedCaptions((Cue(1.0, ends_at or seconds - 10, words or f"words of {path}"),), (), dialect, "utf-8")
    return ShareFile(
        path=path,
        size_bytes=1000,
        sha256=mark or f"sha of {path}",
        kind=kind,
        modified=MOMENT + timedelta(days=days),
        duration_seconds=seconds if is_media else None,
        captions=captions if kind is FileKind.CAPTIONS else None,
        link_url=f"https://example.org/{path}" if kind is FileKind.LINK else "",
        text_status="extracted" if kind is FileKind.DOCUMENT else "",
        ignored_because=because_ignored(path),
    )


def share(*files: str | ShareFile, root: str = "Share") -> Manifest:
    """A made-up share of these files."""
    made = (made_up(file) if isinstance(file, str) else file for file in files)
    return Manifest(root, tuple(sorted(made, key=lambda file: file.path)))


def plan_of(*files: str | ShareFile, root: str = "Share") -> ImportPlan:
    """The plan of a made-up share."""
    return make_plan(share(*files, root=root))


def title_of(path: str, *beside: str, root: str = "Share") -> str:
    """The title that a recording of this path gets."""
    plan = plan_of(path, *beside, root=root)
    [title] = [group.title for group in plan.groups if group.media and group.media.file.path == path]
    return title


def attached(plan: ImportPlan) -> Mapping[str, set[str]]:
    """What the plan attaches to the recordings, by the names of files without folders."""
    return {
        group.media.file.path: {item.file.path for item in group.attached if isinstance(item, Create)}
        for group in plan.groups
        if group.media
    }


def recordings(plan: ImportPlan) -> Iterable[str]:
    """The paths of the files that become recordings."""
    return [group.media.file.path for group in plan.groups if isinstance(group.media, Create)]
