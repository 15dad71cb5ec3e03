"""Who is asking: every way in turns its caller into a Principal, and nothing else decides what may be seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .models import ApiClient, MemberOrganisation

PUBLIC_TOKEN = "public"  # noqa: S105
MEMBERS_TOKEN = "members"  # noqa: S105
# Every thing carries this one, so that an editor needs no list of organisations.
EDITORS_TOKEN = "editors"  # noqa: S105


def organisation_token(uuid: object) -> str:
    """Return the audience token that stands for one member organisation, e.g. `org:0b54…`."""
    return f"org:{uuid}"


class PrincipalKind(StrEnum):
    VISITOR = "visitor"
    CLIENT = "client"
    MEMBER = "member"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller as the visibility rule sees it: a kind, an organisation (or none) and the audience tokens that follow."""

    kind: PrincipalKind
    organisation_id: int | None = None
    organisation_uuid: str = ""
    organisation_name: str = ""
    client_id: int | None = None
    client_name: str = ""

    @property
    def sees_everything_live(self) -> bool:
        """Whether audiences are no bar: true for editors only, and still only for what is live."""
        return self.kind is PrincipalKind.EDITOR

    @property
    def audience_tokens(self) -> frozenset[str]:
        """The tokens of which a thing must carry at least one to be seen by this principal."""
        if self.sees_everything_live:
            return frozenset({EDITORS_TOKEN})
        if self.organisation_id is None:
            return frozenset({PUBLIC_TOKEN})
        return frozenset({PUBLIC_TOKEN, MEMBERS_TOKEN, organisation_token(self.organisation_uuid)})


VISITOR = Principal(PrincipalKind.VISITOR)
EDITOR = Principal(PrincipalKind.EDITOR)


def principal_of_organisation(
    organisation: MemberOrganisation, kind: PrincipalKind = PrincipalKind.MEMBER
) -> Principal:
    """Return the principal of somebody who belongs to `organisation`."""
    return Principal(kind, organisation.pk, str(organisation.uuid), organisation.name)


def principal_of_client(client: ApiClient) -> Principal:
    """Return the principal of an API client; its organisation decides what it sees."""
    organisation = client.organisation
    return Principal(
        PrincipalKind.CLIENT, organisation.pk, str(organisation.uuid), organisation.name, client.pk, client.name
    )


def is_editor(user: Any) -> bool:
    """Whether a signed-in user works on pages. Who only manages keys in the admin sees no more of the site than others."""
    from wagtail.permission_policies.pages import PagePermissionPolicy

    return user.has_perm("wagtailadmin.access_admin") and PagePermissionPolicy().user_has_any_permission(
        user, {"add", "change", "publish"}
    )


def principal_of_request(request: HttpRequest) -> Principal:
    """Return the principal of a visitor's page request, by the signed-in user (one query at most, none when anonymous)."""
    user = getattr(request, "user", None)
    return VISITOR if user is None or not user.is_authenticated else principal_of_user(user)


def principal_of_user(user: Any) -> Principal:
    """Return the principal of a user of the site: an editor, a member of an organisation, or no more than the public."""
    if is_editor(user):
        return EDITOR
    membership = getattr(user, "membership", None)
    if membership is None or membership.organisation.has_ended:
        return VISITOR
    return principal_of_organisation(membership.organisation)


_current: ContextVar[Principal] = ContextVar("academy_principal", default=VISITOR)


def current_principal() -> Principal:
    """Return whom the running request is for; a public visitor outside of any request.

    Only for code that a framework calls without a request (rich text link handlers); everything else is handed its principal.
    """
    return _current.get()


@contextmanager
def acting_for(principal: Principal) -> Iterator[None]:
    """Make `principal` the current one inside the `with` block."""
    token = _current.set(principal)
    try:
        yield
    finally:
        _current.reset(token)
