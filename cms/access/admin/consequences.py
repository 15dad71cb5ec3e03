"""What deleting something does, told by name before it is done: what prevents it, what goes along, and what loses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import NestedObjects
from django.db import models, router
from django.db.models.deletion import ProtectedError, RestrictedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from modelcluster.fields import ParentalKey
from wagtail import hooks
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page, ReferenceIndex

from cms.access.models import MemberOrganisation, things_shared_with

# Books that Wagtail and this house keep about a thing. They go with it, and nobody would miss them by name.
BOOKKEEPING_APPS = {"wagtailsearch", "modelsearch", "contenttypes", "sessions", "wagtailadmin", "taggit", "admin"}
BOOKKEEPING = {"access.preview", "publishing.feedthing", "wagtailimages.rendition"}
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Named:
    """One thing as the admin names it; without an address where the user may not open it."""

    kind: str
    name: str
    url: str | None


@dataclass(slots=True)
class Consequences:
    """What deleting one thing does to others."""

    preventing: list[Named] = field(default_factory=list)
    going_along: list[Named] = field(default_factory=list)
    losing: list[Named] = field(default_factory=list)


def consequences_of(thing: models.Model, user: Any) -> Consequences:
    """Return what deleting `thing` does, in words for `user`; names of what the user may not edit are left out."""
    collector = NestedObjects(using=router.db_for_write(type(thing)))
    collector.collect([thing])
    for page in thing.get_descendants().specific() if isinstance(thing, Page) else ():
        collector.collect([page])
    preventing: list[models.Model] = list(collector.protected)
    if isinstance(thing, MemberOrganisation):
        preventing += things_shared_with(thing)
    going, losing = [], list(_choosing(thing))
    for row in _collected(collector, thing):
        holder = _holder(row)
        if holder is None:
            going.append(row)
        elif not _is_same(holder, thing):
            losing.append(holder)
    losing += [source for source, _ in ReferenceIndex.get_grouped_references_to(thing)]
    name = _naming(user)
    told = Consequences(preventing=_named(preventing, name), going_along=_named(going, name))
    known = {*told.preventing, *told.going_along}
    told.losing = [
        found for found in _named((row for row in losing if not _is_same(row, thing)), name) if found not in known
    ]
    return told


def _collected(collector: NestedObjects, thing: models.Model) -> Iterator[models.Model]:
    """Give what is deleted along with a thing and is worth a word."""
    for model, rows in collector.model_objs.items():
        options = model._meta
        if options.auto_created or options.app_label in BOOKKEEPING_APPS or options.label_lower in BOOKKEEPING:
            continue
        if options.app_label == "wagtailcore":
            # A page is collected as its own type too, which says more.
            continue
        yield from (row for row in rows if not _is_same(row, thing))


def _holder(row: models.Model) -> models.Model | None:
    """Return what a row is a part of, e.g. the session of a speaker; None for what stands by itself."""
    for part_of in row._meta.fields:
        if isinstance(part_of, ParentalKey):
            return getattr(row, part_of.name)
    return None


def _choosing(thing: models.Model) -> Iterator[models.Model]:
    """Give what has chosen a thing in a list of values, or names it in a field that is emptied when it goes."""
    relations: Any = thing._meta.get_fields(include_hidden=True)
    for relation in relations:
        model: Any = relation.related_model
        if not relation.auto_created or relation.concrete or model is None or model._meta.auto_created:
            continue
        is_emptied = getattr(relation, "on_delete", None) is models.SET_NULL and relation.one_to_many
        is_chosen = relation.many_to_many and not isinstance(thing, MemberOrganisation)
        if (is_emptied or is_chosen) and model._meta.app_label != "wagtailcore":
            yield from model._default_manager.filter(**{relation.field.name: thing.pk})


def _is_same(row: models.Model, thing: models.Model) -> bool:
    """Whether two rows are one thing: a page is a row of its own type and one of all pages."""
    return row.pk == thing.pk and (isinstance(row, type(thing)) or isinstance(thing, type(row)))


def _naming(user: Any) -> Callable[[models.Model], Named]:
    finder = AdminURLFinder(user)

    def name(row: models.Model) -> Named:
        kind = str(row._meta.verbose_name)
        url = finder.get_edit_url(row)
        is_part = url is None and type(row).__name__ in {"WebhookSubscription", "WebhookDelivery", "ApiUsage"}
        return Named(kind, str(row) if url or is_part else "(one that you may not open)", url)

    return name


def _named(rows: Iterable[models.Model], name: Callable[[models.Model], Named]) -> list[Named]:
    """Return the rows by kind and name, each once."""
    specific = (row.specific if isinstance(row, Page) and type(row) is Page else row for row in rows)
    return sorted(set(map(name, specific)), key=lambda told: (told.kind, told.name, told.url or ""))


def in_words(told: list[Named]) -> str:
    """Return e.g. `recording "Flow", session "Start" and 3 more`."""
    words = [f"{item.kind} “{item.name}”" for item in told[:MOST_NAMED]]
    more = len(told) - len(words)
    return ", ".join(words) + (f" and {more} more" if more else "")


def refuse(request: HttpRequest, thing: Any, preventing: list[Named]) -> HttpResponse:
    """Say what prevents the deletion, and return to the page that asked for it (or to the admin's first page)."""
    kind = capfirst(str(getattr(thing, "_meta", type(thing)._meta).verbose_name))
    messages.error(
        request, f"{kind} “{thing}” cannot be deleted: it is used by {in_words(preventing)}. Remove it there first."
    )
    back = request.headers.get("Referer", "")
    is_safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(back if is_safe else "/admin/")


@hooks.register("before_delete_snippet")
def refuse_what_is_in_use(request: HttpRequest, instances: Iterable[models.Model]) -> HttpResponse | None:
    """Refuse, for one thing as for many at once, and name what prevents it."""
    if request.method != "POST":
        return None
    for thing in instances:
        if preventing := consequences_of(thing, request.user).preventing:
            return refuse(request, thing, preventing)
    return None


@hooks.register("before_delete_page")
def refuse_a_page_in_use(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The same for a page."""
    return refuse_what_is_in_use(request, [page])


class ProtectedDeletionMiddleware:
    """Turns a deletion that the database refuses, wherever in the admin it was asked for, into a word about what prevents it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return to where the editor came from, with the reason; None leaves other errors to Django."""
        if not isinstance(error, ProtectedError | RestrictedError) or not request.path.startswith("/admin/"):
            return None
        blocking = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        told = in_words(_named(blocking, _naming(request.user)))
        messages.error(request, f"This cannot be deleted: it is used by {told}. Remove it there first.")
        back = request.headers.get("Referer", "")
        is_safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return HttpResponseRedirect(back if is_safe else "/admin/")
