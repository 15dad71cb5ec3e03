"""Why: a found passage is shown as a moment: it begins where the match is spoken, is short, and marks the words that
matched.

Tantivy's own snippets are not used: they know nothing of cues, cut where they like and count in bytes.
"""

from __future__ import annotations

import bisect
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from search.engine.model import Moment
from search.language import analysis
from search.language.analysis import Tokens
from search.language.passages import Passage
from search.language.said import MARK, cut_as_wanted

WINDOW_CHARACTERS = 240
# The match must end inside the window although the window begins at its cue, a little before it.
MATCH_CHARACTERS = 170
# More text than this before the match is left out even when the cue begins there: a cue may be a whole speech.
LEAD_CHARACTERS = 70
PAIR_WEIGHT = 0.8
# Two common words side by side ("of the") are chance; three are a phrase.
SHORTEST_CHAIN = 3


@dataclass(frozen=True)
class Wanted:
    """The words looked for in a text.

    `weights` are of stems that count wherever they stand; `pairs` are stems that follow each other in the query,
    common words included; a chain of pairs counts when it holds one of the `telling` stems or is SHORTEST_CHAIN words
    long. `stems` are all of these.
    """

    weights: Mapping[str, float]
    pairs: frozenset[tuple[str, str]]
    telling: frozenset[str]
    stems: frozenset[str]

    @staticmethod
    def of(
        weights: Mapping[str, float], runs: Sequence[Sequence[str]], phrases: Sequence[Sequence[str]] = ()
    ) -> Wanted:
        """The weighted stems, and the neighbours in each run of the query; those in `phrases` always tell."""
        weights = with_said_like_stems(weights, {stem for run in (*runs, *phrases) for stem in run})
        pairs = _with_said_like_stems(pair for run in (*runs, *phrases) for pair in pairwise(run))
        telling = {stem for run in runs for stem in run if stem.removeprefix(MARK) not in analysis.COMMON_STEMS}
        telling |= {stem for phrase in phrases for stem in phrase}
        stems = weights.keys() | {stem for pair in pairs for stem in pair}
        return Wanted(weights, pairs, frozenset(telling | weights.keys()), frozenset(stems))

    def cut(self, text: str) -> Tokens:
        """The text's stems, and where a word is wanted as it is said, that instead."""
        return cut_as_wanted(text, self.stems)

    def matched(self, stems: Sequence[str]) -> list[int]:
        """Places of the stems that count, in their order."""
        wanted = self.stems
        standing = [place for place, stem in enumerate(stems) if stem in wanted]
        if not self.pairs:
            return standing
        places: list[int] = []
        start = 0
        for number in range(1, len(standing) + 1):
            first, last = standing[start], standing[number - 1]
            if number < len(standing) and standing[number] == last + 1 and (stems[last], stems[last + 1]) in self.pairs:
                continue
            if last > first:
                places += self._counted(range(first, last + 1), stems)
            elif stems[first] in self.weights:
                places.append(first)
            start = number
        return places

    def _counted(self, chain: range, stems: Sequence[str]) -> range:
        is_telling = len(chain) >= SHORTEST_CHAIN or any(stems[place] in self.telling for place in chain)
        return chain if is_telling else range(0)


def with_said_like_stems(weights: Mapping[str, float], stems: Collection[str]) -> dict[str, float]:
    """The weights, and those of the words that stand in `stems` as said while their stems are wanted as well."""
    same = {stem: own for stem in stems if stem.startswith(MARK) for own in analysis.stems(stem.removeprefix(MARK))}
    return {**{stem: weights[own] for stem, own in same.items() if own in weights}, **weights}


def _with_said_like_stems(pairs: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """The pairs, and each pair of stems once more as any of the words that are wanted as said."""
    pairs = set(pairs)
    said: dict[str, list[str]] = {}
    for stem in {stem for pair in pairs for stem in pair if stem.startswith(MARK)}:
        for own in analysis.stems(stem.removeprefix(MARK)):
            said.setdefault(own, []).append(stem)
    others = [
        (one, other)
        for first, second in pairs
        for one in (first, *said.get(first, ()))
        for other in (second, *said.get(second, ()))
    ]
    return frozenset([*pairs, *others])


def best_stretch(tokens: Tokens, matched: Sequence[int], wanted: Wanted) -> tuple[int, int] | None:
    """First and last place of the stretch (of at most MATCH_CHARACTERS) with the greatest weight of distinct words
    and pairs.

    Of equal stretches the tightest counts, then the earliest: so a phrase begins at its first word, not at a stray
    word before it.
    """
    stems, spans = tokens
    best: tuple[float, int, int] | None = None
    best_places: tuple[int, int] | None = None
    for number, first in enumerate(matched):
        seen: set[object] = set()
        weight = 0.0
        for place in matched[number:]:
            length = spans[place][1] - spans[first][0]
            if length > MATCH_CHARACTERS and place != first:
                break
            stem = stems[place]
            gain = 0.0
            if stem not in seen:
                seen.add(stem)
                gain += wanted.weights.get(stem, 0.0)
            if place > first:
                pair = (stems[place - 1], stem)
                if pair in wanted.pairs and pair not in seen:
                    seen.add(pair)
                    gain += PAIR_WEIGHT
            weight += gain
            rank = (round(weight, 6), -length, -first)
            if gain and (best is None or rank > best):
                best, best_places = rank, (first, place)
    return best_places


def marked_html(text: str, wanted: Wanted) -> str:
    """The text escaped for HTML, with <mark> around matched words; words that follow each other are marked together."""
    tokens = wanted.cut(text)
    return _marked(text, _spans(text, tokens, wanted.matched(tokens.stems), wanted))


def _spans(text: str, tokens: Tokens, matched: Sequence[int], wanted: Wanted) -> list[tuple[int, int]]:
    """The characters to mark."""
    spans: list[tuple[int, int]] = []
    last = -2
    for place in matched:
        start, end = tokens.spans[place]
        if (spans and start < spans[-1][1]) or (
            place == last + 1
            and ((tokens.stems[last], tokens.stems[place]) in wanted.pairs or not text[spans[-1][1] : start].strip())
        ):  # pairs of characters share one
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
        last = place
    return spans


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    position = 0
    for start, end in spans:
        parts += [escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"]
        position = end
    return "".join([*parts, escape(text[position:])])


def moment_of(passage: Passage, score: float, wanted: Wanted) -> Moment | None:
    """The moment a passage shows; None when none of the words stands in its text (but, say, in its heading) and none
    names who speaks in it, for then it begins where they do."""
    tokens = wanted.cut(passage.text)
    matched = wanted.matched(tokens.stems)
    stretch = best_stretch(tokens, matched, wanted)
    if stretch is not None:
        match_start, match_end = tokens.spans[stretch[0]][0], tokens.spans[stretch[1]][1]
    else:
        own = next(
            (cue for cue, name in enumerate(passage.cue_speakers) if wanted.matched(wanted.cut(name).stems)), None
        )
        if own is None:
            return None
        match_start = match_end = passage.cue_offsets[own][0]
    cue = bisect.bisect_right(passage.cue_offsets, match_start, key=lambda offset: offset[0]) - 1
    natural_start = passage.cue_offsets[cue][0] if cue >= 0 else _sentence_start(passage.text, match_start)
    start, end = _window(passage.text, natural_start, match_start, match_end)
    before = "" if start == 0 or (start == natural_start and cue >= 0) else "… "
    after = " …" if end < len(passage.text) else ""
    text = passage.text[start:end].rstrip()
    shown = [place for place in matched if start <= tokens.spans[place][0] and tokens.spans[place][1] <= end]
    spans = [(first - start, last - start) for first, last in _spans(passage.text, tokens, shown, wanted)]
    start_seconds, end_seconds = passage.start_seconds, passage.end_seconds
    speaker = passage.speaker
    if cue >= 0:
        start_seconds = passage.cue_offsets[cue][1]
        end_seconds = max(seconds for offset, _, seconds in passage.cue_offsets[cue:] if offset < end)
        speaker = passage.cue_speakers[cue] if cue < len(passage.cue_speakers) else passage.speaker
    return Moment(
        text=f"{before}{text}{after}",
        html=f"{before}{_marked(text, spans)}{after}",
        start_seconds=start_seconds,
        end_seconds=end_seconds,
        page_number=passage.page_number,
        speaker=speaker,
        score=score,
        section=passage.section,
        language=passage.language,
    )


def beginning_of(passage: Passage, score: float) -> Moment:
    """The moment of a passage that answers as a whole: its beginning, nothing marked."""
    start, end = _window(passage.text, 0, 0, 0)
    text = passage.text[start:end].rstrip() + (" …" if end < len(passage.text) else "")
    return Moment(
        text=text,
        html=escape(text),
        start_seconds=passage.start_seconds,
        end_seconds=passage.end_seconds,
        page_number=passage.page_number,
        speaker=passage.speaker,
        score=score,
        section=passage.section,
        language=passage.language,
    )


def summary_html(summary: str, wanted: Wanted) -> str:
    """The part of a summary around the best match (or its beginning), with the matched words marked."""
    moment = moment_of(Passage(text=summary), 0.0, wanted)
    if moment is not None:
        return moment.html
    start, end = _window(summary, 0, 0, 0)
    return escape(summary[start:end].rstrip() + (" …" if end < len(summary) else ""))


def _sentence_start(text: str, match_start: int) -> int:
    """The beginning of the sentence in which the match begins, when it is not far."""
    for position in range(match_start - 1, max(-1, match_start - LEAD_CHARACTERS - 1), -1):
        if position == 0:
            return 0
        if text[position].isspace() and text[position - 1] in ".!?…:;•":
            return position + 1
    return 0 if match_start <= LEAD_CHARACTERS else _word_start(text, match_start - LEAD_CHARACTERS // 2, match_start)


def _window(text: str, natural_start: int, match_start: int, match_end: int) -> tuple[int, int]:
    start = natural_start
    if match_start - start > LEAD_CHARACTERS:
        start = _word_start(text, match_start - LEAD_CHARACTERS // 2, match_start)
    if len(text) - start <= WINDOW_CHARACTERS:
        return start, len(text)
    end = start + WINDOW_CHARACTERS
    space = text.rfind(" ", max(match_end, start + 1), end + 1)
    return start, space if space > start else max(end, match_end)


def _word_start(text: str, position: int, latest: int) -> int:
    """The first beginning of a word at or after `position`, at most `latest`."""
    space = text.find(" ", max(0, position), latest)
    return latest if space < 0 else space + 1
