"""Why: search must stay quick when the library is large, so its figures are taken on 100,000 passages.

The library is made up: words with the frequencies of natural language (Zipf), recordings of fifty passages, some of
them hidden.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from search.engine import Engine, ResourceDocument, SearchFilters
from search.passages import SpokenCue, passages_of_cues

PASSAGES = 100_000
PASSAGES_EACH = 50
CUE_WORDS = 12
REPEATS = 60
VISITOR = ("public",)


class Language:
    """Made-up words, the first of them as common as common words are."""

    def __init__(self, words: int = 30_000) -> None:
        self.random = random.Random(2)
        syllables = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
        self.words = ["".join(self.random.choices(syllables, k=2 + number % 3)) for number in range(words)]
        # Summed once: summing them for every call would cost more than the whole search.
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(words)))

    def speak(self, count: int) -> list[str]:
        """So many words in the frequencies of the language."""
        return self.random.choices(self.words, cum_weights=self.weights, k=count)


def library(language: Language, passages: int) -> Iterator[ResourceDocument]:
    """Recordings of PASSAGES_EACH passages; a tenth is for members only."""
    for number in range(passages // PASSAGES_EACH):
        cues = []
        # Windows of five cues share two with the next, so each brings three new ones.
        for place in range(PASSAGES_EACH * 3 + 2):
            cues.append(SpokenCue(place * 5.0, place * 5.0 + 5.0, " ".join(language.speak(CUE_WORDS)), "Host"))
        yield ResourceDocument(
            key=f"recording:{number}",
            kind="recording",
            title=" ".join(language.speak(5)),
            summary=" ".join(language.speak(25)),
            topic_slugs=(f"topic-{number % 12}",),
            programme_slugs=(f"programme-{number % 7}",),
            audience_tokens=("members",) if number % 10 == 0 else VISITOR,
            date=date(2015, 1, 1) + timedelta(days=number % 4000),
            duration_seconds=PASSAGES_EACH * 20.0,
            passages=tuple(passages_of_cues(cues)),
        )


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _milliseconds(durations: list[float]) -> tuple[float, float]:
    ordered = sorted(duration * 1000 for duration in durations)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.95)]


def _queries(language: Language) -> dict[str, Callable[[], str]]:
    return {
        "common word": lambda: language.random.choice(language.words[:20]),
        "rare word": lambda: language.random.choice(language.words[2_000:10_000]),
        "half a word": lambda: language.random.choice(language.words[:5_000])[:3],
        "two words": lambda: " ".join(language.speak(2)),
        "quoted phrase": lambda: '"' + " ".join(language.random.choices(language.words[:60], k=2)) + '"',
        "question of 8 to 12 words": lambda: " ".join(language.speak(language.random.randint(8, 12))),
    }


def _search_rows(engine: Engine, language: Language) -> list[tuple[str, str, str]]:
    rows, everything = [], []
    for name, make in _queries(language).items():
        texts = [make() for _ in range(REPEATS)]
        durations = [_timed(lambda text=text: engine.search(text, VISITOR)) for text in texts]
        median, slow = _milliseconds(durations)
        everything += durations
        rows.append((f"search, {name}", f"median {median:.1f} ms, p95 {slow:.1f} ms", ""))
    filters = SearchFilters(topics=("topic-3",), date_from=date(2018, 1, 1))
    texts = [" ".join(language.speak(4)) for _ in range(REPEATS)]
    durations = [_timed(lambda text=text: engine.search(text, VISITOR, filters=filters)) for text in texts]
    median, slow = _milliseconds(durations)
    rows.append(("search, four words with filters", f"median {median:.1f} ms, p95 {slow:.1f} ms", ""))
    median, slow = _milliseconds(everything + durations)
    rows.append(("search, all of these", f"median {median:.1f} ms, p95 {slow:.1f} ms", "median < 30 ms, p95 < 100 ms"))
    return rows


def run(passages: int = PASSAGES) -> list[tuple[str, str, str]]:
    """Rows of name, figure and target for `make bench`."""
    language = Language()
    documents = list(library(language, passages))
    with tempfile.TemporaryDirectory() as directory:
        engine = Engine(Path(directory))
        built = _timed(lambda: engine.rebuild(documents))
        size_bytes = sum(path.stat().st_size for path in Path(directory).rglob("*") if path.is_file())
        count = engine.count()
        figure = f"built in {built:.1f} s, {size_bytes / 2**20:.0f} MB"
        rows = [(f"index of {count['passages']:,} passages", figure, "< 60 s")]
        rows += _search_rows(engine, language)
        puts = [_timed(lambda document=document: engine.put([document])) for document in documents[:10]]
        rows.append(("one recording put", f"median {_milliseconds(puts)[0]:.0f} ms", ""))
    return rows


if __name__ == "__main__":
    for row in run():
        print(*row, sep=" · ")
