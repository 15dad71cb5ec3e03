"""Fixed orders with cursors that say "after this row", so that paging stays right while content comes and goes."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from .errors import ApiError, bad_input

MAX_CURSOR_CHARACTERS = 2_000
KEY = "key_for_api_{}"
# Stand in for "no date": before everything, so that undated things come last in both orders of time.
NO_DAY = {False: dt.date(9998, 1, 1), True: dt.date(1901, 1, 1)}
NO_MOMENT = {
    False: dt.datetime(9998, 1, 1, tzinfo=dt.UTC),
    True: dt.datetime(1901, 1, 1, tzinfo=dt.UTC),
}
_EMPTY: dict[type, dict[bool, Any]] = {dt.date: NO_DAY, dt.datetime: NO_MOMENT}


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column of an order; `kind` is the Python type of its values. Dates may be missing: those rows come last."""

    column: str
    kind: type
    is_descending: bool = False

    def expression(self, model: type[Model]) -> Any:
        """Return what to sort by: the column, with missing dates put at the far end."""
        empty = _EMPTY.get(self.kind)
        if empty is None:
            return F(self.column)
        field: Any = model._meta.get_field(self.column)
        return Coalesce(F(self.column), Value(empty[self.is_descending], output_field=field), output_field=field)

    def decode(self, value: Any) -> Any:
        """Return a cursor's value as this column compares it; raises ValueError when it is none."""
        if not isinstance(value, str) or "\x00" in value:
            raise ValueError("a cursor holds text")
        if self.kind is str:
            return value
        if self.kind is uuid.UUID:
            return uuid.UUID(value)
        decoded = self.kind.fromisoformat(value)  # type: ignore[attr-defined]
        if self.kind is dt.datetime and decoded.tzinfo is None:
            raise ValueError("a moment has a time zone")
        return decoded


@dataclass(frozen=True, slots=True)
class Order:
    """A named order whose last key is unique, so that no two rows are level."""

    name: str
    keys: tuple[SortKey, ...]

    def applied_to(self, queryset: QuerySet) -> QuerySet:
        """Return the queryset in this order, each row carrying the values its cursor is made of."""
        named = {KEY.format(n): key.expression(queryset.model) for n, key in enumerate(self.keys)}
        return queryset.annotate(**named).order_by(*self.expressions())

    def expressions(self) -> list[Any]:
        """Return what an ORDER BY needs, for rows that carry this order's values."""
        keys = ((F(KEY.format(n)), key.is_descending) for n, key in enumerate(self.keys))
        return [expression.desc() if is_descending else expression.asc() for expression, is_descending in keys]

    def cursor(self, row: Any) -> str:
        """Return the cursor of a row that came from `applied_to`."""
        values = [getattr(row, KEY.format(n)) for n in range(len(self.keys))]
        return encode_cursor([self.name, *(value if isinstance(value, str) else _text(value) for value in values)])

    def after(self, cursor: str) -> Q:
        """Return the condition for rows that come after the cursor; raises ApiError when it is no cursor of this order."""
        parts = decode_cursor(cursor)
        if len(parts) != len(self.keys) + 1 or parts[0] != self.name:
            raise bad_cursor()
        try:
            values = [key.decode(value) for key, value in zip(self.keys, parts[1:], strict=True)]
        except (ValueError, OverflowError):
            raise bad_cursor() from None
        condition = Q()
        for place in reversed(range(len(values))):
            name = KEY.format(place)
            beyond = Q(**{f"{name}__{'lt' if self.keys[place].is_descending else 'gt'}": values[place]})
            condition = beyond | (Q(**{name: values[place]}) & condition) if condition else beyond
        return condition


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def encode_cursor(parts: list[Any]) -> str:
    """Return an opaque cursor that holds `parts` (text and numbers)."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def decode_cursor(cursor: str) -> list[Any]:
    """Return what a cursor holds; raises ApiError for anything that is none, whatever its shape."""
    if len(cursor) > MAX_CURSOR_CHARACTERS:
        raise bad_cursor()
    try:
        parts = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        raise bad_cursor() from None
    if not isinstance(parts, list):
        raise bad_cursor()
    return parts


def bad_cursor() -> ApiError:
    """Return the error for text that is no cursor of the list it was given to."""
    return bad_input(
        "`after` is no cursor of this list. Pass an `endCursor` or `cursor` of the same list in the same order."
    )
