"""Pages of a list put together are the list: nothing twice, nothing missing, whatever the order and the size of the page."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.api.loading.errors import ApiError
from cms.api.loading.ordering import MAX_CURSOR_CHARACTERS, Order, SortKey, decode_cursor, encode_cursor
from library.models import RecordingPage
from programmes.graphql.orders import BY_NAME, BY_START, BY_TITLE, NEWEST_FIRST, OLDEST_FIRST, UPDATED_FIRST
from tests import factories

from .asking import ask
from .many import add

ORDERS = (BY_NAME, BY_START, BY_TITLE, NEWEST_FIRST, OLDEST_FIRST, UPDATED_FIRST)
DAYS = [
    None,
    dt.date(2026, 1, 2),
    dt.date(2026, 1, 2),
    dt.date(2025, 5, 5),
    None,
    dt.date(2026, 1, 2),
    dt.date(2027, 1, 1),
]
ALL = """query($first: Int, $after: String, $order: RecordingOrder) { recordings(first: $first, after: $after, orderBy: $order) {
  totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { title recordedOn } } } }"""


@pytest.fixture
def library(site):
    for n, day in enumerate(DAYS):
        # Titles alike on purpose: what is level must still have a fixed order.
        add(site.resources, RecordingPage(title=f"Title {n // 3}", slug=f"r{n}", recorded_on=day))
    return site


def pages(order: str, first: int) -> list[dict]:
    found, after = [], None
    while True:
        page = ask(ALL, first=first, after=after, order=order).data["recordings"]
        assert page["totalCount"] == len(DAYS)
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        found += page["edges"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]
        assert after == page["edges"][-1]["cursor"]


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["NEWEST", "OLDEST", "TITLE", "UPDATED"])
def test_pages_of_any_size_are_the_same_list(library, order):
    whole = pages(order, 100)
    assert len({edge["cursor"] for edge in whole}) == len(DAYS)
    for first in (1, 2, 3, 7):
        assert pages(order, first) == whole


@pytest.mark.django_db
def test_orders_mean_what_they_say_and_undated_things_come_last(library):
    def days(order):
        return [edge["node"]["recordedOn"] for edge in pages(order, 3)]

    assert days("NEWEST") == ["2027-01-01", "2026-01-02", "2026-01-02", "2026-01-02", "2025-05-05", None, None]
    assert days("OLDEST") == ["2025-05-05", "2026-01-02", "2026-01-02", "2026-01-02", "2027-01-01", None, None]
    assert [edge["node"]["title"] for edge in pages("TITLE", 2)] == sorted(f"Title {n // 3}" for n in range(len(DAYS)))


@pytest.mark.django_db
def test_what_comes_in_between_moves_nothing(library):
    page = ask(ALL, first=3, order="NEWEST").data["recordings"]
    rest = ask(ALL, first=100, after=page["pageInfo"]["endCursor"], order="NEWEST").data["recordings"]["edges"]
    add(library.resources, RecordingPage(title="Late", slug="late", recorded_on=dt.date(2028, 1, 1)))
    again = ask(ALL, first=100, after=page["pageInfo"]["endCursor"], order="NEWEST").data["recordings"]["edges"]
    assert again == rest


@pytest.mark.django_db
def test_a_cursor_of_another_order_is_refused(library):
    cursor = ask(ALL, first=1, order="NEWEST").data["recordings"]["pageInfo"]["endCursor"]
    assert ask(ALL, first=1, order="TITLE", after=cursor).codes == ["BAD_USER_INPUT"]
    assert ask("query($after: String) { people(after: $after) { nodes { id } } }", after=cursor).codes == [
        "BAD_USER_INPUT"
    ]


@pytest.mark.django_db
def test_an_empty_page_has_no_cursors(library):
    page = ask(ALL, first=0).data["recordings"]
    assert page["edges"] == []
    assert page["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None}


@pytest.mark.django_db
def test_lists_inside_things_are_paged_for_each_thing_alike(site):
    people = [factories.person(f"Person {letter}") for letter in "ab"]
    for n in range(5):
        page = RecordingPage(title=f"R{n}", slug=f"r{n}", recorded_on=dt.date(2026, 1, 1 + n))
        page.speakers = people if n != 3 else people[:1]
        add(site.resources, page)
    query = """query($after: String) { people { nodes { name recordings(first: 2, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } nodes { title } } } } }"""
    first, second = (one["recordings"] for one in ask(query).data["people"]["nodes"])
    assert [one["title"] for one in first["nodes"]] == ["R4", "R3"]
    assert [one["title"] for one in second["nodes"]] == ["R4", "R2"]
    assert (first["totalCount"], second["totalCount"]) == (5, 4)
    assert first["pageInfo"]["hasNextPage"]
    after = second["pageInfo"]["endCursor"]
    rest = [one["recordings"] for one in ask(query, after=after).data["people"]["nodes"]]
    assert [[one["title"] for one in each["nodes"]] for each in rest] == [["R1", "R0"]] * 2
    assert not any(each["pageInfo"]["hasNextPage"] for each in rest)


@pytest.mark.django_db
def test_somebody_with_two_roles_in_a_session_has_it_once(site):
    person = factories.person("Ann Example")
    factories.session(site, "Talk", people=[(person, "speaker"), (person, "host")])
    data = ask("{ people { nodes { sessions { totalCount nodes { title people { role } } } } } }").data
    assert data["people"]["nodes"][0]["sessions"] == {
        "totalCount": 1,
        "nodes": [{"title": "Talk", "people": [{"role": "SPEAKER"}, {"role": "HOST"}]}],
    }


@pytest.mark.django_db
def test_pages_of_search_are_the_same_list(site):
    for n in range(7):
        factories.recording(site, f"Everyday matter {n}")
    factories.settle()
    query = """query($first: Int, $after: String) { search(query: "everyday", first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { resource { id } } } } }"""
    whole = ask(query, first=100).data["search"]["edges"]
    found, after = [], None
    for _ in range(4):
        page = ask(query, first=2, after=after).data["search"]
        assert page["totalCount"] == 7
        found, after = found + page["edges"], page["pageInfo"]["endCursor"]
    assert found == whole
    assert not page["pageInfo"]["hasNextPage"]


@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40) | st.integers(-(2**40), 2**40),
        max_size=4,
    )
)
def test_a_cursor_gives_back_what_it_holds(parts):
    cursor = encode_cursor(parts)
    assert decode_cursor(cursor) == parts
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda raw: encode_cursor([raw.hex()])))
def test_any_text_is_a_cursor_of_an_order_or_refused(text):
    for order in ORDERS:
        with pytest.raises(ApiError):
            order.after(text)


VALUES = {
    str: ["", "a" * 300, "Ünï", "\x00"],
    dt.date: ["2026-01-01", "2026-13-01", "x", "", "0000-00-00", None, 3, ["a"]],
    dt.datetime: ["2026-01-01T00:00:00+00:00", "2026-01-01", "2026-01-01T00:00:00", "9999-12-31T23:59:59+00:00", {}],
    uuid.UUID: [str(uuid.uuid4()), "1", "", "g" * 32, 12],
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_forged_cursor_is_a_place_or_refused(kind):
    order = Order("forged", (SortKey("column", kind),))
    for value in VALUES[kind]:
        try:
            condition = order.after(encode_cursor(["forged", value]))
        except ApiError as error:
            assert error.extensions["code"] == "BAD_USER_INPUT"
        else:
            assert isinstance(condition.children[0][1], kind)


def test_a_long_cursor_is_refused_unread():
    with pytest.raises(ApiError):
        decode_cursor("A" * (MAX_CURSOR_CHARACTERS + 1))
