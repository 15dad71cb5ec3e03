"""The models of what the academy runs, one noun a file."""

from .calendar_entry import CalendarEntry
from .pages import ProgrammesIndexPage
from .people import Person
from .programme import ProgrammeOutcome, ProgrammePage, ProgrammeStatus, SessionFormat
from .session import SessionPage, SessionPerson, SessionRole, SessionStatus
from .taxonomy import CoreArea, PriorityGroup, Topic

__all__ = [
    "CalendarEntry",
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
    "SessionStatus",
    "Topic",
]
