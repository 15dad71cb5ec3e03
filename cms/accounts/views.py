"""The pages of sign-in that differ from Wagtail's."""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.account import PasswordResetView


class LimitedPasswordResetView(PasswordResetView):
    """Wagtail's page, whose form is told who asks."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return what the form is made with."""
        return {**super().get_form_kwargs(), "request": self.request}
