"""Opens office files part by part, as a stream and within limits; used inside a bounded child process.

These files are ZIP archives of XML. They are read in small pieces, with everything counted that is really unpacked, and
never as a tree in memory: that is what a hostile file would use to fill it. No part may declare a document type, which
office programs never write and which entity expansion and outside references need; archives inside are not opened.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from urllib.parse import unquote
from xml.parsers import expat

_MAX_ENTRIES = 10_000
_MAX_PART_BYTES = 64 * 2**20
_MAX_TOTAL_BYTES = 128 * 2**20
_MAX_DEPTH = 1_000
_PIECE_BYTES = 64 * 1024
_UNPACKING_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError, KeyError)

Attributes = dict[str, str]


class UnreadableError(Exception):
    """An office file cannot be read; its text says why in a plain sentence."""


class Package:
    """The parts of an office file, of which only so much is unpacked as the limits allow."""

    def __init__(self, path: str, sign: str = "[Content_Types].xml") -> None:
        """Open the archive at `path`; `sign` is the part that shows that it is an office file."""
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UnreadableError(
                "The file is damaged: its end is missing or its contents do not fit together."
            ) from error
        names = self._archive.namelist()
        if len(names) > _MAX_ENTRIES:
            raise UnreadableError(f"The file is made of {len(names):,} parts; at most {_MAX_ENTRIES:,} are read.")
        self.names = frozenset(names)
        if sign not in self.names:
            raise UnreadableError("The file is a ZIP archive, but not an office file.")
        self._remaining_bytes = _MAX_TOTAL_BYTES

    def parse(self, name: str, reader: PartReader) -> None:
        """Send one part's elements and words to the reader; UnreadableError for a part that is too large or broken."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = reader.start_element
        parser.EndElementHandler = reader.end_element
        parser.CharacterDataHandler = reader.characters
        try:
            if self._archive.getinfo(name).file_size > _MAX_PART_BYTES:
                raise UnreadableError(f"The part {name} unpacks to more than {_MAX_PART_BYTES // 2**20} MB.")
            with self._archive.open(name) as part:
                while piece := part.read(_PIECE_BYTES):
                    self._remaining_bytes -= len(piece)
                    if self._remaining_bytes < 0:
                        raise UnreadableError(f"The file unpacks to more than {_MAX_TOTAL_BYTES // 2**20} MB.")
                    parser.Parse(piece, False)
                parser.Parse(b"", True)
        except StopReadingError:
            return
        except expat.ExpatError as error:
            raise UnreadableError(f"The file is damaged: its part {name} is not well-formed XML.") from error
        except _UNPACKING_ERRORS as error:
            raise UnreadableError(f"The file is damaged: its part {name} cannot be unpacked.") from error

    def relations(self, source: str) -> list[tuple[str, str, str]]:
        """Return (id, last word of the type, target part) for each relation of a part; outside targets are left out."""
        folder, base = posixpath.split(source)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        if name not in self.names:
            return []
        reader = _Relations(folder)
        self.parse(name, reader)
        return [found for found in reader.found if found[2] in self.names]


def _refuse_doctype(*_: object) -> None:
    raise UnreadableError("The file declares a document type (DOCTYPE), which office programs never write.")


class StopReadingError(Exception):
    """Nothing more is wanted from this part."""


class PartReader:
    """Receives the elements of a part by their local names; what stands inside `skipped` elements is left out."""

    skipped: frozenset[str] = frozenset({"Fallback"})  # repeats for older programs what was already said

    def __init__(self) -> None:
        self._depth = 0
        self._skipped_from = 0

    def start_element(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element from the parser."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise UnreadableError("The file is damaged: its contents are nested too deeply.")
        local = name.rpartition(" ")[2]
        if not self._skipped_from and local in self.skipped:
            self._skipped_from = self._depth
        if not self._skipped_from:
            self.start(local, _by_local_name(attributes))

    def end_element(self, name: str) -> None:
        """Take the end of an element from the parser."""
        if not self._skipped_from:
            self.end(name.rpartition(" ")[2])
        elif self._depth == self._skipped_from:
            self._skipped_from = 0
        self._depth -= 1

    def characters(self, text: str) -> None:
        """Take words from the parser."""
        if not self._skipped_from:
            self.words(text)

    def start(self, local: str, attributes: Attributes) -> None:
        """React to an element's start."""

    def end(self, local: str) -> None:
        """React to an element's end."""

    def words(self, text: str) -> None:
        """React to words."""


def _by_local_name(attributes: Attributes) -> Attributes:
    """Drop the namespaces; where two names become one ("id", "r:id"), the attribute that had a namespace is meant."""
    plain = {key: value for key, value in attributes.items() if " " not in key}
    return plain | {key.rpartition(" ")[2]: value for key, value in attributes.items() if " " in key}


class _Relations(PartReader):
    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self.found: list[tuple[str, str, str]] = []

    def start(self, local: str, attributes: Attributes) -> None:
        if local == "Relationship" and attributes.get("TargetMode") != "External":
            target = unquote(attributes.get("Target", ""))
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(self._folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found.append((attributes.get("Id", ""), kind, posixpath.normpath(path)))
