"""Understands the names people and meeting tools give to files: what is a title, what a remark, what a language."""

# ruff: noqa: SIM905 - long word lists are read most easily as lines of words

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from library.ingest.naming.dates import NameDate, split_date
from library.ingest.naming.languages import split_caption_mark, split_language
from library.ingest.naming.tools import UNSTAMPED, ToolName, default_meeting, tool_name, without_view

MAX_TITLE_CHARACTERS = 200

_REMARKS = frozenset(
    "audio video sound only no without with captions captioned subtitles subtitled transcript final draft copy old edit"
    " edited version hd uncut raw trimmed compressed recording zoom teams duplicate backup".split()
)
GENERIC_WORDS = _REMARKS | frozenset(
    "videos recordings movie movies clip clips meeting meetings untitled img mov mvi dsc vid screen new session"
    " sessions webinar webinars workshop workshops output export exports file files folder shared drive archive"
    " archived misc media uploads downloads caption subtitle transcripts slides slide deck presentation presentations"
    " notes handout handouts resources resource materials material documents docs general channel gallery view gvo as"
    " avo cc of and the default pxl whatsapp mvi rec obs zoom gmt utc whole full complete part speaker new voice memo"
    " share onedrive sharepoint dropbox desktop interview lecture seminar masterclass worksheet worksheets record"
    " audios sounds mp subs decks powerpoint powerpoints doc pdf pdfs links reading readings participants delegates"
    " supporting other all meet webex panopto kaltura closed".split()
)
_STOP_WORDS = frozenset("a an and at by for from in into is of on or our the to with".split())
_SET_ASIDE = frozenset("old archive archived backup backups bak duplicates duplicate copies trash bin unused".split())
_PART_WORDS = "part|pt|session|week|day|module|episode|ep|unit|lesson|chapter|webinar|workshop|lecture"
_NUMBER_WORDS = {
    word: number
    for words in ("one two three four five six seven eight nine ten", "i ii iii iv v vi vii viii ix x")
    for number, word in enumerate(words.split(), 1)
}
_OF_PARTS = re.compile(r"(?<![^\W_])(\d{1,2})\s*of\s*\d{1,2}(?![^\W_])", re.IGNORECASE)

_REMARK = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_CLOCK = r"(?:[01]?\d|2[0-3])[:.h]?[0-5]\d(?:\s*[ap]m)?|(?:1[0-2]|0?[1-9])\s*[ap]m"
_CLOCK_RANGE = re.compile(rf"(?<![\d-])(?:{_CLOCK})\s*(?:-|–|to|until)\s*(?:{_CLOCK})(?![\d-])", re.IGNORECASE)
_RESOLUTION = re.compile(r"(?<![^\W_])(?:\d{3,4}x\d{3,4}|(?:360|480|720|1080|2160)p|4k)(?![^\W_])", re.IGNORECASE)
_VERSION_AT_END = re.compile(
    r"[\s._–-]+(?:final|draft|latest|v(?:er(?:sion)?)?[ .]?\d+(?:\.\d+)*|copy(?: \d+)?|(?:meeting )?recording|default"
    r"|edit(?:ed)?|[hs]d)$",
    re.IGNORECASE,
)
_COPY_OF = re.compile(r"^copy (?:\(\d+\) )?of ", re.IGNORECASE)
_COPY_MARK = re.compile(r"(?:\(\d{1,3}\)|[ _-]+copy(?:[ _-]?\d+)?)$", re.IGNORECASE)
_PART = re.compile(
    rf"(?<![^\W_])(?:{_PART_WORDS})\s*[-_.#]?\s*(\d{{1,3}}|{'|'.join(_NUMBER_WORDS)})(?![^\W_])", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<!\d)(?<![^\W\d_]-)\d{1,3}(?!\d)")  # not the 19 of covid-19
_RECORDING_MARK = re.compile(r"(?<=\w)[\s._–-]+(?:meeting[\s_]+)?recording$", re.IGNORECASE)
_LABELS = re.compile(
    r"(?<![^\W_])(?:use this(?: one)?|do not use|not for sharing|for upload(?:ing)?|to upload)(?![^\W_])", re.IGNORECASE
)
_CHATTER = ("meeting in ", "call with ", "meeting with ")


def fold(text: str) -> str:
    """Text for comparison: composed the same way, without case, separators as single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_]+", " ", text).strip()


def words_of(text: str) -> frozenset[str]:
    """The telling words of a name, without accents, case, stop words and numbers."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", fold(text)) if not unicodedata.combining(c))
    return frozenset(word for word in re.findall(r"[^\W\d_]+", plain) if word not in _STOP_WORDS)


def is_set_aside(folder: str) -> bool:
    """Whether a folder's name says that what lies in it is old or a copy ("Old", "Archive 2019", "backup")."""
    words = words_of(folder)
    return bool(words) and words <= _SET_ASIDE


def has_copy_mark(stem: str) -> bool:
    """Whether a name carries the mark of a copy: "talk (1)", "talk copy", "Copy of talk"."""
    return bool(_COPY_MARK.search(stem.strip()) or _COPY_OF.match(stem.strip()))


def pairing_stem(stem: str) -> str:
    """What stays of a name when a recording, its captions and its copies are to look the same."""
    previous = None
    while previous != stem:
        # Again and again: a mark that was taken off, or a sign that was written out, can bring another mark to light.
        previous = stem
        stem = _without_marks(_COPY_OF.sub("", stem.strip()))
        tool = tool_name(stem)
        if tool and tool.tool in UNSTAMPED and tool.title:
            stem = tool.title
        stem = _RECORDING_MARK.sub("", without_view(stem)[0])
        stem = re.sub(r"[\s._–-]+", " ", fold(_RESOLUTION.sub(" ", stem))).strip()
    return stem


def _without_marks(stem: str) -> str:
    previous = None
    while previous != stem:
        previous = stem
        stem = split_caption_mark(_COPY_MARK.sub("", split_language(stem)[1].strip()).strip()).strip() or stem
    return stem


@dataclass(frozen=True)
class Name:
    """One file's stem or one folder's name, understood; `year` is the year a folder above tells, if any."""

    text: str
    year: int | None = None

    @cached_property
    def date(self) -> NameDate | None:
        """The date in the name, if any."""
        return self._dated[0]

    @cached_property
    def part(self) -> int | None:
        """The number of "Part 2", "Session 2" or "Week two"."""
        match = _PART.search(self._dated[1]) or _OF_PARTS.search(self._dated[1])
        return (_NUMBER_WORDS.get(match[1].casefold()) or int(match[1])) if match else None

    @cached_property
    def number(self) -> int | None:
        """The part's number, or else the only small number in the name ("video2"); dates and sizes are no numbers."""
        if self.part is not None:
            return self.part
        rest = _COPY_MARK.sub("", _RESOLUTION.sub(" ", _CLOCK_RANGE.sub(" ", self._dated[1])).strip())
        numbers = _NUMBER.findall(_VERSION_AT_END.sub("", rest.strip()))
        return int(numbers[0]) if len(numbers) == 1 else None

    @cached_property
    def words(self) -> frozenset[str]:
        """The telling words of the title."""
        return words_of(self.title)

    @cached_property
    def is_generic(self) -> bool:
        """Whether the name says nothing about the content: "video1", "GMT2020…_Recording", "Old", "2022", "Feb"."""
        return self.part is None and (not self.words - GENERIC_WORDS or self.is_default)

    @cached_property
    def is_default(self) -> bool:
        """Whether a tool gave the name for want of another: "Call with Ana", "Meeting in General", "Jane's Zoom Meeting"."""
        return self.title.casefold().startswith(_CHATTER) or default_meeting(self._dated[1]) is not None

    @cached_property
    def title(self) -> str:
        """The name as a title: without dates, clock times, picture sizes, version marks and remarks about the file."""
        text = _RESOLUTION.sub(" ", _CLOCK_RANGE.sub(" ", self._dated[1].replace("_", " ")))
        text = "".join(" " if unicodedata.category(c).startswith("C") else c for c in text)
        text = _REMARK.sub(_without_remark, _LABELS.sub(" ", text)).strip()
        text = default_meeting(text) or text
        previous = ""
        while previous != text:
            previous, text = text, _COPY_OF.sub("", _VERSION_AT_END.sub("", text.rstrip(" -–.,;:!")))
        text = re.sub(r"\s+[-–—]+\s+", " – ", re.sub(r"\s+", " ", text)).strip(" -–—_.,;:+&")
        text = re.sub(r"\s+([,;:.!?])", r"\1", text)
        if text[:1].islower() and not text[1:2].isupper():
            text = text[0].upper() + text[1:]
        return cut(text)

    @cached_property
    def tool(self) -> ToolName | None:
        """What a meeting or video tool wrote into the name, if one did."""
        return tool_name(unicodedata.normalize("NFC", self.text))

    @cached_property
    def _dated(self) -> tuple[NameDate | None, str]:
        text = unicodedata.normalize("NFC", self.text)
        if self.tool is None:
            return split_date(text, self.year)
        date, rest = split_date(self.tool.title, self.year)
        return self.tool.date or date, rest


@lru_cache(maxsize=20_000)
def understood(text: str, year: int | None = None) -> Name:
    """The Name of `text`, remembered, since a folder's name is asked for by each file in it."""
    return Name(text, year)


def names_of(folders: Sequence[str], stem: str) -> tuple[list[Name], Name]:
    """The Names of a path's folders, outermost first, and of its stem, each knowing the year told above it."""
    year: int | None = None
    names: list[Name] = []
    for text in (*folders, stem):
        name = understood(text, year)
        year = name.date.year if name.date else year
        names.append(name)
    return names[:-1], names[-1]


def is_abbreviation(short: str, long: str) -> bool:
    """Whether `short` is made of the first letters of `long`: "CoP" of "Community of practice"."""
    letters = re.sub(r"[\W\d_]+", "", short).casefold()
    words = re.findall(r"[^\W\d_]+", long.casefold())
    telling = [word for word in words if word not in _STOP_WORDS]
    return len(letters) >= 2 and letters in ("".join(w[0] for w in words), "".join(w[0] for w in telling))


def cut(text: str, limit: int = MAX_TITLE_CHARACTERS) -> str:
    """At most `limit` characters, cut between words, the cut shown."""
    if len(text) <= limit:
        return text
    shortened = text[: limit - 1]
    return (shortened.rsplit(" ", 1)[0] if " " in shortened[limit // 2 :] else shortened).rstrip(" ,;:–-") + "…"


def _without_remark(match: re.Match[str]) -> str:
    inside = re.findall(r"[^\W_]+", match[1].casefold())
    is_remark = all(word in _REMARKS or word.isdigit() or re.fullmatch(r"v\d+", word) for word in inside)
    return " " if is_remark else match[0]
