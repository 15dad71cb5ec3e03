"""Chooses the media type of an answer by the `Accept` header, as the GraphQL-over-HTTP specification lays down.

`application/graphql-response+json` tells a client that the body is GraphQL's whatever the status, so that it may show why a
query was refused; it is sent to whoever lists it. `application/json` is sent to everybody else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
# A longer header than any client sends is read no further.
MAX_CHARACTERS = 1_000


class AnswerType(NamedTuple):
    """The `Content-Type` of an answer, and the status of a well-formed request whose query is refused before it is executed.

    A caller who asks for `application/json` by name gets 200 then, as clients that take nothing else for GraphQL's need it.
    Who names neither type gets 400.
    """

    content_type: str
    refused_status: int


GRAPHQL_ANSWER = AnswerType(f"{GRAPHQL_RESPONSE}; charset=utf-8", 400)
JSON_ANSWER = AnswerType(f"{JSON}; charset=utf-8", 200)
PLAIN_ANSWER = AnswerType(f"{JSON}; charset=utf-8", 400)


@lru_cache(maxsize=200)
def answer_type(accept: str | None) -> AnswerType:
    """Return how to answer a caller with this `Accept` header, None where there is none.

    >>> answer_type("application/graphql-response+json, application/json;q=0.9").content_type
    'application/graphql-response+json; charset=utf-8'

    Of both types the one with the greater `q` is chosen, GraphQL's own when they are level. A header that allows neither is
    passed over: an error that can be read is worth more to a caller than a bare 406.
    """
    if not accept:
        return PLAIN_ANSWER
    named = _qualities(accept[:MAX_CHARACTERS])
    graphql, json = named.get(GRAPHQL_RESPONSE, 0.0), named.get(JSON, 0.0)
    if graphql and graphql >= json:
        return GRAPHQL_ANSWER
    if json:
        return JSON_ANSWER
    # Left are wildcards, perhaps with JSON excluded by `q=0`, or nothing that is ours.
    takes_any = named.get("*/*") or named.get("application/*")
    is_json_excluded = JSON in named and GRAPHQL_RESPONSE not in named
    return GRAPHQL_ANSWER if takes_any and is_json_excluded else PLAIN_ANSWER


def _qualities(accept: str) -> dict[str, float]:
    """Return the media types of an `Accept` header in lower case, each with its greatest quality from 0 to 1."""
    found: dict[str, float] = {}
    for member in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in member.split(";"))
        pairs = dict(parameter.replace(" ", "").partition("=")[::2] for parameter in parameters)
        if pairs.get("charset", "utf-8").strip('"') not in {"utf-8", "utf8"}:
            continue
        found[media_type] = max(found.get(media_type, 0.0), _quality(pairs.get("q", "1")))
    return found


def _quality(text: str) -> float:
    """Return a quality as a number; one that cannot be read counts as 0, since nobody knows how much it was wished for."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0
