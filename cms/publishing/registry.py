"""Where apps say what they watch and what they do after a change, so that effects run upwards without imports upwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Model
from wagtail.models import get_page_models

from cms.access.models import AudiencePage

if TYPE_CHECKING:
    from .models import ContentChange

Run = Callable[["ContentChange"], None]
RunTogether = Callable[[Sequence["ContentChange"]], None]
Holders = Callable[[Model], Iterable[Model]]


@dataclass(frozen=True, slots=True)
class RegisteredReaction:
    """Something to do after a change: its name is stored with each run, so keep names stable."""

    name: str
    order: int
    run: Run
    description: str
    run_together: RunTogether | None = None


_reactions: dict[str, RegisteredReaction] = {}
_holders: list[Holders] = []
_watched: dict[type[Model], Callable[[Model], Model | None]] = {}
_followed: set[type[Model]] = set()
_embedded: set[type[Model]] = set()
_reverse_listings: set[tuple[str, str]] = set()


def register_reaction(
    name: str, *, order: int, description: str, run_together: RunTogether | None = None
) -> Callable[[Run], Run]:
    """Register the decorated function as a reaction.

    It gets the ContentChange and nothing else, runs after the commit in ascending `order`, and must be safe to run twice:
    it looks at the state of the database as it is then, not at what the change once was. So changes of the same thing that
    wait together are one run, with the newest. Where changes of several things are cheaper done at once, `run_together` takes
    them; when it fails, each is run by itself.
    """

    def decorate(run: Run) -> Run:
        if name in _reactions and _reactions[name].run is not run:
            raise ValueError(f"A reaction named {name!r} is registered already; names must be unique.")
        _reactions[name] = RegisteredReaction(name, order, run, description, run_together)
        return run

    return decorate


def reactions() -> tuple[RegisteredReaction, ...]:
    """Return the registered reactions in the order in which they run."""
    return tuple(sorted(_reactions.values(), key=lambda reaction: (reaction.order, reaction.name)))


def reaction(name: str) -> RegisteredReaction | None:
    """Return the reaction of that name, or None when no app registers it any more."""
    return _reactions.get(name)


def watch(*models: type[Model], owner: Callable[[Model], Model | None] | None = None) -> None:
    """Record a ContentChange whenever a row of one of `models` is saved or deleted.

    For things that are no pages (pages are watched by themselves). `owner` maps a part to the thing that changed,
    e.g. a social link to the settings it belongs to.
    """
    for model in models:
        _watched[model] = owner or (lambda instance: instance)


def register_holders(find: Holders) -> Holders:
    """Register a function that finds the live things whose answers hold words of an instance.

    When the instance is deleted they change too, and afterwards nothing in the database would say which they were.
    """
    _holders.append(find)
    return find


def holders_of(instance: Model) -> list[Model]:
    """Return the live things whose answers hold words of `instance`, as all registered functions find them."""
    return [holder for find in _holders for holder in find(instance)]


def watched_owner(instance: Model) -> Model | None:
    """Return the thing that a change of `instance` is a change of, or None when nobody watches it."""
    owner = _watched.get(type(instance))
    return owner(instance) if owner else None


def follow(*models: type[Model]) -> None:
    """Let partners follow rows of `models` (which have a `uuid`) in the feed of changes. Pages are followed by themselves."""
    _followed.update(models)


def embedded(*models: type[Model]) -> None:
    """Declare that rows of `models` are shown as a part of what names them: a change of a part is a change of the whole."""
    _embedded.update(models)


def reverse_listing(owner: type[Model], *targets: type[Model]) -> None:
    """Declare that a thing of each of `targets` lists the things of `owner` that name it, e.g. a session its recordings."""
    _reverse_listings.update((owner._meta.label_lower, target._meta.label_lower) for target in targets)


def is_embedded(model_label: str) -> bool:
    """Whether rows of the model with this label are shown as a part of what names them."""
    return any(model._meta.label_lower == model_label for model in _embedded)


def embedded_only_labels() -> frozenset[str]:
    """Return the labels of the models whose rows are parts only, with no place of their own in the feed."""
    return frozenset(model._meta.label_lower for model in _embedded - _followed)


def is_embedded_only(model_label: str) -> bool:
    """Whether rows of the model with this label are parts only."""
    return model_label in embedded_only_labels()


def is_recorded(model: type[Model]) -> bool:
    """Whether the feed knows rows of `model`, as things or as parts."""
    return model in _embedded or model in _followed or issubclass(model, AudiencePage)


def is_reverse_listed(owner_label: str, target_label: str) -> bool:
    """Whether things of the one model are listed by the things of the other that they name."""
    return (owner_label, target_label) in _reverse_listings


def recorded_models() -> list[type[Model]]:
    """Return every model whose rows the feed knows: page types, what apps follow, and parts."""
    pages = [model for model in get_page_models() if issubclass(model, AudiencePage)]
    return [*pages, *sorted(_followed | _embedded, key=lambda model: model._meta.label_lower)]
