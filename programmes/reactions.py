"""Says which of this app's things, other than pages, change an answer when they change."""

from cms.access.models import MemberOrganisation
from cms.publishing.registry import watch

from .models import CoreArea, Person, PriorityGroup, Topic

watch(Person, Topic, CoreArea, PriorityGroup, MemberOrganisation)
