"""Signed links in mails: each is good for one alert and one act, so that an address cannot be signed up or off by others."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.core import signing

CONFIRM, STOP = "confirm", "stop"
# Whoever wants an alert confirms it within this time; ending one works for as long as mails are kept.
CONFIRM_WITHIN = dt.timedelta(days=7)


def token_for(uuid: UUID, act: str) -> str:
    """Return the token with which this alert may be confirmed (`CONFIRM`) or ended (`STOP`)."""
    return signing.dumps(str(uuid), salt=f"search.alerts.{act}")


def uuid_of(token: str, act: str) -> UUID | None:
    """Return the alert that a token stands for, or None for one that is forged, too old, or made for another act."""
    max_age = CONFIRM_WITHIN if act == CONFIRM else None
    try:
        return UUID(signing.loads(token, salt=f"search.alerts.{act}", max_age=max_age))
    except (signing.BadSignature, ValueError, TypeError):
        return None
