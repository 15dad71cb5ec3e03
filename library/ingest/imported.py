"""What the library already holds of earlier imports: the facts by which a second run recognises its files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class KnownRecording:
    """A recording in the library. `source_path` is "Folder/sub/file.mp4" as imported, "" when it came another way."""

    key: str
    title: str
    media_sha256: str = ""
    source_path: str = ""
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class KnownCaptions:
    """A caption track in the library, of one recording and language."""

    key: str
    recording_key: str
    language: str
    sha256: str = ""
    source_path: str = ""


@dataclass(frozen=True, slots=True)
class KnownMaterial:
    """A material in the library: a file (its SHA-256) or a link (its address)."""

    key: str
    sha256: str = ""
    link_url: str = ""
    source_path: str = ""


@dataclass(frozen=True)
class Known:
    """All that is known, with the look-ups a plan needs."""

    recordings: tuple[KnownRecording, ...] = ()
    captions: tuple[KnownCaptions, ...] = ()
    materials: tuple[KnownMaterial, ...] = ()
    slugs: frozenset[str] = frozenset()  # of all pages beside those that an import makes

    @cached_property
    def hashes(self) -> frozenset[str]:
        """The SHA-256 of all known files."""
        items = (*(r.media_sha256 for r in self.recordings), *(m.sha256 for m in self.materials))
        return frozenset(sha256 for sha256 in items if sha256)

    @cached_property
    def recording_by_hash(self) -> dict[str, KnownRecording]:
        """Recordings by the SHA-256 of their media."""
        return {item.media_sha256: item for item in reversed(self.recordings) if item.media_sha256}

    @cached_property
    def recording_by_source(self) -> dict[str, KnownRecording]:
        """Recordings by where they came from."""
        return {item.source_path: item for item in reversed(self.recordings) if item.source_path}

    @cached_property
    def material_by_hash(self) -> dict[str, KnownMaterial]:
        """Materials by the SHA-256 of their file."""
        return {item.sha256: item for item in reversed(self.materials) if item.sha256}

    @cached_property
    def material_by_link(self) -> dict[str, KnownMaterial]:
        """Link materials by their address."""
        return {item.link_url: item for item in reversed(self.materials) if item.link_url}

    @cached_property
    def material_by_source(self) -> dict[str, KnownMaterial]:
        """Materials by where they came from."""
        return {item.source_path: item for item in reversed(self.materials) if item.source_path}

    @cached_property
    def captions_by_recording(self) -> dict[str, list[KnownCaptions]]:
        """Caption tracks of each recording's key."""
        found: dict[str, list[KnownCaptions]] = {}
        for item in self.captions:
            found.setdefault(item.recording_key, []).append(item)
        return found
