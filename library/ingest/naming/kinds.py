"""Says by a file's name what the library would do with it, and what it leaves where it is."""

# ruff: noqa: SIM905 - long word lists are read most easily as lines of words

from __future__ import annotations

import re
from pathlib import PurePosixPath

from library.files.signatures import CAPTION_EXTENSIONS, DOCUMENT_TYPES, MEDIA_TYPES, FileKind
from library.ingest.links import LINK_EXTENSIONS
from library.ingest.naming.names import words_of

_PLAIN_TEXT = (".txt", ".csv", ".md", ".log", ".rtx")
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".heic", ".heif", ".bmp", ".tif", ".tiff", ".avif")
_AUDIO = (".mp3", ".m4a", ".aac", ".wav", ".flac", ".ogg", ".oga", ".opus", ".wma")
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_OTHER_CAPTIONS = (".stl", ".scc", ".sup", ".cap")
_OTHER_MEDIA = (".mts", ".m2ts", ".3gp", ".flv", ".f4v", ".vob", ".amr", ".aif", ".aiff", ".caf", ".mxf")
_OTHER_DOCUMENTS = (
    ".pages",
    ".key",
    ".numbers",
    ".pub",
    ".epub",
    ".odg",
    ".vsdx",
    ".one",
    ".docm",
    ".pptm",
    ".xlsm",
    ".dotx",
)
_UNFINISHED = (".crdownload", ".part", ".partial", ".download", ".opdownload", ".filepart")

_TO_MEND = (
    (_ARCHIVES, "This is an archive, so we cannot see what is in it. Unpack it and import again."),
    (_OTHER_CAPTIONS, "Captions of this kind cannot be read. Save them as .vtt or .srt and import again."),
    (_OTHER_MEDIA, "Recordings of this kind cannot be read. Convert it to .mp4 or .mp3 and import again."),
    (_OTHER_DOCUMENTS, "Documents of this kind cannot be imported. Save it as a PDF and import again."),
    (_UNFINISHED, "This download was never finished. Download the file again."),
)
_JUNK = (
    (re.compile(r"^(\.ds_store|\.localized|icon\r?|\.fseventsd|\.volumeicon\.icns)$"), "the Mac's note about a folder"),
    (
        re.compile(r"^(thumbs\.db|ehthumbs\.db|desktop\.ini|autorun\.inf|iconcache\.db)$"),
        "Windows' note about a folder",
    ),
    (re.compile(r"^~\$|^\.~lock\..*#$"), "an editor's lock file"),
    (re.compile(r"^\._"), "the Mac's note about a file"),
    (re.compile(r"\.te?mp$|~$|^~wrl\d+"), "a temporary file"),
    (re.compile(r"^\."), "a hidden file"),
)
_JUNK_FOLDERS = re.compile(r"^(__macosx|\..*|\$recycle\.bin|system volume information|@eadir)$")

_MATERIAL_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "toolkit",
        frozenset("toolkit tool tools toolbox guide guidebook workbook template templates playbook framework".split()),
    ),
    ("slides", frozenset("slides slide slidedeck deck presentation".split())),
    ("notes", frozenset("notes note minutes followup summary actions agenda reflections".split())),
    ("handout", frozenset("handout handouts worksheet worksheets exercise exercises resources resource flyer".split())),
    (
        "publication",
        frozenset("publication report paper article proposal recommendations evaluation journal book".split()),
    ),
)


def kind_by_name(extension: str) -> FileKind:
    """What a file claims to be by its extension (lower-case, with its full stop); its content is checked later."""
    if extension in CAPTION_EXTENSIONS:
        return FileKind.CAPTIONS
    if extension in LINK_EXTENSIONS:
        return FileKind.LINK
    if extension in MEDIA_TYPES:
        return FileKind.AUDIO if extension in _AUDIO else FileKind.VIDEO
    if extension in DOCUMENT_TYPES and extension not in _PLAIN_TEXT:
        return FileKind.DOCUMENT
    return FileKind.IMAGE if extension in _PICTURES else FileKind.UNKNOWN


def because_ignored(path: str) -> str:
    """Why a file is nobody's content (what computers leave behind in folders), or "" when it may be somebody's."""
    *folders, name = PurePosixPath(path).parts
    if any(_JUNK_FOLDERS.match(folder.casefold()) for folder in folders):
        return "in a hidden folder of the computer"
    folded = name.casefold()
    return next((reason for pattern, reason in _JUNK if pattern.search(folded)), "")


def because_not_kept(extension: str) -> tuple[str, str]:
    """Why a file is not taken in: a problem to be mended first, or a reason to leave it; both "" if it is."""
    if kind_by_name(extension) not in (FileKind.UNKNOWN, FileKind.IMAGE):
        return "", ""
    problem = next((problem for extensions, problem in _TO_MEND if extension in extensions), "")
    if problem:
        return problem, ""
    if extension in _PICTURES:
        return "", "a picture: the library keeps recordings, captions, documents and links"
    told = f"a {extension} file" if extension else "a file without an extension"
    return "", f"{'plain text' if extension in _PLAIN_TEXT else told}: not a kind of file that the library keeps"


def material_kind(stem: str, extension: str) -> str:
    """Which kind of material a file is: by a telling word in its name, or else by its format."""
    if extension in LINK_EXTENSIONS:
        return "link"
    words = words_of(stem.replace("-", " "))
    for kind, telling in _MATERIAL_WORDS:
        if words & telling:
            return kind
    if {"follow", "up"} <= words:
        return "notes"
    return {".pptx": "slides", ".ppt": "slides", ".odp": "slides"}.get(extension, "handout")
