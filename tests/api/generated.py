"""Makes up valid queries from the schema and a seed: aliases, fragments, directives, repeated fields, lists inside lists."""

from __future__ import annotations

import random
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    get_named_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
)

from cms.schema import schema

SCHEMA = schema.graphql_schema
VARIABLES = {"yes": True, "no": False, "few": 2, "size": "width-320"}
HEAD = "query($yes: Boolean!, $no: Boolean!, $few: Int!, $size: String!)"
# What an argument may be, by name; others are left out or made of their type.
WORDS = {"filter": ['"width-320"', "$size"], "rendition": ['"width-320"', "$size"], "query": ['"everywhereword"']}


class QueryMaker:
    """Makes one query out of a seed; `slugs` are those of things that there are, for each root field that wants one, and ids."""

    def __init__(self, seed: int, slugs: dict[str, list[str]]) -> None:
        self.dice = random.Random(seed)
        self.slugs = slugs
        self.fragments: list[str] = []
        self.left = 60

    def make(self) -> str:
        names = [
            name for name in SCHEMA.query_type.fields if name not in ("changes", "viewer") or self.dice.random() < 0.1
        ]
        roots = self.dice.sample(sorted(names), self.dice.choice([1, 1, 2]))
        fields = " ".join(self.field(SCHEMA.query_type, name, 0, alias=f"r{n}") for n, name in enumerate(roots))
        # Each variable is used, whatever the dice say.
        used = "s: __typename @skip(if: $yes) i: __typename @include(if: $no) "
        used += (
            "u: topics { id @skip(if: $no) } f: people(first: $few) { nodes { portrait(rendition: $size) { alt } } }"
        )
        return f"{HEAD} {{ {used} {fields} }} {' '.join(self.fragments)}"

    def field(self, parent: Any, name: str, depth: int, alias: str = "") -> str:
        self.left -= 1
        definition = parent.fields[name]
        arguments = self.arguments(parent, name, definition)
        target = get_named_type(definition.type)
        below = "" if is_leaf_type(target) else self.selection(target, depth + 1)
        # A field with arguments goes by a name of its own, since two of one name must be alike.
        alias = alias or (f"a{self.dice.randrange(10**6)}" if arguments or self.dice.random() < 0.15 else "")
        directive = self.dice.choice(["", "", "", "", "@skip(if: $no)", "@include(if: $yes)", "@skip(if: $yes)"])
        return f"{alias + ': ' if alias else ''}{name}{arguments} {directive} {below}"

    def arguments(self, parent: Any, name: str, definition: Any) -> str:
        chosen = {}
        for key, argument in definition.args.items():
            if key == "slug":
                chosen[key] = f'"{self.dice.choice(self.slugs.get(name, ["none"]))}"'
            elif key == "id":
                chosen[key] = f'"{self.dice.choice(self.slugs["node"])}"'
            elif key == "ids":
                chosen[key] = "[" + ", ".join(f'"{one}"' for one in self.dice.sample(self.slugs["node"], 5)) + "]"
            elif key == "path":
                chosen[key] = self.dice.choice(['"/"', '"/library/"', '"/none/"'])
            elif key == "first":
                chosen[key] = self.dice.choice(["1", "3", "$few", "0"])
            elif (
                key in WORDS and (is_required_argument(argument) or self.dice.random() < 0.5) and parent.name != "Query"
            ):
                chosen[key] = self.dice.choice(WORDS[key])
            elif key == "query":
                chosen[key] = WORDS[key][0]
            elif is_enum_type(get_named_type(argument.type)) and self.dice.random() < 0.3:
                if not is_list_type(argument.type):
                    chosen[key] = self.dice.choice(sorted(get_named_type(argument.type).values))
            elif is_required_argument(argument):
                chosen[key] = '"none"'
        return f"({', '.join(f'{key}: {value}' for key, value in chosen.items())})" if chosen else ""

    def selection(self, type_: Any, depth: int) -> str:
        if isinstance(type_, GraphQLInterfaceType):
            parts = ["__typename", *self.some_fields(type_, depth, 2)]
            for one in self.dice.sample(SCHEMA.get_possible_types(type_), 3):
                parts.append(f"... on {one.name} {{ {' '.join(self.some_fields(one, depth, 3, is_safe=True))} }}")
            return f"{{ {' '.join(parts)} }}"
        parts = self.some_fields(type_, depth, self.dice.randint(1, 5))
        if self.dice.random() < 0.2:
            parts.append(f"... {{ {' '.join(self.some_fields(type_, depth, 2))} }}")
        if self.dice.random() < 0.15:
            name = f"F{len(self.fragments)}"
            self.fragments.append("")
            own = f"fragment {name} on {type_.name} {{ {' '.join(self.some_fields(type_, depth, 2))} }}"
            self.fragments[int(name[1:])] = own
            parts.append(f"...{name} @include(if: $yes)")
        if self.dice.random() < 0.1:
            # The same again: merged, not doubled.
            parts.append(self.dice.choice(parts))
        return f"{{ {' '.join(parts)} }}"

    def some_fields(self, type_: Any, depth: int, count: int, *, is_safe: bool = False) -> list[str]:
        """Return fields of a type; `is_safe` gives each a name of its own, since beside other types' fields names may clash."""
        names = sorted(type_.fields)
        if depth > 4 or self.left < 0:
            leaves = [name for name in names if is_leaf_type(get_named_type(type_.fields[name].type))]
            names = [leave for leave in leaves if not type_.fields[leave].args] or []
        chosen = self.dice.sample(names, min(count, len(names)))
        if type_.name.endswith(("Connection", "Edge")) and depth <= 4:
            chosen = sorted({*chosen, *(one for one in ("nodes", "node") if one in names)})
        alias = (lambda: f"b{self.dice.randrange(10**6)}") if is_safe else str
        return [self.field(type_, one, depth, alias()) for one in chosen] or ["__typename"]
