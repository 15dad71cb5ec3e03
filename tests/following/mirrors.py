"""A partner's copy of everything: it follows the changes, stops, forgets what it had not yet written down, and resumes."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tests.api.asking import post

PAGE = "id slug title summary url updatedAt"
ORGANISATION = "id name place website logo { url width height alt }"
PERSON = f"id slug name jobTitle biography organisation {{ {ORGANISATION} }} portrait {{ url }}"
TERM = "id slug name description"
BODY = f"""body {{ blockType rawValue ... on TextBlock {{ value }} ... on PictureBlock {{ image {{ url alt }} caption }}
  ... on CallToActionBlock {{ url page {{ __typename {PAGE} }} }} }}"""
# Everything a thing says of itself, and everything the things it names say of themselves. Addresses of files stand apart:
# some are signed for a few minutes only.
FRAGMENTS = {
    "Recording": f"""{PAGE} recordedOn durationSeconds {BODY} media {{ mimeType durationSeconds width height }}
      poster {{ url width height }} session {{ {PAGE} place startsAt }} programme {{ {PAGE} duration status }}
      speakers {{ {PERSON} }} topics {{ {TERM} }} chapters {{ title startSeconds }} captionTracks {{ language origin }}
      materials {{ {PAGE} kind link }}""",
    "Material": f"""{PAGE} kind link file {{ name sizeBytes }} session {{ {PAGE} place }} programme {{ {PAGE} status }}
      topics {{ {TERM} }} recordings {{ {PAGE} durationSeconds poster {{ url }} }}""",
    "Session": f"""{PAGE} startsAt endsAt place joiningNote {BODY} people {{ role person {{ {PERSON} }} }} programme {{ {PAGE} }}
      topics {{ {TERM} }} recordings {{ {PAGE} durationSeconds poster {{ url }} }} materials {{ {PAGE} kind link }}""",
    "Programme": f"""{PAGE} format status duration outcomes {BODY} topics {{ {TERM} }} coreAreas {{ {TERM} }}
      sessions(first: 100) {{ totalCount nodes {{ {PAGE} place }} }}
      itsMaterials: materials(first: 100) {{ totalCount nodes {{ {PAGE} kind }} }}
      itsRecordings: recordings(first: 100) {{ totalCount nodes {{ {PAGE} durationSeconds media {{ width }} }} }}""",
    "Page": f"{PAGE} pageKind: kind {BODY}",
    "Person": f"""{PERSON} recordings(first: 100) {{ totalCount nodes {{ {PAGE} durationSeconds }} }}
      sessions(first: 100) {{ totalCount nodes {{ {PAGE} place }} }}""",
    "Organisation": ORGANISATION,
}
RESOURCES = ("Recording", "Material", "Session", "Programme", "Page")
THINGS = {
    "Person": "person", "Topic": "topic", "Organisation": "organisation", "CoreArea": "coreArea",
    "PriorityGroup": "priorityGroup",
}  # fmt: skip
CHANGES = f"""query($after: String, $first: Int) {{ changes(after: $after, first: $first) {{
  pageInfo {{ hasNextPage endCursor }}
  nodes {{ kind type id
    resource {{ {" ".join(f"... on {name} {{ ...{name} }}" for name in RESOURCES)} }}
    {" ".join(f"{name} {{ {FRAGMENTS.get(type_, TERM)} }}" for type_, name in THINGS.items())} }} }} }}
{" ".join(f"fragment {name} on {name} {{ {FRAGMENTS[name]} }}" for name in RESOURCES)}"""
ROOTS = {
    "Recording": "recordings", "Material": "materials", "Session": "sessions", "Programme": "programmes", "Person": "people",
}  # fmt: skip


_client = Client()


def ask(query: str, *, key: str | None = None, **variables: Any) -> Any:
    """Send a query once: editors are at work, so a second answer would be another."""
    return post({"query": query, "variables": variables}, key=key, client=_client)


@dataclass
class Mirror:
    """What a partner keeps: things by type and id, and the cursor to go on from. `key` is the API key, None for the public."""

    key: str | None
    things: dict[tuple[str, str], Any] = field(default_factory=dict)
    cursor: str | None = None
    pages: int = 0
    stops: int = 0

    def follow(self, chance: random.Random | None = None) -> None:
        """Take up all there is, page by page; with `chance`, stop in the middle now and then, or forget the last page's cursor."""
        while True:
            first = chance.choice([1, 7, 20, 40]) if chance else 40
            page = ask(CHANGES, key=self.key, after=self.cursor, first=first).data["changes"]
            for node in page["nodes"]:
                self.take(node)
            self.pages += 1
            if chance and chance.random() < 0.1:
                # It ended before the cursor was written down: the same page comes again.
                self.stops += 1
                return
            self.cursor = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"] or (chance and chance.random() < 0.2):
                return

    def take(self, node: dict[str, Any]) -> None:
        """Put a change into the copy, or take its thing out."""
        place = node["type"], node["id"]
        if node["kind"] == "DELETE":
            self.things.pop(place, None)
        else:
            self.things[place] = node["resource"] if node["type"] in RESOURCES else node[THINGS[node["type"]]]


def exported(key: str | None) -> dict[tuple[str, str], Any]:
    """Return everything that a full export gives now."""
    mirror = Mirror(key)
    mirror.follow()
    return mirror.things


def read_by_roots(key: str | None) -> dict[tuple[str, str], Any]:
    """Return everything that the lists of the schema give now, with the same fields."""
    found: dict[tuple[str, str], Any] = {}
    for type_name, root in ROOTS.items():
        after, more = None, True
        query = f"""query($after: String) {{ {root}(first: 40, after: $after) {{ pageInfo {{ hasNextPage endCursor }}
            nodes {{ {FRAGMENTS[type_name]} }} }} }}"""
        while more:
            page = ask(query, key=key, after=after).data[root]
            found.update({(type_name, node["id"]): node for node in page["nodes"]})
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    for node in ask(f"{{ topics {{ {TERM} }} academy {{ coreAreas {{ {TERM} }} }} }}", key=key).data["topics"]:
        found["Topic", node["id"]] = node
    return found
