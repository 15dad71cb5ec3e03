"""The five queries that stand for what partners ask, and a way to send one through the whole of Django as a server does."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

# Of the library that partner_library makes.
SLUG = "recording-7"
TOPIC = "topic-3"
LISTED = """id slug title summary durationSeconds recordedOn speakers { name organisation { name } }
  topics { name slug } programme { title slug } materials { title kind }"""
ONE = """query One($slug: String!) { recording(slug: $slug) {
  id slug title summary url recordedOn durationSeconds updatedAt
  session { title slug startsAt } programme { title slug }
  speakers { name jobTitle organisation { name slug } } topics { name slug }
  materials { title kind url file { url mimeType sizeBytes } }
  captionTracks { language label origin url } chapters { title startSeconds }
  transcript { startSeconds endSeconds text } media { url mimeType sizeBytes }
  poster(rendition: "width-640") { url width height alt }
  accessibility { isCaptioned captionOrigin captionLanguages }
  body { id blockType ... on HeadingBlock { heading: value } ... on TextBlock { html: value }
    ... on PictureBlock { image { alt rendition(filter: "width-640") { url width height } } caption }
    ... on QuoteBlock { text source } ... on AccordionBlock { items { heading text } }
    ... on CallToActionBlock { buttonText url } ... on ResourceLinkBlock { note resource { title url } } }
} }"""
MANY = f"query Many($first: Int!) {{ recordings(first: $first) {{ nodes {{ {LISTED} }} }} }}"
TOPICAL = f"""query Topical($topic: String!) {{ recordings(topic: $topic, orderBy: NEWEST, first: 20) {{
  pageInfo {{ hasNextPage endCursor }} nodes {{ {LISTED} }} }} }}"""
SEARCH = """query Search($text: String!) { search(query: $text, first: 20) { totalCount pageInfo { hasNextPage endCursor }
  nodes { score titleHtml moments { startSeconds pageNumber html url }
    resource { __typename id title summary url ... on Recording { durationSeconds speakers { name } }
      ... on Material { kind } } } } }"""


@dataclass(frozen=True)
class PartnerQuery:
    """A query with its variables; `fewer` are variables of the same query for a shorter list, where there is one."""

    name: str
    query: str
    variables: dict[str, Any]
    fewer: dict[str, Any] | None = field(default=None)

    @property
    def body(self) -> bytes:
        return orjson.dumps({"query": self.query, "variables": self.variables})


Q1 = PartnerQuery("Q1 one recording with everything", ONE, {"slug": SLUG})
Q2 = PartnerQuery("Q2 20 recordings", MANY, {"first": 20}, fewer={"first": 1})
Q3 = PartnerQuery("Q3 100 recordings", MANY, {"first": 100}, fewer={"first": 20})
Q4 = PartnerQuery("Q4 20 of a topic, newest first", TOPICAL, {"topic": TOPIC})
Q5 = PartnerQuery("Q5 search, 20 hits", SEARCH, {"text": "difficult conversation with a patient"})
PARTNER_QUERIES = (Q1, Q2, Q3, Q4, Q5)


def sender(path: str, body: bytes = b"", **headers: str) -> Callable[[], tuple[str, bytes]]:
    """Return a function that sends a request through the WSGI application, middleware and all, and returns status and body.

    `headers` are WSGI's, e.g. HTTP_AUTHORIZATION. A request with a body is a POST of JSON, one without a GET.
    """
    from django.core.wsgi import get_wsgi_application

    application: Any = get_wsgi_application()
    environ = {
        "REQUEST_METHOD": "POST" if body else "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1:8000",
        "CONTENT_TYPE": "application/json" if body else "", "CONTENT_LENGTH": str(len(body)), "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0), "wsgi.errors": io.StringIO(), "wsgi.multithread": False, "wsgi.multiprocess": False,
        "wsgi.run_once": False, **headers,
    }  # fmt: skip

    def send() -> tuple[str, bytes]:
        told: list[str] = []
        response = application({**environ, "wsgi.input": io.BytesIO(body)}, lambda status, *_: told.append(status))
        content = b"".join(response)
        response.close()
        return told[0], content

    return send
