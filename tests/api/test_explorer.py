"""The explorer's page and parts: what lies here is what the pinned packages gave, and every example is a good query."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.test import Client
from graphql import parse, validate

from cms.api.http.explorer import examples
from cms.schema import schema

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "explorer" / "vendor"


def test_its_parts_are_those_that_were_built():
    sums = dict(reversed(line.split("  ")) for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir()}
    assert {name: there[name] for name in sums} == sums
    assert there.keys() - sums.keys() == {"SHA256SUMS", "LICENCES.txt"}


def test_every_package_in_it_has_a_licence_that_lets_us_pass_it_on():
    told = (VENDOR / "LICENCES.txt").read_text().partition("\n\n")[0].splitlines()
    locked = json.loads((ROOT / "tools" / "explorer" / "package-lock.json").read_text())["packages"]
    assert len(told) >= len([path for path in locked if path and "/@types/" not in path])
    licences = {line.rpartition(": ")[2] for line in told}
    assert licences <= {"MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Python-2.0"}


def test_the_lock_names_no_registry():
    """What `make explorer` fetches comes from whatever registry its user has set, checked by hash."""
    text = (ROOT / "tools" / "explorer" / "package-lock.json").read_text()
    assert "resolved" not in text
    assert '"integrity": "sha512-' in text


@pytest.mark.django_db
def test_the_page_runs_under_the_sites_policy_and_may_be_kept():
    response = Client().get("/graphql/explore/")
    assert "script-src 'self';" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in response
    page = response.content.decode()
    assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", page)
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page)
    assert Client().post("/graphql/explore/").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "accept", "status"),
    [
        ("get", "/graphql/", "text/html,application/xhtml+xml,*/*;q=0.8", 302),
        ("head", "/graphql/", "text/html", 302),
        ("get", "/graphql/", "*/*", 400),
        ("get", "/graphql/", "application/json", 400),
        ("get", "/graphql/?documentId=x", "text/html", 400),
        ("post", "/graphql/", "text/html", 415),
    ],
)
def test_only_a_reader_who_opens_the_apis_address_is_led_to_the_page(method, address, accept, status):
    response = getattr(Client(), method)(address, headers={"accept": accept})
    assert response.status_code == status
    if status == 302:
        assert response["Location"] == "/graphql/explore/"
        assert "Accept" in response["Vary"]


@pytest.mark.parametrize("example", examples(), ids=lambda one: one["name"])
def test_an_example_is_a_good_query_with_words_before_it(example):
    assert example["title"]
    assert not example["title"].startswith("query")
    assert validate(schema.graphql_schema, parse(example["query"])) == []
    if re.search(r"\$\w+: \w+!", example["query"]):
        assert json.loads(example["variables"])
