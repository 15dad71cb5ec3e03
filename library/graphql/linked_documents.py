"""Documents that rich text links to: an address for who may see a material that carries the document, signed where needed."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from cms.api.loading.planning import LoadPlan
from cms.api.loading.request import ApiRequest
from cms.api.loading.statements import OneOf
from cms.api.types.rich_text import LinkTargets, register_link_targets

from ..models import MaterialPage
from ..serving.views import document_thing
from .files import file_subject, file_url


def carried_documents(plan: LoadPlan, keys: Any) -> QuerySet:
    """Return key, uuid, file and audience of the documents that the caller may see a carrier of; the widest audience last."""
    rows = plan.visible(MaterialPage).filter(OneOf("document_id", keys)).order_by("audience")
    return rows.values_list("document_id", "document__uuid", "document__file", "audience")


def document_address(request: ApiRequest, key: int, uuid: Any, file: str, audience: str) -> tuple[str, str]:
    """Return the key and the address of one such document."""
    known = UUID(str(uuid))
    path = reverse("library:document_file", args=[known, PurePosixPath(file).name])
    return str(key), file_url(request, path, document_thing(known), file_subject(request, audience))


register_link_targets("document", LinkTargets(carried_documents, document_address))
