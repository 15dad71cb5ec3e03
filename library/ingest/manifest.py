"""Looks at everything in a shared folder, only reading, so that a plan is made of facts and not of file names alone."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from library.captions import CaptionError, ParsedCaptions, parse_captions
from library.files.documents import DocumentText, extract_text
from library.files.signatures import FileKind
from library.ingest.links import MAX_LINK_FILE_BYTES, LinkError, read_link
from library.ingest.naming.kinds import because_ignored, because_not_kept, kind_by_name
from library.media.probing import MediaProbe, ProbeError, check_document, probe_media

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
MAX_SOURCE_CHARACTERS = 255
_CHUNK_BYTES = 1024 * 1024
_MAX_CAPTION_BYTES = 10 * 1024 * 1024
# What facts take beside words and pictures, roughly.
_FACTS_BYTES = 1_000


@dataclass(frozen=True, slots=True)
class Readers:
    """The functions that open files; each may be replaced, so that a plan can be tried without real media."""

    probe_media: Callable[[Path, bool], MediaProbe] = field(
        default=lambda path, with_poster: probe_media(path, with_poster=with_poster)
    )
    parse_captions: Callable[[bytes], ParsedCaptions] = parse_captions
    check_document: Callable[[Path], str] = check_document
    extract_text: Callable[[Path], DocumentText] = extract_text


class Findings:
    """How many bytes of what readers found may still be kept for the import that follows; safe for threads."""

    def __init__(self, most_bytes: int) -> None:
        self._left = most_bytes
        self._lock = threading.Lock()

    @property
    def has_room(self) -> bool:
        """Whether anything more is kept at all."""
        return self._left > 0

    def keep(self, size_bytes: int) -> bool:
        """Return whether a finding of this size is kept, and count it."""
        with self._lock:
            if size_bytes > self._left:
                return False
            self._left -= size_bytes
            return True


@dataclass(frozen=True, slots=True)
class ShareFile:
    """One entry of the folder. `path` (relative, with "/") opens the file; `name_path` is fit to be shown and stored.

    `problem` is one sentence: what is wrong and what to do. `ignored_because` says why a file is nobody's content.
    `probe` (with a poster) and `text` are what the readers found, as far as `scan` was told to keep it: so an import need not
    read the file once more.
    """

    path: str
    size_bytes: int = 0
    modified: datetime = _NO_TIME
    sha256: str = ""
    kind: FileKind = FileKind.UNKNOWN
    mime_type: str = ""
    duration_seconds: float | None = None
    is_browser_playable: bool = True
    captions: ParsedCaptions | None = None
    link_url: str = ""
    text_status: str = ""
    note: str = ""
    problem: str = ""
    ignored_because: str = ""
    probe: MediaProbe | None = field(default=None, compare=False, repr=False)
    text: DocumentText | None = field(default=None, compare=False, repr=False)

    @property
    def name_path(self) -> str:
        """The path as text: composed characters (NFC), and bytes that are no UTF-8 read as Windows-1252."""
        raw = os.fsencode(self.path)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", "replace")
        return unicodedata.normalize("NFC", text)

    @property
    def folders(self) -> tuple[str, ...]:
        """The names of the folders that lead to the file, outermost first."""
        return PurePosixPath(self.name_path).parts[:-1]

    @property
    def name(self) -> str:
        """The file's name, with its extension."""
        return PurePosixPath(self.name_path).name

    @property
    def stem(self) -> str:
        """The file's name without its last extension."""
        return PurePosixPath(self.name_path).stem

    @property
    def extension(self) -> str:
        """The last extension, lower-case, with its full stop; "" for none."""
        return PurePosixPath(self.name_path).suffix.lower()

    @property
    def is_media(self) -> bool:
        """Whether it is a recording."""
        return self.kind in (FileKind.VIDEO, FileKind.AUDIO)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything in the folder, sorted by path. `root` is the folder's own name, by which its files are known later."""

    root: str
    files: tuple[ShareFile, ...]

    def source_of(self, file: ShareFile) -> str:
        """Where a file came from, in a form that stays the same wherever the folder is kept: "Folder/sub/file.mp4".

        At most 255 characters; of a longer path the end stays, and a hash in place of the beginning keeps it unique.
        """
        text = f"{self.root}/{file.name_path}"
        if len(text) <= MAX_SOURCE_CHARACTERS:
            return text
        return f"{hashlib.sha256(text.encode()).hexdigest()[:16]}…{text[17 - MAX_SOURCE_CHARACTERS :]}"


def scan_share(
    folder: Path,
    progress: Callable[[int, int, str], None] | None = None,
    *,
    readers: Readers | None = None,
    known_hashes: Collection[str] = frozenset(),
    keep_bytes: int = 0,
) -> Manifest:
    """Everything in `folder`, read but never changed.

    Shortcuts are not followed. A file that cannot be read is told as its own problem. Files whose SHA-256 is in
    `known_hashes` are not opened by a reader: their facts are known. Of what the readers find, `keep_bytes` are kept at most,
    for an import that follows. `progress` is called after each file with how many
    are done, how many there are, and its name. NotADirectoryError when `folder` is no folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder. Give the path of the folder to import.")
    found = sorted(_walk(folder), key=lambda file: os.fsencode(file.path))
    files: list[ShareFile] = []
    findings = Findings(keep_bytes)

    def look(file: ShareFile) -> ShareFile:
        return _looked_at(folder, file, readers or Readers(), known_hashes, findings)

    # The readers wait for child processes and hashing frees the interpreter: two threads halve the time.
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for number, file in enumerate(pool.map(look, found), start=1):
            files.append(file)
            if progress:
                progress(number, len(found), file.name_path)
    files.sort(key=lambda file: (file.name_path, os.fsencode(file.path)))
    name = ShareFile(path=folder.resolve().name).name_path
    return Manifest(root=name, files=tuple(files))


def _walk(folder: Path) -> Iterator[ShareFile]:
    waiting = [""]
    while waiting:  # A stack of our own: folders may be nested deeper than Python calls may.
        below = waiting.pop()
        try:
            with os.scandir(folder / below) as entries:
                for entry in entries:
                    path = f"{below}/{entry.name}" if below else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    else:
                        yield _entered(folder, path, entry)
        except OSError as error:
            told = f"This folder cannot be opened: {_why(error)}. Allow reading it."
            yield ShareFile(path=below or ".", problem=told)


def _entered(folder: Path, path: str, entry: os.DirEntry[str]) -> ShareFile:
    try:
        return _link_to(folder, path) if entry.is_symlink() else _stated(path, entry.stat(follow_symlinks=False))
    except OSError as error:
        return ShareFile(path=path, problem=f"This cannot be read: {_why(error)}. Allow reading it.")


def _stated(path: str, facts: os.stat_result) -> ShareFile:
    file = ShareFile(path=path, size_bytes=facts.st_size, modified=_moment(facts.st_mtime))
    if not stat.S_ISREG(facts.st_mode):
        return replace(file, ignored_because="not an ordinary file")
    return replace(file, kind=kind_by_name(file.extension), ignored_because=because_ignored(file.name_path))


def _link_to(folder: Path, path: str) -> ShareFile:
    target = Path(os.path.realpath(folder / path))
    if not os.path.exists(target) or target == folder / path:
        return ShareFile(path=path, ignored_because="a shortcut that leads nowhere")
    is_inside = target.is_relative_to(os.path.realpath(folder))
    where = "to something in this folder" if is_inside else "that leads out of this folder: not followed"
    return ShareFile(path=path, ignored_because=f"a shortcut {where}")


def _looked_at(
    folder: Path, file: ShareFile, readers: Readers, known_hashes: Collection[str], findings: Findings
) -> ShareFile:
    if file.problem or file.ignored_because:
        return file
    if not file.size_bytes:
        return replace(file, problem="This file is empty (0 bytes). Copy it again from where it came from.")
    path = folder / file.path
    try:
        file = replace(file, sha256=hash_file(path))
        problem, not_kept = because_not_kept(file.extension)
        if not_kept and (captions := _captions_in_disguise(path, file, readers)):
            return replace(file, kind=FileKind.CAPTIONS, captions=captions)
        if problem or not_kept:
            return replace(file, problem=problem, ignored_because=not_kept)
        # Captions and links are cheap to read and say what they belong to.
        if file.sha256 in known_hashes and file.kind not in (FileKind.CAPTIONS, FileKind.LINK):
            return file
        return _read(path, file, readers, findings)
    except OSError as error:
        return replace(file, problem=f"This file cannot be read: {_why(error)}. Allow reading it, or copy it again.")
    except CaptionError as error:
        return replace(file, problem=f"These captions cannot be read: {error}")
    except (ProbeError, LinkError) as error:
        return replace(file, problem=str(error))


def _captions_in_disguise(path: Path, file: ShareFile, readers: Readers) -> ParsedCaptions | None:
    """Return the captions in a text or JSON file that tools name as they like, or None when it holds none."""
    if file.extension not in (".txt", ".json") or file.size_bytes > _MAX_CAPTION_BYTES:
        return None
    try:
        captions = readers.parse_captions(_head(path, _MAX_CAPTION_BYTES + 1))
    except CaptionError:
        return None
    # Times without a name before them stand in agendas, too.
    is_transcript = captions.dialect != "transcript" or any(cue.speaker for cue in captions.cues)
    return captions if is_transcript and captions.dialect != "chat" else None


def _read(path: Path, file: ShareFile, readers: Readers, findings: Findings) -> ShareFile:
    if file.is_media:
        with_poster = findings.has_room
        media = readers.probe_media(path, with_poster)
        is_kept = with_poster and findings.keep(len(media.poster_jpeg or b"") + _FACTS_BYTES)
        return replace(
            file,
            kind=FileKind(media.kind),
            mime_type=media.mime_type,
            duration_seconds=media.duration_seconds,
            is_browser_playable=media.is_browser_playable,
            probe=media if is_kept else None,
        )
    if file.kind is FileKind.CAPTIONS:
        return replace(file, captions=readers.parse_captions(_head(path, _MAX_CAPTION_BYTES + 1)))
    if file.kind is FileKind.LINK:
        return replace(file, link_url=read_link(_head(path, MAX_LINK_FILE_BYTES + 1), file.extension))
    if file.kind is FileKind.DOCUMENT:
        mime_type = readers.check_document(path)
        text = readers.extract_text(path)
        # A character of Python's takes up to four bytes.
        is_kept = findings.keep(4 * sum(len(page.text) + len(page.heading) for page in text.pages) + _FACTS_BYTES)
        return replace(
            file, mime_type=mime_type, text_status=str(text.status), note=text.note, text=text if is_kept else None
        )
    return file


def hash_file(path: Path) -> str:
    """The SHA-256 of a file of any size, as hexadecimal text."""
    with path.open("rb", buffering=0) as stream:
        digest = hashlib.sha256()
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _head(path: Path, limit: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(limit)


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return _NO_TIME


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
