"""Every facet there is narrows, counts, is offered, keeps its place in the address, and is in the API: a walk over FACETS."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from search.engine import Engine, ResourceDocument, SearchFilters
from search.facets import CAPTIONED, FACETS, Facet, ValueOrder, audience_of, facet_tags, length_of
from search.language.passages import Passage
from search.pages.selection import SearchSelection, read_selection
from tests import factories

PUBLIC = ("public",)
each_facet = pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
# How a document of this value, and one of another, is made. A facet that is not here is one of `facet_values`.
MADE = {
    "kind": ({"kind": "recording"}, {"kind": "material"}),
    "topic": ({"topic_slugs": ("trust",)}, {"topic_slugs": ("power",)}),
    "programme": ({"programme_slugs": ("first",)}, {"programme_slugs": ("second",)}),
    "core_area": ({"core_areas": ("leading",)}, {"core_areas": ("learning",)}),
    "person": ({"people_slugs": ("ana",)}, {"people_slugs": ("ben",)}),
    "organisation": ({"organisation_slugs": ("york",)}, {"organisation_slugs": ("hull",)}),
    "year": ({"date": dt.date(2025, 5, 1)}, {"date": dt.date(2024, 5, 1)}),
    "length": ({"duration_seconds": 60.0}, {"duration_seconds": 4_000.0}),
    "language": ({"languages": ("pl", "en")}, {"languages": ("cy",)}),
    "captions": ({"caption_origins": ("human",)}, {"caption_origins": ("machine",)}),
    "audience": ({"audience_tokens": ("members", "org:1")}, {"audience_tokens": PUBLIC}),
}


def made_for(facet: Facet) -> tuple[dict, dict]:
    return MADE.get(facet.name) or ({"facet_values": {facet.name: ("a",)}}, {"facet_values": {facet.name: ("b",)}})


def camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.title() for other in others)


def document(key: str, **fields) -> ResourceDocument:
    fields = {"kind": "recording", "audience_tokens": PUBLIC, **fields}
    return ResourceDocument(key, title=key, passages=(Passage("a needle"),), **fields)


@each_facet
def test_it_narrows_and_counts(facet, tmp_path: Path):
    first, second = made_for(facet)
    one, other = document("one", **first), document("other", **second)
    engine = Engine(tmp_path)
    engine.put([one, other, document("third", **second)])
    tokens = ("public", "members")
    counted = dict(engine.search("needle", tokens).facets[facet.name])
    for value in facet.values_of(one):
        found = engine.search("needle", tokens, filters=SearchFilters(**{facet.filter_name: (value,)}))
        assert [hit.key for hit in found.hits] == ["one"] and counted[value] == 1
        assert dict(found.facets[facet.name]) == counted, "a facet is counted as if it did not narrow"
    for value in facet.values_of(other):
        assert engine.search("needle", tokens, filters=SearchFilters(**{facet.filter_name: (value,)})).total == 2
        assert counted[value] == 2


@each_facet
def test_it_keeps_its_place_in_the_address(facet):
    value = next(iter(facet.fixed_names or {"2025": ""}))
    selection = SearchSelection(text="trust").toggled(facet.name, value)
    assert (facet.name, value) in selection.pairs()
    pairs = dict(selection.pairs())
    again = read_selection(lambda name: pairs.get(name, ""), lambda name: [pairs[name]] if name in pairs else [])
    assert again == selection and again.is_narrowed
    assert getattr(again.filters, facet.filter_name) == (value,)
    assert again.toggled(facet.name, value) == SearchSelection(text="trust")


@each_facet
def test_it_is_in_the_api(facet):
    from cms.schema import schema

    types = schema.graphql_schema.type_map
    field = types["SearchFilter"].fields[camel_case(facet.filter_name)]
    assert field.description == facet.description
    assert facet.name.upper() in types["SearchFacetName"].values
    if facet.is_enum:
        assert set(facet.fixed_names or ()) == {value.lower() for value in field.type.of_type.of_type.values}


def test_no_filter_is_taken_that_is_no_facet():
    with pytest.raises(TypeError, match="colours"):
        SearchFilters(colours=("red",))


def test_every_value_stands_in_the_index_once():
    tags = facet_tags(document("one", topic_slugs=("b", "a", "a"), languages=("en", "cy")))
    assert len(tags) == len(set(tags))
    assert {("topic", "a"), ("topic", "b"), ("language", "cy"), ("language", "en"), (CAPTIONED, "no")} <= set(tags)


@pytest.mark.parametrize(
    ("seconds", "length"),
    [(None, ""), (0, "short"), (899.9, "short"), (900, "medium"), (3_599.9, "medium"), (3_600, "long")],
)
def test_lengths_change_at_a_quarter_of_an_hour_and_at_an_hour(seconds, length):
    assert length_of(seconds) == length


@pytest.mark.parametrize(
    ("tokens", "audience"),
    [((), ""), (("org:1",), "chosen"), (("org:1", "members"), "members"), (("members", "public"), "public")],
)
def test_an_audience_is_told_by_the_widest_token(tokens, audience):
    assert audience_of(tokens) == audience


@pytest.fixture
def library(site):
    """A recording with a value of every facet that rows have, and a material with others."""
    area, organisation = factories.core_area("Leading"), factories.organisation("York")
    programme = factories.programme(site, "First steps", core_areas=[area])
    ana = factories.person("Ana Quirk", organisation=organisation)
    page = factories.recording(
        site, "A talk on trust", captions=factories.cues("We speak of a needle"), speakers=[ana], programme=programme,
        topics=[factories.topic("Trust")], recorded_on=dt.date(2025, 5, 1),
    )  # fmt: skip
    factories.material(site, "A needle handout", topics=[factories.topic("Power")])
    factories.settle()
    return page


@each_facet
def test_it_is_offered_and_narrows_on_the_page_and_in_the_api(facet, library, client):
    from search.indexing.resources import document_of

    if facet.name not in MADE:
        pytest.skip("its values are tried without a database")
    answer = client.get("/search/", {"q": "needle"})
    offered = {one.name: one for one in answer.context["facets"]}
    assert (facet.name in offered) is not facet.is_for_members
    (value,) = facet.values_of(document_of(library))
    narrowed = client.get("/search/", {"q": "needle", facet.name: value})
    found = [result.card.title for result in narrowed.context["found"]]
    expected = ["A talk on trust", "A needle handout"] if facet.is_for_members else ["A talk on trust"]
    assert sorted(found) == sorted(expected)
    if not facet.is_for_members:
        assert offered[facet.name].label == facet.label
        assert f"{facet.name}={value}" in "".join(option.query_string for option in offered[facet.name].options)
    given = int(value) if facet.is_number else value.upper() if facet.is_enum else value
    camel = camel_case(facet.filter_name)
    wanted = given if facet.is_enum or facet.is_number else json.dumps(given)
    facets = "totalCount facets { name values { value count } }"
    query = f'{{ search(query: "needle", filter: {{{camel}: [{wanted}]}}) {{ {facets} }} }}'
    data = client.post("/graphql/", {"query": query}, content_type="application/json").json()["data"]["search"]
    assert data["totalCount"] == len(expected)
    own = [one["values"] for one in data["facets"] if one["name"] == facet.name.upper()]
    assert own == [] if facet.is_for_members else value in {each["value"] for each in own[0]}


def test_values_stand_in_the_order_that_the_facet_says(site, client):
    for year, minutes in ((2024, 5), (2026, 70), (2025, 30), (2024, 70)):
        factories.recording(
            site,
            f"Needle {year} {minutes}",
            recorded_on=dt.date(year, 1, 1),
            media=factories.media(duration=minutes * 60.0),
        )
    factories.settle()
    offered = {
        one.name: [option.label for option in one.options] for one in client.get("/search/?q=needle").context["facets"]
    }
    assert offered["year"] == ["2026", "2025", "2024"]
    length = next(facet for facet in FACETS if facet.name == "length")
    assert length.order is ValueOrder.AS_NAMED and offered["length"] == list((length.fixed_names or {}).values())
