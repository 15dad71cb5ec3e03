"""Knows what is markup in a cue and what only looks like it: tags, positioning codes, codes of other formats."""

from __future__ import annotations

# ruff: noqa: SIM905 - long word lists are read most easily as lines of words
import re
from functools import partial

TAG = re.compile(r"<(?:/?[A-Za-z][^>]*|/|[!?][^>]*|[0-9][0-9:.,]*)>")
# What automatic captions put before every word; taking it out first spares the careful way for each of them.
WORD_TAG = re.compile(r"</?c(?:\.[\w.]*)?>|<[0-9:.]{5,16}>")
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
LINE_BREAK = re.compile(r"</?br\b", re.IGNORECASE)
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_ATTRIBUTE = r"\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+)"
_PLAIN_TAG = re.compile(rf"</?[A-Za-z][A-Za-z0-9]*(?:\.[\w.-]*)?(?:{_ATTRIBUTE}){{0,20}}\s*/?>")
_ANNOTATED = re.compile(r"<(?:v|lang)(?:\.[^\s>]*)?(?:\s[^>]*)?>", re.IGNORECASE)
_STAMP = re.compile(r"<[0-9][0-9:.,]*>")
_LONGEST_TAG = 500

# Elements that nobody writes to tell of a sound.
_ELEMENTS = frozenset(
    """b i u s c v lang ruby rt rp em strong small big sub sup tt center br p div span font script style img svg iframe
    html head body h1 h2 h3 h4 h5 h6 ul ol li table tbody tr td th hr input textarea meta base embed strike del ins
    blockquote pre code nobr""".split()
)
# Elements whose names are also words: tags only with attributes, or in pairs.
_WORDLIKE_ELEMENTS = frozenset(
    """a video audio object form label map link title data details source button section article mark address time
    summary main menu picture figure cite q""".split()
)
_CUT_TAG = re.compile(r"</?(?:b|i|u|s|font)\s*$", re.IGNORECASE | re.MULTILINE)
_MOST_LAYERS = 5

_BRACES = re.compile(r"\{\\[^{}]{0,200}\}")
_OVERRIDE = re.compile(
    r"\\(?:an?\d{1,2}|(?:pos|move|org|fade?|i?clip)\([^()]*\)|t\([^{}]*\)|b\d{3}|[ibus][01]?(?![A-Za-z])"
    r"|(?:[xy]?bord|[xy]?shad|be|blur|fs(?:c[xy]|p)?|fr[xyz]?|fa[xy]|pbo|q|p|fe|k[fo]?|K)-?[\d.]+"
    r"|fn[A-Z@][\w -]*|(?:[1-4]?[ca]|alpha)(?:&H[0-9A-Fa-f]+&?)?(?![A-Za-z])|r(?:[A-Z]\w*)?(?![a-z])|[Nnh](?![a-z]))\s*"
)
# "C:\New" and "\\server\notes" are places in a computer.
_PATH = re.compile(r"\b[A-Za-z]:\\|\\\\\w|%\w+%\\")
_BREAK_CODE = re.compile(r"\s*(?:(?<!\{)\\[Nn]|\[br\]|\[BR\])\s*")
_BLANK_CODE = re.compile(r"(?<!\{)\\h")


def is_known_tag(tag: str, raw: str) -> bool:
    """Tell a tag that WebVTT, SRT or HTML knows, in the form it has there, within the raw text of its cue."""
    if _STAMP.fullmatch(tag) or tag in ("</>", "</v>") or _ANNOTATED.fullmatch(tag):
        return True
    match = _NAME.match(tag)
    if match is None:
        return False
    name = match[1].lower()
    if len(tag) > _LONGEST_TAG:
        return name in _ELEMENTS
    if name not in _ELEMENTS and name not in _WORDLIKE_ELEMENTS:
        return False
    if not _PLAIN_TAG.fullmatch(tag):
        # What is left of a tag with a broken attribute holds no words; "<b and c>" does.
        return name in ("script", "style", "iframe", "img", "svg", "font") or "=" in tag
    if name in _WORDLIKE_ELEMENTS and "=" not in tag:
        lowered = raw.lower()
        return f"</{name}>" in lowered and f"<{name}" in lowered
    return True


def drop_remade_tags(text: str) -> str:
    """Return text of which no known tag is left, where taking others out has put some together; other brackets stay."""
    for _ in range(_MOST_LAYERS):
        opened = TAG.sub(partial(_without_known, raw=text), text)
        if opened == text:
            break
        text = opened
    return _CUT_TAG.sub("", text)


def _without_known(match: re.Match[str], raw: str) -> str:
    return "" if is_known_tag(match[0], raw) else match[0]


def drop_override_codes(raw: str) -> str:
    r"""Return text without the positioning codes of SubStation ("{\an8}"); braces around words stay."""
    return _BRACES.sub(lambda match: "" if not _OVERRIDE.sub("", match[0][1:-1]).strip() else match[0], raw)


def translate_break_codes(raw: str) -> str:
    r"""Return text with line breaks for the codes of other formats ("\N", "[br]"); paths of computers stay as they are."""
    if "\\" not in raw and "[" not in raw:
        return raw
    lines = (
        line if _PATH.search(line) else _BLANK_CODE.sub(" ", _BREAK_CODE.sub("\n", line)) for line in raw.split("\n")
    )
    return "\n".join(lines)


def breaks_lines_with_bars(texts: list[str]) -> bool:
    """Tell a file that writes "|" where a line ends, as it does throughout."""
    barred = sum(1 for text in texts if "|" in text.strip("| "))
    return barred >= 2 and barred * 2 >= len(texts)
