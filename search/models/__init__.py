"""What search keeps in the database, one noun a file; everything that is found itself lives in the index only."""

from .alert import Frequency, SearchAlert
from .glossary import GlossaryTerm, GlossaryUse
from .inquiry import Inquiry, InquiryStatus
from .promoted import PromotedResult
from .query_log import DayDigest, DaySecret, LoggedQuery, Searchers, SettledQuery
from .settings import SearchSettings

__all__ = [
    "DayDigest",
    "DaySecret",
    "Frequency",
    "GlossaryTerm",
    "GlossaryUse",
    "Inquiry",
    "InquiryStatus",
    "LoggedQuery",
    "PromotedResult",
    "SearchAlert",
    "SearchSettings",
    "Searchers",
    "SettledQuery",
]
