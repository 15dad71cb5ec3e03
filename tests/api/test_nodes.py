"""Whatever has an id is fetched by it, and whatever the API, a webhook or a feed hands out is taken back by some field or route."""

from __future__ import annotations

import uuid

import pytest
from django.urls import resolve
from graphql import GraphQLNonNull, get_named_type

from cms.access.models import MemberOrganisation
from programmes.models import CoreArea, Person, PriorityGroup, Topic
from search.models import GlossaryTerm
from tests import factories

from .asking import ask, post
from .many import make_library
from .selections import QUERY, TYPES, partner_types

pytestmark = pytest.mark.django_db
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker):
    from .conftest import own_world

    with django_db_blocker.unblock(), own_world():
        make_library(30)
        GlossaryTerm.objects.create(term="ICS", expansion="integrated care system")
        yield


def everything() -> dict[str, list[str]]:
    """The ids of all that the public can list, by the name of the type."""
    lists = ("recordings", "materials", "sessions", "programmes", "people", "organisations")
    query = " ".join(f"{name}(first: 100) {{ nodes {{ __typename id }} }}" for name in lists)
    data = ask(
        f"{{ {query} topics {{ __typename id }} glossary {{ __typename id }} page(path: \"/\") {{ __typename id }}"
        " academy { coreAreas { __typename id } priorityGroups { __typename id } } }"
    ).data  # fmt: skip
    found: dict[str, list[str]] = {}
    things = [thing for name in lists for thing in data[name]["nodes"]]
    things += [
        *data["topics"],
        *data["glossary"],
        data["page"],
        *(one for some in data["academy"].values() for one in some),
    ]
    for thing in things:
        found.setdefault(thing["__typename"], []).append(thing["id"])
    return found


def test_every_type_with_an_id_is_a_node_and_says_so():
    node = TYPES["Node"]
    with_id = {
        kind.name
        for kind in partner_types()
        if "id" in kind.fields and isinstance(kind.fields["id"].type, GraphQLNonNull)
    }
    # A change bears the id of the thing that changed.
    assert with_id - {"Change"} == {kind.name for kind in partner_types() if node in kind.interfaces}


def test_a_thing_of_every_type_is_answered_by_its_id(library):
    found = everything()
    assert found.keys() == {kind.name for kind in partner_types() if TYPES["Node"] in kind.interfaces}
    for name, ids in found.items():
        data = ask("query ($id: ID!) { node(id: $id) { __typename id } }", id=ids[0]).data
        assert data == {"node": {"__typename": name, "id": ids[0]}}
        assert ask("query ($id: ID!) { node(id: $id) { id } }", id=ids[0].upper()).data["node"]["id"] == ids[0]


def test_nodes_come_in_the_order_asked_with_null_for_what_is_not_there(library):
    found = everything()
    first = [ids[0] for ids in found.values()]
    none = str(uuid.uuid4())
    asked = [*reversed(first), none, "nonsense", "", first[0], first[0]]
    nodes = ask(NODES, ids=asked).data["nodes"]
    assert [node and node["id"] for node in nodes] == [*reversed(first), None, None, None, first[0], first[0]]
    assert ask(NODES, ids=[]).data == {"nodes": []}


def test_a_hundred_mixed_ids_take_few_statements_however_many_they_are(library):
    ids = [one for group in everything().values() for one in group][:100]
    assert len(ids) == 100
    query = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {ALL} }} }}"
    few, many = [ids[0], ids[-1]], ids
    counts = []
    for asked in (few, many):
        ask(query, ids=asked)
        counts.append(len(ask(query, ids=asked).statements))
    assert counts[1] <= 8, counts
    assert counts[1] - counts[0] <= 3, "plain pages and the glossary may take one each, and so may a further level"


ALL = """__typename id ... on Resource { title url updatedAt } ... on Recording { speakers { name } topics { name } }
  ... on Session { startsAt people { role person { name } } } ... on Material { file { name } }
  ... on Programme { outcomes } ... on Person { name organisation { name } } ... on Topic { name slug }
  ... on CoreArea { name } ... on PriorityGroup { name } ... on Organisation { name } ... on GlossaryTerm { term expansion }"""


def test_more_than_a_hundred_ids_are_refused_with_the_number():
    reply = post({"query": NODES, "variables": {"ids": [str(uuid.uuid4())] * 101}})
    assert reply.codes == ["BAD_USER_INPUT"]
    assert "101" in reply.messages
    assert "100" in reply.messages


@pytest.mark.parametrize("count", [1, 7, 100])
def test_the_cost_counts_the_ids(count):
    ids = [str(uuid.uuid4()) for _ in range(count)]
    assert ask(NODES, ids=ids).body["extensions"]["cost"] == 1 + 2 * count
    literal = "[" + ", ".join(f'"{one}"' for one in ids) + "]"
    assert ask(f"{{ nodes(ids: {literal}) {{ __typename id }} }}").body["extensions"]["cost"] == 1 + 2 * count


# --- what is handed out is taken back

# Each field that hands out a slug, with the root field or argument that takes it.
SLUGS_TAKEN = {
    "Recording": "recording", "Material": "material", "Session": "session", "Programme": "programme", "Person": "person",
    "Topic": "topic", "CoreArea": "coreArea", "PriorityGroup": "priorityGroup", "Organisation": "organisation",
    "Page": "page",
}  # fmt: skip


def test_every_slug_is_taken_by_a_root_field(library):
    handing_out = {kind.name for kind in partner_types() if "slug" in kind.fields}
    assert handing_out == SLUGS_TAKEN.keys()
    ids = everything()
    for name in handing_out - {"Page"}:
        query = f"query ($id: ID!) {{ node(id: $id) {{ id ... on {name} {{ slug }} }} }}"
        thing = ask(query, id=ids[name][0]).data["node"]
        root = SLUGS_TAKEN[name]
        assert get_named_type(QUERY.fields[root].type).name == name
        assert ask(f"query ($slug: String!) {{ {root}(slug: $slug) {{ id }} }}", slug=thing["slug"]).data == {
            root: {"id": thing["id"]}
        }
        assert ask(f'{{ {root}(slug: "no-such-thing") {{ id }} }}').data == {root: None}


@pytest.mark.parametrize(("path", "model"), [
    ("topics", Topic), ("people", Person), ("areas", CoreArea), ("groups", PriorityGroup), ("organisations", MemberOrganisation),
])  # fmt: skip
def test_every_slug_of_a_name_is_taken_by_a_page_too(path, model):
    assert resolve(f"/{path}/some-slug/").kwargs == {"path": path, "slug": "some-slug"}


def test_every_cursor_is_taken_by_the_list_that_gave_it(library):
    lists = [name for name, field in QUERY.fields.items() if get_named_type(field.type).name.endswith("Connection")]
    for name in lists:
        more = 'query: "everyday", ' if name == "search" else ""
        page = ask(f"{{ {name}({more}first: 2) {{ edges {{ cursor }} pageInfo {{ endCursor }} }} }}").data[name]
        for cursor in [page["pageInfo"]["endCursor"], *(edge["cursor"] for edge in page["edges"])]:
            query = f"query ($c: String) {{ {name}({more}after: $c) {{ pageInfo {{ hasPreviousPage }} }} }}"
            assert ask(query, c=cursor).data[name]["pageInfo"]["hasPreviousPage"]


@pytest.mark.parametrize("name", ["topics", "glossary"])
def test_a_plain_list_is_read_in_parts_by_the_ids_it_hands_out(library, name):
    for term in ("CCG", "VCSE"):
        GlossaryTerm.objects.create(term=term)
    query = f"query ($first: Int, $after: ID) {{ {name}(first: $first, after: $after) {{ id }} }}"
    whole = [one["id"] for one in ask(f"{{ {name} {{ id }} }}").data[name]]
    assert len(whole) >= 3
    parts, after = [], None
    while part := [one["id"] for one in ask(query, first=2, after=after).data[name]]:
        assert len(part) <= 2
        parts, after = [*parts, *part], part[-1]
    assert parts == whole
    assert ask(query, first=0).data[name] == []
    for wrong in ({"first": 101}, {"first": -1}, {"after": str(uuid.uuid4())}, {"after": "nonsense"}):
        assert post({"query": query, "variables": wrong}).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(("name", "size"), [("topics", 30), ("glossary", 100)])
def test_the_cost_of_a_plain_list_is_reckoned_at_first(name, size):
    def cost(arguments: str) -> int:
        return ask(f"{{ {name}{arguments} {{ id }} }}").body["extensions"]["cost"]

    assert cost("") == 1 + size
    assert cost("(first: 3)") == 4


def test_every_id_that_changes_and_their_messages_hand_out_is_taken(library):
    factories.topic("Improvement")
    changes = ask("{ changes(first: 100) { nodes { id type } } }").data["changes"]["nodes"]
    assert len(changes) > 50
    nodes = ask(NODES, ids=[change["id"] for change in changes]).data["nodes"]
    assert [(node["id"], node["__typename"]) for node in nodes] == [
        (change["id"], change["type"]) for change in changes
    ]
