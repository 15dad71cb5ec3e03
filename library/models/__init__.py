"""The models of what the academy keeps, one noun a file."""

from .caption_sources import CaptionSource
from .captions import CaptionOrigin, CaptionTrack
from .files import MaterialDocument, RecordingMedia
from .material import MaterialKind, MaterialPage
from .pages import LibraryIndexPage
from .recording import Chapter, RecordingMaterial, RecordingPage

__all__ = [
    "CaptionOrigin",
    "CaptionSource",
    "CaptionTrack",
    "Chapter",
    "LibraryIndexPage",
    "MaterialDocument",
    "MaterialKind",
    "MaterialPage",
    "RecordingMaterial",
    "RecordingMedia",
    "RecordingPage",
]
