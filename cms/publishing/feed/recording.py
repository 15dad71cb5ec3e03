"""Brings the feed up to a change: the thing itself for whoever saw it or sees it now, and what shows it for who sees both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import timezone
from wagtail.models import Page

from .. import registry
from .audiences import OPEN, audiences_of, covers, meet
from .links import key_of, links_of
from .models import FeedEntry, FeedLink, FeedThing

BATCH = 500


@dataclass(slots=True)
class Noted:
    """A thing that changes, with the audience tokens that saw it before and see it now, and the keys of what it named or names."""

    thing: FeedThing
    before: list[str]
    after: list[str]
    named: set[str]

    @property
    def concerned(self) -> set[str]:
        """The tokens of those who see or saw the thing itself."""
        return {*self.before, *self.after}

    @property
    def noticed(self) -> set[str]:
        """The tokens of those who may notice the change: of a part without an audience, whoever sees what it is a part of."""
        return set(OPEN) if registry.is_embedded_only(self.thing.model_label) else self.concerned


def note(instances: Sequence[Model], version: int, *, are_gone: bool = False) -> dict[str, Noted]:
    """Record that `instances` changed (or, with `are_gone`, can be seen no more) at `version`; return what was noted, by key.

    Must run in the transaction that advanced the content version: its lock keeps every other writer of the feed out, so
    what is read here is what is true when it is written.
    """
    at = timezone.now()
    recorded = {
        key_of(type(instance), instance.pk): instance for instance in instances if registry.is_recorded(type(instance))
    }
    if not recorded:
        return {}
    things = _things(recorded)
    noted = {}
    for key, instance in recorded.items():
        thing = things[key]
        is_hidden = are_gone or registry.is_embedded_only(thing.model_label)
        after = [] if is_hidden else audiences_of(instance, at)
        noted[key] = Noted(thing, list(thing.audiences), after, set())
        thing.audiences = after
        thing.visible_until = getattr(instance, "expire_at", None) if after else None
        thing.object_uuid = _uuid_of(instance)
    FeedThing.objects.bulk_update(
        [item.thing for item in noted.values()], ["audiences", "visible_until", "object_uuid"], batch_size=BATCH
    )
    _note_entries(noted.values(), version, at)
    _note_links({} if are_gone else recorded, noted)
    _touch_what_shows(noted, version, at)
    return noted


def note_new_addresses(version: int) -> None:
    """Record that the address of every page may have changed, for those who see it: a site moved to another root or host."""
    entries = FeedEntry.objects.filter(is_visible=True, thing__key__startswith=key_of(Page, ""))
    entries.update(version=version, changed_at=timezone.now())


def noted_before(instances: Iterable[Model]) -> dict[str, Noted]:
    """Return what the feed already holds of these instances, by key, without recording anything."""
    keys = [key_of(type(instance), instance.pk) for instance in instances]
    things = FeedThing.objects.filter(key__in=keys)
    return {thing.key: Noted(thing, list(thing.audiences), list(thing.audiences), set()) for thing in things}


def _uuid_of(instance: Model) -> Any:
    return getattr(instance, "translation_key", None) or getattr(instance, "uuid", None)


def _things(recorded: dict[str, Model]) -> dict[str, FeedThing]:
    """Return the feed's rows for these instances, by key, made where they are missing."""
    things = {thing.key: thing for thing in FeedThing.objects.filter(key__in=recorded)}
    missing = [
        FeedThing(
            key=key, model_label=instance._meta.label_lower, object_pk=str(instance.pk), object_uuid=_uuid_of(instance)
        )
        for key, instance in recorded.items()
        if key not in things
    ]
    if missing:
        things.update({thing.key: thing for thing in FeedThing.objects.bulk_create(missing, batch_size=BATCH)})
    return things


def _note_entries(noted: Iterable[Noted], version: int, at: dt.datetime) -> None:
    """Move the entries of what changed itself: forward for those who see it, to a tombstone for those who saw it."""
    by_thing = {item.thing.pk: item for item in noted if item.concerned}
    written = [
        FeedEntry(thing_id=pk, token=token, version=version, is_visible=True, changed_at=at)
        for pk, item in by_thing.items()
        for token in item.after
    ]
    covered = []
    for entry in FeedEntry.objects.filter(thing__in=by_thing, is_visible=True):
        after = by_thing[entry.thing_id].after
        if entry.token in after:
            continue
        if covers(entry.token, after):
            covered.append(entry.pk)
        else:
            entry.version, entry.is_visible, entry.changed_at = version, False, at
            written.append(entry)
    if covered:
        FeedEntry.objects.filter(pk__in=covered).delete()
    _write(written)


def _write(entries: Collection[FeedEntry]) -> None:
    for entry in entries:
        entry.pk = None
    FeedEntry.objects.bulk_create(
        entries,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["thing", "token"],
        update_fields=["version", "is_visible", "changed_at"],
    )


def _note_links(recorded: dict[str, Model], noted: dict[str, Noted]) -> None:
    """Remember what the changed things name now; what they named before still counts for this change."""
    by_thing = {item.thing.pk: item for item in noted.values()}
    now = {noted[key].thing.pk: links_of(instance) for key, instance in recorded.items()}
    stale = []
    for pk, owner, target in FeedLink.objects.filter(owner__in=by_thing).values_list("pk", "owner_id", "target"):
        by_thing[owner].named.add(target)
        if target not in now.get(owner, ()):
            stale.append(pk)
    fresh = [
        FeedLink(owner_id=owner, target=target)
        for owner, targets in now.items()
        for target in sorted(targets - by_thing[owner].named)
    ]
    for owner, targets in now.items():
        by_thing[owner].named |= targets
    if stale:
        FeedLink.objects.filter(pk__in=stale).delete()
    if fresh:
        FeedLink.objects.bulk_create(fresh, batch_size=BATCH)


def _touch_what_shows(noted: dict[str, Noted], version: int, at: dt.datetime) -> None:
    """Move forward what shows the changed things, for those who see both: what names them, and what they name and is listed by it.

    A part that changed (a picture, a file, the organisation somebody works for) changes what names it as if it had changed
    itself, and so on upwards.
    """
    touched: dict[int, set[str]] = {}
    done = set(noted)
    changed = {key: (item.thing, item.noticed, item.named) for key, item in noted.items()}
    while changed:
        above: dict[str, tuple[FeedThing, set[str], set[str]]] = {}
        links = FeedLink.objects.filter(target__in=changed).select_related("owner")
        for link in links:
            thing, owner = changed[link.target][0], link.owner
            if owner.key in done:
                continue
            tokens = _touch(touched, owner, changed[link.target][1])
            if registry.is_embedded(thing.model_label):
                seen_by = set(OPEN) if registry.is_embedded_only(owner.model_label) else tokens
                above[owner.key] = (owner, above.get(owner.key, (owner, set(), set()))[1] | seen_by, set())
        _touch_named(changed, touched, done)
        done |= above.keys()
        for key, target in FeedLink.objects.filter(owner__key__in=above).values_list("owner__key", "target"):
            above[key][2].add(target)
        changed = above
    _write(
        [
            FeedEntry(thing_id=pk, token=token, version=version, is_visible=True, changed_at=at)
            for pk, tokens in touched.items()
            for token in sorted(tokens)
        ]
    )


def _touch_named(
    changed: dict[str, tuple[FeedThing, set[str], set[str]]], touched: dict[int, set[str]], done: set[str]
) -> None:
    """Touch what the changed things name and is listed back by it, e.g. the session that lists its recordings."""
    named = {target for _, _, targets in changed.values() for target in targets} - done
    listing = {thing.key: thing for thing in FeedThing.objects.filter(key__in=named)} if named else {}
    for owner, concerned, targets in changed.values():
        for target in targets & listing.keys():
            if registry.is_reverse_listed(owner.model_label, listing[target].model_label):
                _touch(touched, listing[target], concerned)


def _touch(touched: dict[int, set[str]], thing: FeedThing, concerned: Collection[str]) -> set[str]:
    tokens = meet(concerned, thing.audiences)
    if tokens:
        touched.setdefault(thing.pk, set()).update(tokens)
    return tokens
