"""Says which of this app's things change an answer when they change, and where one of them is shown with another."""

from wagtail.images import get_image_model

from cms.publishing.registry import embedded, reverse_listing, watch
from programmes.models import Person, ProgrammePage, SessionPage

from .models import MaterialDocument, MaterialPage, RecordingMedia, RecordingPage

watch(RecordingMedia, MaterialDocument, get_image_model())
embedded(RecordingMedia, MaterialDocument, get_image_model())
reverse_listing(RecordingPage, SessionPage, ProgrammePage, Person, MaterialPage)
reverse_listing(MaterialPage, SessionPage, ProgrammePage)
