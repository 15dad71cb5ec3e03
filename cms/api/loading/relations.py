"""The ways in which one thing leads to others, each loaded for a whole list at once and starting from `visible_to`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db.models import F, Model, Q, QuerySet
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import get_all_child_relations

from .rows import model_of
from .statements import PARENT, OneOf

if TYPE_CHECKING:
    from .planning import Loading, LoadPlan
    from .selections import Selected, Selection

Things = Sequence[Any]
Key = tuple[str, Hashable]


class Relation:
    """A relation knows how to load its values for many things; `join` instead names a foreign key that comes along with the row.

    Only rows that everybody may see (files, pictures, organisations) may be joined: a join asks nobody for permission.
    """

    join: str | None = None
    joined_model: type[Model] | None = None

    def columns(self, model: type[Model]) -> Iterable[str]:
        """Return the columns of its owner's row that `load` reads besides the key."""
        return ()

    def load(self, plan: LoadPlan, things: Things, selected: Selected) -> list[Any] | Loading:
        """Return the value for each of `things`, in their order; or a generator that returns them (see planning.Loading)."""
        raise NotImplementedError

    def load_draft(self, plan: LoadPlan, draft: Any, selected: Selected) -> Any:
        """Return the value for a page that is being previewed: its own parts and links stand in it, not yet in the database."""
        return plan.run(self.load(plan, [draft], selected))[0]

    def children(self, value: Any) -> Iterable[Any]:
        """Return the things in a value, for the plan to go on with."""
        if value is None:
            return ()
        return value if isinstance(value, list) else (value,)

    def children_of_all(self, values: Iterable[Any]) -> list[Any]:
        """Return the things in all values."""
        return [child for value in values for child in self.children(value)]

    def selection_below(self, selected: Selected) -> Selection:
        """Return what is asked of those things."""
        return selected.selection


class Joined(Relation):
    """A foreign key to something without an audience, read with its owner's row."""

    def __init__(self, name: str, model: type[Model]) -> None:
        self.join = name
        self.joined_model = model

    def load(self, plan: LoadPlan, things: Things, selected: Selected) -> list[Any]:
        assert self.join is not None
        return [getattr(thing, self.join) for thing in things]


class ToOne(Relation):
    """A foreign key to something with an audience: null when it is hidden, exactly as when it is not set."""

    def __init__(self, name: str) -> None:
        self.name = name

    def columns(self, model: type[Model]) -> Iterable[str]:
        return (self.name,)

    def load(self, plan: LoadPlan, things: Things, selected: Selected) -> Loading:
        field: Any = model_of(things[0])._meta.get_field(self.name)
        keys = [getattr(thing, field.attname) for thing in things]
        wanted = {key for key in keys if key is not None}
        if not wanted:
            return [None for _ in things]

        def build(plan: LoadPlan, keys: Any) -> QuerySet:
            return plan.rows(field.related_model, selected.selection).filter(OneOf("pk", keys)).order_by()

        (rows,) = yield [plan.prepared(selected.memo, self, build, wanted)]
        found = {row.pk: row for row in rows}
        return [found.get(key) for key in keys]


class ToMany(Relation):
    """Rows at the other end of a many-to-many field or a foreign key, in a fixed order.

    `name` is the field on the parent. `through` names, for links with rows of their own, the foreign key of the link that
    leads on. `where` narrows further (see `LoadPlan.prepared` for what it may use). `is_embedded` is for parts without an
    audience (see `LoadPlan.rows`).
    """

    def __init__(
        self,
        name: str,
        *order: str,
        through: str | None = None,
        is_embedded: bool = False,
        where: Callable[[LoadPlan], Q] | None = None,
    ) -> None:
        self.name = name
        self.order = order or ("pk",)
        self.through = through
        self.is_embedded = is_embedded
        self.where = where

    def load(self, plan: LoadPlan, things: Things, selected: Selected) -> Loading:
        model, path = ends_of(model_of(things[0]), self.name, self.through)

        def build(plan: LoadPlan, keys: Any) -> QuerySet:
            rows = plan.rows(model, selected.selection, is_embedded=self.is_embedded)
            return of_parents(rows, path, keys, self.where(plan) if self.where else None).order_by(*self.order)

        (pairs,) = yield [plan.prepared(selected.memo, self, build, (thing.pk for thing in things))]
        found: dict[Any, dict[Any, Any]] = {thing.pk: {} for thing in things}
        for parent, row in pairs:
            found[parent].setdefault(row.pk, row)
        return [list(found[thing.pk].values()) for thing in things]

    def children_of_all(self, values: Iterable[Any]) -> list[Any]:
        return list(chain.from_iterable(values))

    def load_draft(self, plan: LoadPlan, draft: Any, selected: Selected) -> Any:
        if isinstance(draft._meta.get_field(self.name), ParentalManyToManyField):
            keys = [thing.pk for thing in getattr(draft, self.name).all()]
            model, _ = ends_of(type(draft), self.name)
            return plan.fetch(plan.rows(model, selected.selection).filter(pk__in=keys).order_by(*self.order))
        if not is_part_of(type(draft), self.name):
            return super().load_draft(plan, draft, selected)
        parts = parts_of(draft, self.name)
        if self.through is None:
            assert self.where is None, "a condition on parts needs a load_draft of its own"
            return parts
        link = parts[0]._meta.get_field(self.through) if parts else None
        keys = [getattr(part, link.attname) for part in parts] if link else []
        found = {}
        if link is not None:
            found = {
                row.pk: row for row in plan.fetch(plan.rows(link.related_model, selected.selection).filter(pk__in=keys))
            }
        return [found[key] for key in dict.fromkeys(keys) if key in found]


class ToWords(ToMany):
    """One text of each part, as a list of plain texts."""

    def __init__(self, name: str, column: str, *order: str) -> None:
        super().__init__(name, *order, is_embedded=True)
        self.column = column

    def load(self, plan: LoadPlan, things: Things, selected: Selected) -> Loading:
        model, path = ends_of(model_of(things[0]), self.name)

        def build(plan: LoadPlan, keys: Any) -> QuerySet:
            rows = of_parents(model._default_manager.all(), path, keys)
            return rows.order_by(*self.order).values_list(PARENT, self.column)

        (pairs,) = yield [plan.prepared(selected.memo, self, build, (thing.pk for thing in things))]
        found: dict[Any, list[str]] = {}
        for parent, words in pairs:
            found.setdefault(parent, []).append(words)
        return [found.get(thing.pk, []) for thing in things]

    def load_draft(self, plan: LoadPlan, draft: Any, selected: Selected) -> Any:
        return [getattr(part, self.column) for part in parts_of(draft, self.name)]

    def children_of_all(self, values: Iterable[Any]) -> list[Any]:
        return []


def is_part_of(parent: type[Model], name: str) -> bool:
    """Whether `parent.name` are parts that are versioned with it (chapters, captions), rather than things of their own."""
    return name in {relation.get_accessor_name() for relation in get_all_child_relations(parent)}


def parts_of(draft: Any, name: str) -> list[Any]:
    """Return the parts of a draft in the order of its form."""
    return sorted(getattr(draft, name).all(), key=lambda part: part.sort_order or 0)


def of_parents(rows: QuerySet, path: str, keys: Any, where: Q | None = None) -> QuerySet:
    """Return those of `rows` that `path` leads from to one of the things with these keys; each carries the key of that one.

    `where` stands in the same filter on purpose: across a many-valued relation a second filter would mean another row.
    """
    condition = Q(OneOf(f"{path}__pk", keys))
    rows = rows.filter(condition if where is None else condition & where)
    return rows.annotate(**{PARENT: F(f"{path}__pk")})


def ends_of(parent: type[Model], name: str, through: str | None = None) -> tuple[type[Model], str]:
    """Return the model at the other end of `parent.name`, and the query path from there back to `parent`."""
    field: Any = parent._meta.get_field(name)
    model = field.related_model
    path = field.field.name if field.auto_created else field.related_query_name()
    if through is not None:
        link = model._meta.get_field(through)
        model, path = link.related_model, f"{link.related_query_name()}__{path}"
    return model, path
