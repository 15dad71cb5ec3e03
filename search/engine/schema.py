"""Why: one place knows how a resource and its passages lie in Tantivy.

There are two indexes, because BM25 takes its frequencies and its average length from a whole index: mixed together,
resources would look endless and passages rare (measured: 0.51 instead of 0.54 nDCG@10). The index `resources` holds
one entry for each resource, with all its words; the index `passages` one for each passage and one for what is said
about the resource. Both carry the same tags (key, kind, slugs, audiences) and times, because each is filtered on its
own; but of languages a passage of captions carries its own only. The number of an entry is drawn anew each time its
resource is put: passages belong to the resource entry of the same number, and to nobody while there is none (see
`store`).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import tantivy

from search.engine.model import WHAT_TO_DO, EngineUnavailable, ResourceDocument
from search.facets import facet_tags
from search.language import analysis
from search.language.meaning_texts import meaning_key, meaning_text
from search.language.passages import Passage
from search.language.said import MARK, said_text

# Raise this with every change of the schema or the analysis: an index of another version is refused and must be
# rebuilt.
SCHEMA_VERSION = 8

_EARLIEST, _LATEST = -(2**62), 2**62
# Numbers of entries are below it, and keys of meanings too.
MOST_NUMBER = 2**62
_NOTHING_IS_LONGER = 1 << 30
# The dimension of the audience tokens; apart from the facet "audience", which only tells how widely a thing is shared.
SEEN_BY = "seen_by"
# Written out, since a locale would name them otherwise.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# Of each of these the index holds the stems, and beside them the words as said.
SPOKEN = ("all", "title", "context", "passage", "speaker")
SAID_FIELDS = {name: f"said_{name}" for name in SPOKEN}
ORDERS = ("newest_order", "oldest_order", "longest_order", "shortest_order")


@cache
def schema() -> tantivy.Schema:
    """The schema of both; `all`, `title`, `words` and `title_words` are filled in resources only, `passage`, `context` and
    `speaker` in passages. A field of stems has one of the words as said beside it (SAID_FIELDS)."""
    builder = tantivy.SchemaBuilder()
    for name in ("key", "tags"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("facets", tokenizer_name="raw", index_option="basic", fast=True)
    for name, said_name in SAID_FIELDS.items():
        builder.add_text_field(name, tokenizer_name=analysis.ENGLISH)
        builder.add_text_field(said_name, tokenizer_name=analysis.SAID)
    for name in ("words", "title_words"):
        builder.add_text_field(name, tokenizer_name=analysis.PLAIN, index_option="basic")
    numbers = ("number", "meaning", "visible_from", "visible_until", "day", "passage_count", "kind_number", *ORDERS)
    for name in numbers:
        builder.add_integer_field(name, indexed=name in ("number", "meaning", "day"), fast=True)
    builder.add_boolean_field("is_moment", indexed=True)
    builder.add_bytes_field("payload", stored=True)
    return builder.build()


def field_of(name: str, token: str) -> tuple[str, str]:
    """The field that holds a token of `name`, and the token as it stands there: a stem, or a word as said behind its MARK."""
    return (SAID_FIELDS[name], token.removeprefix(MARK)) if token.startswith(MARK) else (name, token)


def tag(dimension: str, value: str) -> str:
    """The token under which a value of a dimension is indexed."""
    return f"{dimension}:{analysis.without_surrogates(value)}"


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970; naive times are taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    delta = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


@dataclass(frozen=True)
class Entries:
    """What one resource gives to the two indexes, under a number of its own."""

    number: int
    resource: dict[str, Any]
    passages: list[dict[str, Any]]


def entries(document: ResourceDocument) -> Entries:
    """The index entries of a resource, under a newly drawn number."""
    number = secrets.randbelow(MOST_NUMBER)
    shared = _shared_fields(document, number)
    context = _both("context", document.title)
    tags = {language: _tags(document, language) for language in {passage.language for passage in document.passages}}
    passages = [
        {
            **_both("passage", _passage_words(passage)),
            "payload": _packed(_passage_payload(passage)),
            "is_moment": True,
            "meaning": meaning_key(meaning_text(document.title, passage.section, passage.text)),
            "tags": tags[passage.language],
            **_speakers_of(passage),
        }
        for passage in document.passages
    ]
    about = _about(document) or ("" if passages else document.title)
    if analysis.normalise(about):  # so that what has little or no text inside competes in the ranking by passages too
        meaning = meaning_key(meaning_text(document.title, "", document.summary))
        passages.append({**_both("passage", about), "is_moment": False, "meaning": meaning})
    return Entries(
        number=number,
        resource={**shared, **_resource_fields(document, number)},
        passages=[{**shared, **context, **own} for own in passages],
    )


def _both(name: str, text: str) -> dict[str, str]:
    """The text for a field of stems, and for the field of what is said beside it."""
    return {name: analysis.normalise(text), SAID_FIELDS[name]: said_text(text)}


def _shared_fields(document: ResourceDocument, number: int) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "key": analysis.without_surrogates(document.key),
        "tags": _tags(document),
        "number": number,
        "visible_from": microseconds(document.visible_from) if document.visible_from else _EARLIEST,
        "visible_until": microseconds(document.visible_until) if document.visible_until else _LATEST,
    }
    if document.date:
        shared["day"] = document.date.toordinal()
    return shared


def _tags(document: ResourceDocument, language: str = "") -> list[str]:
    """What an entry is narrowed by. A passage of captions stands for its own `language` only."""
    if language:
        document = replace(document, languages=(language,))
    return [
        *_facet_tags(document),
        *(tag("form", form) for form in document.forms),
        *(tag(SEEN_BY, token) for token in set(document.audience_tokens)),
    ]


def _facet_tags(document: ResourceDocument) -> list[str]:
    return [tag(dimension, value) for dimension, value in facet_tags(document)]


def _resource_fields(document: ResourceDocument, number: int) -> dict[str, Any]:
    texts = [document.title, _about(document), *_running_text(document.passages)]
    everything = _both("all", " \n".join(text for text in texts if text))
    return {
        "facets": _facet_tags(document),
        **_both("title", document.title),
        "title_words": analysis.normalise(document.title),
        **everything,
        "words": everything["all"],
        "passage_count": len(document.passages),
        "kind_number": _number_of_kind(document.kind),
        **_orders(document),
        "payload": _packed(
            {
                "key": document.key,
                "kind": document.kind,
                "title": document.title,
                "summary": document.summary,
                "url": document.url_path,
                "fingerprint": document.fingerprint(),
            }
        ),
    }


def _number_of_kind(kind: str) -> int:
    """Return a number that stands for the kind wherever entries are written, so that a mixture can be told from it."""
    return int.from_bytes(hashlib.blake2b(kind.encode("utf-8", "replace"), digest_size=6).digest())


def _orders(document: ResourceDocument) -> dict[str, int]:
    # The tail makes the order total, so that pages of results of the same day stay stable.
    tail = int.from_bytes(hashlib.blake2b(analysis.without_surrogates(document.key).encode(), digest_size=3).digest())
    day = document.date.toordinal() if document.date else 0
    seconds = min(int(document.duration_seconds or 0), _NOTHING_IS_LONGER - 1)
    values = (day, day or _NOTHING_IS_LONGER, seconds, seconds or _NOTHING_IS_LONGER)
    return {name: value << 24 | tail for name, value in zip(ORDERS, values, strict=True)}


def _about(document: ResourceDocument) -> str:
    """What is said about a resource rather than in it: who speaks (as captions name them too), of what, and when."""
    speakers = (speaker for passage in document.passages for speaker in _speakers(passage))
    names = dict.fromkeys((*document.people, *speakers, *document.topics))
    month = f"{_MONTHS[document.date.month - 1]} {document.date.year}" if document.date else ""
    return " \n".join(text for text in (document.summary, " . ".join(names), month) if text)


def _speakers(passage: Passage) -> list[str]:
    return [name for name in dict.fromkeys((passage.speaker, *passage.cue_speakers)) if name]


def _speakers_of(passage: Passage) -> dict[str, str]:
    names = _speakers(passage)
    return _both("speaker", " . ".join(names)) if names else {}


def _running_text(passages: tuple[Passage, ...]) -> Iterator[str]:
    section = None
    for passage in passages:
        if passage.section and passage.section != section:
            section = passage.section
            yield section
        yield passage.text[passage.overlap_characters :]


def _passage_words(passage: Passage) -> str:
    section = passage.section
    return passage.text if not section or passage.text.startswith(section) else f"{section} \n{passage.text}"


def _passage_payload(passage: Passage) -> dict[str, Any]:
    return {
        "text": passage.text,
        "start": passage.start_seconds,
        "end": passage.end_seconds,
        "page": passage.page_number,
        "language": passage.language,
        "section": passage.section,
        "speaker": passage.speaker,
        "cues": passage.cue_offsets,
        "speakers": passage.cue_speakers if any(name != passage.speaker for name in passage.cue_speakers) else (),
    }


def _packed(payload: dict[str, Any]) -> bytes:
    # Lone surrogates would come out again in answers, where they cannot be encoded either.
    return analysis.without_surrogates(json.dumps(payload, ensure_ascii=False, separators=(",", ":"))).encode()


class _Stored(dict[str, Any]):
    """What an entry stores; what is missing in it was damaged."""

    def __missing__(self, name: str) -> Any:
        raise _damaged(f"an entry without {name!r}")


def _damaged(how: object) -> EngineUnavailable:
    return EngineUnavailable(f"The search index is damaged ({how}). {WHAT_TO_DO}")


def unpacked(entry: Any) -> dict[str, Any]:
    """What an entry stores: of a resource key, kind, title, summary, url; of a passage text, times, page, section,
    speakers. EngineUnavailable when a disk has changed it."""
    stored: Any = entry.get_first("payload")
    try:
        return _Stored(json.loads(bytes(stored)))
    except (TypeError, ValueError) as error:
        raise _damaged(error) from error


def has_passage(entry: Any) -> bool:
    """Whether an entry of the passages stores a passage; the one of what is said about a resource does not."""
    stored: Any = entry.get_first("payload")
    return stored is not None and bytes(stored) != b"{}"


def unpacked_passage(entry: Any) -> Passage:
    """The passage that an entry stores (without its overlap, which only indexing needs)."""
    stored = unpacked(entry)
    try:
        cues = tuple((offset, start, end) for offset, start, end in stored["cues"])
    except (TypeError, ValueError) as error:
        raise _damaged(error) from error
    return Passage(
        text=stored["text"],
        start_seconds=stored["start"],
        end_seconds=stored["end"],
        page_number=stored["page"],
        language=stored["language"],
        section=stored["section"],
        speaker=stored["speaker"],
        cue_offsets=cues,
        cue_speakers=tuple(stored["speakers"]) or (stored["speaker"],) * len(cues),
    )


def numbers_at(searcher: Any, addresses: Sequence[Any]) -> list[int]:
    """The numbers of entries that were found."""
    return [int(value or 0) for value in searcher.fast_field_values("number", list(addresses))]
