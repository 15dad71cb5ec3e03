"""Says which of this app's things, other than pages, change an answer when they change."""

from wagtail.images import get_image_model

from cms.publishing.registry import watch

from .models import MaterialDocument, RecordingMedia

watch(RecordingMedia, MaterialDocument, get_image_model())
