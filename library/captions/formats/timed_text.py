"""Reads timed text in XML as a stream: TTML in its profiles (DFXP, IMSC, SMPTE-TT) and what YouTube hands out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

from library.captions.cues import MAX_CUES, CaptionError, CaptionWarning
from library.captions.formats.reading import Reading, end_with_next, fragments_of

_MOST_DEPTH = 100
_CLOCK = re.compile(r"(\d{1,4}):(\d{2}):(\d{2})(?:\.(\d{1,9})|:(\d{1,3})(?:\.\d+)?)?")
_OFFSET = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(h|m|s|ms|f|t)?")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_CONTAINERS = frozenset({"body", "div"})
_EXPECTED = "a time such as 00:00:01.000 or 1.5s"


@dataclass(slots=True)
class _Frame:
    """An open element: when it begins and ends (milliseconds; None for open), who speaks."""

    name: str
    begin: int
    end: int | None
    speaker: str = ""


class TimedTextReader:
    """Collects the cues of one file in ``reading``. No document type is taken, so no entity can be of its own making."""

    def __init__(self) -> None:
        self.reading = Reading("ttml", [])
        self.has_images = False
        self._stack: list[_Frame] = []
        self._agents: dict[str, str] = {}
        self._agent = ""
        self._rates = {"f": 30.0, "t": 1.0}
        self._words: list[str] | None = None
        self._line = 0
        self._keeps_blanks = False

    def parse(self, text: str) -> None:
        """Read a whole file; raises ExpatError for broken XML and CaptionError for a broken time, with the line."""
        parser = self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._characters
        parser.Parse(text.strip().encode("utf-8", "replace"), True)
        fragments = self.reading.fragments
        if any(fragment.end_ms < 0 for fragment in fragments):
            end_with_next(list(fragments))

    def _refuse_doctype(self, *_: object) -> None:
        raise CaptionError(
            self._parser.CurrentLineNumber, "this XML declares a document type", "TTML without a document type"
        )

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rsplit(" ", 1)[-1]
        plain = {key.rsplit(" ", 1)[-1]: value for key, value in attributes.items()}
        if len(self._stack) >= _MOST_DEPTH:
            raise CaptionError(self._parser.CurrentLineNumber, "this XML is nested too deeply", "TTML")
        parent = self._stack[-1] if self._stack else _Frame("", 0, None)
        if name in ("tt", "transcript", "timedtext"):
            self._read_root(name, plain)
        elif name == "image" or (name == "div" and "backgroundImage" in plain):
            self.has_images = True
        elif name == "agent":
            self._agent = plain.get("id", "")
        elif name == "br" and self._words is not None:
            self._words.append("\n")
        begin, end = self._times(name, plain, parent)
        speaker = self._agents.get(plain.get("agent", ""), "") or parent.speaker
        if name in ("p", "text") and self._words is None:
            self._words, self._line = [], self._parser.CurrentLineNumber
        elif name == "span" and self._words is not None and ("begin" in plain or "agent" in plain):
            # A span with a time of its own is a cue of its own; what stood before it is one as well.
            self._flush(parent)
        self._stack.append(_Frame(name, begin, end, speaker))

    def _read_root(self, name: str, plain: dict[str, str]) -> None:
        self.reading.language = plain.get("lang", "")
        self.reading.dialect = "ttml" if name == "tt" else "youtube-xml"
        rate = (
            float(plain["frameRate"]) if plain.get("frameRate", "").isdecimal() and plain["frameRate"] != "0" else 30.0
        )
        multiplier = plain.get("frameRateMultiplier", "").split()
        if len(multiplier) == 2 and all(part.isdecimal() and int(part) for part in multiplier):
            rate *= int(multiplier[0]) / int(multiplier[1])
        ticks = plain.get("tickRate", "")
        self._rates = {
            "f": rate,
            "t": float(ticks) if ticks.isdecimal() and int(ticks) else rate if plain.get("frameRate") else 1.0,
        }

    def _times(self, name: str, plain: dict[str, str], parent: _Frame) -> tuple[int, int | None]:
        """Return begin and end of an element on the file's own clock."""
        if name in ("text", "p") and ("t" in plain or "start" in plain):
            # YouTube: "t" and "d" in milliseconds, "start" and "dur" in seconds.
            scale = "ms" if "t" in plain else "s"
            begin = self._ms(plain.get("t") or plain["start"], scale)
            length = plain.get("d") or plain.get("dur")
            return begin, begin + self._ms(length, scale) if length else None
        begin = parent.begin + (self._ms(plain["begin"], "s") if plain.get("begin") else 0)
        end = parent.begin + self._ms(plain["end"], "s") if plain.get("end") else None
        if end is None and plain.get("dur"):
            end = begin + self._ms(plain["dur"], "s")
        if end is None or (parent.end is not None and name not in _CONTAINERS and parent.end < end):
            end = parent.end if end is None else end
        return begin, end

    def _ms(self, value: str, unit: str) -> int:
        value = value.strip()
        if match := _CLOCK.fullmatch(value):
            whole = (int(match[1]) * 60 + int(match[2])) * 60 + int(match[3])
            part = int((match[4] + "000")[:3]) if match[4] else 0
            return whole * 1000 + part + (round(int(match[5]) / self._rates["f"] * 1000) if match[5] else 0)
        if match := _OFFSET.fullmatch(value):
            measure = match[2] or unit
            seconds = _SECONDS.get(measure) or 1 / self._rates[measure]
            return round(float(match[1]) * seconds * 1000)
        raise CaptionError(self._parser.CurrentLineNumber, f"“{value[:40]}” is not a readable time", _EXPECTED)

    def _characters(self, data: str) -> None:
        if self._words is not None:
            self._words.append(" ".join(data.split("\n")) if "\n" in data else data)
        elif self._agent and data.strip():
            self._agents[self._agent] = f"{self._agents.get(self._agent, '')}{data}".strip()

    def _close(self, name: str) -> None:
        frame = self._stack.pop()
        if frame.name == "agent":
            self._agent = ""
        if self._words is None:
            return
        timed_span = (
            frame.name == "span"
            and self._stack
            and (frame.begin, frame.end, frame.speaker)
            != (self._stack[-1].begin, self._stack[-1].end, self._stack[-1].speaker)
        )
        if timed_span:
            self._flush(frame)
        elif frame.name in ("p", "text"):
            self._flush(frame)
            self._words = None

    def _flush(self, frame: _Frame) -> None:
        """Make a cue of the words collected so far, under the times of ``frame``."""
        words, self._words = "".join(self._words or ()), []
        if not words.strip():
            return
        if len(self.reading.fragments) >= MAX_CUES:
            raise CaptionError(self._line, f"more than {MAX_CUES:,} cues", f"at most {MAX_CUES:,} in a file")
        # XML has decoded its entities; what looks like one now is text.
        raw = words.replace("&", "&amp;").replace("<", "&lt;") if self.reading.dialect == "ttml" else words
        end = -1 if frame.end is None else frame.end
        if end < 0 and frame.begin == 0 and self.reading.dialect == "ttml":
            self.reading.warnings.append(CaptionWarning(self._line, "text without a time of its own; left out"))
            return
        self.reading.fragments += fragments_of(self._line, frame.begin, end, raw, frame.speaker)
