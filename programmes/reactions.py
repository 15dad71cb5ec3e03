"""Says which of this app's things change an answer when they change, and where one of them is shown with another."""

from cms.access.models import MemberOrganisation
from cms.publishing.registry import embedded, follow, reverse_listing, watch

from .models import CoreArea, Person, PriorityGroup, ProgrammePage, SessionPage, Topic

watch(Person, Topic, CoreArea, PriorityGroup, MemberOrganisation)
follow(Person, Topic, CoreArea, PriorityGroup, MemberOrganisation)
# Somebody's organisation is told with the person, wherever the person is named.
embedded(MemberOrganisation)
reverse_listing(SessionPage, ProgrammePage, Person)
