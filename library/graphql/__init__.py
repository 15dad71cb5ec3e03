"""What this app shows to partners: its types, its blocks and its root fields."""

from . import linked_documents  # noqa: F401 - registers where links to documents lead
from .blocks import BLOCK_TYPES
from .materials import Material, MaterialConnection
from .queries import LibraryQuery
from .recordings import Recording, RecordingConnection

__all__ = ["BLOCK_TYPES", "LibraryQuery", "Material", "MaterialConnection", "Recording", "RecordingConnection"]
