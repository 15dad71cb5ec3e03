"""Before a schema is released: which registered queries of which partner it would break, where, and what to use instead."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from graphql import build_schema

from cms.access.models import ApiClient, TrustedDocument
from cms.api.queries.document_checks import findings
from tests import factories

RELEASED = """
type Query {
  talk(id: ID!, old: Int @deprecated(reason: "2026-01-01: Use `since`."), since: Int): Talk
  find(kind: Kind, filter: Filter): [Talk]
}
type Talk { id: ID!  title: String! @deprecated(reason: "2026-01-01: Use `name`.")  name: String!  seconds: Int }
enum Kind { TALK BOOK @deprecated(reason: "2026-01-01: Use `TALK`.") }
input Filter { topic: String  year: Int @deprecated(reason: "2026-01-01: Use `topic`.") }
"""
NEXT = """
type Query { talk(id: ID!, since: Int): Talk  find(kind: Kind, filter: Filter): [Talk] }
type Talk { id: ID!  name: String!  seconds: Int @deprecated(reason: "2027-01-01: Use `length`.")  length: Int }
enum Kind { TALK }
input Filter { topic: String }
"""
# What a query uses, and what the check says of it: where, what, and what to use instead.
CASES = {
    "a field that goes": ("{ talk(id: 1) {\n  title\n} }", (2, 3), "Cannot query field 'title' on type 'Talk'.", "Use `name`."),
    "a field under another name": ("{ talk(id: 1) {\n  words: title\n} }", (2, 3), "Cannot query field 'title'", "Use `name`."),
    "an argument that goes": ("{ talk(id: 1, old: 2) { id } }", (1, 15), "Unknown argument 'old'", "Use `since`."),
    "a value that goes": ("{ find(kind: BOOK) { id } }", (1, 14), "Value 'BOOK' does not exist in 'Kind' enum.", "Use `TALK`."),
    "a field of an input that goes": ("{ find(filter: {year: 3}) { id } }", (1, 17), "Field 'year' is not defined", "Use `topic`."),
    "a fragment's field": ("{ talk(id: 1) { ...F } }\nfragment F on Talk {\n  title\n}", (3, 3), "Cannot query", "Use `name`."),
}  # fmt: skip


@pytest.fixture(scope="module")
def schemas():
    return build_schema(NEXT), build_schema(RELEASED)


@pytest.mark.parametrize(("text", "place", "what", "instead"), CASES.values(), ids=CASES)
def test_what_would_break_is_told_with_its_place_and_what_to_use(schemas, text, place, what, instead):
    (found,) = findings(text, *schemas)
    assert found.is_break
    assert (found.line, found.column) == place
    assert found.what.startswith(what)
    assert found.instead == instead


def test_what_was_never_announced_gets_the_nearest_name(schemas):
    (found,) = findings("{ talk(id: 1) { nane } }", *schemas)
    assert "Did you mean 'name'?" in found.what
    assert found.instead == ""


def test_what_is_deprecated_is_told_and_breaks_nothing(schemas):
    (found,) = findings("{ talk(id: 1) { seconds } }", *schemas)
    assert not found.is_break
    assert (found.what, found.instead) == ("The field Talk.seconds is deprecated.", "2027-01-01: Use `length`.")


@pytest.mark.parametrize("text", ["{ talk(id: 1) { name length } }", "query Q($k: Kind) { find(kind: $k) { id } }"])
def test_of_what_stays_nothing_is_told(schemas, text):
    assert findings(text, *schemas) == []


def test_several_findings_come_in_order_breaks_first(schemas):
    found = findings("{ talk(id: 1, old: 1) {\n seconds\n title } }", *schemas)
    assert [(one.is_break, one.line) for one in found] == [(True, 1), (True, 3), (False, 2)]


def test_a_text_that_is_no_query_breaks_with_its_place(schemas):
    (found,) = findings("{ talk(id: 1) {", *schemas)
    assert found.is_break
    assert str(found).startswith("line 1, column 16: Syntax Error")


# --- The command

TITLES = "{ recordings {\n  nodes { title }\n} }"
SLUGS = "{ recordings { nodes { slug } } }"


@pytest.fixture
def clients(db) -> list[ApiClient]:
    return [
        ApiClient.objects.create(organisation=factories.organisation(name), name="Intranet")
        for name in ("Alpha", "Beta")
    ]


def check(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_partners", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


@pytest.fixture
def without_titles(tmp_path) -> str:
    """The present schema without `Recording.title`."""
    from cms.api.management.commands.export_schema import PATH

    text = PATH.read_text()
    for head in ("type Recording implements Node & Resource {", "interface Resource implements Node {"):
        start = text.index(head)
        end = text.index("\n}\n", start)
        text = text[:start] + text[start:end].replace("  title: String!\n", "  heading: String!\n") + text[end:]
    text = text.replace("implements Node & Resource", "implements Node").replace("implements Resource", "")
    text = text.replace(": Resource\n", ": Recording\n").replace(": Resource!\n", ": Recording!\n")
    path = tmp_path / "next.graphql"
    path.write_text(text)
    return str(path)


def test_all_is_well_with_the_present_schema(clients):
    TrustedDocument.objects.register(TITLES, name="Titles", client=clients[0])
    status, told = check()
    assert status == 0
    assert "registered queries would break; 0 use deprecated fields" in told
    assert told.startswith("None of ")


def test_each_partner_is_named_with_query_line_and_last_use(clients, without_titles):
    for client in clients:
        TrustedDocument.objects.register(TITLES, name="Titles", client=client)
    TrustedDocument.objects.register(SLUGS, name="Slugs", client=clients[0])
    TrustedDocument.objects.register(TITLES, name="Everybody's titles")
    status, told = check("--schema", without_titles)
    assert status == 1
    for owner in ("Intranet (Alpha)", "Intranet (Beta)", "Everybody"):
        assert f"\n{owner}\n" in told
    assert told.count("line 2, column 11: Cannot query field 'title' on type 'Recording'.") == 3
    assert "not used yet" in told
    assert "Slugs" not in told


def test_a_text_registered_by_many_is_checked_once(clients, without_titles, monkeypatch):
    from cms.api.management.commands import check_partners

    for client in clients:
        TrustedDocument.objects.register(SLUGS, name="Slugs", client=client)
    checked = []
    monkeypatch.setattr(check_partners, "findings", lambda text, *schemas: checked.append(text) or [])
    check("--schema", without_titles)
    assert checked.count(SLUGS) == 1


def test_a_file_that_is_no_schema_is_told(clients, tmp_path):
    (tmp_path / "x").write_text("type Query {")
    status, told = check("--schema", str(tmp_path / "x"))
    assert status == 2
    assert "not a valid GraphQL schema" in told
