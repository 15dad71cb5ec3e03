"""Plants small shared folders: media and documents are a line of text for light readers, captions are real."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from library.files.documents import DocumentText, TextStatus
from library.ingest.imported import Known, KnownCaptions, KnownMaterial, KnownRecording
from library.ingest.items import Create, ImportPlan, Item, MaterialContent, RecordingContent, Update
from library.ingest.manifest import Manifest, Readers, scan_share
from library.ingest.plan import make_plan
from library.media.probing import MediaProbe, ProbeError


def video(mark: str, seconds: float = 600) -> bytes:
    """A stand-in for a video of some length; `mark` makes its content unique."""
    return f"video {seconds} {mark}".encode()


def audio(mark: str, seconds: float = 600) -> bytes:
    """A stand-in for a sound file."""
    return f"audio {seconds} {mark}".encode()


def vtt(words: str = "Hello there", ends_at: int = 590, head: str = "WEBVTT") -> bytes:
    """Real WebVTT with one cue that ends at a second."""
    end = f"{ends_at // 3600:02}:{ends_at // 60 % 60:02}:{ends_at % 60:02}.000"
    return f"{head}\n\n00:00:01.000 --> {end}\n{words}\n".encode()


def srt(words: str = "Hello there", ends_at: int = 590) -> bytes:
    """Real SRT with one cue."""
    return f"1\n00:00:01,000 --> 00:{ends_at // 60:02}:{ends_at % 60:02},000\n{words}\n".encode()


def _probe(path: Path, with_poster: bool = False) -> MediaProbe:
    words = path.read_bytes().split()
    if len(words) < 2 or words[0] not in (b"video", b"audio"):
        raise ProbeError("This is not a video or audio file.")
    kind = words[0].decode()
    mime_type = {"video": "video/mp4", "audio": "audio/mpeg"}[kind]
    return MediaProbe(
        kind=kind,
        mime_type=mime_type,
        duration_seconds=float(words[1]),
        size_bytes=path.stat().st_size,
        width=None,
        height=None,
        poster_jpeg=None,
        container="",
        video_codec="",
        audio_codec="",
        is_browser_playable=True,
    )


LIGHT_READERS = Readers(
    probe_media=_probe,
    check_document=lambda path: "application/pdf",
    extract_text=lambda path: DocumentText(TextStatus.EXTRACTED),
)


def plant(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files below a folder, in the given order."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def scanned(folder: Path, files: Mapping[str, bytes]) -> Manifest:
    """The manifest of a folder planted with these files."""
    return scan_share(plant(folder, files), readers=LIGHT_READERS)


def planned(folder: Path, files: Mapping[str, bytes], known: Known | None = None) -> ImportPlan:
    """The plan of a folder planted with these files."""
    return make_plan(scanned(folder, files), known)


def belongings(plan: ImportPlan) -> dict[str, set[str]]:
    """Which paths the plan attaches to which recording (named by its media's path)."""
    return {
        group.media.file.name_path if group.media else f"({group.title})": {
            item.file.name_path for item in group.attached if isinstance(item, Create | Update)
        }
        for group in plan.groups
    }


def item_for(plan: ImportPlan, path: str) -> Item:
    """The one item of a path."""
    [item] = [item for item in plan.items if item.file.name_path == path]
    return item


def after(known: Known, manifest: Manifest, plan: ImportPlan) -> Known:
    """What a library knows once a plan was carried out in it."""
    recordings = {item.key: item for item in known.recordings}
    captions = {item.key: item for item in known.captions}
    materials = {item.key: item for item in known.materials}
    for group in plan.groups:
        media = group.media
        key = group.known_key or f"recording {media.file.sha256}"
        if isinstance(media, Create | Update):
            file = media.file
            recordings[key] = KnownRecording(
                key, group.title, file.sha256, manifest.source_of(file), file.duration_seconds
            )
        for item in group.attached:
            if isinstance(item, Create | Update) and item.file.captions:
                track = f"{key} {item.content.language}"
                captions[track] = KnownCaptions(
                    track, key, item.content.language, item.file.sha256, manifest.source_of(item.file)
                )
    for item in plan.changes:
        if isinstance(item.content, MaterialContent):
            key = item.known_key if isinstance(item, Update) else f"material {len(materials)} {item.file.sha256}"
            sha256 = "" if item.content.link_url else item.file.sha256
            materials[key] = KnownMaterial(key, sha256, item.content.link_url, manifest.source_of(item.file))
    return Known(tuple(recordings.values()), tuple(captions.values()), tuple(materials.values()))


def titles(plan: ImportPlan) -> list[str]:
    """The titles of new and updated recordings."""
    return [item.content.title for item in plan.changes if isinstance(item.content, RecordingContent)]
