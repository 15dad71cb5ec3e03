"""What this app shows to partners: its types, its blocks and its root fields."""

from .blocks import BLOCK_TYPES
from .people import Person, PersonConnection
from .programmes import (
    Programme,
    ProgrammeConnection,
    Session,
    SessionConnection,
    SessionFormat,
)
from .queries import ProgrammesQuery
from .terms import CoreArea, Organisation, OrganisationConnection, PriorityGroup, Topic

__all__ = [
    "BLOCK_TYPES",
    "CoreArea",
    "Organisation",
    "OrganisationConnection",
    "Person",
    "PersonConnection",
    "PriorityGroup",
    "Programme",
    "ProgrammeConnection",
    "ProgrammesQuery",
    "Session",
    "SessionConnection",
    "SessionFormat",
    "Topic",
]
