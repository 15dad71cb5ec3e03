"""The models of what the academy keeps, one noun a file."""

from .captions import CaptionOrigin, CaptionTrack
from .files import MaterialDocument, RecordingMedia
from .material import MaterialKind, MaterialPage
from .pages import LibraryIndexPage
from .recording import Chapter, RecordingMaterial, RecordingPage

__all__ = [
    "CaptionOrigin",
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
