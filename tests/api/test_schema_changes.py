"""What partners were promised: nothing goes from the schema that was not released as deprecated for 90 days."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from graphql import build_schema

from cms.api.queries.schema_changes import breaks, deprecations, risks, wrong_deprecations

TODAY = date(2027, 3, 31)
LONG_AGO, TOO_LATE = TODAY - timedelta(days=90), TODAY - timedelta(days=89)
RELEASED = """
type Query { talk(id: ID!, old: Int = 3): Talk  find(kind: Kind, filter: Filter): [Thing]  odd: Odd }
type Talk implements Thing { id: ID!  title: String!  seconds: Int }
type Odd { id: ID! }
interface Thing { id: ID! }
enum Kind { TALK BOOK }
input Filter { topic: String  year: Int }
union Any = Talk | Odd
"""


def deprecated(text: str, what: str, day: date) -> str:
    """The schema's text with one member deprecated."""
    assert text.count(what) == 1
    return text.replace(what, f'{what} @deprecated(reason: "{day}: use something else.")')


# What is changed, and in which words the refusal speaks of it; then the member whose deprecation would allow it, if any would.
CHANGES = {
    "a field goes": ("title: String!", "", "Talk.title was removed.", "title: String!"),
    "a field may be null": ("title: String!", "title: String", "Talk.title changed type from String! to String.", "title: String!"),
    "a field is another type": ("seconds: Int", "seconds: Float", "Talk.seconds changed type", "seconds: Int"),
    "an argument goes": (", old: Int = 3", "", "Query.talk arg old was removed.", "old: Int = 3"),
    "an argument is another type": ("old: Int = 3", "old: String", "Query.talk arg old has changed type", "old: Int = 3"),
    "a value goes": ("BOOK", "", "BOOK was removed from enum type Kind.", "BOOK"),
    "an input's field goes": ("year: Int", "", "Filter.year was removed.", "year: Int"),
    "an input's field is needed": ("year: Int", "year: Int  must: Int!", "A required field must on input type Filter", None),
    "an argument is needed": ("id: ID!, old", "id: ID!, must: Int!, old", "A required arg must on Query.talk was added.", None),
    "an interface goes": ("Talk implements Thing", "Talk", "Talk no longer implements interface Thing.", None),
    "a union shrinks": ("Talk | Odd", "Talk", "Odd was removed from union type Any.", None),
    "a kind of type changes": ("type Odd { id: ID! }", "scalar Odd", "Odd changed from an Object type to a Scalar type.", None),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words", "member"), CHANGES.values(), ids=CHANGES)
def test_a_breaking_change_is_refused_by_name_with_what_to_do(old, new, words, member):
    after = RELEASED.replace(old, new)
    if new == "scalar Odd":
        after = after.replace(" = Talk | Odd", " = Talk")
    found = [one for one in breaks(build_schema(RELEASED), build_schema(after), TODAY) if one.what.startswith(words)]
    assert [one.is_refused for one in found] == [True]
    assert found[0].advice.endswith(".")
    if member:
        assert f"`{TODAY}: use …`" in found[0].advice


@pytest.mark.parametrize(("old", "new", "words", "member"), [change for change in CHANGES.values() if change[3]])
def test_it_is_allowed_once_it_was_released_as_deprecated_for_90_days(old, new, words, member):
    after = build_schema(RELEASED.replace(old, new))
    (allowed,) = breaks(build_schema(deprecated(RELEASED, member, LONG_AGO)), after, TODAY)
    assert not allowed.is_refused
    (refused,) = breaks(build_schema(deprecated(RELEASED, member, TOO_LATE)), after, TODAY)
    assert refused.is_refused
    assert f"keep it until {TODAY + timedelta(days=1)}" in refused.advice


def test_a_type_goes_with_the_last_field_that_leads_to_it():
    after = build_schema(RELEASED.replace("odd: Odd", "").replace("type Odd { id: ID! }", "").replace(" | Odd", ""))
    released = RELEASED.replace(" | Odd", "")
    assert all(one.is_refused for one in breaks(build_schema(released), after, TODAY))
    found = breaks(build_schema(deprecated(released, "odd: Odd", LONG_AGO)), after, TODAY)
    assert len(found) == 2
    assert not any(one.is_refused for one in found)


def test_a_type_that_is_one_of_several_cannot_go_while_they_are_reached():
    released = build_schema(
        RELEASED.replace("odd: Odd", f'odd: Any  o: Odd @deprecated(reason: "{LONG_AGO}: use odd.")')
    )
    after = build_schema(
        RELEASED.replace("odd: Odd", "odd: Any").replace("type Odd { id: ID! }", "").replace(" | Odd", "")
    )
    gone = next(one for one in breaks(released, after, TODAY) if one.what == "Odd was removed.")
    assert gone.is_refused


def test_growth_is_no_break_but_what_may_surprise_is_told():
    grown = RELEASED.replace("BOOK", "BOOK FILM").replace("seconds: Int", "seconds: Int  more: Int")
    assert breaks(build_schema(RELEASED), build_schema(grown), TODAY) == []
    assert risks(build_schema(RELEASED), build_schema(grown)) == ["FILM was added to enum type Kind."]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Use something else.", "without a day"),
        ("2027-02-31: use x.", "without a day"),
        (f"{LONG_AGO}: use x.", "did not say so"),
    ],
)
def test_a_deprecation_names_a_day_of_which_partners_could_read(reason, words):
    present = build_schema(RELEASED.replace("BOOK", f'BOOK @deprecated(reason: "{reason}")'))
    (wrong,) = wrong_deprecations(build_schema(RELEASED), TOO_LATE, present)
    assert wrong.is_refused
    assert words in wrong.what


def test_a_deprecation_is_not_moved_back_once_released():
    released, moved = (build_schema(deprecated(RELEASED, "BOOK", day)) for day in (TOO_LATE, LONG_AGO))
    (wrong,) = wrong_deprecations(released, TODAY, moved)
    assert wrong.advice == f"Put {TOO_LATE} back."
    assert not list(wrong_deprecations(released, TODAY, released))


def test_deprecations_are_found_wherever_they_can_stand():
    text = RELEASED
    for what in ("title: String!", "old: Int = 3", "BOOK", "year: Int"):
        text = deprecated(text, what, TODAY)
    assert set(deprecations(build_schema(text))) == {"Talk.title", "Query.talk(old:)", "Kind.BOOK", "Filter.year"}


def check(tmp_path, released: str, present: str, *more: str) -> str:
    for name, text in (("released", released), ("present", present)):
        (tmp_path / name).write_text(text)
    out = StringIO()
    paths = ["--released", str(tmp_path / "released"), "--schema", str(tmp_path / "present"), "--today", str(TODAY)]
    call_command("check_schema_changes", *paths, *more, stdout=out)
    return out.getvalue()


HEAD = f"# Released on {TOO_LATE}\n"


def test_the_command_names_each_break_and_fails(tmp_path, capsys):
    with pytest.raises(CommandError, match="2 changes would break partners") as raised:
        check(tmp_path, HEAD + RELEASED, RELEASED.replace("BOOK", "").replace("seconds: Int", ""))
    assert raised.value.returncode == 1


def test_the_command_lets_growth_pass_and_takes_it_as_released(tmp_path):
    grown = RELEASED.replace("seconds: Int", "seconds: Int  more: Int")
    assert "Nothing breaks" in check(tmp_path, HEAD + RELEASED, grown, "--release")
    assert (tmp_path / "released").read_text().startswith(f"# Released on {TODAY}.")
    with pytest.raises(CommandError, match="1 change would"):
        check(tmp_path, (tmp_path / "released").read_text(), RELEASED)


def test_nothing_is_released_that_is_refused(tmp_path):
    with pytest.raises(CommandError):
        check(tmp_path, HEAD + RELEASED, RELEASED.replace("BOOK", ""), "--release")
    assert (tmp_path / "released").read_text() == HEAD + RELEASED


@pytest.mark.parametrize(
    ("released", "present", "words"),
    [
        (RELEASED, RELEASED, "does not start with a line"),
        (HEAD + RELEASED, "type Query {", "not a valid GraphQL schema. Syntax Error"),
        (HEAD + RELEASED, "type Query { a: Nowhere }", "Unknown type"),
    ],
)
def test_a_file_that_is_no_schema_is_told(tmp_path, released, present, words):
    with pytest.raises(CommandError, match=words) as raised:
        check(tmp_path, released, present)
    assert raised.value.returncode == 2


def test_the_present_schema_breaks_no_partner():
    call_command("check_schema_changes", stdout=StringIO())
