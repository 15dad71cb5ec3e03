"""The orders in which partners get lists; each ends in the public id, so that no two rows are level."""

from __future__ import annotations

import datetime as dt
import uuid

from cms.api.loading.ordering import Order, SortKey

_PAGE_ID = SortKey("translation_key", uuid.UUID)

BY_TITLE = Order("title", (SortKey("title", str), _PAGE_ID))
BY_START = Order("start", (SortKey("starts_at", dt.datetime), _PAGE_ID))
BY_NAME = Order("name", (SortKey("name", str), SortKey("uuid", uuid.UUID)))
NEWEST_FIRST = Order("newest", (SortKey("recorded_on", dt.date, is_descending=True), _PAGE_ID))
OLDEST_FIRST = Order("oldest", (SortKey("recorded_on", dt.date), _PAGE_ID))
UPDATED_FIRST = Order("updated", (SortKey("last_published_at", dt.datetime, is_descending=True), _PAGE_ID))
