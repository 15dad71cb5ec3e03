"""An error stands at the path of the field that caused it, and only what may not be null there goes with it."""

from __future__ import annotations

import pytest

from tests import factories

from .asking import post
from .many import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(site):
    programme = factories.programme(site, "Programme", slug="programme")
    for n in range(2):
        factories.recording(
            site, f"Recording {n}", slug=f"recording-{n}", programme=programme, speakers=[factories.person(f"Person {n}")],
            media=factories.media(f"Recording {n}", poster=picture()),
        )  # fmt: skip


def told(query: str, **variables: object) -> tuple[dict, list[tuple]]:
    """The data and, for each error, its path, its code and whether it has a sentence."""
    body = post({"query": query, "variables": variables}).body
    return body["data"], [(error["path"], error["extensions"]["code"]) for error in body.get("errors", [])]


def test_a_wrong_rendition_blanks_the_picture_and_nothing_else(library):
    data, errors = told(
        '{ academy { shortName } recording(slug: "recording-0") { title speakers { name } poster(rendition: "nope") { url } } }'
    )
    assert errors == [(["recording", "poster"], "BAD_USER_INPUT")]
    assert data["academy"]["shortName"]
    assert data["recording"] == {"title": "Recording 0", "speakers": [{"name": "Person 0"}], "poster": None}


def test_in_a_list_each_place_has_its_error_and_right_ones_beside_it_are_answered(library):
    data, errors = told(
        '{ recordings { nodes { wrong: poster(rendition: "nope") { url } right: poster(rendition: "width-320") { width } } } }'
    )
    assert errors == [(["recordings", "nodes", n, "wrong"], "BAD_USER_INPUT") for n in range(2)]
    assert [node["right"] for node in data["recordings"]["nodes"]] == [{"width": 320}] * 2
    assert [node["wrong"] for node in data["recordings"]["nodes"]] == [None, None]


def test_an_error_deep_down_goes_no_further_up_than_the_nearest_that_may_be_null(library):
    # `srcSet` may not be null, its poster may.
    data, errors = told("{ recordings { nodes { title poster { alt srcSet(widths: [7]) } } } }")
    assert errors == [(["recordings", "nodes", n, "poster", "srcSet"], "BAD_USER_INPUT") for n in range(2)]
    assert [node["poster"] for node in data["recordings"]["nodes"]] == [None, None]
    # Lists may not be null, the programme may.
    data, errors = told(
        '{ a: programme(slug: "programme") { recordings(first: 1000) { totalCount } } b: programme(slug: "programme") { title } }'
    )
    assert errors == [(["a", "recordings"], "BAD_USER_INPUT")]
    assert data == {"a": None, "b": {"title": "Programme"}}


@pytest.mark.parametrize("after", ["nonsense", "WyJ0aXRsZSJd"])
def test_a_wrong_cursor_of_a_list_inside_a_thing_is_told_at_that_list(library, after):
    data, errors = told(
        'query ($after: String) { academy { url } programme(slug: "programme") { recordings(after: $after) { totalCount } } }',
        after=after,
    )
    assert errors == [(["programme", "recordings"], "BAD_USER_INPUT")]
    assert data["programme"] is None
    assert data["academy"]["url"]


def test_an_argument_that_a_variable_leaves_null_is_told_at_its_field(library):
    data, errors = told(
        'query ($filter: String = "width-320") { recordings { nodes { poster { alt rendition(filter: $filter) { url } } } } }',
        filter=None,
    )
    assert errors == [(["recordings", "nodes", n, "poster", "rendition"], "BAD_USER_INPUT") for n in range(2)]
    assert [node["poster"]["rendition"] for node in data["recordings"]["nodes"]] == [None, None]


def test_an_error_of_a_root_field_that_may_be_null_leaves_the_others(library):
    data, errors = told('{ recording(slug: "recording-0", previewToken: "nonsense") { title } academy { shortName } }')
    assert errors == [(["recording"], "NOT_FOUND")]
    assert data["recording"] is None
    assert data["academy"]["shortName"]
