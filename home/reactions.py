"""Says which of this app's things, other than pages, change an answer when they change."""

from wagtail.models import Site

from cms.publishing.registry import watch

from .models import AcademySettings, FormerName, SocialLink

watch(AcademySettings, Site)
watch(FormerName, SocialLink, owner=lambda part: part.academy)
