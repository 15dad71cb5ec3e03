"""What people write in several ways is one to them: spellings, short forms and their plurals, with dots, with a number."""

from __future__ import annotations

import pytest

from search.engine import Engine, ResourceDocument, Synonyms
from search.language.passages import Passage

GLOSSARY = Synonyms([("ICS", "integrated care system"), ("PCN", "primary care network"), ("VCSE", "voluntary sector")])
WRITTEN = {
    "networks": "Our PCNs and GPs met the MDTs",
    "system": "Every integrated care system begins small",
    "cycle": "A PDSA was run twice",
    "illness": "After COVID-19 much had changed",
    "habit": "Practise what was agreed",
    "sector": "With the voluntary sector we listened",
    "pens": "Pens and paper for everybody",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Engine:
    made = Engine(tmp_path_factory.mktemp("writing"))
    made.put(
        ResourceDocument(key, "recording", key, audience_tokens=("public",), passages=(Passage(text, page_number=1),))
        for key, text in WRITTEN.items()
    )
    return made


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("PCN budget", "networks"),
        ("PCNs", "networks"),
        ("GP strategy meeting", "networks"),
        ("MDT decisions tomorrow", "networks"),
        ("ICSs", "system"),
        ("ICS’s", "system"),
        ("PDSAs", "cycle"),
        ("covid19", "illness"),
        ("practice agreed", "habit"),
        ("V.C.S.E.", "sector"),
    ],
)
def test_any_way_finds_what_is_written_in_another(engine, typed, key):
    result = engine.search(typed, ("public",), synonyms=GLOSSARY)
    assert [hit.key for hit in result.hits][:1] == [key]
    assert result.correction is None


def test_a_term_of_the_glossary_is_never_corrected(engine):
    """Not even where nothing speaks of it: who typed it meant it."""
    assert engine.search("PENT", ("public",)).correction.text == "PENS"
    synonyms = Synonyms([("PENT", "patients and relatives")])
    assert engine.search("PENT", ("public",), synonyms=synonyms).correction is None
