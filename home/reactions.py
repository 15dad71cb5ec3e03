"""Says which of this app's things change an answer when they change, and lets its plain pages be found."""

from wagtail.models import Site

from cms.publishing.registry import watch
from search.engine import ResourceDocument
from search.indexing.resources import body_passages
from search.kinds import Kind, register_kind

from .cards import page_cards
from .models import AcademySettings, FormerName, SocialLink, StandardPage

watch(AcademySettings, Site)
watch(FormerName, SocialLink, owner=lambda part: part.academy)


def _standard_page(page: StandardPage) -> ResourceDocument:
    return ResourceDocument(key="", kind="", title="", summary=page.summary, passages=tuple(body_passages(page)))


register_kind(StandardPage, Kind("page", "Pages", _standard_page, page_cards))
