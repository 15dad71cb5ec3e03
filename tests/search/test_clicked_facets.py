"""What a facet counts is what is found once its value is clicked, whichever facet and whichever query."""

from __future__ import annotations

import random
from datetime import date

import pytest

from search.engine import Engine, ResourceDocument, SearchFilters
from search.facets import FACETS
from search.language.passages import Passage

PUBLIC = ("public",)
KINDS = ("recording", "material", "session")
SLUGS = ("one", "two", "three")
# A filter narrows far below the number of hits for which fewer words would do; it must not make the query ask for fewer.
QUERIES = ("alpha beta", "alpha beta gamma", "how do alpha and gamma grow", "beta", '"alpha beta"', "gamma delta")


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Engine:
    """Three hundred things, of which a few hold several of the words and many hold one."""
    dice = random.Random(20)
    engine = Engine(tmp_path_factory.mktemp("library"))
    words = ("alpha", "beta", "gamma", "delta")

    def made(number: int) -> ResourceDocument:
        said = dice.sample(words, dice.choices((1, 2, 3), (8, 2, 1))[0])
        return ResourceDocument(
            f"thing {number}", dice.choice(KINDS), f"Thing {number}", audience_tokens=PUBLIC,
            passages=(Passage(" ".join(said)),), topic_slugs=(dice.choice(SLUGS),), people_slugs=(dice.choice(SLUGS),),
            programme_slugs=(dice.choice(SLUGS),), organisation_slugs=(dice.choice(SLUGS),), languages=("en",),
            date=date(dice.randint(2010, 2024), 3, 1), duration_seconds=dice.choice((300, 1800, 5400)),
        )  # fmt: skip

    engine.rebuild([made(number) for number in range(300)])
    return engine


@pytest.mark.parametrize("query", QUERIES)
def test_each_value_gives_the_number_it_told_once_it_is_clicked(library, query):
    counted = library.search(query, PUBLIC, first=0).facets
    differing = {
        (facet.name, value): (told, found)
        for facet in FACETS
        for value, told in counted.get(facet.name, ())
        if (
            found := library.search(
                query, PUBLIC, first=0, filters=SearchFilters(**{facet.filter_name: (value,)})
            ).total
        )
        != told
    }
    assert sum(len(counted.get(facet.name, ())) for facet in FACETS) > 20
    assert differing == {}


@pytest.mark.parametrize("query", QUERIES)
def test_a_second_value_gives_its_number_too(library, query):
    for year, _ in library.search(query, PUBLIC, first=0).facets["year"][:3]:
        counted = library.search(query, PUBLIC, first=0, filters=SearchFilters(years=(year,))).facets
        for topic, told in counted["topic"]:
            both = SearchFilters(years=(year,), topics=(topic,))
            assert library.search(query, PUBLIC, first=0, filters=both).total == told, (year, topic)
