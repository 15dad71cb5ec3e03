"""For whom addresses of private files are signed: organisations with a good key, and editors who preview a page."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Q

from .models import ApiKey, MemberOrganisation, Preview
from .previews import SUBJECT
from .principals import EDITOR, Principal, PrincipalKind, principal_of_organisation
from .signed_urls import ORGANISATION, signs_for


@signs_for(ORGANISATION)
def principal_of_organisation_uuid(uuid: str, at: dt.datetime) -> Principal | None:
    """Return an organisation as a principal, as long as one of its keys is good: when the last is revoked, links end at once."""
    in_force = Q(revoked_at__isnull=True) | Q(revoked_at__gt=at)
    not_over = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    keys = ApiKey.objects.filter(in_force & not_over).values("client__organisation_id")
    organisation = MemberOrganisation.objects.filter(uuid=UUID(uuid), pk__in=keys).first()
    return principal_of_organisation(organisation, PrincipalKind.CLIENT) if organisation else None


@signs_for(SUBJECT)
def principal_of_preview(nonce: str, at: dt.datetime) -> Principal | None:
    """Return an editor, who opens any one file, for the files of a page that is being previewed."""
    return EDITOR if Preview.objects.with_nonce(nonce, at) else None
