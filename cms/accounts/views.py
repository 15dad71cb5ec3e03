"""The site's own pages of sign-in: for members and editors alike, in the academy's name."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LogoutView
from django.http import HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin.views.account import LoginView, PasswordResetView

HOME = "/"


def may_use_admin(user: Any) -> bool:
    """Whether somebody may open the editors' pages."""
    return user.is_active and (user.is_superuser or user.has_perm("wagtailadmin.access_admin"))


def is_admin_address(url: str) -> bool:
    """Whether an address of this site leads to the editors' pages."""
    return url.startswith(reverse("wagtailadmin_home"))


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SignInView(LoginView):
    """The page on which people sign in. It leads them back to where they came from."""

    template_name = "accounts/sign_in.html"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; to somebody who is signed in already, who they are and where to go on."""
        return self.render_to_response(self.get_context_data())

    def get_success_url(self) -> str:
        """Return where to go: back, or to the editors' pages for those who may use them, or to the home page."""
        wanted = self.get_redirect_url()
        if may_use_admin(self.request.user):
            return wanted or reverse("wagtailadmin_home")
        return wanted if wanted and not is_admin_address(wanted) else HOME

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        wanted = self.get_redirect_url()
        is_signed_in = self.request.user.is_authenticated
        return {
            **super().get_context_data(**kwargs),
            "is_signed_in": is_signed_in,
            "is_refused": is_signed_in and is_admin_address(wanted) and not may_use_admin(self.request.user),
            "next_url": wanted,
            "way_on": self.get_success_url() if is_signed_in else "",
        }


class SignOutView(LogoutView):
    """Ends the session, and shows that it did on the home page."""

    next_page = HOME


class LimitedPasswordResetView(PasswordResetView):
    """Wagtail's page, whose form is told who asks."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return what the form is made with."""
        return {**super().get_form_kwargs(), "request": self.request}
