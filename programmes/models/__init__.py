"""The models of what the academy runs, one noun a file."""

from .pages import ProgrammesIndexPage
from .people import Person
from .programme import ProgrammeOutcome, ProgrammePage, ProgrammeStatus, SessionFormat
from .session import SessionPage, SessionPerson, SessionRole
from .taxonomy import CoreArea, PriorityGroup, Topic

__all__ = [
    "CoreArea",
    "Person",
    "PriorityGroup",
    "ProgrammeOutcome",
    "ProgrammePage",
    "ProgrammeStatus",
    "ProgrammesIndexPage",
    "SessionFormat",
    "SessionPage",
    "SessionPerson",
    "SessionRole",
    "Topic",
]
