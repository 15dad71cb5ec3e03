"""Asks the database several things in one statement: each queryset becomes a table in a WITH, and comes back as one JSON text.

That saves the way to the database and back for each relation of a list, and most of what Django does with each row. The values
come as Django would give them, except that UUIDs stay text.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    F,
    Field,
    FileField,
    FloatField,
    ForeignKey,
    Func,
    IntegerField,
    JSONField,
    QuerySet,
    TextField,
    UUIDField,
)
from django.db.models.query import ValuesListIterable
from wagtail.fields import StreamField

PARENT = "parent_pk_for_api"
# The database's functions that build JSON take a hundred arguments at most.
MOST_ARGUMENTS = 90
Values = list[Any]
Read = Callable[[Values], Any]


class RowIterable(ValuesListIterable):
    """How a queryset is read whose first `width` columns a row is made of, and its annotations besides.

    `reader` gives the function that makes a row of values, from the places and names of the annotations.
    """

    width: int

    @staticmethod
    def reader(extras: Sequence[tuple[int, str]]) -> Read:
        raise NotImplementedError

    def __iter__(self) -> Any:
        return iter(run([prepare(self.queryset)])[0])


class OneOf(Func):
    """Says that a column is one of many keys, in one parameter: a hundred of them would be slow to read for the database."""

    output_field = BooleanField()

    def __init__(self, path: str, keys: Any) -> None:
        super().__init__(F(path))
        self.keys = keys

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple]:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY(%s::bigint[])", (*params, self.keys)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple]:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} IN (SELECT value FROM json_each(%s))", (*params, self.keys)  # noqa: S608


class OneOfIds(OneOf):
    """Says that a UUID is one of many, in one parameter: the text of `ids_text`, or what stands for it."""

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple]:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY(%s::uuid[])", (*params, self.keys)


def ids_text(ids: Iterable[str]) -> str:
    """Return UUIDs as OneOfIds' parameter. SQLite keeps them without hyphens."""
    if connection.vendor == "postgresql":
        return f"{{{','.join(ids)}}}"
    return json.dumps([text.replace("-", "") for text in ids])


def keys_text(keys: Iterable[int]) -> str:
    """Return keys as OneOf's parameter."""
    # What is not saved yet has no key. A body from elsewhere may hold any number, or a text, where a page's key belongs.
    inner = ",".join(str(key) for key in keys if type(key) is int and 0 < key < 2**63)
    return f"{{{inner}}}" if connection.vendor == "postgresql" else f"[{inner}]"


class Keys:
    """Stands for the keys of OneOf in a statement that is made ready before they are known."""


# They stand for the moment, the organisation and a text of the caller in such a statement; no caller can guess and send them.
STAND_IN_AT = dt.datetime(8000, 1, 1, microsecond=secrets.randbelow(1_000_000), tzinfo=dt.UTC) + dt.timedelta(
    seconds=secrets.randbelow(2**31)
)
STAND_IN_ORGANISATION = -1 - secrets.randbelow(2**31 - 1)
STAND_IN_TEXT = secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """A queryset made ready: its SQL and parameters, and how its values become rows. Without SQL it can have no rows."""

    sql: str
    params: tuple[Any, ...]
    width: int
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]
    read: Read
    # Where the values are that say whose child a row is, and which row it is; None when rows stand for themselves.
    parent_place: int | None

    def bound(self, at: dt.datetime, organisation_id: int | None, keys: Iterable[int], text: str = "") -> BoundQuery:
        """Return this statement with what was stood in for."""
        if not self.sql:
            return self
        own = keys_text(keys)
        moment = connection.ops.adapt_datetimefield_value(at)
        stand_in = connection.ops.adapt_datetimefield_value(STAND_IN_AT)
        params = tuple(
            own
            if isinstance(param, Keys)
            else moment
            if param == stand_in
            else organisation_id
            if param == STAND_IN_ORGANISATION
            else text
            if param == STAND_IN_TEXT
            else param
            for param in self.params
        )
        return replace(self, params=params)

    def rows(self, found: list[Values]) -> list[Any]:
        """Return the rows, or pairs of parent and row, in which the same row stands only once however often it is reached."""
        if self.parent_place is None:
            return [self._row(values) for values in found]
        known: dict[Any, Any] = {}
        pairs = []
        parent_place, make = self.parent_place, self._row if self.converters else self.read
        for values in found:
            row = known.get(values[0])
            if row is None:
                row = known[values[0]] = make(values)
            pairs.append((values[parent_place], row))
        return pairs

    def _row(self, values: Values) -> Any:
        for place, convert in self.converters:
            if values[place] is not None:
                values[place] = convert(values[place])
        return self.read(values)


def prepare(queryset: QuerySet) -> BoundQuery:
    """Make a queryset ready: one that is read by RowIterable, or one of `values_list`."""
    query = queryset.query
    iterable: Any = queryset._iterable_class
    compiler = query.get_compiler(queryset.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return BoundQuery("", (), 0, (), tuple, None)
    fields = [expression.output_field for expression, _, _ in compiler.select[: compiler.col_count]]
    converters = tuple(
        (place, convert) for place, statement in enumerate(fields) if (convert := _converter(statement)) is not None
    )
    read: Read = tuple
    parent_place = None
    if issubclass(iterable, RowIterable):
        names = list(query.selected or [*query.values_select, *query.annotation_select])
        extras = list(enumerate(names))[iterable.width :]
        parent_place = next((place for place, name in extras if name == PARENT), None)
        read = iterable.reader([(place, name) for place, name in extras if name != PARENT])
    return BoundQuery(sql, tuple(params), len(fields), converters, read, parent_place)


def run(statements: Sequence[BoundQuery]) -> list[list[Any]]:
    """Return the rows of each statement; those that are alike are asked for once."""
    places: dict[tuple[str, tuple[Any, ...]], int] = {}
    for statement in statements:
        if statement.sql:
            places.setdefault((statement.sql, statement.params), len(places))
    texts: Sequence[str | None] = ()
    if places:
        tables, columns, params = [], [], []
        widths = {(statement.sql, statement.params): statement.width for statement in statements}
        for (sql, own), place in places.items():
            names = [f"c{n}" for n in range(widths[sql, own])]
            tables.append(f"t{place}({', '.join(names)}) AS ({sql})")
            columns.append(_as_json(names, f"t{place}"))
            params += own
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {', '.join(tables)} SELECT {', '.join(columns)}", params)
            texts = cursor.fetchone()
    return [
        _rows(statement, texts[places[statement.sql, statement.params]]) if statement.sql else []
        for statement in statements
    ]


def _as_json(names: list[str], table: str) -> str:
    array, gather, end = (
        ("json_build_array", "json_agg", "::text")
        if connection.vendor == "postgresql"
        else ("json_array", "json_group_array", "")
    )
    groups = [
        f"{array}({', '.join(names[start : start + MOST_ARGUMENTS])})" for start in range(0, len(names), MOST_ARGUMENTS)
    ]
    row = groups[0] if len(groups) == 1 else f"{array}({', '.join(groups)})"
    return f"(SELECT {gather}({row}){end} FROM {table})"  # noqa: S608


def _rows(statement: BoundQuery, text: str | None) -> list[Any]:
    found = orjson.loads(text) if text else []
    if statement.width > MOST_ARGUMENTS:
        found = [[value for group in groups for value in group] for groups in found]
    return statement.rows(found)


def _converter(field: Field) -> Callable[[Any], Any] | None:
    """Return what makes Python's value of JSON's, None where they are the same."""
    if isinstance(field, ForeignKey):
        field = field.target_field
    if isinstance(field, StreamField):
        return field.to_python
    if isinstance(field, JSONField):
        # PostgreSQL's JSON is part of ours already; SQLite keeps it as text.
        return json.loads if connection.vendor == "sqlite" else None
    for kind, convert in _CONVERTERS:
        if isinstance(field, kind):
            return convert
    return field.to_python


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)


def _uuid_text(text: str) -> str:
    return text if len(text) == 36 else str(uuid.UUID(text))


_CONVERTERS: tuple[tuple[type[Field], Callable[[Any], Any] | None], ...] = (
    (CharField, None), (TextField, None), (FileField, None), (BooleanField, bool), (IntegerField, None),
    (FloatField, float), (DateTimeField, _moment), (DateField, dt.date.fromisoformat), (UUIDField, _uuid_text),
)  # fmt: skip
