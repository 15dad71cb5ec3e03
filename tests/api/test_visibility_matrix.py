"""Who sees what, everywhere: each asker × audience × state × each field of the schema, and a field without a case fails."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest
from django.test import override_settings

from cms.api.queries.limits import limits

from .asking import ask, post
from .graph import CASES, COMMON, KINDS, Asker, Graph, public_id
from .selections import QUERY, fields, partner_types, selection

pytestmark = pytest.mark.django_db
ASKERS = ("public", "org_a", "org_b")


@dataclass(frozen=True)
class Shows:
    """A query whose answer must hold the marks of exactly the visible things of these kinds."""

    query: str
    kinds: tuple[str, ...]


def from_hub(kind: str, below: str) -> str:
    return f'{{ {kind}(slug: "HUB") {below} }}'


def links(kind: str, part: str) -> str:
    return from_hub(kind, f"{{ body {{ {part} }} }}")


CTA_PAGE = "... on CallToActionBlock { page { title } }"
CTA_URL = "... on CallToActionBlock { url }"
TEXT = "... on TextBlock { value }"
ACCORDION = "... on AccordionBlock { items { text } }"
LINK = "... on ResourceLinkBlock { resource { title } }"
PAGES = KINDS[1:]
# Each field that leads from one thing to another, or tells of another, with what it must show.
CASES_BY_FIELD: dict[str, Shows] = {
    "Query.recordings": Shows("{ recordings(first: 100) { nodes { title } } }", ("recording",)),
    "Query.materials": Shows("{ materials(first: 100) { nodes { title } } }", ("material",)),
    "Query.sessions": Shows("{ sessions(first: 100) { nodes { title } } }", ("session",)),
    "Query.programmes": Shows("{ programmes(first: 100) { nodes { title } } }", ("programme",)),
    "Query.people": Shows("{ people(first: 100) { nodes { name } } }", ("person",)),
    "Query.search": Shows(f'{{ search(query: "{COMMON}", first: 100) {{ nodes {{ titleHtml }} }} }}', PAGES),
    "Query.changes": Shows("{ changes(first: 100) { nodes { id resource { title } person { name } } } }", KINDS),
    "Change.resource": Shows("{ changes(first: 100) { edges { node { resource { title } } } } }", PAGES),
    "Change.person": Shows("{ changes(first: 100) { nodes { person { name } } } }", ("person",)),
    "SearchHit.resource": Shows(
        f'{{ search(query: "{COMMON}", first: 100) {{ edges {{ node {{ resource {{ title }} }} }} }} }}', PAGES
    ),
    "Query.suggest": Shows(
        " ".join(
            ["{", *(f'{one}: suggest(prefix: "{one}", first: 10) {{ suggestions {{ text }} }}' for one in KINDS), "}"]
        ),
        KINDS,
    ),
    "SearchConnection.facets": Shows(
        f'{{ search(query: "{COMMON}") {{ facets {{ name values {{ label }} }} }} }}', ("programme", "person")
    ),
    "SearchHit.moments": Shows(
        f'{{ search(query: "{COMMON}", first: 100, filter: {{kinds: [RECORDING]}})'
        " { nodes { moments(first: 9) { text } } } }",
        ("recording",),
    ),
    "Recording.speakers": Shows(from_hub("recording", "{ speakers { name } }"), ("person",)),
    "Recording.materials": Shows(from_hub("recording", "{ materials { title } }"), ("material",)),
    "Recording.session": Shows("{ recordings(first: 100) { nodes { session { title } } } }", ("session",)),
    "Recording.programme": Shows("{ recordings(first: 100) { edges { node { programme { title } } } } }", ("programme",)),
    "Recording.body": Shows(links("recording", CTA_PAGE), PAGES),
    "Material.session": Shows("{ materials(first: 100) { nodes { session { title } } } }", ("session",)),
    "Material.programme": Shows("{ materials(first: 100) { nodes { programme { title } } } }", ("programme",)),
    "Material.recordings": Shows('{ material(slug: "HUB") { recordings { title } } }', ("recording",)),
    "Session.people": Shows(from_hub("session", "{ people { role person { name } } }"), ("person",)),
    "SessionPerson.person": Shows("{ sessions(first: 100) { nodes { people { person { name } } } } }", ("person",)),
    "Session.programme": Shows("{ sessions(first: 100) { nodes { programme { title } } } }", ("programme",)),
    "Session.recordings": Shows(from_hub("session", "{ recordings { title } }"), ("recording",)),
    "Session.materials": Shows(from_hub("session", "{ materials { title } }"), ("material",)),
    "Session.body": Shows(links("session", CTA_URL), PAGES),
    "Programme.sessions": Shows(from_hub("programme", "{ sessions(first: 100) { nodes { title } } }"), ("session",)),
    "Programme.recordings": Shows(from_hub("programme", "{ recordings(first: 100) { nodes { title } } }"), ("recording",)),
    "Programme.materials": Shows(from_hub("programme", "{ materials(first: 100) { nodes { title } } }"), ("material",)),
    "Programme.body": Shows(links("programme", TEXT), PAGES),
    "Person.recordings": Shows('{ people(first: 100) { nodes { recordings(first: 100) { nodes { title } } } } }', ("recording",)),
    "Person.sessions": Shows('{ people(first: 100) { nodes { sessions(first: 100) { nodes { title } } } } }', ("session",)),
    "TextBlock.value": Shows(links("recording", TEXT), PAGES),
    "AccordionBlock.items": Shows(links("recording", ACCORDION), PAGES),
    "AccordionItem.text": Shows(links("programme", ACCORDION), PAGES),
    "CallToActionBlock.page": Shows(links("session", CTA_PAGE), PAGES),
    "CallToActionBlock.url": Shows(links("recording", CTA_URL), PAGES),
    "ResourceLinkBlock.resource": Shows(links("recording", LINK), ("recording", "material")),
    "Page.body": Shows('{ page(path: "/page-HUB/") { body { ' + LINK + " } } }", ("recording", "material")),
}  # fmt: skip
# Fields that find one thing by name, or lead from a page to itself: tested below for each case.
ONE_BY_NAME = {
    "Query.recording", "Query.material", "Query.session", "Query.programme", "Query.page", "Page.resource",
    "Query.person", "Query.node", "Query.nodes",
}  # fmt: skip
# Parts of a thing and vocabulary that is public by nature: reached only from a thing that is visible itself.
OPEN = {
    "Query.academy", "Query.viewer", "Query.topics", "Query.topic", "Query.coreArea", "Query.priorityGroup",
    "Query.organisations", "Query.organisation", "Viewer.organisation", "Viewer.limits", "Person.organisation",
    "Person.portrait", "Organisation.logo", "Academy.logo", "Academy.socialLinks", "Academy.coreAreas", "Academy.priorityGroups",
    "Recording.topics", "Recording.captionTracks", "Recording.chapters", "Recording.transcript", "Recording.media",
    "Recording.poster", "Recording.accessibility", "Material.file", "Material.topics", "Session.topics", "Programme.topics",
    "Programme.coreAreas", "Programme.priorityGroups", "PictureBlock.image", "Image.rendition",
    "Query.glossary", "SearchConnection.definitions", "SearchConnection.correction", "SearchFacet.values",
    "Change.topic", "Change.organisation", "Change.coreArea", "Change.priorityGroup",
    "SuggestionsOfOneSort.suggestions",
}  # fmt: skip
# A thing's own words and facts. What is new must be put here by somebody who has thought about it.
OWN = {
    "Academy": "longName shortName isNameProvisional formerNames strapline url contactEmail contactPhone contactAddress "
    "cookieNotice brandColour",
    "Accessibility": "isCaptioned hasTranscript captionOrigin captionLanguages",
    "AccordionBlock": "id blockType field rawValue",
    "AccordionItem": "heading",
    "CallToActionBlock": "id blockType field rawValue buttonText",
    "CaptionTrack": "language label origin isChecked url",
    "Change": "kind id type changedAt cursor",
    "Chapter": "title startSeconds",
    "CoreArea": "id slug name description",
    "Cue": "startSeconds endSeconds speaker text",
    "File": "url name mimeType sizeBytes pageCount",
    "GlossaryTerm": "id term expansion otherNames definition isExpanded",
    "HeadingBlock": "id blockType field rawValue value",
    "Image": "url width height alt srcSet",
    "Limits": "bodyBytes tokens depth aliases directives rootFields cost deadlineSeconds pageSize costPerMinute costBurst",
    "Material": "id slug title summary url updatedAt kind link",
    "Media": "url mimeType sizeBytes durationSeconds width height",
    "Moment": "startSeconds endSeconds pageNumber language speaker text html url",
    "Organisation": "id slug name sector place website",
    "Page": "id slug title summary url updatedAt kind",
    "PageInfo": "hasNextPage hasPreviousPage startCursor endCursor",
    "Person": "id slug name jobTitle biography calendarUrl",
    "PictureBlock": "id blockType field rawValue altText caption",
    "PriorityGroup": "id slug name description",
    "Programme": "id slug title summary url updatedAt format status duration whoItIsFor outcomes calendarUrl",
    "QuoteBlock": "id blockType field rawValue text source",
    "Recording": "id slug title summary url updatedAt recordedOn durationSeconds",
    "Rendition": "url width height",
    "ResourceLinkBlock": "id blockType field rawValue note",
    "SearchHit": "score titleHtml summaryHtml isByMeaning",
    "SearchConnection": "hint",
    "SearchCorrection": "original text html isApplied",
    "SearchFacet": "name label",
    "SearchFacetValue": "value label count number",
    "Session": "id slug title summary url updatedAt startsAt endsAt timeZone format place joiningNote status statusNote "
    "calendarUrl",
    "SessionPerson": "role",
    "SocialLink": "label url",
    "Suggestion": "text detail url",
    "SuggestionsOfOneSort": "name label",
    "TextBlock": "id blockType field rawValue",
    "Topic": "id slug name description calendarUrl",
    "VideoEmbedBlock": "id blockType field rawValue url title",
    "Viewer": "kind client audiences",
}
PAGE_OF_RESULTS = {
    f"{one.name}.{name}"
    for one in partner_types()
    for name in one.fields
    if (one.name.endswith("Connection") and name in {"edges", "nodes", "pageInfo", "totalCount"})
    or (one.name.endswith("Edge") and name in {"node", "cursor"})
}


def test_every_field_of_the_schema_has_a_case():
    own = {f"{type_name}.{name}" for type_name, names in OWN.items() for name in names.split()}
    thought_about = CASES_BY_FIELD.keys() | ONE_BY_NAME | OPEN | own | PAGE_OF_RESULTS
    assert fields() == thought_about


def asked(graph: Graph, query: str, asker: Asker):
    for kind, thing in graph.hub.items():
        query = query.replace(f'{kind}(slug: "HUB")', f'{kind}(slug: "{getattr(thing, "slug", "")}")')
        query = query.replace(f"/{kind}-HUB/", f"/{getattr(thing, 'slug', '')}/")
    return ask(query, key=asker.key)


@pytest.mark.parametrize("name", ASKERS)
@pytest.mark.parametrize("field", CASES_BY_FIELD)
def test_a_field_shows_what_the_asker_may_see_and_nothing_else(graph, field, name):
    asker, case = graph.askers[name], CASES_BY_FIELD[field]
    data = asked(graph, case.query, asker).data
    visible = set().union(*(graph.visible(kind, asker) for kind in case.kinds))
    assert graph.found(data) == visible
    assert not graph.found(data) & graph.hidden(asker)


BY_SLUG = ("recording", "material", "session", "programme", "person")
NAMES = "id ... on Resource { title } ... on Person { name }"


def ids_of(graph: Graph) -> str:
    return "[" + ", ".join(f'"{one}"' for one in graph.ids()) + "]"


@pytest.mark.parametrize("name", ASKERS)
def test_things_by_id_are_null_when_hidden_exactly_as_when_missing(graph, name):
    asker, things = graph.askers[name], list(graph.things.items())
    hidden = [public_id(thing) for (_, case), thing in things if not asker.sees(case)]
    ids = graph.ids()
    assert len(ids) <= 100
    nodes = ask(f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {NAMES} }} }}", key=asker.key, ids=ids).data["nodes"]
    assert [None if node is None else node["id"] for node in nodes] == [None if one in hidden else one for one in ids]
    assert graph.found(nodes) == set().union(*(graph.visible(kind, asker) for kind in KINDS))
    query = f"query ($id: ID!) {{ node(id: $id) {{ {NAMES} }} }}"
    missing = post({"query": query, "variables": {"id": str(uuid.uuid4())}}, key=asker.key)
    for one in hidden:
        answer = post({"query": query, "variables": {"id": one}}, key=asker.key)
        assert answer.body == missing.body
        assert len(answer.statements) == len(missing.statements)
    for (_, case), thing in things:
        if asker.sees(case):
            assert ask(query, key=asker.key, id=public_id(thing)).data["node"]["id"] == public_id(thing)


# How many steps from thing to thing the walk goes from each root field; the same loads answer a step wherever it stands.
STEPS = {"recording": 2, "material": 2, "session": 2, "page": 2}


@pytest.mark.parametrize("name", ASKERS)
@pytest.mark.parametrize("root", sorted(QUERY.fields))
def test_a_walk_over_every_path_finds_nothing_hidden(graph, root, name):
    asker = graph.askers[name]
    arguments = {
        "page": f'(path: "/{graph.hub["page"].slug}/")',
        "search": f'(query: "{COMMON}", first: 100)',
        "suggest": '(prefix: "recording", first: 10)',
        **{kind: f'(slug: "{graph.hub[kind].slug}")' for kind in BY_SLUG},
        "organisation": '(slug: "alder-trust")',
        **dict.fromkeys(("topic", "coreArea", "priorityGroup"), '(slug: "leadership")'),
        "node": f'(id: "{public_id(graph.hub["recording"])}")',
        "nodes": f"(ids: {ids_of(graph)})",
    }.get(root, "(first: 100)" if "first" in QUERY.fields[root].args else "")
    query = f"{{ {root}{arguments} {selection(QUERY.fields[root].type, STEPS.get(root, 1))} }}"
    with override_settings(API_LIMITS=dict.fromkeys(limits(), 10**9)):
        data = ask(query, key=asker.key).data
    assert not graph.found(data) & graph.hidden(asker)
    assert graph.found(data) or root in {
        "academy", "viewer", "topics", "glossary", "topic", "coreArea", "priorityGroup", "organisation", "organisations",
    }  # fmt: skip


@pytest.mark.parametrize("name", ASKERS)
@pytest.mark.parametrize("kind", BY_SLUG)
def test_a_thing_by_slug_is_null_when_hidden_exactly_as_when_missing(graph, kind, name):
    asker = graph.askers[name]
    slugs = {f"n{n}": graph.things[kind, case].slug for n, case in enumerate(CASES)}
    aliases = " ".join(f'{alias}: {kind}(slug: "{slug}") {{ id }}' for alias, slug in slugs.items())
    data = ask(f'{{ {aliases} none: {kind}(slug: "no-such-thing") {{ id }} }}', key=asker.key).data
    assert {alias: one is not None for alias, one in data.items()} == {
        **{f"n{n}": asker.sees(case) for n, case in enumerate(CASES)}, "none": False,
    }  # fmt: skip


PARENTS = {
    "programme": "/programmes", "session": "/programmes", "material": "/library", "recording": "/library", "page": "",
}  # fmt: skip


@pytest.mark.parametrize("name", ASKERS)
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_by_path_is_null_when_hidden(graph, kind, name):
    asker = graph.askers[name]
    paths = {f"n{n}": f"{PARENTS[kind]}/{graph.things[kind, case].slug}/" for n, case in enumerate(CASES)}
    aliases = " ".join(f'{alias}: page(path: "{path}") {{ id resource {{ title }} }}' for alias, path in paths.items())
    data = ask(f"{{ {aliases} }}", key=asker.key).data
    assert {alias: one is not None for alias, one in data.items()} == {
        f"n{n}": asker.sees(case) for n, case in enumerate(CASES)
    }
    assert graph.found(data) == graph.visible(kind, asker)


COUNTED = {
    "recordings": "recording", "materials": "material", "sessions": "session", "programmes": "programme", "people": "person",
}  # fmt: skip


@pytest.mark.parametrize("name", ASKERS)
@pytest.mark.parametrize("root", COUNTED)
def test_counts_count_what_the_asker_may_see(graph, root, name):
    asker, kind = graph.askers[name], COUNTED[root]
    pointers = sum(type(pointer) is type(graph.hub[kind]) for pointer in graph.pointers)
    page = ask(f"{{ {root}(first: 100) {{ totalCount nodes {{ id }} edges {{ cursor }} }} }}", key=asker.key).data[root]
    assert (
        page["totalCount"] == len(page["nodes"]) == len(page["edges"]) == len(graph.visible(kind, asker)) + 1 + pointers
    )


@pytest.mark.parametrize("name", ASKERS)
def test_counts_inside_things_and_of_search_count_the_same(graph, name):
    asker = graph.askers[name]
    hub = graph.hub["programme"].slug
    data = ask(
        f'{{ programme(slug: "{hub}") {{ sessions {{ totalCount }} recordings {{ totalCount }} materials {{ totalCount }} }}'
        f' people(first: 100) {{ nodes {{ slug recordings {{ totalCount }} sessions {{ totalCount }} }} }}'
        f' search(query: "{COMMON}", first: 0) {{ totalCount }} }}',
        key=asker.key,
    ).data  # fmt: skip
    seen = {kind: len(graph.visible(kind, asker)) for kind in KINDS}
    # The hub's own session, recording and material belong to the hub's programme too.
    for kind in ("session", "recording", "material"):
        assert data["programme"][f"{kind}s"]["totalCount"] == seen[kind] + 1
    person = next(one for one in data["people"]["nodes"] if one["slug"] == graph.hub["person"].slug)
    assert person["sessions"]["totalCount"] == seen["session"] + 1
    assert person["recordings"]["totalCount"] == seen["recording"]
    assert data["search"]["totalCount"] == sum(seen[kind] + 1 for kind in PAGES)


@pytest.mark.parametrize("name", ASKERS)
def test_searching_for_the_very_words_of_something_hidden_confirms_nothing(graph, name):
    asker = graph.askers[name]
    hidden = sorted(graph.hidden(asker))
    for start in range(0, len(hidden), 25):
        marks = hidden[start : start + 25]
        aliases = " ".join(
            f'{mark}: search(query: "{mark}", first: 1, exact: true) {{ totalCount nodes {{ titleHtml }} }}'
            for mark in marks
        )
        assert ask(f"{{ {aliases} }}", key=asker.key).data == {mark: {"totalCount": 0, "nodes": []} for mark in marks}
        # Taken for a mistyped word, it finds only what looks like it and may be seen.
        numbered = " ".join(
            f'n{n}: search(query: "{mark}", first: 5) {{ nodes {{ titleHtml }} }}' for n, mark in enumerate(marks)
        )
        assert not graph.found(ask(f"{{ {numbered} }}", key=asker.key).data) & graph.hidden(asker)


@pytest.mark.parametrize("name", ASKERS)
def test_a_filter_by_something_hidden_finds_nothing(graph, name):
    asker = graph.askers[name]
    for case in CASES:
        programme, person = graph.things["programme", case].slug, graph.things["person", case].slug
        data = ask(
            f'{{ recordings(programme: "{programme}") {{ totalCount }} materials(programme: "{programme}") {{ totalCount }}'
            f' sessions(programme: "{programme}") {{ totalCount }} spoken: recordings(speaker: "{person}") {{ totalCount }}'
            f' found: search(query: "{COMMON}", filter: {{programmes: ["{programme}"]}}) {{ totalCount }}'
            f' named: search(query: "{COMMON}", filter: {{people: ["{person}"]}}) {{ totalCount }} }}',
            key=asker.key,
        ).data  # fmt: skip
        counts = {name: one["totalCount"] for name, one in data.items()}
        assert all(counts.values()) if asker.sees(case) else not any(counts.values()), (case, counts)
