"""The address of a moment: the second, or the page, at which the thing opens, and the captions in which its words stand."""

from __future__ import annotations

from urllib.parse import urlencode

from library.models.captions import DEFAULT_LANGUAGE

from ..engine import Moment


def moment_address(address: str, moment: Moment) -> str:
    """Return the address of a thing's page made to open at the moment, e.g. `/library/a-talk/?t=754&captions=cy`.

    The second is whole and never after the moment, so that the first word is heard. English captions are not named: they are
    what the page shows unless it is asked for others.
    """
    if moment.start_seconds is not None:
        captions = f"&captions={moment.language}" if moment.language not in ("", DEFAULT_LANGUAGE) else ""
        return f"{address}?t={int(moment.start_seconds)}{captions}"
    return f"{address}?page={moment.page_number}" if moment.page_number else address


def link_to_moment(address: str, moment: Moment, query: str = "") -> str:
    """Return the address for a link on the site: it takes the words searched for along, and shows the very line or page."""
    place = moment_address(address, moment)
    if place == address:
        return address
    words = f"&{urlencode({'q': query})}" if query else ""
    return f"{place}{words}#{'at' if moment.start_seconds is not None else f'page-{moment.page_number}'}"
