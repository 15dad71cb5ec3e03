"""Writes queries out of the schema itself, so that a field that is added tomorrow is asked for tomorrow."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_enum_type,
    is_required_argument,
    is_scalar_type,
)

from cms.schema import schema

TYPES = schema.graphql_schema.type_map
QUERY = schema.graphql_schema.query_type
# Steps that lead to no other thing: a page of a list is not one step further than the list.
WRAPPERS = ("Connection", "Edge")
REQUIRED = {"filter": '"width-320"'}


def partner_types() -> list[Any]:
    """Every object type that partners meet (introspection's own are left out)."""
    return [one for name, one in TYPES.items() if isinstance(one, GraphQLObjectType) and not name.startswith("__")]


def fields() -> set[str]:
    """Every field of the schema as `Type.field`; an interface's fields count for the types that have them."""
    return {f"{kind.name}.{name}" for kind in partner_types() for name in kind.fields}


def selection(type_: Any, depth: int, *, is_top: bool = True) -> str:
    """Everything that can be asked of a type, through `depth` steps from thing to thing.

    The list at the top is asked by `edges` and `nodes`, lists below it by `nodes` alone: both hold the same rows. Things of
    several types (an interface) count as one step more, or the query would be larger than any server should read.
    """
    type_ = get_named_type(type_)
    if isinstance(type_, GraphQLInterfaceType):
        left = depth if is_top or type_.name == "StreamFieldInterface" else max(depth - 1, 0)
        on_types = schema.graphql_schema.get_possible_types(type_)
        parts = [f"... on {kind.name} {selection(kind, left, is_top=False)}" for kind in on_types]
        return "{ __typename " + " ".join(parts) + " }"
    parts = ["__typename"]
    for name, definition in type_.fields.items():
        target = get_named_type(definition.type)
        is_wrapper = type_.name.endswith(WRAPPERS)
        alias = f"{type_.name}_{name}: {name}{_arguments(definition)}"
        if is_scalar_type(target) or is_enum_type(target):
            parts.append(alias)
        elif name == "edges" and not is_top:
            continue
        elif (left := depth if is_wrapper or target.name.endswith(WRAPPERS) else depth - 1) >= 0:
            parts.append(f"{alias} {selection(target, left, is_top=is_top and is_wrapper)}")
    return "{ " + " ".join(parts) + " }"


def _arguments(definition: Any) -> str:
    needed = {name: REQUIRED[name] for name, one in definition.args.items() if is_required_argument(one)}
    if "first" in definition.args:
        needed["first"] = "20" if definition.args["first"].default_value == 3 else "100"
    return f"({', '.join(f'{name}: {value}' for name, value in needed.items())})" if needed else ""
