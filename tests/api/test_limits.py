"""How much one request may ask for: each limit says what it is, what the request has, and what to do."""

from __future__ import annotations

import orjson
import pytest
from graphql import get_introspection_query

from cms.api.loading.errors import limit_exceeded
from cms.api.queries.documents import MAX_CHARACTERS, MAX_DOCUMENTS, Documents
from cms.api.queries.limits import limits
from cms.schema import schema

from .asking import ask, deadline_of

pytestmark = pytest.mark.django_db


def nested(levels: int) -> str:
    step = "{ programme { sessions(first: 1) { nodes "
    return "{ sessions(first: 1) { nodes " + step * levels + "{ id } " + "} } } " * levels + "} }"


def doubling(times: int) -> str:
    """Fragments of which each stands twice in the next: 2^times fields in a few hundred words."""
    parts = [
        f"fragment F{n} on Session {{ a: programme {{ sessions(first: 1) {{ nodes {{ ...F{n + 1} }} }} }}"
        f" b: programme {{ sessions(first: 1) {{ nodes {{ ...F{n + 1} }} }} }} }}"
        for n in range(times)
    ]
    return f'{{ session(slug: "x") {{ ...F0 }} }} {" ".join(parts)} fragment F{times} on Session {{ id }}'


def flat_doubling(times: int) -> str:
    parts = [f"fragment F{n} on Viewer {{ ...F{n + 1} ...F{n + 1} }}" for n in range(times)]
    return f"{{ viewer {{ ...F0 }} }} {' '.join(parts)} fragment F{times} on Viewer {{ kind }}"


TOO_MUCH = {
    "tokens": "{ viewer { " + "kind " * 2_500 + "} }",
    "tokens in a list": '{ search(query: "a", filter: {topics: [' + '"x" ' * 2_500 + "]}) { totalCount } }",
    "tokens of comments": "#\n" * 3_000 + "{ viewer { kind } }",
    "brackets": "{ a" * 400 + " }" * 400,
    "brackets of values": '{ search(query: "a", filter: ' + "[" * 900 + "]" * 900 + ") { totalCount } }",
    "depth": nested(5),
    "aliases": "{ viewer { " + " ".join(f"a{n}: kind" for n in range(70)) + " } }",
    "directives": "{ viewer { kind " + "@include(if: true) " * 60 + "} }",
    "root fields": "{ " + " ".join(f"a{n}: viewer {{ kind }}" for n in range(31)) + " }",
    "root fields in fragments": (
        "{ " + "...A " * 4 + "} fragment A on Query { " + " ".join(f"a{n}: viewer {{ kind }}" for n in range(9)) + " }"
    ),
    "cost": "{ people(first: 100) { nodes { recordings(first: 100) { nodes { materials { title kind } } } } } }",
    "cost through a fragment": (
        "{ people(first: 100) { nodes { ...P } } }"
        " fragment P on Person { recordings(first: 100) { nodes { materials { title kind } } } }"
    ),
    "cost through an interface": (
        '{ search(query: "a", first: 100) { nodes { resource { ... on Programme {'
        " sessions(first: 100) { nodes { people { role } } } } } } } }"
    ),
    "cost of transcripts": "{ recordings(first: 100) { nodes { transcript { text startSeconds endSeconds speaker a: text } } } }",
    "cost of a thousand introspections": "{ " + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(11)) + " }",
    "repeated fields": "{ viewer { " + "kind " * 100 + "} }",
    "many fragments": "{ viewer { kind } } " + " ".join(f"fragment F{n} on Viewer {{ kind }}" for n in range(50)),
    "doubling": doubling(14),
    "doubling without end": flat_doubling(22),
    "a long name": "{ " + "a" * 150_000 + " }",
    "a long text": '{ recording(slug: "' + "a" * 150_000 + '") { id } }',
    "half a block of text": '{ recording(slug: """' + '\\"' * 40_000,
    "a long comment": "#" * 150_000 + "\n{ viewer { kind } }",
    "a long number": "{ recordings(first: " + "9" * 150_000 + ") { totalCount } }",
}  # fmt: skip


@pytest.mark.parametrize("query", TOO_MUCH.values(), ids=TOO_MUCH)
def test_too_much_is_refused_before_any_work(query):
    reply = ask(query)
    assert (reply.status, set(reply.codes)) == (400, {"LIMIT_EXCEEDED"})
    assert f"at most {reply.body['errors'][0]['extensions']['limit']:,g}" in reply.messages
    assert reply.statements == []


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [(200_000, 1_000_010, "200,000, this request has 1,000,010."), (0.5, 10.0, "0.5, this request has 10.")],
)
def test_figures_are_told_whole(limit, value, words):
    told = limit_exceeded("the bytes of a body", limit=limit, value=value, advice="Ask for less.").message
    assert told == f"Too much: the bytes of a body may be at most {words} Ask for less."


def test_the_cost_that_a_variable_brings_counts_each_time():
    query = "query($n: Int) { people(first: $n) { nodes { recordings(first: $n) { nodes { materials { title kind } } } } } }"
    assert ask(query, n=10).status == 200
    assert ask(query, n=100).codes == ["LIMIT_EXCEEDED"]
    assert ask(query, n=10).status == 200
    # Left out it is the default of the argument; null or below zero does not make it cheap.
    assert ask(query).status == 200
    assert ask("query($n: Int) { " + " ".join(
        f"a{k}: people(first: $n) {{ nodes {{ sessions(first: $n) {{ nodes {{ id }} }} }} }}" for k in range(6)) + " }",
        n=100,
    ).codes == ["LIMIT_EXCEEDED"]  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        get_introspection_query(),
        get_introspection_query(
            specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
        ),
        "{ recordings(first: 100) { nodes { id slug title summary url recordedOn durationSeconds speakers { name organisation"
        " { name } } topics { name } programme { title } session { title startsAt } materials { title kind file { url } }"
        " captionTracks { language } media { url } poster(rendition: \"width-640\") { url } } } }",
        "{ recordings(first: 20) { nodes { title transcript { startSeconds endSeconds speaker text } } } }",
    ],
    ids=["introspection", "full introspection", "a hundred recordings with all", "twenty transcripts"],
)  # fmt: skip
def test_what_partners_really_ask_fits(site, query):
    reply = ask(query)
    assert reply.status == 200
    assert 0 < reply.body["extensions"]["cost"] <= limits()["cost"]


def test_deep_introspection_is_refused():
    loop = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    assert ask(loop).codes == ["BAD_USER_INPUT"]


def test_a_request_that_takes_too_long_is_given_up(site):
    with deadline_of(0):
        reply = ask("{ viewer { kind } recordings { nodes { title } } }")
    assert (reply.status, reply.codes, reply.body["data"]) == (200, ["LIMIT_EXCEEDED"], None)


# Each of these is a known way to keep a server busy with one small request; how long they take stands among the figures of the
# benches.
ATTACKS = {
    **TOO_MUCH,
    "wide fragments": (
        "{ viewer { " + " ".join(f"...F{n}" for n in range(40)) + " } } "
        + " ".join(f"fragment F{n} on Viewer {{ kind client audiences }}" for n in range(40))
    ),
    "same fields in many fragments": (
        "{ academy { " + " ".join(f"...F{n}" for n in range(39)) + " } } "
        + " ".join(f"fragment F{n} on Academy {{ coreAreas {{ ...G }} }}" for n in range(38))
        + " fragment F38 on Academy { coreAreas { name } } fragment G on CoreArea { name slug }"
    ),
    "many wrong fields": "{ " + " ".join(f"wrong{n}" for n in range(900)) + " }",
}  # fmt: skip


@pytest.mark.parametrize("query", ATTACKS.values(), ids=ATTACKS)
def test_known_attacks_are_answered_shortly(site, query):
    reply = ask(query)
    assert reply.status in {200, 400}
    assert "INTERNAL" not in reply.codes
    assert len(orjson.dumps(reply.body)) < 10_000


def test_documents_are_read_once_and_kept_in_bounded_memory():
    documents = Documents(schema.graphql_schema)
    text = "{ viewer { kind } }"
    assert documents.get(text) is documents.get(text)
    for n in range(MAX_DOCUMENTS + 10):
        documents.get(f"query Q{n} {{ viewer {{ kind }} }}")
    assert len(documents) == MAX_DOCUMENTS
    long = " " * (MAX_CHARACTERS // 3)
    for n in range(5):
        documents.get(f"query L{n} {{ viewer {{ kind }} }}{long}")
    assert len(documents) <= 3
