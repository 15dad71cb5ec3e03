"""Knows how meeting and video tools name their files and folders: title, moment, zone and view of each template.

Each tool writes what a person typed (a title) between what it adds itself: a stamp, a zone, an id, the view that was
recorded. A name is matched with the templates from the top; the first that fits tells its parts.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

from library.ingest.naming.dates import NameDate, split_date

# Views, best for learners first: everything together, then gallery or speaker with the shared screen, then less.
VIEWS = ("", "speaker and screen", "gallery and screen", "screen", "gallery", "speaker", "audio", "one speaker")
_ZOOM_VIEWS = {
    "as": "screen",
    "gvo": "gallery and screen",
    "gallery": "gallery",
    "avo": "speaker",
    "audio": "audio",
    "audio_only": "audio",
    "separate": "one speaker",
    "ssv": "speaker and screen",
    "sgv": "gallery and screen",
}
_MARK_VIEWS = (
    (r"shared[ _]screen[ _]with[ _](?:active[ _])?speaker(?:[ _]view)?", "speaker and screen"),
    (r"shared[ _]screen[ _]with[ _]gallery(?:[ _]view)?", "gallery and screen"),
    (r"(?:shared[ _]screen|screen[ _]share)(?:[ _](?:only|view))?", "screen"),
    (r"gallery[ _]view|(?<=[_(\[-])gallery", "gallery"),
    (r"(?:active[ _])?speaker[ _]view|active[ _]speaker", "speaker"),
    (r"audio[ _-]?only|sound[ _-]only", "audio"),
    (r"video[ _]only", "speaker"),
)
_VIEW_AT_END = tuple(
    (re.compile(rf"(?:[\s_.–-]+|^)[(\[]?(?:{words})[)\]]?(?:\(CC\))?$", re.IGNORECASE), view)
    for words, view in _MARK_VIEWS
)
_SIZE_AT_END = re.compile(
    r"[\s_.–-]+[(\[]?(?:\d{3,4}x\d{3,4}|(?:144|240|360|480|720|1080|1440|2160)p(?:\d\d)?|4k|[hs]d|low[ _]res|high[ _]res"
    r"|(?:HD|SD|Source)(?:[/ -][\w/ -]*)?(?:\([\w/.]*\))?)[)\]]?$",
    re.IGNORECASE,
)

_ZOOM_VIEW_AT_END = re.compile(
    r"GMT\d{8}-\d{6}[_ ]Recording([_ ](as|gvo|gallery|avo|audio_only|audio|separate\d*|ssv|sgv))$", re.IGNORECASE
)

_YMD = r"(?P<moment>20\d{6}"
_DATE = r"20\d\d[-_./]\d\d[-_./]\d\d"
_ZONE = r"(?P<zone>UTC|GMT(?:[+-]\d{1,2}(?::?\d\d)?)?|[A-Z]{3,4}(?:[+-]\d{1,2})?|Z)"
_YOUTUBE_ID = r"(?P<id>[\w-]{11})"


@dataclass(frozen=True, slots=True)
class ToolName:
    """A name as a tool wrote it. `title` is what a person typed ("" for nothing), `zone` the zone of the moment as written."""

    tool: str
    title: str
    date: NameDate | None = None
    zone: str = ""
    view: str = ""


def _template(tool: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    return tool, re.compile(pattern, re.IGNORECASE if tool != "meet" else 0)


_TEMPLATES = (
    _template(
        "zoom cloud",
        r"(?:(?P<title>.+?)[-_ ]+)?(?P<zone>GMT)" + _YMD + r"(?:-\d{6})?)(?:[_ ]Recording(?:[_ ]\d(?=_|$))?)?"
        r"(?:_(?P<view>as|gvo|gallery|avo|audio_only|audio|separate\d*|ssv|sgv))?(?:_\d{3,4}x\d{3,4})?"
        r"(?P<tail>(?:newChat)?(?:[\s._(-].*)?)",
    ),
    _template(
        "teams",
        r"(?P<title>.+?)[-_ ]"
        + _YMD
        + r"[_ ]\d{6})(?P<zone>UTC|Z)?[-_ ]Meeting[ _](?:Recording|Transcript|Notes)(?P<tail>.*)",
    ),
    _template(
        "meet",
        rf"(?P<title>.*?)\s*[-–]\s*(?P<moment>{_DATE}[ _]\d\d[_:. ]\d\d) {_ZONE}"
        r"(?:\s*[-–]\s*(?:Recording|Transcript|Chat|Notes by Gemini))?(?P<tail>.*)",
    ),
    _template(
        "meet",
        rf"(?P<title>.*?)\s*\((?P<moment>{_DATE} at \d\d[_:. ]\d\d) {_ZONE}\)"
        r"(?:\s*[-–]\s*(?:Recording|Transcript|Chat))?(?P<tail>.*)",
    ),
    _template("webex", r"(?P<title>.+?)[-_]" + _YMD + r"[ _]\d{4})(?:-\d{1,2})?(?P<tail>(?:[\s.(].*)?)"),
    _template(
        "whatsapp", rf"WhatsApp (?:Video|Audio|Ptt|Image) (?P<moment>{_DATE} at [\d.:]+(?:\s?[AP]M)?)(?P<tail>.*)"
    ),
    _template("whatsapp", r"(?:VID|AUD|PTT|IMG)-" + _YMD + r")-WA\d+(?P<tail>.*)"),
    _template(
        "phone",
        r"(?:VID|PXL|MVI|REC|AUD|IMG)?_?"
        + _YMD
        + r"[_-]\d{6})(?:\d{3})?(?:[._-](?:HSR|LS|TS|MP|~\d))?(?P<tail>(?:[\s.(].*)?)",
    ),
    _template("phone", r"(?:IMG|MVI|MOV|DSCN?|CIMG|REC|DJI|GX|GH|GOPR|VID|PXL)[_-]?\d{3,8}(?P<tail>(?:[\s.(].*)?)"),
    _template(
        "screen recorder",
        rf"Screen ?(?:Recording|cast(?: from)?|Capture) (?P<moment>{_DATE}(?: at)? \d\d[.:_-]\d\d[.:_-]\d\d(?:\s?[AP]M)?)"
        r"(?P<tail>.*)",
    ),
    _template("obs", rf"(?:Replay )?(?P<moment>{_DATE}[ _]\d\d-\d\d-\d\d)(?P<tail>(?:[\s.(].*)?)"),
    _template(
        "zoom local",
        rf"(?P<moment>{_DATE} \d\d\.\d\d\.\d\d) (?P<title>.*?)(?:\s+\d{{9,11}})?",
    ),
    _template("zoom local", r"(?P<view>audio|video)(?:_?only|\d{4,})(?:_\d+)?(?P<tail>(?:[.(\s].*)?)"),
    _template(
        "kaltura",
        r"(?P<title>.*?)[\s_-]*\(?(?<![^\W_])(?P<id>[01]_(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8})\)?(?P<tail>(?:[\s._(].*)?)",
    ),
    _template(
        "kaltura", r"(?P<title>.+?)[\s_]+\((?:Source|(?:HD|SD|Basic)[/ -][^()]*(?:\([^()]*\))?)\)(?P<tail>(?:[._].*)?)"
    ),
    _template("panopto", r"(?P<title>.+?)_default(?P<tail>(?:[._ (].*)?)"),
    _template("panopto", r"(?P<title>.+?)_Captions_\w.*"),
    _template("yt-dlp", r"(?P<title>.+?)\s*\[" + _YOUTUBE_ID + r"\](?P<tail>(?:[. ].*)?)"),
    _template("yt-dlp", r"(?P<title>.+?)-" + _YOUTUBE_ID + r"(?P<tail>(?:\..*)?)"),
)
_CODE_OF_MEET = re.compile(r"[a-z]{3}-[a-z]{4}-[a-z]{3}")
_ZOOM_DEFAULT = re.compile(r"(?:(?P<who>.+?['’]s?) )?(?:Zoom Meeting|Personal Meeting Room)", re.IGNORECASE)
UNSTAMPED = frozenset({"kaltura", "panopto", "yt-dlp"})


@lru_cache(maxsize=20_000)
def tool_name(text: str) -> ToolName | None:
    """Return the parts of a file's or folder's name (without its extension) that a known tool made, or None."""
    text = text.strip()
    for tool, pattern in _TEMPLATES:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        parts = match.groupdict()
        if parts.get("id") and tool == "yt-dlp" and not _is_youtube_id(parts["id"], "[" in text):
            continue
        date = _date_in(parts.get("moment") or "")
        if parts.get("moment") and date is None:
            continue
        title = _typed(parts.get("title") or "")
        tail = parts.get("tail") or ""
        tail = re.sub(r"^\.f\d{2,3}(?=\.|$)", "", tail)
        tail = "" if tail.casefold() in ("newchat", ".transcript", ".cc") else tail
        return ToolName(
            tool, f"{title}{tail}".strip(), date, (parts.get("zone") or "").upper(), _view(parts.get("view"))
        )
    return None


def default_meeting(title: str) -> str | None:
    """Return what is left of a meeting's name that Zoom gave ("Jane's Zoom Meeting": "Jane's meeting"), or None."""
    match = _ZOOM_DEFAULT.fullmatch(title.strip())
    if match is None:
        return None
    return f"{match['who']} meeting" if match["who"] else "Meeting"


def without_view(stem: str, *, may_be_empty: bool = False) -> tuple[str, str]:
    """Return a name without the marks of its rendering (view, picture size) at its end, and the view ("" for none).

    A name that is nothing else stays, unless it `may_be_empty`.
    """
    view, before = "", None
    while before != stem:
        before = stem
        stem = _SIZE_AT_END.sub("", stem) or stem
        if match := _ZOOM_VIEW_AT_END.search(stem):
            stem, view = stem[: match.start(1)], view or _view(match[2])
        for pattern, told in _VIEW_AT_END:
            if (shorter := pattern.sub("", stem)) != stem and (shorter.strip() or may_be_empty):
                stem, view = shorter, view or told
                break
    return stem, view


def _typed(title: str) -> str:
    return "" if _CODE_OF_MEET.fullmatch(title) else title


def _view(text: str | None) -> str:
    folded = (text or "").casefold()
    return _ZOOM_VIEWS.get(folded.rstrip("0123456789"), "")


def _date_in(moment: str) -> NameDate | None:
    if match := re.fullmatch(r"(20\d{6})[ _](\d{4})", moment):  # without seconds
        moment = f"{match[1]}_{match[2]}00"
    return split_date(re.sub(r" (\d\d) (\d\d)$", r" \1_\2", moment))[0]


def _is_youtube_id(text: str, is_bracketed: bool) -> bool:
    """Whether eleven signs look drawn by lot: capitals and small letters mixed, or digits among letters; no word does."""
    letters = [character for character in text if character.isalpha()]
    has_digit = any(character.isdigit() for character in text)
    changes = sum(a.islower() and b.isupper() for a, b in itertools.pairwise(text))
    is_mixed = any(letter.islower() for letter in letters) and any(letter.isupper() for letter in letters)
    if is_bracketed:
        return bool(letters) and (has_digit or changes > 0 or (is_mixed and "_" in text)) and " " not in text
    return is_mixed and (changes >= 2 or (has_digit and changes >= 1))
