"""Why: collections with judgements come in a few kinds of files; whatever is wrong with one is told by file and line.

A collection is a folder with documents (`docs.jsonl` or `corpus.jsonl`), questions (`queries.jsonl`), judgements
(`qrels.tsv`, `qrels.txt` or `qrels/test.tsv`: question, document, grade; TREC's four columns are taken too) and, if
there is one, the same questions mistyped (`typo.jsonl`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from search.engine import ResourceDocument
from search.language.passages import passages_of_pages

DOCUMENT_FILES = ("docs.jsonl", "corpus.jsonl", "documents.jsonl")
QUERY_FILES = ("queries.jsonl",)
TYPO_FILES = ("typo.jsonl", "typos.jsonl")
JUDGEMENT_FILES = ("qrels.tsv", "qrels.txt", "qrels/test.tsv", "qrels.csv", "qrels")
ID_NAMES = ("id", "_id", "doc_id", "docid", "docno", "query_id", "qid")
TEXT_NAMES = ("text", "body", "abstract", "contents", "content")
QUERY_NAMES = ("text", "query", "question", "title")
# Fields with these names are no words of the document.
AUDIENCE = "public"

Judgements = dict[str, dict[str, int]]


class CollectionError(ValueError):
    """A collection that cannot be read; the message says which file and line, and what was expected."""


@dataclass(frozen=True, slots=True)
class _Page:
    """The text of a document as its one page."""

    text: str
    number: int = 1
    heading: str = ""


@dataclass(frozen=True)
class JudgedQuery:
    """One question of a collection."""

    id: str
    text: str


@dataclass(frozen=True)
class Collection:
    """A collection on disk: documents are read as they are needed, questions and judgements are in memory.

    `judgements` map the id of a question to the grades of documents (0 and less: judged not to answer it).
    """

    name: str
    documents_file: Path
    queries: tuple[JudgedQuery, ...]
    typos: tuple[JudgedQuery, ...] = ()
    judgements: Judgements = field(default_factory=dict)

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Id, title and text of each document, one after the other."""
        for place, row in _rows(self.documents_file):
            key = _text_of(row, ID_NAMES)
            if not key:
                raise CollectionError(f"{place}: the document has no id (a field named {_either(ID_NAMES[:2])}).")
            yield key, _text_of(row, ("title",)), _text_of(row, TEXT_NAMES)

    def documents(self) -> Iterator[ResourceDocument]:
        """Each document as the site's search takes a material: a title, and its text cut into passages."""
        for key, title, text in self.texts():
            yield ResourceDocument(
                key=key,
                kind="material",
                title=title,
                audience_tokens=(AUDIENCE,),
                passages=tuple(passages_of_pages([_Page(text)])),
            )

    def judged(self, queries: Iterable[JudgedQuery]) -> list[JudgedQuery]:
        """Those of the questions that have at least one right answer; the others measure nothing."""
        return [query for query in queries if any(grade > 0 for grade in self.judgements.get(query.id, {}).values())]


def read_collection(folder: Path) -> Collection:
    """Read a collection's questions and judgements, and find its documents; CollectionError when something is missing."""
    if not folder.is_dir():
        raise CollectionError(f"{folder} is no folder.")
    documents = _file(folder, DOCUMENT_FILES, "documents")
    queries = _queries(_file(folder, QUERY_FILES, "questions"))
    typo_file = next((folder / name for name in TYPO_FILES if (folder / name).is_file()), None)
    collection = Collection(
        name=folder.resolve().name,
        documents_file=documents,
        queries=queries,
        typos=_queries(typo_file) if typo_file else (),
        judgements=_judgements(_file(folder, JUDGEMENT_FILES, "judgements")),
    )
    if not collection.judged(queries):
        raise CollectionError(
            f"{folder}: no question has a judgement; are the ids of questions the same in both files?"
        )
    return collection


def _file(folder: Path, names: Sequence[str], what: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise CollectionError(f"{folder} has no file of {what}: {_either(names)} is expected.")


def _either(names: Sequence[str]) -> str:
    return " or ".join(f"`{name}`" for name in names)


def _queries(path: Path) -> tuple[JudgedQuery, ...]:
    found: dict[str, JudgedQuery] = {}
    for place, row in _rows(path):
        key, text = _text_of(row, ID_NAMES), _text_of(row, QUERY_NAMES)
        if not key or not text:
            raise CollectionError(f"{place}: the question has no id or no text (fields named `id` and `text`).")
        if key in found:
            raise CollectionError(f"{place}: a question with the id {key!r} is already in this file.")
        found[key] = JudgedQuery(key, text)
    return tuple(found.values())


def _rows(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Each line's object, with the place to name in errors."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            place = f"{path}, line {number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise CollectionError(f"{place}: this is no JSON ({error}).") from None
            if not isinstance(row, dict):
                raise CollectionError(f'{place}: an object with fields is expected, such as {{"id": …, "text": …}}.')
            yield place, row


def _text_of(row: dict[str, object], names: Sequence[str]) -> str:
    """The first of the fields that is there, as text; lists are joined."""
    for name in names:
        value = row.get(name)
        if value is None:
            continue
        parts = value if isinstance(value, list) else [value]
        return " ".join(str(part) for part in parts).strip()
    return ""


def _judgements(path: Path) -> Judgements:
    judged: Judgements = defaultdict(dict)
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            columns = line.replace(",", "\t").split() if path.suffix == ".csv" else line.split()
            if not columns:
                continue
            if len(columns) == 4:  # TREC: question, iteration, document, grade
                del columns[1]
            try:
                query, document, grade = columns
                judged[query][document] = round(float(grade))
            except ValueError:
                if number == 1:  # the names of the columns
                    continue
                raise CollectionError(
                    f"{path}, line {number}: a question's id, a document's id and a grade (a number) are expected."
                ) from None
    return dict(judged)
