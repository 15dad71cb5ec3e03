"""The models of the academy itself, one noun a file."""

from .academy import AcademySettings, FormerName, SocialLink
from .pages import HomePage, StandardPage

__all__ = ["AcademySettings", "FormerName", "HomePage", "SocialLink", "StandardPage"]
