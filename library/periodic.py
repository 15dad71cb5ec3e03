"""What the library does as time passes: it lets go of caption files kept for long enough."""

from __future__ import annotations

import datetime as dt

from cms.publishing.clock import register_periodic

from .models.caption_sources import forget_caption_sources


@register_periodic("caption_sources", dt.timedelta(hours=12), "Delete caption files that were kept for long enough")
def forget_old_caption_sources() -> None:
    """Delete what the setting no longer lets us keep."""
    forget_caption_sources()
