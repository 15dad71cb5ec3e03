"""Links to documents in rich text on the site: an address only for who may see a material that carries the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from wagtail import hooks
from wagtail.documents.rich_text import DocumentLinkHandler

from cms.access.principals import current_principal

from .models import MaterialDocument, MaterialPage


class VisibleDocumentLinkHandler(DocumentLinkHandler):
    """Writes the address of a document only for those to whom its view would send it; for others the words stay, unlinked."""

    @classmethod
    def get_many(cls, attrs_list: list[dict]) -> list[MaterialDocument | None]:
        """Return the document of each link, or None where it is hidden from (or missing for) the current principal."""
        keys = [
            int(text) if re.fullmatch(r"[0-9]{1,9}", text := str(attrs.get("id", ""))) else 0 for attrs in attrs_list
        ]
        carrying = MaterialPage.objects.filter(document_id__in=keys).visible_to(current_principal())
        found = MaterialDocument.objects.filter(pk__in=carrying.values("document_id")).defer("text_pages")
        documents = {document.pk: document for document in found}
        return [documents.get(key) for key in keys]

    @classmethod
    def extract_references(cls, attrs: dict) -> Iterator[tuple]:
        """Give what a link refers to, for the usage of documents; nothing for a link without a number."""
        if str(attrs.get("id", "")).isdecimal():
            yield from super().extract_references(attrs)


@hooks.register("register_rich_text_features", order=100)
def use_visible_document_links(features: Any) -> None:
    """Replace Wagtail's handler, which links to any document."""
    features.register_link_type(VisibleDocumentLinkHandler)
