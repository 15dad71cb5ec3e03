"""Content in which everything points at everything, one of each kind for each audience and state, each with a word of its own.

A thing's own word (its mark) stands in each of its texts. An answer leaks exactly when it holds the mark of something that the
caller may not see; and it is complete when it holds the marks of all that the caller may see at that place.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.utils import timezone

from library.models import RecordingMaterial, RecordingPage
from programmes.models import ProgrammeOutcome, SessionPerson
from search.indexing.index import rebuild
from tests import factories

AUDIENCES = ("public", "members", "chosen")
STATES = factories.STATES
KINDS = ("person", "programme", "session", "material", "recording", "page")
COMMON = "everywhereword"
_LETTERS = "bcdfgklmnprtvz"
_MARK = re.compile(r"vq[a-z]{3}x")


@dataclass(frozen=True)
class Case:
    """One audience in one state; the hub and the pointers are public and live."""

    audience: str
    state: str


HUB = Case("public", "live")
CASES = tuple(Case(audience, state) for audience in AUDIENCES for state in STATES)


@dataclass
class Asker:
    """Somebody who asks: a name for the test, a key or none, and which audiences they belong to."""

    name: str
    key: str | None
    audiences: tuple[str, ...]

    def sees(self, case: Case) -> bool:
        """Say by the specification, not by the code under test, whether a thing may be seen."""
        return case.state == "live" and case.audience in self.audiences


@dataclass
class Graph:
    things: dict[tuple[str, Case], Any] = field(default_factory=dict)
    marks: dict[str, tuple[str, Case]] = field(default_factory=dict)
    hub_marks: set[str] = field(default_factory=set)
    hub: dict[str, Any] = field(default_factory=dict)
    pointers: list[Any] = field(default_factory=list)
    askers: dict[str, Asker] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.product(_LETTERS, repeat=3))

    def new_mark(self) -> str:
        """Return a word that no other word begins with, and that no stemmer shortens."""
        return f"vq{''.join(next(self._numbers))}x"

    def mark_of(self, kind: str, case: Case) -> str:
        return next(mark for mark, owner in self.marks.items() if owner == (kind, case))

    def visible(self, kind: str, asker: Asker) -> set[str]:
        """The marks of the things of a kind that the asker may see (without the hub and the pointers)."""
        return {mark for mark, (own, case) in self.marks.items() if own == kind and asker.sees(case)}

    def hidden(self, asker: Asker) -> set[str]:
        """The marks of everything that the asker may not see."""
        return {mark for mark, (_, case) in self.marks.items() if not asker.sees(case)}

    def found(self, body: Any, kind: str | None = None) -> set[str]:
        """The marks in an answer, of one kind or of all."""
        marks = set(_MARK.findall(orjson.dumps(body).decode().lower())) & self.marks.keys()
        return marks if kind is None else {mark for mark in marks if self.marks[mark][0] == kind}

    def ids(self) -> list[str]:
        """The public ids of all things, the hub's among them."""
        return [public_id(thing) for thing in (*self.hub.values(), *self.things.values())]

    def all(self, kind: str) -> list[Any]:
        return [self.things[kind, case] for case in CASES]


def public_id(thing: Any) -> str:
    """The id by which partners know a thing."""
    return str(thing.translation_key if hasattr(thing, "translation_key") else thing.uuid)


def build() -> Graph:
    """Make the graph. It takes some hundred pages: once for all tests of a module."""
    graph = Graph()
    site = factories.make_site()
    org_a, org_b = factories.organisation("Alder Trust"), factories.organisation("Birch Trust")
    graph.askers = {
        "public": Asker("public", None, ("public",)),
        "org_a": Asker("org_a", factories.api_key(org_a), ("public", "members", "chosen")),
        "org_b": Asker("org_b", factories.api_key(org_b), ("public", "members")),
    }
    for kind in KINDS:
        mark = graph.new_mark()
        graph.hub_marks.add(mark)
        graph.hub[kind] = _make(graph, site, kind, HUB, mark, [])
        for case in CASES:
            mark = graph.new_mark()
            graph.marks[mark] = kind, case
            graph.things[kind, case] = _make(
                graph, site, kind, case, mark, [org_a] if case.audience == "chosen" else []
            )
    _point_the_hub_at_everything(graph)
    _make_pointers(graph, site)
    rebuild()
    return graph


def _make(graph: Graph, site: Any, kind: str, case: Case, mark: str, organisations: list[Any]) -> Any:
    words = {"audience": case.audience, "state": case.state, "organisations": organisations}
    said = f"{mark} {COMMON}"
    hub, same = graph.hub, lambda other: [graph.things[other, case]] if (other, case) in graph.things else []
    if kind == "person":
        return factories.person(f"Person {mark}", job_title=said, biography=said, **words)
    page_words = {**words, "slug": f"{kind}-{mark}", "summary": said}
    body = orjson.dumps([{"type": "heading", "value": said, "id": mark}]).decode()
    if kind == "programme":
        page = factories.programme(
            site, f"Programme {mark}", duration=said, who_it_is_for=said, body=body, **page_words
        )
        ProgrammeOutcome.objects.create(programme=page, text=said)
        return page
    if kind == "session":
        people = [hub["person"], *same("person")]
        return factories.session(
            site, f"Session {mark}", people=people, programme=hub["programme"], place=said, joining_note=said, body=body,
            **page_words,
        )  # fmt: skip
    if kind == "material":
        document = factories.document(f"Document {mark}", pages=[said])
        return factories.material(
            site,
            f"Material {mark}",
            document=document,
            session=hub["session"],
            programme=hub["programme"],
            **page_words,
        )
    if kind == "recording":
        return factories.recording(
            site, f"Recording {mark}", session=hub["session"], programme=hub["programme"],
            speakers=[hub["person"], *same("person")], materials=[hub["material"], *same("material")],
            captions=factories.cues(said, speaker=mark), chapters=[("0:01", said)], body=body, **page_words,
        )  # fmt: skip
    return factories.standard_page(site, f"Page {mark}", body=body, **page_words)


def _point_the_hub_at_everything(graph: Graph) -> None:
    hub = graph.hub
    recording = RecordingPage.objects.get(pk=hub["recording"].pk)
    recording.speakers = graph.all("person")
    recording.recording_materials = [RecordingMaterial(material=one) for one in graph.all("material")]
    recording.save()
    SessionPerson.objects.bulk_create(
        SessionPerson(session=hub["session"], person=person, sort_order=place)
        for place, person in enumerate(graph.all("person"), start=10)
    )
    pages = [page for kind in KINDS[1:] for page in graph.all(kind)]
    links = "".join(f'<p><a linktype="page" id="{page.pk}">words {page.pk}</a></p>' for page in pages)
    blocks = [
        {"type": "text", "value": f"<p>{COMMON}</p>{links}"},
        *({"type": "call_to_action", "value": {"button_text": "Go", "url": "", "page": page.pk}} for page in pages),
        {"type": "accordion", "value": {"items": [{"heading": "More", "text": links}]}},
    ]
    resources = [*graph.all("recording"), *graph.all("material")]
    library_blocks = [{"type": "resource_link", "value": {"page": page.pk, "note": "Read"}} for page in resources]
    for kind in ("programme", "session", "recording", "page"):
        more = library_blocks if kind in ("recording", "page") else []
        page = type(hub[kind]).objects.get(pk=hub[kind].pk)
        page.body = orjson.dumps([{**block, "id": str(n)} for n, block in enumerate([*blocks, *more])]).decode()
        page.save()


def _make_pointers(graph: Graph, site: Any) -> None:
    """Public things with a foreign key to each case, since a key of one thing leads to one other only."""
    for case in CASES:
        session, programme = graph.things["session", case], graph.things["programme", case]
        both = {"session": session, "programme": programme}
        now = {"live": True, "last_published_at": timezone.now(), "first_published_at": timezone.now()}
        number = f"{case.audience}-{case.state}"
        for parent, page in (
            (site.resources, RecordingPage(title="Pointer", slug=f"pointer-recording-{number}", **both, **now)),
            (site.resources, type(graph.hub["material"])(
                title="Pointer", slug=f"pointer-material-{number}", link="https://example.org/", kind="link", **both, **now)),
            (site.programmes, type(graph.hub["session"])(
                title="Pointer", slug=f"pointer-session-{number}", summary="Points.", programme=programme, **now)),
        ):  # fmt: skip
            graph.pointers.append(parent.add_child(instance=page))
