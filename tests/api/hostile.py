"""Requests that want to hurt: everything that the endpoint must turn away shortly, as raw HTTP, for the tests and for the bench."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from .test_limits import ATTACKS, doubling, flat_doubling
from .test_requests import ARGUMENTS, BODIES

JSON = "application/json"


@dataclass(frozen=True)
class Hostile:
    """One request: a method, an address, a body and headers."""

    name: str
    body: bytes = b""
    method: str = "POST"
    path: str = "/graphql/"
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def asking(query: str, **variables: Any) -> bytes:
    return orjson.dumps({"query": query, "variables": variables})


GOOD = asking("{ viewer { kind } }")
IDS = [
    "", " ", "0", "-1", "1.5", "1e999", "9" * 400, "null", "None", "true", "..", "../../etc/passwd", "%00", "%2e%2e%2f", "\\", "'",
    '"', "' OR 1=1 --", "<script>", "{{7*7}}", "${jndi:ldap://x}", "﷽" * 50, "\u202e", "\u0300" * 500, "İ", "ß", "a" * 9_000,
    "00000000-0000-0000-0000-000000000000", "0b54d2a0-0000-4000-8000-00000000000g", "[]", "{}", "*", "?", "/", "//", "a\nb", "\t",
]  # fmt: skip
CURSORS = [
    "", "=", "====", "WyJ0aXRsZSJd", "WyJ0aXRsZSIsbnVsbCxudWxsXQ", "WyJ0aXRsZSIsIiIsIiJd", "bnVsbA", "e30", "W10", "W1tbW1tdXV1dXQ",
    "MQ", "A" * 1_999, "A" * 20_000, "😀", "%", "-_-_", "WyJuZXdlc3QiLCI5OTk5OS0wMS0wMSIsIngiXQ", "WyJzZWFyY2giLDFlOTk5XQ",
    "WyJzZWFyY2giLHRydWVd", "WyJ1cGRhdGVkIiwiMjAyNi0wMS0wMSIsIngiXQ",
]  # fmt: skip
PAGES = [-1, -(2**31), 2**31 - 1, 101, 0]
SLUGGED = (
    "recording", "material", "session", "programme", "person", "topic", "coreArea", "priorityGroup", "organisation",
)  # fmt: skip
LISTS = ("recordings", "materials", "sessions", "programmes", "people", "organisations")


def every() -> list[Hostile]:
    """Return all of them."""
    return [*_bodies(), *_doors(), *_arguments()]


def _bodies() -> list[Hostile]:
    found = [Hostile(f"body: {name}", body) for name, body in BODIES.items()]
    found += [Hostile(f"attack: {name}", asking(query)) for name, query in ATTACKS.items()]
    found += [Hostile(f"argument: {name}", asking(f"{{ {one} }}")) for name, one in ARGUMENTS.items()]
    deep = "{" * 500 + "}" * 500
    directives = "@include(if: true) " * 51
    more = {
        "1 MB of blanks": asking(" " * 1_000_000),
        "1 MB of a text": asking('{ recording(slug: "' + "a" * 1_000_000 + '") { id } }'),
        "1 MB in a variable": asking("query($s: String!) { recording(slug: $s) { id } }", s="a" * 1_000_000),
        "1 MB of keys": orjson.dumps({str(n): n for n in range(80_000)}),
        "the same key over and over": b'{"query": "{ viewer { kind } }"'
        + b', "query": "{ viewer { kind } }"' * 4_000
        + b"}",
        "huge numbers in JSON": b'{"query": "{ viewer { kind } }", "variables": {"a": 1e99999, "b": '
        + b"9" * 100_000
        + b"}}",
        "braces without end": asking(deep),
        "lists without end": asking("{ recordings(first: " + "[" * 500 + "]" * 500 + ") { totalCount } }"),
        "objects without end": asking(
            '{ search(query: "a", filter: ' + "{a: " * 200 + "1" + "}" * 200 + ") { totalCount } }"
        ),
        "a type without end": asking("query($a: " + "[" * 300 + "Int" + "]" * 300 + ") { viewer { kind } }"),
        "many directives": asking("{ viewer { kind " + directives + "} }"),
        "a directive of nothing": asking("{ viewer { kind @nothing } }"),
        "two fragments in a ring": asking("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"),
        "a ring of forty fragments": asking(
            "{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ ...F{(n + 1) % 40} }}" for n in range(40))
        ),
        "doubling ten times": asking(doubling(10)),
        "doubling forty times": asking(flat_doubling(38)),
        "many variables": asking("query(" + " ".join(f"$v{n}: Int" for n in range(600)) + ") { viewer { kind } }"),
        "many operations": asking(" ".join(f"query Q{n} {{ viewer {{ kind }} }}" for n in range(200))),
        "a byte order mark": b"\xef\xbb\xbf" + GOOD,
        "overlong UTF-8": b'{"query": "{ viewer { kind } } #\xc0\xaf"}',
        "surrogates as UTF-8": b'{"query": "{ viewer { kind } } #\xed\xa0\x80"}',
        "half a sign": b'{"query": "{ viewer { kind } } #\xf0\x9f"}',
        "control signs": asking("{ viewer { kind } }\x01\x02\x7f"),
        "introspection inside introspection": asking(
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
        ),
        "a thousand types by name": asking(
            "{ " + " ".join(f't{n}: __type(name: "T{n}") {{ name }}' for n in range(60)) + " }"
        ),
        "a merge of a thousand pairs": asking(
            "{ viewer { " + " ".join(f"... on Viewer {{ limits {{ a{n}: depth }} }}" for n in range(55)) + " } }"
        ),
    }
    return [*found, *(Hostile(name, body) for name, body in more.items())]


def _doors() -> list[Hostile]:
    types = [
        "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/graphql", "a" * 5_000,
        "application/json; charset=utf-7", "application/json; charset=\xff", "APPLICATION/XML",
    ]  # fmt: skip
    return [
        *(Hostile(f"content type {kind[:40]}", GOOD, content_type=kind) for kind in types),
        *(
            Hostile(f"method {method}", method=method, body=GOOD)
            for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
        ),
        Hostile("a mutation by GET", method="GET", path="/graphql/?query=mutation{delete}"),
        Hostile("a query by GET", method="GET", path="/graphql/?query={viewer{kind}}"),
        Hostile("a query in the address beside a body", GOOD, path="/graphql/?query={recordings{totalCount}}"),
        Hostile("an operation in the address beside a body", GOOD, path="/graphql/?operationName=Other&variables={}"),
        Hostile("an address without end", GOOD, path="/graphql/?a=" + "b" * 50_000),
        Hostile("batching", b"[" + b",".join([GOOD] * 5) + b"]"),
        Hostile("documents by GET that are none", method="GET", path="/graphql/?documentId=" + "x" * 3_000),
        Hostile("variables by GET that are none", method="GET", path=f"/graphql/?documentId={'0' * 64}&variables=[[[["),
        Hostile("a key without end", GOOD, headers={"HTTP_AUTHORIZATION": "Bearer " + "a" * 100_000}),
        Hostile("an If-None-Match without end", GOOD, headers={"HTTP_IF_NONE_MATCH": '"a",' * 20_000}),
        Hostile("an origin that is none", GOOD, headers={"HTTP_ORIGIN": "null\x00" * 100}),
        Hostile("a length that is none", GOOD, headers={"CONTENT_LENGTH": "-5"}),
    ]


def _arguments() -> list[Hostile]:
    by_id = (
        "query($s: String!) { " + " ".join(f"{one}(slug: $s) {{ id }}" for one in SLUGGED) + " page(path: $s) { id } }"
    )
    nodes = "query($id: ID!, $ids: [ID!]!) { node(id: $id) { id } nodes(ids: $ids) { id } }"
    preview = "query($s: String!) { recording(slug: $s, previewToken: $s) { id } }"
    found = [Hostile(f"id {one[:30]!r}", asking(by_id, s=one)) for one in IDS]
    found += [Hostile(f"node {one[:30]!r}", asking(nodes, id=one, ids=[one] * 100)) for one in IDS]
    found += [Hostile(f"{count} ids", asking(nodes, id="x", ids=["x"] * count)) for count in (0, 101, 20_000)]
    found += [
        Hostile(f"ids {ids!r:.30}", asking(nodes, id=ids, ids=ids)) for ids in ([None], [[]], [{}], {}, 1.5, True)
    ]
    found += [Hostile(f"preview token {one[:30]!r}", asking(preview, s=one)) for one in IDS]
    for root in LISTS:
        query = f"query($n: Int, $c: String) {{ {root}(first: $n, after: $c) {{ nodes {{ id }} pageInfo {{ endCursor }} }} }}"
        found += [Hostile(f"{root} after {cursor[:30]!r}", asking(query, n=1, c=cursor)) for cursor in CURSORS]
        found += [Hostile(f"{root} first {page}", asking(query, n=page)) for page in PAGES]
    query = 'query($n: Int, $c: String) { search(query: "a", first: $n, after: $c) { nodes { score } }'
    query += " changes(first: $n, after: $c) { nodes { kind } } }"
    found += [Hostile(f"search and changes after {one[:30]!r}", asking(query, n=1, c=one)) for one in CURSORS]
    return found
