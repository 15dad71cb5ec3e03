"""The password check of every door, with a limit on wrong guesses and a line in the log for each try."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from cms.limits.addresses import address_of

from .limits import SIGN_IN, account_key, keys_of

logger = logging.getLogger("academy.security")
# On the request of a try that was not looked at, so that the form can say why.
REFUSED = "sign_in_is_refused"
LONGEST_NAME = 150


class LimitedModelBackend(ModelBackend):
    """Django's own check of name and password. After ten wrong guesses in five minutes not even the right one is looked at."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        """Return the user; None for a wrong name or password; raises PermissionDenied when there were too many guesses."""
        if username is None or password is None:
            return super().authenticate(request, username, password, **kwargs)
        where = address_of(request.META) if request is not None else "this server"
        who = ascii(username[:LONGEST_NAME])
        taken = SIGN_IN.take(*keys_of(username, request))
        if taken is None:
            logger.warning("Sign-in as %s from %s was refused: too many wrong guesses.", who, where)
            if request is not None:
                setattr(request, REFUSED, True)
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user is None:
            logger.warning("Sign-in as %s from %s failed.", who, where)
            return None
        SIGN_IN.give_back(taken)
        SIGN_IN.clear(account_key(username))
        logger.info("Signed in as %s from %s.", who, where)
        return user
