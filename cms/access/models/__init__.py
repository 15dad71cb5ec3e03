"""Member organisations, their API clients and members, what these registered and used, and the audience of every page."""

from .audience import AudienceMixin, AudiencePage, AudiencePageManager, AudiencePageQuerySet
from .clients import KEY_MARK, ApiClient, ApiKey, ApiKeyQuerySet, hash_key
from .documents import TrustedDocument, document_id_of
from .organisations import MemberOrganisation, Membership, Sector
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
    "MemberOrganisation",
    "Membership",
    "Sector",
    "TrustedDocument",
    "document_id_of",
    "hash_key",
]
