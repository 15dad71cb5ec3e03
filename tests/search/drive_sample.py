"""Why: the sample's spoken words, indexed once, serve several tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from library.captions import parse_captions
from search.engine import ResourceDocument
from search.language.passages import passages_of_cues


@dataclass(frozen=True)
class Phrase:
    """Words said in a recording, and the second at which they begin."""

    key: str
    words: str
    starts: float


def phrases(shared: Path) -> list[Phrase]:
    """All phrases of the sample's expected file."""
    return [
        Phrase(recording["media"], moment["words"], moment["starts"])
        for recording in _recordings(shared)
        for moment in recording["moments"]
    ]


def documents(shared: Path) -> list[ResourceDocument]:
    """The captioned recordings of the sample as public resources, keyed by the path of their media."""
    found = []
    for recording in _recordings(shared):
        passages = ()
        if recording["captions"]:
            data = (shared / "drive-sample" / recording["captions"]).read_bytes()
            passages = tuple(passages_of_cues(parse_captions(data).cues))
        found.append(
            ResourceDocument(
                key=recording["media"],
                kind="recording",
                title=Path(recording["media"]).parts[0],
                people=tuple(recording["speakers"]),
                audience_tokens=("public",),
                passages=passages,
            )
        )
    return found


def _recordings(shared: Path) -> list[dict]:
    return json.loads((shared / "drive-sample.expected.json").read_text(encoding="utf-8"))["recordings"]
