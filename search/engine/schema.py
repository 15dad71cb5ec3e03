"""Why: one place knows how a resource and its passages lie in the Tantivy index.

A resource gives one resource entry (all its words in the field `all`) and one entry for each passage. Both carry the
same tags (key, kind, slugs, audiences) and times, because each is filtered on its own; the words of the two kinds lie
in different fields, so that lengths and frequencies of resources and of passages do not mix in their scores.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import tantivy

from search import analysis
from search.engine.model import ResourceDocument
from search.passages import Passage

# Raise this with every change of the schema or the analysis: an index of another version is refused and must be
# rebuilt.
SCHEMA_VERSION = 1

_EARLIEST, _LATEST = -(2**62), 2**62
_LENGTH_LIMITS = ((15 * 60, "short"), (60 * 60, "medium"))


@cache
def schema() -> tantivy.Schema:
    """The schema; `all`, `title` and `words` are filled in resource entries only, `passage` in passage entries only."""
    builder = tantivy.SchemaBuilder()
    for name in ("key", "tags"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("facets", tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("all", "title", "passage"):
        builder.add_text_field(name, tokenizer_name=analysis.ENGLISH)
    builder.add_text_field("words", tokenizer_name=analysis.PLAIN, index_option="basic")
    for name in ("number", "visible_from", "visible_until", "day", "newest_order", "oldest_order"):
        builder.add_integer_field(name, indexed=name in ("number", "day"), fast=True)
    builder.add_bytes_field("payload", stored=True)
    return builder.build()


def number_of(key: str) -> int:
    """A 62-bit number that stands for the key where the index needs numbers; equal for equal keys, in practice never
    for others."""
    return int.from_bytes(hashlib.blake2b(analysis.without_surrogates(key).encode(), digest_size=8).digest()) >> 2


def tag(dimension: str, value: str) -> str:
    """The token under which a value of a dimension is indexed."""
    return f"{dimension}:{analysis.without_surrogates(value)}"


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970; naive times are taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    delta = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def entries(document: ResourceDocument) -> Iterator[tantivy.Document]:
    """The index entries of a resource: itself first, then its passages."""
    shared = _shared_fields(document)
    yield tantivy.Document.from_dict({**shared, **_resource_fields(document)}, schema())
    for passage in document.passages:
        yield tantivy.Document.from_dict(
            {**shared, "passage": _passage_words(passage), "payload": _packed(_passage_payload(passage))}, schema()
        )


def _shared_fields(document: ResourceDocument) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "key": analysis.without_surrogates(document.key),
        "tags": [*_facet_tags(document), *(tag("audience", token) for token in set(document.audience_tokens))],
        "number": number_of(document.key),
        "visible_from": microseconds(document.visible_from) if document.visible_from else _EARLIEST,
        "visible_until": microseconds(document.visible_until) if document.visible_until else _LATEST,
    }
    if document.date:
        shared["day"] = document.date.toordinal()
    return shared


def _facet_tags(document: ResourceDocument) -> list[str]:
    values: dict[str, set[str]] = {
        "kind": {document.kind},
        "topic": set(document.topic_slugs),
        "programme": set(document.programme_slugs),
        "person": set(document.people_slugs),
        "core_area": set(document.core_areas),
        "language": {document.language} - {""},
        "year": {str(document.date.year)} if document.date else set(),
        "length": {_length(document.duration_seconds)} - {""},
        "captioned": {"yes" if document.is_captioned else "no"},
    }
    return [tag(dimension, value) for dimension, chosen in values.items() for value in sorted(chosen)]


def _length(duration_seconds: float | None) -> str:
    if duration_seconds is None:
        return ""
    return next((name for limit, name in _LENGTH_LIMITS if duration_seconds < limit), "long")


def _resource_fields(document: ResourceDocument) -> dict[str, Any]:
    names = " . ".join((*document.people, *document.topics))
    texts = [document.title, document.summary, names, *_running_text(document.passages)]
    everything = analysis.normalise(" \n".join(text for text in texts if text))
    return {
        "facets": _facet_tags(document),
        "title": analysis.normalise(document.title),
        "all": everything,
        "words": everything,
        **_orders(document.date, number_of(document.key)),
        "payload": _packed(
            {
                "key": document.key,
                "kind": document.kind,
                "title": document.title,
                "summary": document.summary,
                "url": document.url_path,
            }
        ),
    }


def _orders(day: date | None, number: int) -> dict[str, int]:
    # The tail of the number makes the order total, so that pages of results of the same day stay stable.
    tail = number & 0xFFFFFF
    ordinal = day.toordinal() if day else 0
    return {"newest_order": ordinal << 24 | tail, "oldest_order": (ordinal or 1 << 30) << 24 | tail}


def _running_text(passages: tuple[Passage, ...]) -> Iterator[str]:
    section = None
    for passage in passages:
        if passage.section and passage.section != section:
            section = passage.section
            yield section
        yield passage.text[passage.overlap_characters :]


def _passage_words(passage: Passage) -> str:
    text = analysis.normalise(passage.text)
    section = analysis.normalise(passage.section)
    return text if not section or text.startswith(section) else f"{section} \n{text}"


def _passage_payload(passage: Passage) -> dict[str, Any]:
    return {
        "text": analysis.without_surrogates(passage.text),
        "start": passage.start_seconds,
        "end": passage.end_seconds,
        "page": passage.page_number,
        "section": passage.section,
        "speaker": passage.speaker,
        "cues": passage.cue_offsets,
        "speakers": passage.cue_speakers if any(name != passage.speaker for name in passage.cue_speakers) else (),
    }


def _packed(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=True, separators=(",", ":")).encode()


def unpacked(entry: tantivy.Document) -> dict[str, Any]:
    """What an entry stores: of a resource key, kind, title, summary, url; of a passage text, times, page, section,
    speakers."""
    stored: Any = entry.get_first("payload")
    loaded: dict[str, Any] = json.loads(bytes(stored))
    return loaded


def unpacked_passage(entry: tantivy.Document) -> Passage:
    """The passage that an entry stores (without its overlap, which only indexing needs)."""
    stored = unpacked(entry)
    cues = tuple((offset, start, end) for offset, start, end in stored["cues"])
    return Passage(
        text=stored["text"],
        start_seconds=stored["start"],
        end_seconds=stored["end"],
        page_number=stored["page"],
        section=stored["section"],
        speaker=stored["speaker"],
        cue_offsets=cues,
        cue_speakers=tuple(stored["speakers"]) or (stored["speaker"],) * len(cues),
    )
