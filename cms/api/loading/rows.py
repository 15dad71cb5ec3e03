"""Rows that hold only what a query reads of them: no model is made, nothing can be fetched afterwards, and they cost little.

A model is made after all where a field reads more than columns (a property, a method) and so does not say what it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, QuerySet

from .fields import ApiField
from .selections import Selection
from .statements import Read, RowIterable, Values


class Columns:
    """Which columns of a model, and of what its foreign keys lead to, are read."""

    def __init__(self, model: type[Model], heavy: Iterable[str] = ()) -> None:
        self.model = model
        self.heavy = set(heavy)
        self.names: dict[str, None] = {}
        self.joined: dict[str, Columns] = {}
        self.is_whole = False

    def add(self, path: str) -> None:
        """Add a column by its path (`media__duration`); one that the model does not have is passed over."""
        first, _, rest = path.partition("__")
        if rest:
            self.join(first).add(rest)
        elif (field := field_of(self.model, first)) is not None:
            self.names[field.attname] = None

    def join(self, path: str, heavy: Iterable[str] = ()) -> Columns:
        """Add what a foreign key (or a path of them) leads to, and return its columns."""
        first, _, rest = path.partition("__")
        if first not in self.joined:
            target: Any = self.model._meta.get_field(first).related_model
            self.joined[first] = Columns(target)
        if not rest:
            self.joined[first].heavy.update(heavy)
        return self.joined[first].join(rest, heavy) if rest else self.joined[first]

    def take_whole(self) -> None:
        """Read every column but the heavy ones, into a model."""
        self.is_whole = True

    def own_names(self) -> list[str]:
        """Return the columns of the model itself, the key first."""
        if not self.is_whole:
            return ["pk", *self.names]
        every = (field.attname for field in self.model._meta.concrete_fields)
        return ["pk", *(name for name in every if name not in self.heavy or name in self.names)]

    def paths(self, prefix: str = "") -> list[str]:
        """Return the paths of all columns, in the order in which `reader` takes their values."""
        own = [prefix + name for name in self.own_names()]
        return own + [path for name, below in self.joined.items() for path in below.paths(f"{prefix}{name}__")]

    def iterable(self) -> type[RowIterable]:
        """Return how a queryset of `paths` is read."""
        return type("RowIterable", (RowIterable,), {"width": len(self.paths()), "reader": staticmethod(self.reader)})

    def reader(self, extras: Sequence[tuple[int, str]] = ()) -> Read:
        """Return a function that makes a row of the values of `paths` and of `extras`, given by place and name."""
        own = self.own_names()
        below, place = [], len(own)
        for name, columns in self.joined.items():
            width = len(columns.paths())
            below.append((name, place, place + width, columns.reader()))
            place += width
        if self.is_whole:
            return _model_reader(self.model, own[1:], below, extras)
        return _row_reader(light_class(self.model), own, below, extras)


def as_rows(queryset: QuerySet, columns: Columns) -> QuerySet:
    """Return the queryset read into rows with these columns; what is annotated later becomes an attribute too."""
    queryset = queryset.values_list(*columns.paths(), *queryset.query.annotations)
    queryset._iterable_class = columns.iterable()
    return queryset


def field_of(model: type[Model], name: str) -> Any:
    """Return the concrete field of this name (or of this foreign key's column), None when there is none."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if getattr(field, "concrete", False) and not field.many_to_many else None


class LightRow:
    """A row without a model: its columns are attributes, what its foreign keys lead to are rows of their own."""

    model: type[Model]
    pk: Any


@lru_cache(maxsize=200)
def light_class(model: type[Model]) -> type[LightRow]:
    """Return the class of the light rows of a model."""
    return type(f"Light{model.__name__}", (LightRow,), {"model": model})


def model_of(thing: Any) -> type[Model]:
    """Return the model whose row a thing is, be it light or a model itself."""
    return thing.model if isinstance(thing, LightRow) else type(thing)


def _row_reader(kind: type[LightRow], own: list[str], below: list[Any], extras: Sequence[tuple[int, str]]) -> Read:
    new = object.__new__

    def read(values: Values) -> LightRow:
        row = new(kind)
        columns = row.__dict__ = dict(zip(own, values, strict=False))
        for name, start, stop, make in below:
            columns[name] = None if values[start] is None else make(values[start:stop])
        for place, name in extras:
            columns[name] = values[place]
        return row

    return read


def _model_reader(model: type[Model], own: list[str], below: list[Any], extras: Sequence[tuple[int, str]]) -> Read:
    def read(values: Values) -> Model:
        row = model.from_db("default", own, values[1 : 1 + len(own)])
        for name, start, stop, make in below:
            row._state.fields_cache[name] = None if values[start] is None else make(values[start:stop])
        for place, name in extras:
            row.__dict__[name] = values[place]
        return row

    return read


def columns_of(model: type[Model], shown: dict[type, Any], selection: Selection, also: Iterable[str] = ()) -> Columns:
    """Return what a selection reads of a model; `shown` says by which GraphQL type each model is shown."""
    columns = Columns(model, shown[model].heavy)
    _add_selected(columns, shown, selection)
    for path in also:
        columns.add(path)
    return columns


def _add_selected(columns: Columns, shown: dict[type, Any], selection: Selection) -> None:
    for selected in selection.of(shown[columns.model].name):
        relation = selected.field.relation
        if relation is None:
            _add_field(columns, selected.field)
            continue
        for path in relation.columns(columns.model):
            columns.add(path)
        if relation.join is None:
            continue
        target = shown.get(relation.joined_model) if relation.joined_model else None
        joined = columns.join(relation.join, target.heavy if target else ())
        if target is None:
            joined.take_whole()
        else:
            _add_selected(joined, shown, selected.selection)


def _add_field(columns: Columns, field: ApiField) -> None:
    paths = field.columns
    if paths is None and field.attribute is not None:
        path = field.attribute.replace(".", "__")
        paths = (path,) if _is_column(columns.model, path) else None
    if paths is None:
        columns.take_whole()
        return
    for path in paths:
        columns.add(path)


def _is_column(model: type[Model], path: str) -> bool:
    first, _, rest = path.partition("__")
    field = field_of(model, first)
    if field is None or not rest:
        return field is not None
    return isinstance(field, ForeignKey) and _is_column(field.related_model, rest)  # type: ignore[arg-type]
