"""A stand-in for an OpenSearch server, for machines without one: it speaks HTTP as the published API does, for the few
requests that we make, and refuses every parameter, body key, query and aggregation that the API does not name.

It matches and scores as Lucene does (BM25, k1 = 1.2, b = 0.75; whitespace analysis; keywords unscored), reads what is
refreshed only, and keeps aliases, sequence numbers and conflicts. It is small and slow, and proves what we send and how we
read the answers; only a real server proves the server (`OPENSEARCH_TEST_URL`).
"""

from __future__ import annotations

import fnmatch
import gzip
import json
import math
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

K1, B = 1.2, 0.75


class Refusal(Exception):
    """An answer of 400, 404 or 409."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.kind = status, kind


def only(given: dict, *names: str, of: str) -> None:
    unknown = set(given) - set(names)
    if unknown:
        raise Refusal(400, "parsing_exception", f"unknown {sorted(unknown)} in [{of}]")


@dataclass
class Doc:
    source: dict[str, Any]
    seq_no: int


@dataclass
class Index:
    mappings: dict[str, Any]
    docs: dict[str, Doc] = field(default_factory=dict)
    seen: dict[str, Doc] = field(default_factory=dict)
    stats: dict[str, Any] = field(default_factory=dict)

    def refresh(self) -> None:
        self.seen, self.stats = dict(self.docs), {}

    def type_of(self, name: str) -> str:
        found = self.mappings.get("properties", {}).get(name)
        if found is None:
            raise Refusal(400, "query_shard_exception", f"no mapping for [{name}]")
        return found["type"]

    def values(self, doc: Doc, name: str) -> list[Any]:
        value = doc.source.get(name)
        if value is None:
            return []
        if self.type_of(name) == "text":
            return value.split()
        return value if isinstance(value, list) else [value]

    def of_field(self, name: str) -> tuple[int, float, Counter]:
        """Documents with the field, their average length, and in how many each term stands."""
        if name not in self.stats:
            lengths, frequency = [], Counter()
            for doc in self.seen.values():
                values = self.values(doc, name)
                if values:
                    lengths.append(len(values))
                    frequency.update(set(values))
            self.stats[name] = len(lengths), sum(lengths) / max(1, len(lengths)), frequency
        return self.stats[name]


class Matching:
    """Carries a query out on the documents of one index."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def score(self, query: dict[str, Any], doc: Doc) -> float | None:
        if len(query) != 1:
            raise Refusal(400, "parsing_exception", "a query has exactly one name")
        ((name, body),) = query.items()
        carry_out = getattr(self, f"_{name}", None)
        if carry_out is None:
            raise Refusal(400, "parsing_exception", f"unknown query [{name}]")
        return carry_out(body, doc)

    def _match_all(self, body: dict, doc: Doc) -> float:
        only(body, "boost", of="match_all")
        return body.get("boost", 1.0)

    def _term(self, body: dict, doc: Doc) -> float | None:
        ((name, told),) = body.items()
        only(told, "value", "boost", of="term")
        values = self.index.values(doc, name)
        if told["value"] not in values:
            return None
        boost = told.get("boost", 1.0)
        if self.index.type_of(name) != "text":
            return boost
        return boost * self._bm25(name, [told["value"]], values.count(told["value"]), len(values))

    def _terms(self, body: dict, doc: Doc) -> float | None:
        boost = body.get("boost", 1.0)
        ((name, wanted),) = ((key, value) for key, value in body.items() if key != "boost")
        return boost if set(wanted) & set(self.index.values(doc, name)) else None

    def _match_phrase(self, body: dict, doc: Doc) -> float | None:
        ((name, told),) = body.items()
        only(told, "query", "boost", "slop", "analyzer", of="match_phrase")
        assert self.index.type_of(name) == "text"
        stems, values = told["query"].split(), self.index.values(doc, name)
        count = sum(
            values[place : place + len(stems)] == stems
            or (
                told.get("slop") == 1
                and any(
                    values[place : place + gap] + values[place + gap + 1 : place + len(stems) + 1] == stems
                    for gap in range(1, len(stems))
                )
            )
            for place in range(len(values))
        )
        return told.get("boost", 1.0) * self._bm25(name, stems, count, len(values)) if count and stems else None

    def _range(self, body: dict, doc: Doc) -> float | None:
        ((name, told),) = body.items()
        only(told, "gte", "gt", "lte", "lt", "boost", of="range")
        for value in self.index.values(doc, name):
            if (
                value >= told.get("gte", value)
                and value <= told.get("lte", value)
                and ("gt" not in told or value > told["gt"])
                and ("lt" not in told or value < told["lt"])
            ):
                return told.get("boost", 1.0)
        return None

    def _dis_max(self, body: dict, doc: Doc) -> float | None:
        only(body, "queries", "boost", "tie_breaker", of="dis_max")
        scores = [score for one in body["queries"] if (score := self.score(one, doc)) is not None]
        return max(scores) * body.get("boost", 1.0) if scores else None

    def _constant_score(self, body: dict, doc: Doc) -> float | None:
        only(body, "filter", "boost", of="constant_score")
        return body.get("boost", 1.0) if self.score(body["filter"], doc) is not None else None

    def _bool(self, body: dict, doc: Doc) -> float | None:
        only(body, "must", "filter", "should", "must_not", "minimum_should_match", "boost", of="bool")
        total = 0.0
        for one in body.get("must", []):
            score = self.score(one, doc)
            if score is None:
                return None
            total += score
        if any(self.score(one, doc) is None for one in body.get("filter", [])):
            return None
        if any(self.score(one, doc) is not None for one in body.get("must_not", [])):
            return None
        should = [score for one in body.get("should", []) if (score := self.score(one, doc)) is not None]
        is_needed = bool(body.get("should")) and not body.get("must") and not body.get("filter")
        if len(should) < body.get("minimum_should_match", 1 if is_needed else 0):
            return None
        return (total + sum(should)) * body.get("boost", 1.0)

    def _bm25(self, name: str, terms: list[str], count: int, length: int) -> float:
        documents, average, frequency = self.index.of_field(name)
        idf = sum(math.log(1 + (documents - frequency[term] + 0.5) / (frequency[term] + 0.5)) for term in terms)
        return idf * count / (count + K1 * (1 - B + B * length / average))


class Server:
    """The indexes and aliases, and what each request does to them."""

    def __init__(self) -> None:
        self.indexes: dict[str, Index] = {}
        self.aliases: dict[str, set[str]] = {}
        self.lock = threading.Lock()
        self.sequence = 0

    ROUTES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
        ("HEAD", r"/_alias/([^/]+)", "has_alias", ()),
        ("GET", r"/_alias/([^/]+)", "get_alias", ()),
        ("POST", r"/_aliases", "move_aliases", ()),
        ("POST", r"/_bulk", "bulk", ("refresh",)),
        ("POST", r"/([^/]+)/_refresh", "refresh", ()),
        ("POST", r"/([^/]+)/_search", "search", ()),
        ("POST", r"/([^/]+)/_count", "count", ()),
        ("POST", r"/([^/]+)/_delete_by_query", "delete_by_query", ("refresh", "conflicts")),
        ("PUT", r"/([^/]+)/_create/([^/]+)", "create_doc", ("refresh",)),
        ("GET", r"/([^/]+)/_doc/([^/]+)", "get_doc", ()),
        ("DELETE", r"/([^/]+)/_doc/([^/]+)", "delete_doc", ("refresh", "if_seq_no", "if_primary_term")),
        ("HEAD", r"/([^/_][^/]*)", "has_index", ()),
        ("GET", r"/([^/_][^/]*)", "get_index", ("ignore_unavailable",)),
        ("PUT", r"/([^/_][^/]*)", "create_index", ()),
        ("DELETE", r"/([^/_][^/]*)", "delete_index", ("ignore_unavailable",)),
    )

    def answer(self, method: str, path: str, parameters: dict[str, str], body: bytes) -> tuple[int, dict]:
        for verb, pattern, name, allowed in self.ROUTES:
            match = re.fullmatch(pattern, path)
            if verb == method and match:
                try:
                    only(parameters, *allowed, of=f"{method} {path}")
                    with self.lock:
                        told = getattr(self, name)(*map(unquote, match.groups()), parameters=parameters, body=body)
                    return told if isinstance(told, tuple) else (200, told)
                except Refusal as refusal:
                    error = {"type": refusal.kind, "reason": str(refusal)}
                    return refusal.status, {"error": {**error, "root_cause": [error]}, "status": refusal.status}
        return 400, {"error": f"no handler found for uri [{path}] and method [{method}]"}

    # --- indexes and aliases

    def index(self, name: str, *, is_made: bool = False) -> Index:
        if is_made and name not in self.indexes:
            self.indexes[name] = Index({"dynamic": "true", "properties": {}})
        if name not in self.indexes:
            raise Refusal(404, "index_not_found_exception", f"no such index [{name}]")
        return self.indexes[name]

    def has_index(self, name: str, **_: Any) -> tuple[int, dict]:
        return (200 if name in self.indexes else 404), {}

    def get_index(self, name: str, **_: Any) -> dict:
        return {index: {} for index in self.indexes if fnmatch.fnmatch(index, name)}

    def create_index(self, name: str, body: bytes, **_: Any) -> dict:
        given = json.loads(body or b"{}")
        only(given, "settings", "mappings", "aliases", of="create index")
        if name != name.lower() or name in self.indexes:
            raise Refusal(400, "resource_already_exists_exception", f"index [{name}] exists, or is no name")
        only(
            given.get("settings", {}).get("index", {}),
            "number_of_shards", "number_of_replicas", "refresh_interval", "max_result_window",
            of="settings",
        )  # fmt: skip
        for one in given.get("mappings", {}).get("properties", {}).values():
            only(one, "type", "analyzer", "index", "doc_values", of="mapping")
            assert one["type"] in {"text", "keyword", "long", "boolean"} and one.get("analyzer") in {None, "whitespace"}
        self.indexes[name] = Index(given.get("mappings", {}))
        return {"acknowledged": True, "index": name}

    def delete_index(self, name: str, parameters: dict, **_: Any) -> dict:
        if parameters.get("ignore_unavailable") != "true":
            self.index(name)
        self.indexes.pop(name, None)
        for names in self.aliases.values():
            names.discard(name)
        return {"acknowledged": True}

    def has_alias(self, name: str, **_: Any) -> tuple[int, dict]:
        return (200 if self.aliases.get(name) else 404), {}

    def get_alias(self, name: str, **_: Any) -> dict:
        if not self.aliases.get(name):
            raise Refusal(404, "aliases_not_found_exception", f"alias [{name}] missing")
        return {index: {"aliases": {name: {}}} for index in self.aliases[name]}

    def move_aliases(self, body: bytes, **_: Any) -> dict:
        given = json.loads(body)
        only(given, "actions", of="_aliases")
        for action in given["actions"]:
            ((verb, told),) = action.items()
            only(told, "index", "alias", of=verb)
            self.index(told["index"])
            names = self.aliases.setdefault(told["alias"], set())
            names.add(told["index"]) if verb == "add" else names.remove(told["index"])
        return {"acknowledged": True}

    def refresh(self, name: str, **_: Any) -> dict:
        self.index(name).refresh()
        return {"_shards": {"total": 1, "successful": 1, "failed": 0}}

    # --- documents

    def _put(self, index: Index, identity: str, source: dict[str, Any]) -> None:
        if len(identity.encode()) > 512:
            raise Refusal(400, "illegal_argument_exception", "an id has 512 bytes at most")
        if index.mappings.get("dynamic") == "strict":
            only(source, *index.mappings["properties"], of="a strict mapping")
        self.sequence += 1
        index.docs[identity] = Doc(source, self.sequence)

    def bulk(self, parameters: dict, body: bytes, **_: Any) -> dict:
        lines = [json.loads(line) for line in body.decode().splitlines() if line]
        items, touched, errors = [], set(), False
        while lines:
            ((verb, told),) = lines.pop(0).items()
            only(told, "_index", "_id", of="bulk action")
            index = self.index(told["_index"], is_made=True)
            touched.add(told["_index"])
            try:
                if verb == "index":
                    self._put(index, told["_id"], lines.pop(0))
                    status = 201
                else:
                    assert verb == "delete"
                    status = 200 if index.docs.pop(told["_id"], None) else 404
                items.append({verb: {"_id": told["_id"], "status": status}})
            except Refusal as refusal:
                errors = True
                items.append({verb: {"_id": told["_id"], "status": refusal.status, "error": {"reason": str(refusal)}}})
        if parameters.get("refresh") == "true":
            for name in touched:
                self.indexes[name].refresh()
        return {"errors": errors, "items": items, "took": 1}

    def create_doc(self, name: str, identity: str, parameters: dict, body: bytes) -> tuple[int, dict]:
        index = self.index(name, is_made=True)
        if identity in index.docs:
            raise Refusal(409, "version_conflict_engine_exception", "document already exists")
        self._put(index, identity, json.loads(body))
        index.refresh()
        return 201, {"result": "created"}

    def get_doc(self, name: str, identity: str, **_: Any) -> tuple[int, dict]:
        doc = self.index(name).docs.get(identity)
        if doc is None:
            return 404, {"found": False}
        return 200, {"found": True, "_seq_no": doc.seq_no, "_primary_term": 1, "_source": doc.source}

    def delete_doc(self, name: str, identity: str, parameters: dict, **_: Any) -> tuple[int, dict]:
        index = self.index(name)
        doc = index.docs.get(identity)
        if doc is None:
            return 404, {"result": "not_found"}
        if "if_seq_no" in parameters and int(parameters["if_seq_no"]) != doc.seq_no:
            raise Refusal(409, "version_conflict_engine_exception", "another sequence number")
        del index.docs[identity]
        index.refresh()
        return 200, {"result": "deleted"}

    def delete_by_query(self, name: str, body: bytes, **_: Any) -> dict:
        given = json.loads(body)
        only(given, "query", of="_delete_by_query")
        index = self.index(name)
        gone = [key for key, doc in index.seen.items() if Matching(index).score(given["query"], doc) is not None]
        for key in gone:
            index.docs.pop(key, None)
        index.refresh()
        return {"deleted": len(gone)}

    # --- searches

    def count(self, name: str, body: bytes, **_: Any) -> dict:
        given = json.loads(body)
        only(given, "query", of="_count")
        return {"count": len(self._matching(self.index(name), given["query"]))}

    def search(self, name: str, body: bytes, **_: Any) -> dict:
        given = json.loads(body)
        only(given, "query", "from", "size", "_source", "track_total_hits", "sort", "aggs", of="_search")
        index = self.index(name)
        matching = self._matching(index, given["query"])
        ordered = sorted(matching, key=lambda each: (-each[0], each[1].seq_no))
        for one in given.get("sort", []):
            ((column, told),) = one.items()
            only(told, "order", of="sort")
            sign = -1 if told["order"] == "desc" else 1
            ordered.sort(key=lambda each: sign * index.values(each[1], column)[0])
        start = given.get("from", 0)
        hits = []
        for score, doc, identity in ordered[start : start + given.get("size", 10)]:
            hit: dict[str, Any] = {"_id": identity, "_score": None if given.get("sort") else score}
            if given.get("_source") is not False:
                wanted = given.get("_source")
                hit["_source"] = {k: v for k, v in doc.source.items() if wanted in (None, True) or k in wanted}
            hits.append(hit)
        answer: dict[str, Any] = {"hits": {"hits": hits}}
        if given.get("track_total_hits", True):
            answer["hits"]["total"] = {"value": len(matching), "relation": "eq"}
        docs = [doc for _, doc, _ in matching]
        if "aggs" in given:
            answer["aggregations"] = {key: self._aggregated(index, docs, one) for key, one in given["aggs"].items()}
        return answer

    def _matching(self, index: Index, query: dict) -> list[tuple[float, Doc, str]]:
        matching = Matching(index)
        scored = ((matching.score(query, doc), doc, key) for key, doc in index.seen.items())
        return [(score, doc, key) for score, doc, key in scored if score is not None]

    def _aggregated(self, index: Index, docs: list[Doc], told: dict[str, Any]) -> dict[str, Any]:
        ((kind, body),) = told.items()
        counters: dict[str, Callable[[], dict]] = {
            "terms": lambda: self._terms(index, docs, body),
            "filters": lambda: self._filters(index, docs, body),
            "composite": lambda: self._composite(index, docs, body),
        }
        if kind not in counters:
            raise Refusal(400, "parsing_exception", f"unknown aggregation [{kind}]")
        return counters[kind]()

    def _counted(self, index: Index, docs: list[Doc], name: str) -> Counter:
        assert index.type_of(name) == "keyword", "text fields have no doc values"
        return Counter(value for doc in docs for value in set(index.values(doc, name)))

    def _terms(self, index: Index, docs: list[Doc], body: dict) -> dict:
        only(body, "field", "size", "include", of="terms")
        counted = self._counted(index, docs, body["field"])
        pattern = body.get("include")
        found = [(term, n) for term, n in counted.items() if pattern is None or re.fullmatch(pattern, term)]
        found.sort(key=lambda each: (-each[1], each[0]))
        return {"buckets": [{"key": term, "doc_count": n} for term, n in found[: body.get("size", 10)]]}

    def _filters(self, index: Index, docs: list[Doc], body: dict) -> dict:
        only(body, "filters", of="filters")
        matching = Matching(index)
        return {
            "buckets": {
                key: {"doc_count": sum(matching.score(one, doc) is not None for doc in docs)}
                for key, one in body["filters"].items()
            }
        }

    def _composite(self, index: Index, docs: list[Doc], body: dict) -> dict:
        only(body, "size", "sources", "after", of="composite")
        ((source,),) = ([one] for one in body["sources"])
        ((key, told),) = source.items()
        name = told["terms"]["field"]
        after = body.get("after", {}).get(key, "")
        found = sorted(self._counted(index, docs, name).items())
        page = [(term, n) for term, n in found if term > after or not after][: body["size"]]
        answer: dict[str, Any] = {"buckets": [{"key": {key: term}, "doc_count": n} for term, n in page]}
        if page:
            answer["after_key"] = {key: page[-1][0]}
        return answer


@contextmanager
def served() -> Iterator[str]:
    """Serve a stand-in on loopback for the `with` block; gives its address."""
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Two small writes an answer would otherwise wait for each other.
        wbufsize = -1
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Content-Encoding") == "gzip":
                raw = gzip.decompress(raw)
            parameters = {key: values[0] for key, values in parse_qs(parts.query).items()}
            status, told = state.answer(self.command, parts.path, parameters, raw)
            content = b"" if self.command == "HEAD" else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
