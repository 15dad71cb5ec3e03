"""Hands reactions to the process that runs them: withdrawals first, work for the same thing together, by lease.

A reaction that is claimed is leased for `LEASE`. Whoever is killed loses it when the lease is over; one that failed is tried
again after a while, by itself, until it has been tried `MAX_TRIES` times. Then it rests as failed, and the admin shows it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from . import registry
from .models import Reaction, ReactionStatus

# Tries follow after these many seconds; after the last of them every so often.
PAUSES_SECONDS = (2, 5, 15, 30, 60)
# About an hour, in which somebody can give a full disk room again.
MAX_TRIES = 64
# So many things are done together where a reaction can do that; a withdrawal must not wait long for others.
MAX_THINGS = 20
LOOKED_AT = 400


def lease() -> timedelta:
    """Return how long a claim holds: longer than any work takes, shorter than anybody should wait for a killed process."""
    return timedelta(seconds=settings.WORK_LEASE_SECONDS)


def claimable() -> QuerySet[Reaction]:
    """Return what may be run now: what waits, what a killed process left, what failed and is due again; urgent first."""
    is_due = Q(status__in=(ReactionStatus.RUNNING, ReactionStatus.FAILED), due_at__lte=Now())
    has_no_lease = Q(status=ReactionStatus.RUNNING, due_at=None)
    rows = Reaction.objects.filter(Q(status=ReactionStatus.WAITING) | is_due | has_no_lease)
    return rows.order_by("-is_urgent", "change_id", "order", "pk")


def claim() -> list[Reaction]:
    """Claim what is next for this process: all that waits for one thing, or for some where the reaction takes several.

    Two processes never get the same: the update that claims asks for what was read. Empty when there is nothing to do.
    """
    while (first := claimable().select_related("change").first()) is not None:
        pks = _pks_with(first)
        token = uuid.uuid4()
        taken = claimable().order_by().filter(pk__in=pks).update(
            status=ReactionStatus.RUNNING, claim=token, started_at=Now(), due_at=Now() + lease(), tries=F("tries") + 1
        )  # fmt: skip
        if taken:
            return list(Reaction.objects.filter(claim=token).select_related("change"))
    return []


def _pks_with(first: Reaction) -> list[int]:
    """Return the keys of the reactions to be run together with `first`, itself among them.

    A reaction looks at the state of the database as it is then, so one run is enough for all changes of a thing.
    """
    registered = registry.reaction(first.name)
    things = [(first.change.model_label, first.change.object_pk)]
    same_name = claimable().filter(name=first.name)
    if registered is not None and registered.run_together is not None:
        alike = same_name.filter(is_urgent=first.is_urgent).values_list("change__model_label", "change__object_pk")
        things = list(dict.fromkeys([*things, *alike[:LOOKED_AT]]))[:MAX_THINGS]
    wanted = same_name.filter(change__object_pk__in={pk for _, pk in things}).order_by()
    rows = wanted.values_list("pk", "change__model_label", "change__object_pk")
    return [pk for pk, *thing in rows if tuple(thing) in set(things)]


def finish(reactions: Iterable[Reaction], error: str = "") -> None:
    """Write down how claimed reactions went. Who has lost a claim in the meantime changes nothing."""
    for reaction in reactions:
        own = Reaction.objects.filter(pk=reaction.pk, claim=reaction.claim)
        if not error:
            own.update(status=ReactionStatus.DONE, error="", finished_at=Now(), due_at=None, claim=None)
        else:
            due_at = None if reaction.tries >= MAX_TRIES else Now() + _pause(reaction.tries)
            own.update(status=ReactionStatus.FAILED, error=error, finished_at=Now(), due_at=due_at, claim=None)


def _pause(tries: int) -> timedelta:
    return timedelta(seconds=PAUSES_SECONDS[min(tries, len(PAUSES_SECONDS)) - 1])
