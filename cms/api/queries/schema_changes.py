"""Keeps the promise to partners that growth never breaks them: finds what a new schema takes away, and whether it may go yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)
from graphql.utilities import BreakingChange, BreakingChangeType, find_breaking_changes, find_dangerous_changes

DEPRECATED_FOR = timedelta(days=90)
# A deprecation says since when, and what to use instead: `2026-11-22: use `title`.`
_REASON = re.compile(r"(\d{4}-\d{2}-\d{2}): (\S.*)", re.DOTALL)
# graphql-core tells changes as sentences only; these take the place they speak of out of them, as (type, member, argument).
_PLACES = {
    BreakingChangeType.TYPE_REMOVED: r"(?:Standard scalar )?(?P<type>\w+) was removed",
    BreakingChangeType.FIELD_REMOVED: r"(?P<type>\w+)\.(?P<member>\w+) was removed",
    BreakingChangeType.FIELD_CHANGED_KIND: r"(?P<type>\w+)\.(?P<member>\w+) changed type",
    BreakingChangeType.ARG_REMOVED: r"(?P<type>\w+)\.(?P<member>\w+) arg (?P<argument>\w+) was",
    BreakingChangeType.ARG_CHANGED_KIND: r"(?P<type>\w+)\.(?P<member>\w+) arg (?P<argument>\w+) has",
    BreakingChangeType.VALUE_REMOVED_FROM_ENUM: r"(?P<member>\w+) was removed from enum type (?P<type>\w+)\.",
}
_ADVICE = {
    BreakingChangeType.REQUIRED_ARG_ADDED: "Give the argument a default.",
    BreakingChangeType.REQUIRED_INPUT_FIELD_ADDED: "Make the field optional.",
    BreakingChangeType.TYPE_CHANGED_KIND: "Give the new kind of type a new name.",
    BreakingChangeType.TYPE_REMOVED_FROM_UNION: "Keep the type in the union.",
    BreakingChangeType.IMPLEMENTED_INTERFACE_REMOVED: "Keep the interface.",
}


@dataclass(frozen=True, slots=True)
class Break:
    """A change that queries written for the released schema may not survive; `advice` is empty when it is allowed."""

    what: str
    advice: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the change must not land today."""
        return bool(self.advice)


def deprecated_since(reason: str | None) -> date | None:
    """Return the day named at the head of a deprecation's reason; None when there is none, or no reason at all."""
    match = _REASON.fullmatch(reason or "")
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def deprecated_in_favour_of(reason: str | None) -> str:
    """Return what a deprecation's reason says to use instead, without the day."""
    match = _REASON.fullmatch(reason or "")
    return match[2] if match else (reason or "")


def breaks(released: GraphQLSchema, present: GraphQLSchema, today: date) -> list[Break]:
    """Return every breaking change from `released` to `present`; allowed is what was released as deprecated for 90 days."""
    return [_judged(released, change, today) for change in find_breaking_changes(released, present)]


def risks(released: GraphQLSchema, present: GraphQLSchema) -> list[str]:
    """Return a sentence for each change that breaks careless clients only, such as a new value of an enum."""
    return [change.description for change in find_dangerous_changes(released, present)]


def _judged(released: GraphQLSchema, change: BreakingChange, today: date) -> Break:
    what = change.description
    pattern = _PLACES.get(change.type)
    match = re.match(pattern, what) if pattern else None
    if match is None:
        return Break(what, _ADVICE.get(change.type, "Take the change back."))
    names = match.groupdict()
    if change.type is BreakingChangeType.TYPE_REMOVED:
        days = [_deprecation_of(released, *place) for place in _uses(released, names["type"])]
        # A type goes with the last field that leads to it.
        since = None if not days or None in days else max(day for day in days if day)
    else:
        since = _deprecation_of(released, names["type"], names["member"], names.get("argument"))
    if since is None:
        return Break(
            what,
            f"Keep it, and deprecate it first: `{today}: use …`. {DEPRECATED_FOR.days} days after that release it "
            f"may go.",
        )
    if since + DEPRECATED_FOR > today:
        return Break(what, f"It was deprecated on {since}: keep it until {since + DEPRECATED_FOR}.")
    return Break(what)


def _deprecation_of(schema: GraphQLSchema, type_name: str, member: str, argument: str | None = None) -> date | None:
    """Return since when a field, argument or value is deprecated; an argument goes with its field."""
    type_: Any = schema.type_map[type_name]
    holder: dict[str, Any] = type_.values if isinstance(type_, GraphQLEnumType) else type_.fields
    found = [holder[member], *([holder[member].args[argument]] if argument else [])]
    return min(filter(None, (deprecated_since(declared.deprecation_reason) for declared in found)), default=None)


def _uses(schema: GraphQLSchema, name: str) -> Iterator[tuple[str, str, str | None]]:
    """Yield the fields and arguments through which a type is reached, by itself or as one of several."""
    wider = {name} | {
        type_.name
        for type_ in schema.type_map.values()
        if isinstance(type_, GraphQLUnionType | GraphQLInterfaceType)
        and any(member.name == name for member in _members(schema, type_))
    }
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            continue
        for field_name, definition in type_.fields.items():
            if get_named_type(definition.type).name in wider:
                yield type_.name, field_name, None
            for argument, declared in getattr(definition, "args", {}).items():
                if get_named_type(declared.type).name == name:
                    yield type_.name, field_name, argument


def _members(schema: GraphQLSchema, type_: GraphQLUnionType | GraphQLInterfaceType) -> list[GraphQLNamedType]:
    return list(schema.get_possible_types(type_))


def deprecations(schema: GraphQLSchema) -> dict[str, str]:
    """Return the reason of everything deprecated, by its coordinate, e.g. `Recording.media` or `Query.search(sort:)`."""
    found: dict[str, str] = {}
    for type_ in schema.type_map.values():
        if type_.name.startswith("__"):
            continue
        members: dict[str, Any] = getattr(type_, "fields", None) or getattr(type_, "values", None) or {}
        for name, member in members.items():
            if member.deprecation_reason is not None:
                found[f"{type_.name}.{name}"] = member.deprecation_reason
            for argument, declared in getattr(member, "args", {}).items():
                if declared.deprecation_reason is not None:
                    found[f"{type_.name}.{name}({argument}:)"] = declared.deprecation_reason
    return found


def wrong_deprecations(released: GraphQLSchema, released_on: date, present: GraphQLSchema) -> Iterator[Break]:
    """Yield deprecations that name no day, or a day on which no partner could have read of them."""
    before = deprecations(released)
    for place, reason in deprecations(present).items():
        since = deprecated_since(reason)
        if since is None:
            yield Break(
                f"{place} is deprecated without a day.",
                "Start the reason with it, then say what to use: `2026-11-22: use …`.",
            )
        elif place in before and (known := deprecated_since(before[place])) and since < known:
            yield Break(f"{place} was released as deprecated since {known}, not {since}.", f"Put {known} back.")
        elif place not in before and since < released_on:
            yield Break(
                f"{place} is deprecated since {since}, but the schema released on {released_on} did not say so.",
                "Name the day of this change.",
            )
