"""Finds out what an uploaded file really is, and what a recording holds, before anything else trusts it.

Length, size, type and poster of a recording are facts of its file and never typed in. Whatever is wrong with a file is
said as a plain sentence for the editor who chose it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from library.files.bounded import BoundedRun, Ending, bytes_of, run_bounded
from library.files.signatures import (
    ALLOWED_DOCUMENT_EXTENSIONS,
    ALLOWED_MEDIA_EXTENSIONS,
    DEMUXERS,
    DOCUMENT_TYPES,
    DOCX,
    EMPTY,
    HEAD_BYTES,
    MEDIA_TYPES,
    OLE,
    PLAYLIST,
    PPTX,
    UNKNOWN,
    XLSX,
    FileKind,
    extension_of,
    kind_of,
    plain_name,
    sniff_file,
    sniff_mime,
)

__all__ = [
    "ALLOWED_DOCUMENT_EXTENSIONS",
    "ALLOWED_MEDIA_EXTENSIONS",
    "FileKind",
    "MediaProbe",
    "ProbeError",
    "check_document",
    "check_media",
    "kind_of",
    "probe_media",
    "sniff_file",
    "sniff_mime",
]

_MEMORY_BYTES = 768 * 2**20  # address space, of which a 4K decoder and the libraries themselves take most
_MAX_DURATION_SECONDS = 7 * 24 * 3600
_MAX_BOXES = 10_000
_DIRECTORY_BYTES = 4 * 2**20  # of a ZIP archive's directory, far more than any office program writes
_DIRECTORY_END = b"PK\x05\x06"
_DIRECTORY_END_BYTES = 66_000  # the longest that the last record can be, comment included
_OUTER_BOXES = (
    b"ftyp",
    b"moov",
    b"mdat",
    b"moof",
    b"mfra",
    b"free",
    b"skip",
    b"wide",
    b"sidx",
    b"styp",
    b"uuid",
    b"udta",
)
_BROWSER_VIDEO = {"video/mp4": {"h264", "av1", "vp9"}, "video/webm": {"vp8", "vp9", "av1"}}
_BROWSER_AUDIO = {
    "video/mp4": {"aac", "mp3", "opus", "flac", ""},
    "video/webm": {"opus", "vorbis", ""},
    "audio/mp4": {"aac", "mp3", "alac", "flac", "opus"},
    "audio/webm": {"opus", "vorbis"},
    "audio/mpeg": {"mp3", "mp3float"},
    "audio/aac": {"aac"},
    "audio/wav": {"pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le"},
    "audio/flac": {"flac"},
    "audio/ogg": {"opus", "vorbis", "flac"},
}


class ProbeError(ValueError):
    """A file cannot be used; its text tells the editor in a plain sentence what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class MediaProbe:
    """What a recording's file holds: length in seconds, size in bytes and pixels, and a poster frame for a video."""

    kind: Literal["video", "audio"]
    mime_type: str
    duration_seconds: float
    size_bytes: int
    width: int | None
    height: int | None
    poster_jpeg: bytes | None
    container: str
    video_codec: str
    audio_codec: str
    is_browser_playable: bool


def probe_media(path: Path | str, *, timeout_seconds: float = 20.0, with_poster: bool = True) -> MediaProbe:
    """Read a recording's facts from its file, in a child process that ends after `timeout_seconds` at the latest.

    The container is recognised by its first bytes and only its own reader is used, so a playlist in disguise is never
    followed. Raises ProbeError for a file that is empty, damaged or no recording; OSError when it cannot be opened.
    """
    path = Path(path)
    with path.open("rb") as file:
        size_bytes = os.fstat(file.fileno()).st_size
        mime_type = _require_media(file.read(HEAD_BYTES), path.name)
        if DEMUXERS[mime_type] == "mov":
            _require_whole_mp4(file, size_bytes)
    request = {"path": str(path.absolute()), "demuxer": DEMUXERS[mime_type], "with_poster": with_poster}
    run = run_bounded("library.media.worker:read", request, timeout_seconds=timeout_seconds, memory_bytes=_MEMORY_BYTES)
    return _media_probe(_facts_of(run, timeout_seconds), mime_type, size_bytes)


def check_media(source: Path | str | BinaryIO, name: str = "") -> str:
    """Return the MIME type of a recording's file, or raise ProbeError when it is not named or not made like one.

    Looks at the beginning only, so a form can ask before the file is stored. A file object is left at its beginning.
    """
    with _opened(source, name) as (file, name):
        extension = extension_of(name)
        if extension not in MEDIA_TYPES:
            raise ProbeError(_not_allowed(extension, ALLOWED_MEDIA_EXTENSIONS))
        return _require_media(file.read(HEAD_BYTES), name)


def check_document(source: Path | str | BinaryIO, name: str = "") -> str:
    """Return the MIME type of a document, or raise ProbeError when it is empty, cut off or not what its extension says.

    Looks at both ends only, so a form can ask before the file is stored. A file object is left at its beginning.
    """
    with _opened(source, name) as (file, name):
        extension = extension_of(name)
        if extension not in DOCUMENT_TYPES:
            raise ProbeError(_not_allowed(extension, ALLOWED_DOCUMENT_EXTENSIONS))
        mime_type = sniff_file(file, name)
        if mime_type == EMPTY:
            raise ProbeError("This file is empty (0 bytes). Choose the original again.")
        if mime_type in DOCUMENT_TYPES[extension]:
            if mime_type in (DOCX, PPTX, XLSX):
                _require_sound_office(file)
            return mime_type
        if mime_type == OLE and extension in (".docx", ".pptx", ".xlsx"):
            return mime_type  # How Office stores a password-protected file; extraction says so.
        expected = plain_name(DOCUMENT_TYPES[extension][0])
        raise ProbeError(
            f"This file is named {extension}, but it is not {expected}: it looks like {plain_name(mime_type)}."
        )


def _require_sound_office(file: BinaryIO) -> None:
    """Look at the directory that ends an office file, where the names of its parts stand as they are."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - _DIRECTORY_BYTES))
    directory = file.read()
    if _DIRECTORY_END not in directory[-_DIRECTORY_END_BYTES:]:
        raise ProbeError("This file is incomplete: its end is missing. Copy the original again.")
    if b"vbaProject.bin" in directory:
        raise ProbeError("This file contains macros (a program). Save it without macros, as .docx, .pptx or .xlsx.")


@contextmanager
def _opened(source: Path | str | BinaryIO, name: str) -> Iterator[tuple[BinaryIO, str]]:
    if isinstance(source, Path | str):
        with Path(source).open("rb") as file:
            yield file, name or Path(source).name
        return
    source.seek(0)
    try:
        yield source, name or str(getattr(source, "name", ""))
    finally:
        source.seek(0)


def _not_allowed(extension: str, allowed: tuple[str, ...]) -> str:
    said = f"Files named {extension} are not accepted here" if extension else "This file's name has no extension"
    return f"{said}. Accepted are: {', '.join(item.removeprefix('.') for item in allowed)}."


def _require_media(head: bytes, name: str) -> str:
    mime_type = sniff_mime(head, name)
    if mime_type == EMPTY:
        raise ProbeError("This file is empty (0 bytes). Copy it again from where it was recorded.")
    if mime_type == PLAYLIST:
        raise ProbeError("This is a playlist that points to other files, not a recording. Upload the recording itself.")
    if mime_type not in DEMUXERS:
        looks = "" if mime_type == UNKNOWN else f": it looks like {plain_name(mime_type)}"
        raise ProbeError(f"This is not a video or audio file{looks}.")
    return mime_type


def _require_whole_mp4(file: BinaryIO, size_bytes: int) -> None:
    """Walk the outermost boxes of an MP4 or QuickTime file, whose lengths tell whether its end is missing."""
    position, has_index = 0, False
    for _ in range(_MAX_BOXES):
        if position + 8 > size_bytes:
            break
        file.seek(position)
        header = file.read(16)
        length, box = int.from_bytes(header[:4], "big"), header[4:8]
        length = int.from_bytes(header[8:16], "big") if length == 1 else length or size_bytes - position
        if box not in _OUTER_BOXES and has_index:
            return  # Some programs leave loose bytes behind the recording; players do not mind.
        has_index = has_index or box == b"moov"
        if length < 8:
            raise ProbeError("The video is damaged: its internal structure is not valid. Export or copy it again.")
        if position + length > size_bytes:
            index = "" if has_index else ", and its index (moov) is missing"
            raise ProbeError(
                f"The video is cut off: {size_bytes:,} of at least {position + length:,} bytes are here{index}. "
                "Copy or download it again."
            )
        position += length
    if not has_index:
        raise ProbeError("The video cannot be played: its index (moov) is missing. Copy or export it again.")


def _facts_of(run: BoundedRun, timeout_seconds: float) -> dict[str, Any]:
    facts = {key: value for record in run.records for key, value in record.items()}
    if "duration_seconds" in facts and "error" not in facts:
        return facts  # Facts stay true when only the poster took too long.
    if run.ending is Ending.TIMED_OUT:
        raise ProbeError(f"Reading this file took longer than {timeout_seconds:g} seconds, so we stopped.")
    if run.ending is Ending.OUT_OF_MEMORY:
        raise ProbeError("Reading this file needs more memory than is allowed, so it was given up.")
    raise ProbeError("The recording is damaged: no player can read it. Copy or export it again.")


def _media_probe(facts: dict[str, Any], mime_type: str, size_bytes: int) -> MediaProbe:
    video, audio = facts["video_codec"], facts["audio_codec"]
    if not video and not audio:
        raise ProbeError("There is neither picture nor sound in this file.")
    duration_seconds = facts["duration_seconds"]
    if not 0 < duration_seconds <= _MAX_DURATION_SECONDS:
        raise ProbeError("The recording is damaged: it does not say how long it is. Export it again.")
    mime_type = _refine(mime_type, has_picture=bool(video))
    return MediaProbe(
        kind="video" if video else "audio",
        mime_type=mime_type,
        duration_seconds=round(duration_seconds, 3),
        size_bytes=size_bytes,
        width=facts["width"],
        height=facts["height"],
        poster_jpeg=bytes_of(facts.get("poster_jpeg")),
        container=facts["container"],
        video_codec=video,
        audio_codec=audio,
        is_browser_playable=_is_browser_playable(mime_type, facts),
    )


def _refine(mime_type: str, *, has_picture: bool) -> str:
    """Choose between the video and the audio name of a container by what it holds."""
    if has_picture:
        return {"audio/mp4": "video/mp4", "audio/ogg": "video/ogg"}.get(mime_type, mime_type)
    return {
        "video/mp4": "audio/mp4",
        "video/quicktime": "audio/mp4",
        "video/webm": "audio/webm",
        "video/x-matroska": "audio/x-matroska",
        "video/x-ms-asf": "audio/x-ms-wma",
    }.get(mime_type, mime_type)


def _is_browser_playable(mime_type: str, facts: dict[str, Any]) -> bool:
    video = facts["video_codec"].removeprefix("lib")
    has_known_sound = facts["audio_codec"] in _BROWSER_AUDIO.get(mime_type, set())
    if not video:
        return has_known_sound
    # 10-bit and 4:4:4 pictures are shown by few browsers, whatever the codec.
    has_plain_colours = facts["pixel_format"] in ("yuv420p", "yuvj420p", "nv12", "")
    return has_known_sound and has_plain_colours and video in _BROWSER_VIDEO.get(mime_type, set())
