"""Reads the language of captions out of file and folder names: names of languages, and codes of two and three letters."""

# ruff: noqa: SIM905 - long word lists are read most easily as lines of words

from __future__ import annotations

import re
from collections.abc import Sequence

LANGUAGE_NAMES = dict(
    pair.split(":")
    for pair in (
        "english:en welsh:cy cymraeg:cy polish:pl polski:pl french:fr german:de spanish:es portuguese:pt romanian:ro"
        " urdu:ur punjabi:pa panjabi:pa bengali:bn gujarati:gu arabic:ar chinese:zh ukrainian:uk russian:ru"
        " lithuanian:lt italian:it dutch:nl somali:so turkish:tr tamil:ta hindi:hi irish:ga gaelic:gd farsi:fa"
        " persian:fa kurdish:ku hungarian:hu bulgarian:bg greek:el yoruba:yo vietnamese:vi czech:cs japanese:ja"
        " korean:ko hebrew:he thai:th swedish:sv danish:da norwegian:no finnish:fi slovak:sk albanian:sq swahili:sw"
        " deutsch:de français:fr francais:fr español:es espanol:es português:pt italiano:it mandarin:zh cantonese:zh"
        " nepali:ne amharic:am croatian:hr serbian:sr bosnian:bs latvian:lv estonian:et pashto:ps indonesian:id"
    ).split()
)
_THREE_LETTERS = dict(
    pair.split(":")
    for pair in (
        "eng:en cym:cy wel:cy pol:pl fra:fr fre:fr deu:de ger:de spa:es por:pt ron:ro rum:ro urd:ur pan:pa ben:bn"
        " guj:gu ara:ar zho:zh chi:zh ukr:uk rus:ru lit:lt ita:it nld:nl dut:nl som:so tur:tr tam:ta hin:hi gle:ga"
        " gla:gd fas:fa per:fa kur:ku hun:hu bul:bg ell:el gre:el yor:yo vie:vi ces:cs cze:cs jpn:ja kor:ko heb:he"
        " tha:th swe:sv dan:da nor:no fin:fi slk:sk sqi:sq alb:sq swa:sw nep:ne amh:am hrv:hr srp:sr lav:lv est:et"
        " pus:ps ind:id"
    ).split()
)
_CODES = frozenset(LANGUAGE_NAMES.values()) | frozenset(
    "af am az be bs ca da et eu fi gl he hr hy id is ja ka kk km ko lo lv mk ml mn mr ms my ne no ps si sk sl sq sr sv"
    " sw te th tl uz zu".split()
)
# Codes that are also English words or names count only after a full stop, as in "talk.it.vtt", or in capitals (three letters).
_CODES_AS_WORDS = frozenset("am be he hi id is it me my no so ta as".split()) | frozenset(
    "ben dan fin ger gre lit pan per pol por ron rum som spa swa tam tha chi ind nor est dut wel".split()
)
_LANGUAGE = r"(?P<before>[\s._(\[-]+)(?P<language>[^\W\d_]{2,10})"
_LANGUAGE_AT_END = (
    re.compile(_LANGUAGE + r"[-_](?P<region>[a-z]{2}|(?!orig)[a-z]{4}|\d{3})[)\]]?$", re.IGNORECASE),
    re.compile(_LANGUAGE + r"(?:\s*\((?:[A-Z][A-Za-z. ]+)\))(?P<region>)$"),  # English (United States)
    re.compile(_LANGUAGE + r"-orig(?P<region>)$", re.IGNORECASE),
    re.compile(_LANGUAGE + r"(?P<region>)[)\]]?$", re.IGNORECASE),
)
_LANGUAGE_FIRST = re.compile(
    r"[(\[]?(?P<language>[^\W\d_]{2,10})[)\]]?(?P<after>\s*[-–_.]\s*|\s+(?:captions?|subtitles?)\b)", re.I
)
_CAPTION_MARKS = (
    r"transcript(?:ion)? captions? subtitles? subs cc sdh hi auto asr auto[-_.\s]?(?:generated|captions?) machine ai whisper"
    r" otter corrected forced foreign draft final old new edited reviewed checked verified proofed proofread approved"
    r" human manual clean v\d+(?:\.\d+)* full signs orig original latest backup bak"
).split()
_CAPTION_MARK = re.compile(rf"(?:[\s._–-]+|\s*(?=[(\[]))[(\[]*(?:{'|'.join(_CAPTION_MARKS)})[)\]]*$", re.IGNORECASE)


def split_language(stem: str) -> tuple[str | None, str]:
    """The language a caption file's name ends with ("talk.en", "talk_POL", "talk (Polish)"), and the name without it."""
    for pattern in _LANGUAGE_AT_END:
        match = pattern.search(stem)
        if match is None:
            continue
        code = _code_of(match["language"], match["before"])
        if code is None:
            continue
        region = match["region"]
        region = region.upper() if len(region) == 2 else region.title()
        return (f"{code}-{region}" if region else code), stem[: match.start()]
    return None, stem


def split_caption_mark(stem: str) -> str:
    """A name without the last word that tells only what captions it holds ("talk.en.auto": "talk.en")."""
    return _CAPTION_MARK.sub("", stem)


def language_in_name(stem: str) -> str:
    """The language in a caption file's name, at its end behind marks ("talk.en.forced") or at its beginning, or ""."""
    rest, previous = stem.strip(), None
    while previous != rest:
        previous = rest
        found, rest = split_language(rest)
        if found:
            return found
        rest = split_caption_mark(re.sub(r"\s*\(\d+\)$", "", rest)).strip()
    match = _LANGUAGE_FIRST.match(stem.strip())
    if match is None:
        return ""
    word = match["language"]
    is_clear = word.casefold() in LANGUAGE_NAMES or (word.isupper() and len(word) == 3)
    return (_code_of(word, " ") or "") if is_clear else ""


def language_of_folders(folders: Sequence[str], kind_words: frozenset[str]) -> str:
    """The language that the nearest folder is named for ("Polish", "Captions (Welsh)", "captions/pl"), or ""."""
    for depth in range(len(folders) - 1, -1, -1):
        words = re.findall(r"[^\W\d_]+", folders[depth].casefold())
        telling = [word for word in words if word not in kind_words]
        if len(telling) != 1:
            continue
        if telling[0] in LANGUAGE_NAMES:
            return LANGUAGE_NAMES[telling[0]]
        # A code alone may be anybody's initials (IT, HR): it counts where captions lie.
        above = set(re.findall(r"[^\W\d_]+", folders[depth - 1].casefold())) if depth else set()
        if (set(words) - {telling[0]} or above) and (set(words) | above) & kind_words:
            return _code_of(telling[0], ".") or ""
    return ""


def _code_of(word: str, before: str) -> str | None:
    folded = word.casefold()
    code = LANGUAGE_NAMES.get(folded) or (folded if folded in _CODES else _THREE_LETTERS.get(folded))
    if code is None or (folded in _CODES_AS_WORDS and "." not in before and not (len(word) == 3 and word.isupper())):
        return None
    return code
