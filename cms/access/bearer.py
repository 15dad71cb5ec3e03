"""Finds the API client behind an Authorization header, for the API and for the files it points to."""

from __future__ import annotations

import logging

from django.db import DatabaseError

from .models import ApiKey
from .principals import Principal, principal_of_client

logger = logging.getLogger(__name__)
MAX_KEY_CHARACTERS = 200


class WrongKeyError(ValueError):
    """The header holds no usable key. It is never taken for an anonymous caller: a partner would not notice."""

    def __init__(self) -> None:
        super().__init__(
            "This key is unknown, expired or revoked. Send `Authorization: Bearer KEY`, or no such header to read as the public."
        )


def principal_of_header(header: str) -> Principal:
    """Return the principal of an `Authorization: Bearer KEY` header and note the key's use; WrongKeyError for any other."""
    scheme, _, text = header.partition(" ")
    text = text.strip()
    key = ApiKey.objects.find(text) if scheme.lower() == "bearer" and 0 < len(text) <= MAX_KEY_CHARACTERS else None
    if key is None:
        raise WrongKeyError
    try:
        key.note_use()
    except DatabaseError:
        # A busy database must not turn readers away.
        logger.warning("The use of an API key could not be noted", exc_info=True)
    return principal_of_client(key.client)
