"""The admin of registered queries: taken from a form or a file, refused with the line that the API would not carry out."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.module_loading import import_string
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.components import Component
from wagtail.log_actions import registry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSet

from cms.access.admin.addresses import client_url
from cms.access.admin.choosers import PermittedChooserViewSet
from cms.access.admin.trail import MessageOfData
from cms.access.models import ApiClient, TrustedDocument, document_id_of

from ..queries.document_checks import operation_name, refusals
from ..queries.documents import Documents

MAX_FILE_BYTES = 1_000_000
MAX_NAME_CHARACTERS = 120
MOST_SHOWN = 30
BYTE_ORDER_MARK = "\ufeff"
_MANIFEST_ID = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_HOW_TO_MAKE = 'Make the manifest with `hashAlgorithm: "sha256"`.'


@lru_cache(maxsize=1)
def _documents() -> Documents:
    return Documents(import_string(settings.GRAPHENE["SCHEMA"]).graphql_schema)


class DocumentForm(WagtailAdminModelForm):
    """A query as a text, which must be one that the API carries out. Its outer blanks count: the id is made from them too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].strip = False

    def clean_text(self) -> str:
        """Refuse a text that the API would refuse, in its words.

        Browsers write line ends of their own, so a text that nobody touched comes back as another. It stays as it is
        registered, to the last sign: its callers would not find it by any other id.
        """
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        registered = self.instance.text
        if self.instance.pk and registered.replace("\r\n", "\n").strip() == text.strip():
            text = registered
        if found := refusals(text, _documents()):
            raise ValidationError(found)
        return text


def note(client: ApiClient | None, action: str, document: TrustedDocument, **more: str) -> None:
    """Write into the client's history (or the document's own, when it is for everybody) what was done to a document."""
    details = {"name": document.name, "id": document.document_id, **more}
    registry.log(client or document, f"access.document.{action}", data=details)


def page_of(document: TrustedDocument) -> str:
    """Return where the admin goes after a document was saved: to its client's page, or to the list."""
    if document.client is not None:
        return client_url(document.client)
    return reverse("wagtailsnippets_access_trusteddocument:list")


class DocumentCreateView(CreateView):
    def get_initial_form_instance(self) -> TrustedDocument:
        """Begin with the client from whose page one comes."""
        pk = self.request.GET.get("client", "")
        known = pk.isascii() and pk.isdigit() and len(pk) < 18 and ApiClient.objects.filter(pk=pk).exists()
        return TrustedDocument(client_id=int(pk) if known else None)

    def save_instance(self) -> TrustedDocument:
        document = super().save_instance()
        note(document.client, "register", document)
        return document

    def get_success_url(self) -> str:
        return page_of(self.object)


class DocumentEditView(EditView):
    def save_instance(self) -> TrustedDocument:
        before = TrustedDocument.objects.values_list("document_id", flat=True).get(pk=self.object.pk)
        document = super().save_instance()
        ended = {} if document.document_id == before else {"ended": before}
        note(document.client, "change", document, **ended)
        return document

    def get_panel(self) -> ObjectList:
        """Show the id too, which is there once the query is."""
        panels = [*TrustedDocument.panels, FieldPanel("document_id", read_only=True)]
        return ObjectList(panels, base_form_class=DocumentForm).bind_to_model(TrustedDocument)

    def get_success_url(self) -> str:
        return page_of(self.object)


class DocumentDeleteView(DeleteView):
    def delete_action(self) -> None:
        client = self.object.client
        if client is not None:
            note(client, "remove", self.object)
        super().delete_action()

    def get_success_url(self) -> str:
        return page_of(self.object)


class TrustedDocumentViewSet(SnippetViewSet):
    model = TrustedDocument
    icon = "code"
    menu_label = "Registered queries"
    menu_hook = "register_access_menu_item"
    menu_order = 500
    list_display = ["name", "client", "document_id", "last_used_at"]
    list_filter = ["client"]
    search_fields = ["name", "document_id"]
    edit_handler = ObjectList(TrustedDocument.panels, base_form_class=DocumentForm)
    copy_view_enabled = False
    chooser_viewset_class = PermittedChooserViewSet
    add_view_class = DocumentCreateView
    edit_view_class = DocumentEditView
    delete_view_class = DocumentDeleteView


register_snippet(TrustedDocumentViewSet)


class FileForm(forms.Form):
    """A file with one query, or a manifest of many queries from a code generator."""

    file = forms.FileField(
        help_text="A .graphql file with one query, or the persisted-documents.json of graphql-codegen "
        '(with `hashAlgorithm: "sha256"`): an object of ids and queries. At most 1 MB.'
    )

    def clean_file(self) -> list[tuple[str, str]]:
        """Return the queries in the file, each with a name; ValidationError names each that is no good, and why."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_FILE_BYTES:
            raise ValidationError("The file is larger than 1 MB.")
        try:
            text = upload.read().decode("utf-8")
        except UnicodeDecodeError:
            raise ValidationError("The file is no text in UTF-8.") from None
        if text.startswith(BYTE_ORDER_MARK):
            raise ValidationError(
                "The file starts with a byte order mark. Callers do not send one, so the query would get a different "
                "id. Save the file as UTF-8 without it."
            )
        name = PurePath(upload.name)
        texts = texts_of_manifest(text) if name.suffix.lower() == ".json" else [(name.stem, text)]
        wrong = [f"{name}: {word}" for name, text in texts for word in refusals(text, _documents())]
        if wrong:
            raise ValidationError(wrong[:MOST_SHOWN])
        return texts


def texts_of_manifest(text: str) -> list[tuple[str, str]]:
    """Return the queries of a manifest, each with the name of its operation; ValidationError says what is wrong with it."""
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):
        raise ValidationError("The file is no JSON.") from None
    if not isinstance(manifest, dict) or not all(isinstance(value, str) for value in manifest.values()) or not manifest:
        raise ValidationError('The file must be an object of ids and queries: {"<sha256>": "query …"}.')
    texts = []
    for document_id, query in manifest.items():
        if not _MANIFEST_ID.fullmatch(document_id):
            raise ValidationError(
                f"{ascii(document_id)[:80]} is not a query id. An id is 64 hexadecimal digits in lower case. "
                f"{_HOW_TO_MAKE}"
            )
        if _LONE_SURROGATE.search(query):
            raise ValidationError(
                f"The query of {document_id} contains half a character (a lone surrogate), so it is not valid text."
            )
        if document_id.removeprefix("sha256:") != document_id_of(query):
            raise ValidationError(f"{document_id} is not the SHA-256 of its query. {_HOW_TO_MAKE}")
        texts.append((operation_name(query) or document_id_of(query)[:8], query))
    return texts


@permission_required("access.add_trusteddocument")
def register_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Register the queries of a file for a client, all of them or none."""
    client = get_object_or_404(ApiClient.objects.select_related("organisation"), pk=pk)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        texts = form.cleaned_data["file"]
        with transaction.atomic():
            for name, text in texts:
                note(
                    client,
                    "register",
                    TrustedDocument.objects.register(text, name=name[:MAX_NAME_CHARACTERS], client=client),
                )
        messages.success(request, f"{len(texts)} quer{'y' if len(texts) == 1 else 'ies'} registered for {client}.")
        return redirect(client_url(client))
    return render(request, "api/register_file.html", {"client": client, "form": form, "client_url": client_url(client)})


@hooks.register("register_admin_urls")
def register_urls() -> list:
    """The address of the page above."""
    return [path("api-clients/<int:pk>/register-queries/", register_file, name="access_register_queries")]


class DocumentsPanel(Component):
    """The queries that a client registered, on its page."""

    template_name = "api/documents_panel.html"
    order = 400

    def __init__(self, client: ApiClient, user: Any) -> None:
        self.client, self.user = client, user

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        count = self.client.documents.count()
        return {
            "client": self.client,
            "documents": self.client.documents.defer("text")[:MOST_SHOWN] if count else [],
            "count": count,
            "more": max(count - MOST_SHOWN, 0),
            "may_add": self.user.has_perm("access.add_trusteddocument"),
            "may_change": self.user.has_perm("access.change_trusteddocument"),
        }


@hooks.register("construct_client_page")
def add_documents_panel(request: HttpRequest, client: ApiClient, panels: list) -> None:
    """Show registered queries on the client's page to those who may see them."""
    user: Any = request.user
    if user.has_perm("access.view_trusteddocument"):
        panels.append(DocumentsPanel(client, user))


class _DocumentFormatter(MessageOfData):
    verb = ""

    def told(self, data: dict[str, Any]) -> str:
        words = f"Query ‘{data.get('name', '')}’ ({str(data.get('id', ''))[:8]}…) {self.verb}"
        if ended := data.get("ended"):
            words += f": its id is now {data['id']}, and {ended} is answered no longer"
        return words


class RegisterFormatter(_DocumentFormatter):
    label, verb = "Register a query", "registered"


class QueryChangeFormatter(_DocumentFormatter):
    label, verb = "Change a registered query", "changed"


class RemoveFormatter(_DocumentFormatter):
    label, verb = "Remove a registered query", "removed"


@hooks.register("register_log_actions")
def register_actions(actions: Any) -> None:
    """Tell Wagtail's history how to speak of registered queries."""
    for name, formatter in (
        ("register", RegisterFormatter),
        ("change", QueryChangeFormatter),
        ("remove", RemoveFormatter),
    ):
        actions.register_action(f"access.document.{name}")(formatter)
