"""What search keeps in the database, one noun a file; everything that is found itself lives in the index only."""

from .glossary import GlossaryTerm, GlossaryUse
from .inquiry import Inquiry, InquiryStatus

__all__ = ["GlossaryTerm", "GlossaryUse", "Inquiry", "InquiryStatus"]
