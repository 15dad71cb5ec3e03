"""Finds the text of a query by its id: published with the schema, registered by the caller's client, or persisted by use."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from cms.access.models import TrustedDocument, document_id_of
from cms.shared_memory import shared_memory

from ..loading.errors import ApiError, ErrorCode, bad_input
from .messages import Refused
from .reading import GraphQLRequest
from .usage import usage

logger = logging.getLogger(__name__)
PUBLISHED = Path(__file__).resolve().parents[2] / "documents"
# A document never changes under its id, so remembering does no harm; one that is taken away is gone after this time.
REMEMBERED_SECONDS = 60.0
MAX_REMEMBERED = 2_000
# Persisted queries of everybody: a bounded place, since anybody may put something there.
MAX_PERSISTED = 1_000
MAX_PERSISTED_CHARACTERS = 2_000_000
PERSISTED_SECONDS = 24 * 60 * 60


class PersistedQueryNotFound(Refused):
    """The hash of automatic persisted queries is not known here (any more): the caller sends the query along next time."""

    def __init__(self) -> None:
        # The words and the status by which the clients of this protocol know it.
        super().__init__(200, ApiError("PersistedQueryNotFound", ErrorCode.PERSISTED_QUERY_NOT_FOUND))


@lru_cache(maxsize=1)
def published_documents() -> dict[str, tuple[str, str]]:
    """Return the documents that are published with the schema: name and text by id."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(PUBLISHED.glob("*.graphql"))}
    return {document_id_of(text): (name, text) for name, text in texts.items()}


class TrustedDocuments:
    """The trusted documents as one process lately looked them up; safe for threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int | None, str], tuple[float, str]] = OrderedDict()
        self._lock = Lock()

    def text_of(self, document_id: str, client_id: int | None) -> str:
        """Return the text of a document that the client (None: the public) may ask for; Refused when there is none."""
        published = published_documents().get(document_id)
        if published is not None:
            return published[1]
        known = self._known.get((client_id, document_id))
        if known is not None and time.monotonic() - known[0] < REMEMBERED_SECONDS:
            return known[1]
        rows = TrustedDocument.objects.usable_by(client_id).filter(document_id=document_id)
        found = rows.order_by().values_list("pk", "text").first()
        if found is None:
            message = (
                "There is no trusted document of this id for you. Register it, or send the query itself with POST."
            )
            raise Refused(404, ApiError(message, ErrorCode.NOT_FOUND))
        usage.note_document(found[0])
        with self._lock:
            self._known[client_id, document_id] = time.monotonic(), found[1]
            self._known.move_to_end((client_id, document_id))
            while len(self._known) > MAX_REMEMBERED:
                self._known.popitem(last=False)
        return found[1]


class PersistedQueries:
    """The queries of one kind of caller (those with keys, or the public) by their hash, in bounded memory and in Redis."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._known: OrderedDict[str, str] = OrderedDict()
        self._characters = 0
        self._lock = Lock()

    def get(self, query_id: str) -> str | None:
        """Return the text of the query with this hash, or None."""
        with self._lock:
            text = self._known.get(query_id)
            if text is not None:
                self._known.move_to_end(query_id)
                return text
        memory = shared_memory()
        raw = memory.tried(lambda redis: redis.get(self._key(query_id)), None) if memory else None
        if not isinstance(raw, bytes):
            return None
        text = raw.decode("utf-8", "replace")
        # What lies in Redis is believed only if it is what it says it is.
        if document_id_of(text) != query_id:
            return None
        self._remember(query_id, text)
        return text

    def put(self, query_id: str, text: str) -> None:
        """Remember a query that proved valid under its hash."""
        if query_id in self._known:
            return
        self._remember(query_id, text)
        if memory := shared_memory():
            memory.tried(lambda redis: redis.set(self._key(query_id), text.encode(), ex=PERSISTED_SECONDS), None)

    def _remember(self, query_id: str, text: str) -> None:
        with self._lock:
            if query_id not in self._known:
                self._known[query_id] = text
                self._characters += len(text)
            while len(self._known) > MAX_PERSISTED or self._characters > MAX_PERSISTED_CHARACTERS:
                self._characters -= len(self._known.popitem(last=False)[1])

    def _key(self, query_id: str) -> str:
        return f"academy:query:{self.name}:{query_id}"


class IdentifiedQuery(NamedTuple):
    """A request with the text of its query and the text's id (see `document_id_of`), which is hashed once a request."""

    request: GraphQLRequest
    document_id: str
    text: str


class QueryTexts:
    """Where the texts of all queries come from."""

    def __init__(self) -> None:
        self.trusted = TrustedDocuments()
        # Apart, so that strangers cannot push out what partners use.
        self._persisted = {True: PersistedQueries("clients"), False: PersistedQueries("public")}

    def identified(self, request: GraphQLRequest, client_id: int | None) -> IdentifiedQuery:
        """Return what is asked for with its id and text; raises Refused when there is no such query for the client."""
        if request.document_id is not None:
            trusted = self.trusted.text_of(request.document_id, client_id)
            return IdentifiedQuery(request, request.document_id, trusted)
        if request.text is None:
            assert request.persisted_id is not None
            text = self._persisted[client_id is not None].get(request.persisted_id)
            if text is None:
                raise PersistedQueryNotFound
            return IdentifiedQuery(request, request.persisted_id, text)
        document_id = document_id_of(request.text)
        if request.persisted_id is not None and request.persisted_id != document_id:
            raise Refused(400, bad_input("`sha256Hash` is not the SHA-256 of the query that came with it."))
        return IdentifiedQuery(request, document_id, request.text)

    def note_valid(self, request: GraphQLRequest, client_id: int | None) -> None:
        """Remember a query that came with its hash, now that it has proved valid."""
        if request.persisted_id is not None and request.text is not None:
            self._persisted[client_id is not None].put(request.persisted_id, request.text)
