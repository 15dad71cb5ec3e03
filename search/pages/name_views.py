"""The pages of names: all topics, people, areas, groups and organisations, everything under each of them, and the glossary."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.site.feeds import AtomEntry, atom_response
from library.lists.listing import LibraryChoice, list_cards, read_choice
from library.lists.offering import listing_context, slugs_in_use

from ..glossary import definitions, glossary
from .names import KIND_OF_PATH, NamedKind, address_of

FEED_ENTRIES = 50


@require_safe
def index(request: Any, path: str) -> HttpResponse:
    """Show all names of a kind, from A to Z (core areas in their own order)."""
    kind = _kind(path)
    # No link leads to an empty page: a name with nothing under it is only named.
    in_use = slugs_in_use(kind.narrows, request)
    things = [
        (thing, address_of(thing) if thing.slug in in_use else "", kind.describe(thing))
        for thing in _related(kind, request)
    ]
    return render(request, "names/index.html", {"kind": kind, "things": things})


@require_safe
def page(request: Any, path: str, slug: str) -> HttpResponse:
    """Show what a name stands for, and everything under it that the visitor may see."""
    kind = _kind(path)
    thing = _thing(kind, slug, request)
    context = listing_context(read_choice(request.GET, within=((kind.narrows, thing.slug),)), request)
    return render(
        request, "names/page.html", {"kind": kind, "thing": thing, "described": kind.describe(thing), **context}
    )


@require_safe
def feed(request: Any, path: str, slug: str) -> HttpResponse:
    """Answer with the latest added things under a name, as Atom."""
    kind = _kind(path)
    thing = _thing(kind, slug, request)
    cards, _ = list_cards(LibraryChoice(within=((kind.narrows, thing.slug),)), None, request, size=FEED_ENTRIES)
    entries = [AtomEntry.of_card(card) for card in cards]
    return atom_response(request, str(thing), address_of(thing), kind.describe(thing), entries)


@require_safe
def glossary_page(request: HttpRequest) -> HttpResponse:
    """Show the words of the field, from A to Z."""
    entries = sorted(definitions(glossary().entries), key=lambda entry: (entry.term.casefold(), entry.expansion))
    letters = [(letter, list(group)) for letter, group in groupby(entries, key=lambda entry: _letter(entry.term))]
    return render(request, "names/glossary.html", {"letters": letters})


def _letter(term: str) -> str:
    return term[0].upper() if term[0].isalpha() else "0–9"


def _kind(path: str) -> NamedKind:
    kind = KIND_OF_PATH.get(path)
    if kind is None:
        raise Http404
    return kind


def _thing(kind: NamedKind, slug: str, request: Any) -> Any:
    thing = _related(kind, request).filter(slug=slug).first()
    if thing is None:
        raise Http404
    return thing


def _related(kind: NamedKind, request: Any) -> Any:
    rows = kind.visible(request)
    return rows.select_related("organisation", "portrait") if kind.path == "people" else rows
