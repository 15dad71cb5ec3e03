"""What the partner API is held against: the list of 100 recordings (Q3) as a careful developer writes it by hand, without GraphQL.

Five statements, no model instances, visibility as everywhere, orjson. It answers `/floor/`, beside the site's own addresses.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import orjson
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone

from cms.access.principals import VISITOR
from library.models import MaterialPage, RecordingPage
from library.models.recording import NO_DAY
from programmes.models import Person, ProgrammePage, Topic

COUNT = 100


def recordings(request: HttpRequest) -> HttpResponse:
    """Answer what Q3 answers."""
    at = timezone.now()
    newest = Coalesce("recorded_on", NO_DAY).desc()
    rows = list(
        RecordingPage.objects.visible_to(VISITOR, at).order_by(newest, "translation_key").values_list(
            "pk", "translation_key", "slug", "title", "summary", "media__duration", "recorded_on", "programme_id"
        )[:COUNT]
    )  # fmt: skip
    pks = [row[0] for row in rows]
    speakers = defaultdict(list)
    for pk, name, organisation in (
        Person.objects.visible_to(VISITOR, at).filter(recordings__in=pks).order_by("name", "pk")
        .values_list("recordings", "name", "organisation__name")
    ):  # fmt: skip
        speakers[pk].append({"name": name, "organisation": {"name": organisation} if organisation else None})
    topics = defaultdict(list)
    for pk, name, slug in (
        Topic.objects.filter(recordings__in=pks).order_by("name").values_list("recordings", "name", "slug")
    ):
        topics[pk].append({"name": name, "slug": slug})
    materials = defaultdict(list)
    for pk, title, kind in (
        MaterialPage.objects.visible_to(VISITOR, at).filter(recording_links__recording__in=pks)
        .order_by("recording_links__sort_order", "recording_links__pk")
        .values_list("recording_links__recording", "title", "kind")
    ):  # fmt: skip
        materials[pk].append({"title": title, "kind": kind.upper()})
    programmes = {
        pk: {"title": title, "slug": slug}
        for pk, title, slug in ProgrammePage.objects.visible_to(VISITOR, at)
        .filter(pk__in={row[7] for row in rows})
        .values_list("pk", "title", "slug")
    }
    nodes: list[dict[str, Any]] = [
        {
            "id": str(key), "slug": slug, "title": title, "summary": summary, "durationSeconds": duration,
            "recordedOn": recorded_on, "speakers": speakers[pk], "topics": topics[pk],
            "programme": programmes.get(programme), "materials": materials[pk],
        }
        for pk, key, slug, title, summary, duration, recorded_on, programme in rows
    ]  # fmt: skip
    return HttpResponse(orjson.dumps({"data": {"recordings": {"nodes": nodes}}}), "application/json")


urlpatterns = [path("floor/", recordings), path("", include("cms.urls"))]
