"""Queries are registered in the admin only if the API would carry them out, by those who manage access, with a trail."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.log_actions import registry

from cms.access.models import ApiClient, TrustedDocument, document_id_of
from home.roles import ensure_roles
from tests import factories

DOCUMENTS = "/admin/snippets/access/trusteddocument/"
GOOD = "query Topics {\n  topics { name }\n}\n"


@pytest.fixture
def api_client(site) -> ApiClient:
    return ApiClient.objects.create(organisation=factories.organisation("A"), name="Intranet")


@pytest.fixture
def browser(client, django_user_model):
    def sign_in(group: int):
        user = django_user_model.objects.create_user(f"user{group}", password="x")
        user.groups.add(ensure_roles()[group])
        client.force_login(user)
        return client

    return sign_in


def history(api_client) -> list[str]:
    return [one.message for one in registry.get_logs_for_instance(api_client).order_by("pk")]


def form(api_client, text: str, name: str = "Topics") -> dict:
    return {"name": name, "client": api_client.pk, "text": text}


def upload(name: str, text: str | bytes) -> dict:
    return {"file": SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)}


def manifest(*texts: str) -> str:
    return json.dumps({document_id_of(text): text for text in texts})


@pytest.mark.parametrize("page", ["", "add/", "edit/{pk}/", "delete/{pk}/"])
@pytest.mark.parametrize(("group", "status"), [(1, 200), (0, 302)], ids=["manager", "editor"])
def test_only_access_managers_reach_registered_queries(browser, api_client, page, group, status):
    document = TrustedDocument.objects.register(GOOD, name="Topics", client=api_client)
    assert browser(group).get(DOCUMENTS + page.format(pk=document.pk)).status_code == status


def test_an_editor_of_content_registers_nothing(browser, api_client):
    editor, address = browser(0), f"/admin/api-clients/{api_client.pk}/register-queries/"
    assert editor.post(f"{DOCUMENTS}add/", form(api_client, GOOD)).status_code == 302
    assert editor.get(address).status_code == 302
    assert editor.post(address, upload("topics.graphql", GOOD)).status_code == 302
    assert not TrustedDocument.objects.exists()


def test_a_query_is_registered_changed_and_removed_with_a_trail(browser, api_client):
    manager, page = browser(1), f"/admin/snippets/access/apiclient/inspect/{api_client.pk}/"
    add = f"{DOCUMENTS}add/?client={api_client.pk}"
    assert "Intranet (A)" in manager.get(add).content.decode()
    # Browsers send line ends of their own; the id is that of the text as files have it, with its last line end.
    assert manager.post(add, form(api_client, GOOD.replace("\n", "\r\n")))["Location"] == page
    document = TrustedDocument.objects.get()
    assert document.document_id == document_id_of(document.text)
    assert document.text == GOOD
    assert document.document_id[:12] in manager.get(page).content.decode()
    manager.post(f"{DOCUMENTS}edit/{document.pk}/", form(api_client, "{ topics { slug } }"))
    document.refresh_from_db()
    ended, now = document_id_of(GOOD), document_id_of("{ topics { slug } }")
    assert document.document_id == now
    assert now in manager.get(f"{DOCUMENTS}edit/{document.pk}/").content.decode()
    manager.post(f"{DOCUMENTS}delete/{document.pk}/")
    assert not TrustedDocument.objects.exists()
    assert [one for one in history(api_client) if one.startswith("Query")] == [
        f"Query ‘Topics’ ({ended[:8]}…) registered",
        f"Query ‘Topics’ ({now[:8]}…) changed: its id is now {now}, and {ended} is answered no longer",
        f"Query ‘Topics’ ({now[:8]}…) removed",
    ]


REGISTERED = {
    "a last line end": GOOD,
    "blanks before and behind": f"\n\n  {GOOD}\n\t",
    "line ends of Windows": GOOD.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("text", REGISTERED.values(), ids=REGISTERED)
def test_another_name_leaves_text_and_id_as_they_are(browser, api_client, text):
    document = TrustedDocument.objects.register(text, name="Topics", client=api_client)
    as_browsers_send_it = text.replace("\r\n", "\n").removeprefix("\n").replace("\n", "\r\n")
    address = f"{DOCUMENTS}edit/{document.pk}/"
    assert browser(1).post(address, form(api_client, as_browsers_send_it, name="Others")).status_code == 302
    document.refresh_from_db()
    assert (document.name, document.text, document.document_id) == ("Others", text, document_id_of(text))
    assert history(api_client)[-1] == f"Query ‘Others’ ({document_id_of(text)[:8]}…) changed"


WRONG = {
    "syntax": ("{ topics {", "line 1, column 11: Syntax Error"),
    "a field that is not there": ("{\n  topics { title }\n}", "line 2, column 12: Cannot query field"),
    "a write": ("mutation { x }", "This API only reads"),
    "too deep": ("{" * 70, "Too much: brackets inside brackets"),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG)
def test_what_the_api_would_refuse_is_refused_with_its_place(browser, api_client, text, words):
    manager = browser(1)
    assert words in manager.post(f"{DOCUMENTS}add/", form(api_client, text)).content.decode()
    address = f"/admin/api-clients/{api_client.pk}/register-queries/"
    assert f"topics: {words}" in manager.post(address, upload("topics.graphql", text)).content.decode()
    assert not TrustedDocument.objects.exists()


def test_a_file_is_registered_sign_by_sign(browser, api_client):
    text = GOOD.replace("\n", "\r\n")
    browser(1).post(f"/admin/api-clients/{api_client.pk}/register-queries/", upload("topics.graphql", text))
    document = TrustedDocument.objects.get()
    assert (document.name, document.text, document.client) == ("topics", text, api_client)


def test_a_generators_manifest_registers_all_its_queries(browser, api_client):
    texts = (
        GOOD,
        "query People { people { nodes { name } } }",
        "query People { people { totalCount } }",
        "{ topics { slug } }",
        "# query Words\nfragment query on Topic { name }\nquery Last { topics { ...query } }",
    )
    manager = browser(1)
    # A second time changes nothing.
    for _ in range(2):
        manager.post(
            f"/admin/api-clients/{api_client.pk}/register-queries/", upload("persisted.json", manifest(*texts))
        )
    assert {document.text for document in TrustedDocument.objects.all()} == set(texts)
    names = sorted(TrustedDocument.objects.values_list("name", flat=True))
    assert names == sorted(["Topics", "People", "People", document_id_of(texts[3])[:8], "Last"])


NO_MANIFEST = {
    "no JSON": ("{", "The file is no JSON."),
    "a list": ("[]", "must be an object"),
    "nothing": ("{}", "must be an object"),
    "numbers": ('{"a": 1}', "must be an object"),
    "another hash": (json.dumps({"0" * 64: GOOD}), "is not the SHA-256 of its query"),
    "a shorter hash": (json.dumps({"0" * 40: GOOD}), "is not a query id"),
    "a hash in capitals": (json.dumps({document_id_of(GOOD).upper(): GOOD}), "is not a query id"),
    "half a sign as id": (json.dumps({"\ud800": GOOD}), r"\ud800&#x27; is not a query id"),
    "half a sign in a query": (json.dumps({"0" * 64: "{ \ud800 }"}), "contains half a character"),
    "a byte order mark": (f"\ufeff{manifest(GOOD)}", "starts with a byte order mark"),
    "one wrong among good ones": (manifest(GOOD, "query Bad { nothing }"), "Bad: line 1, column 13: Cannot query field"),
    "no text": (b"\xff\xfe", "no text in UTF-8"),
    "too large": (b" " * 1_000_001, "larger than 1 MB"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), NO_MANIFEST.values(), ids=NO_MANIFEST)
def test_a_manifest_is_registered_whole_or_not_at_all(browser, api_client, content, words):
    address = f"/admin/api-clients/{api_client.pk}/register-queries/"
    answer = browser(1).post(address, upload("persisted.json", content)).content.decode()
    assert words in answer
    assert not TrustedDocument.objects.exists()


def test_a_file_with_a_byte_order_mark_is_refused_since_callers_send_none(browser, api_client):
    address = f"/admin/api-clients/{api_client.pk}/register-queries/"
    answer = browser(1).post(address, upload("topics.graphql", f"\ufeff{GOOD}")).content.decode()
    assert "starts with a byte order mark" in answer
    assert not TrustedDocument.objects.exists()


@pytest.mark.parametrize("pk", ["", "x", "99999", "9" * 30, "-1"])
def test_a_strange_client_in_the_address_is_no_client(browser, api_client, pk):
    assert browser(1).get(f"{DOCUMENTS}add/?client={pk}").status_code == 200
