"""The one list of what editors' rich text may be made of, wherever it goes: pages, API, feeds and mail.

What lies in the database is not trusted: an import, a script or a migration may have put anything there.
"""

from __future__ import annotations

import nh3

TAGS = {"p", "h3", "h4", "b", "strong", "i", "em", "ol", "ul", "li", "br", "a"}
ATTRIBUTES = {"a": {"href"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# What stands between these is no text for readers either.
DROPPED_WHOLE = {"script", "style", "iframe", "object", "noscript", "template", "textarea", "title", "svg", "math"}
EMBED_ATTRIBUTES = {
    "iframe": {"src", "width", "height", "title", "allow", "allowfullscreen", "frameborder", "referrerpolicy"},
    "div": {"class", "style"},
}


def sanitised(html: str) -> str:
    """Return rich text with nothing but the tags, attributes and kinds of address that it may have; all else is taken out."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        clean_content_tags=DROPPED_WHOLE,
        link_rel=None,
    )


def sanitised_embed(html: str) -> str:
    """Return the markup of an embedded video with nothing but its frame, which must come over HTTPS."""
    return nh3.clean(
        html,
        tags={"iframe", "div"},
        attributes=EMBED_ATTRIBUTES,
        url_schemes={"https"},
        filter_style_properties={"padding-bottom"},
        clean_content_tags=DROPPED_WHOLE - {"iframe"},
        link_rel=None,
    )
