"""The sign-in and password forms of the admin, which say so when there were too many tries."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from wagtail.admin.forms.auth import LoginForm, PasswordResetForm

from cms.limits.addresses import address_of

from .backends import REFUSED
from .limits import PASSWORD_RESET, SIGN_IN, keys_of

logger = logging.getLogger("academy.security")


class SignInForm(LoginForm):
    """Wagtail's sign-in form."""

    def get_invalid_login_error(self) -> ValidationError:
        """Return what to say to a wrong name or password, or after too many of them."""
        if getattr(self.request, REFUSED, False):
            return ValidationError(
                f"There were too many incorrect attempts to sign in. Wait {SIGN_IN.wait_words}, then try again.",
                code="too_many_attempts",
            )
        return super().get_invalid_login_error()


class LimitedPasswordResetForm(PasswordResetForm):
    """Wagtail's form for a new password. Whether the address has an account makes no difference to what it says."""

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Refuse when too many new passwords were asked for, for this account or from this network address."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "email" in cleaned and PASSWORD_RESET.take(*keys_of(cleaned["email"], self.request)) is None:
            where = address_of(self.request.META) if self.request is not None else "this server"
            logger.warning("A new password from %s was refused: too many were asked for.", where)
            raise ValidationError(
                f"There were too many requests for a new password. Wait {PASSWORD_RESET.wait_words}, then try again.",
                code="too_many_attempts",
            )
        return cleaned
