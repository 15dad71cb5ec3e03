"""Arithmetic of audience tokens: who sees a thing now, and who sees two things at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Model

from cms.access.models import AudienceMixin
from cms.access.principals import EDITORS_TOKEN, MEMBERS_TOKEN, PUBLIC_TOKEN

OPEN = (PUBLIC_TOKEN, EDITORS_TOKEN)


def audiences_of(instance: Model, at: dt.datetime) -> list[str]:
    """Return the audience tokens that see `instance` at the moment `at`; none when it is not live or has expired."""
    expire_at = getattr(instance, "expire_at", None)
    if not getattr(instance, "live", True) or (expire_at is not None and expire_at <= at):
        return []
    return list(instance.audience_tokens()) if isinstance(instance, AudienceMixin) else list(OPEN)


def reach(token: str) -> frozenset[str]:
    """Return all tokens that somebody with `token` is sure to hold: members see what is public, organisations both."""
    if token in OPEN:
        return frozenset({token})
    return frozenset({token, MEMBERS_TOKEN, PUBLIC_TOKEN})


def covers(token: str, audiences: Collection[str]) -> bool:
    """Whether everybody with `token` sees a thing with these audiences."""
    return not reach(token).isdisjoint(audiences)


def meet(tokens: Collection[str], other: Collection[str]) -> set[str]:
    """Return tokens whose holders see both a thing with audiences `one` and a thing with audiences `other`.

    Every principal that sees both holds at least one of them, and nobody else does: so a change of a thing is recorded with
    whatever shows it to exactly those who see both.
    """
    return {token for token in {*tokens, *other} if covers(token, tokens) and covers(token, other)}
