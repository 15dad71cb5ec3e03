"""Member organisations, their API clients and members, what these registered and used, and the audience of every page."""

from .audience import (
    AudienceMixin,
    AudiencePage,
    AudiencePageManager,
    AudiencePageQuerySet,
    address_changed,
    content_written,
    tokens_for,
)
from .calendars import CalendarAddress
from .clients import KEY_MARK, ApiClient, ApiKey, ApiKeyQuerySet, hash_key
from .documents import TrustedDocument, document_id_of
from .organisations import MemberOrganisation, Membership, Sector, things_shared_with
from .previews import Preview
from .usage import ApiUsage

__all__ = [
    "KEY_MARK",
    "ApiClient",
    "ApiKey",
    "ApiKeyQuerySet",
    "ApiUsage",
    "AudienceMixin",
    "AudiencePage",
    "AudiencePageManager",
    "AudiencePageQuerySet",
    "CalendarAddress",
    "MemberOrganisation",
    "Membership",
    "Preview",
    "Sector",
    "TrustedDocument",
    "address_changed",
    "content_written",
    "document_id_of",
    "hash_key",
    "things_shared_with",
    "tokens_for",
]
