"""The GraphQL-over-HTTP specification's audits, and what the clients that partners use show when a query is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from .conftest import HERE, run_node

REFUSED = [
    ("{ recordings { nodes { secret } } }", {}, "secret"),
    ("query ($first: Int!) { recordings(first: $first) { totalCount } }", {"first": "many"}, "many"),
    ("{ recordings(first: 101) { totalCount } }", {}, "101"),
    ('{ recording(slug: "thinking-in-systems") { title poster(rendition: "nope") { url } } }', {}, "rendition"),
]


@pytest.fixture(scope="module")
def bench(node_modules, tmp_path_factory) -> Path:
    """A folder from which node finds the packages."""
    folder = tmp_path_factory.mktemp("standard")
    (folder / "node_modules").symlink_to(node_modules)
    for name in ("audits.mjs", "refusals.mjs"):
        shutil.copy(HERE / name, folder)
    return folder


def test_the_audits_of_graphql_over_http_that_say_must_and_should_pass(served, bench):
    outcomes = json.loads(run_node(bench, "audits.mjs", f"{served[0]}/graphql/"))
    levels = {level: [one for one in outcomes if one["name"].startswith(level)] for level in ("MUST", "SHOULD", "MAY")}
    assert len(levels["MUST"]) >= 13
    assert len(levels["SHOULD"]) >= 23
    for level in ("MUST", "SHOULD"):
        assert [one for one in levels[level] if one["status"] != "ok"] == []
    # Queries in an address are refused: a link must not make the server do just anything. Trusted documents are asked by GET.
    assert [one["name"] for one in levels["MAY"] if one["status"] != "ok" and "GET" not in one["name"]] == []


def test_clients_show_the_sentence_that_says_why_a_query_was_refused(served, bench):
    asked = json.dumps([[text, variables] for text, variables, _ in REFUSED])
    shown = json.loads(run_node(bench, "refusals.mjs", f"{served[0]}/graphql/", asked))
    assert shown.keys() == {"@apollo/client", "@urql/core", "graphql-request"}
    for client, sentences in shown.items():
        for sentence, (_, _, word) in zip(sentences, REFUSED, strict=True):
            assert word in sentence, (client, sentence)
            assert "ServerError" not in sentence
