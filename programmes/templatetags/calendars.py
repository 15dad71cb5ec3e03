"""Links to calendars: one to add a single session, two to subscribe to many."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("programmes/subscribe.html")
def subscribe_to(path: str, what: str) -> dict[str, Any]:
    """Show how to subscribe to the calendar at `path`; `what` ends the sentence "Subscribe to …"."""
    address = settings.BASE_URL + path
    return {"address": address, "webcal": re.sub("^https?:", "webcal:", address), "what": what}
