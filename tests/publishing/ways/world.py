"""The site on which the ways of changing content are tried: things of every kind, and the desk of somebody who may do all."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.images import get_image_model
from wagtail.models import Page

from programmes.models import Person
from search.models import GlossaryTerm, PromotedResult
from tests import factories
from tests.editors import form_fields
from tests.following.editors import picture_file
from tests.following.truth import PARTNER, WORD

PAGES = ("recording", "material", "session", "programme", "page")
SNIPPETS = ("person", "topic", "area", "group", "organisation", "glossary")
PATHS = {
    "person": "programmes/person", "topic": "programmes/topic", "area": "programmes/corearea",
    "group": "programmes/prioritygroup", "organisation": "access/memberorganisation", "glossary": "search/glossaryterm",
    "promoted": "search/promotedresult",
}  # fmt: skip


@dataclass
class World:
    """The site, the client of somebody who may do everything, and a number for the next thing's name."""

    site: factories.TestSite
    client: Client
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def name(self, what: str) -> str:
        return f"{WORD.title()} {what} {next(self.numbers)}"

    def make(self, kind: str, state: str = "live") -> Any:
        """Make a thing of that kind which the public sees, named by others where others can name it."""
        return getattr(self, f"_{kind}")(self.name(kind), state)

    def shared(self, kind: str) -> Any:
        """Make a page or a person that only the partner sees."""
        thing = self.make(kind)
        thing.audience, thing.audience_organisations = "chosen", [factories.organisation(PARTNER)]
        thing.save_revision().publish()
        return type(thing).objects.get(pk=thing.pk)

    def _recording(self, name: str, state: str) -> Any:
        speaker = factories.person(self.name("speaker"))
        media = factories.media(name, poster=self._image(self.name("poster")))
        topics = [factories.topic(self.name("topic"))]
        return factories.recording(
            self.site, name, state=state, media=media, speakers=[speaker], topics=topics,
            programme=factories.programme(self.site, self.name("programme")), captions=factories.cues(f"{WORD} they say"),
        )  # fmt: skip

    def _material(self, name: str, state: str) -> Any:
        return factories.material(
            self.site, name, state=state, session=factories.session(self.site, self.name("session"))
        )

    def _session(self, name: str, state: str) -> Any:
        return factories.session(self.site, name, state=state, people=[factories.person(self.name("host"))])

    def _programme(self, name: str, state: str) -> Any:
        programme = factories.programme(
            self.site, name, state=state, core_areas=[factories.core_area(self.name("area"))]
        )
        factories.recording(self.site, self.name("talk"), programme=programme)
        return programme

    def _page(self, name: str, state: str) -> Any:
        page = factories.standard_page(self.site, name, state=state, summary=f"{WORD} there is")
        below = factories.StandardPage(title=self.name("below"), slug=f"below-{next(self.numbers)}", summary="Below")
        if state == "live":
            factories.add_page(Page.objects.get(pk=page.pk), below)
            page.refresh_from_db()
        return page

    def _person(self, name: str, state: str) -> Any:
        person = factories.person(name, state=state)
        factories.recording(self.site, self.name("talk"), speakers=[person])
        return Person.objects.get(pk=person.pk)

    def _topic(self, name: str, state: str = "") -> Any:
        topic = factories.topic(name)
        factories.recording(self.site, self.name("talk"), topics=[topic])
        return topic

    def _area(self, name: str, state: str = "") -> Any:
        area = factories.core_area(name)
        factories.programme(self.site, self.name("programme"), core_areas=[area])
        return area

    def _group(self, name: str, state: str = "") -> Any:
        return factories.priority_group(name)

    def _organisation(self, name: str, state: str = "") -> Any:
        organisation = factories.organisation(name)
        person = factories.person(self.name("person"), organisation=organisation)
        factories.recording(self.site, self.name("talk"), speakers=[person])
        return organisation

    def _glossary(self, name: str, state: str = "") -> Any:
        return GlossaryTerm.objects.create(term=name.replace(" ", ""), expansion=name, definition="Said so.")

    def _promoted(self, name: str, state: str = "") -> Any:
        pages = [factories.recording(self.site, self.name("talk")) for _ in range(2)]
        return PromotedResult.objects.create(words=WORD, page=pages[0], sort_order=1)

    def _image(self, name: str, state: str = "") -> Any:
        return get_image_model().objects.create(title=name, file=picture_file(next(self.numbers)))

    def image_shown(self) -> Any:
        """Make a picture that a recording shows."""
        image = self._image(self.name("poster"))
        factories.recording(self.site, self.name("talk"), media=factories.media(self.name("film"), poster=image))
        return image

    def document_shown(self) -> Any:
        """Make a document that a material hands out."""
        document = factories.document(self.name("document"), pages=[f"{WORD} a document says"])
        factories.material(self.site, self.name("material"), document=document)
        return document

    def media_shown(self) -> Any:
        """Make a film that a recording plays."""
        media = factories.media(self.name("film"))
        factories.recording(self.site, self.name("talk"), media=media)
        return media

    def alias_of(self, page: Any) -> Any:
        """Make an alias of a page: a page that follows it."""
        return page.create_alias(update_slug=f"alias-{next(self.numbers)}")

    # -- what a browser does -----------------------------------------------------------------------------------------

    def send(self, url: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
        """Post a form and return the answer; an error of the server or a refused form is a failure of the case."""
        answer = self.client.post(url, {**(fields or {}), **more})
        assert answer.status_code < 400, f"{url} answers {answer.status_code}: {answer.content[:300]!r}"
        form = answer.context and answer.context.get("form") if answer.status_code == 200 and answer.context else None
        assert not getattr(form, "errors", None), f"{url} refuses: {form.errors}"
        return answer

    def fill_in(self, url: str, **changes: Any) -> Any:
        """Open a form, change some of its fields and send it as it then is."""
        fields = form_fields(self.client, url) | changes
        return self.send(url, {name: value for name, value in fields.items() if value is not None})


def make_world() -> World:
    site = factories.make_site()
    user = get_user_model().objects.create_superuser("chief", "chief@example.org", "x")
    client = Client()
    client.force_login(user)
    return World(site, client)


def picture_upload(number: int) -> SimpleUploadedFile:

    return SimpleUploadedFile(f"picture-{number}.png", picture_file(number).read(), "image/png")


@dataclass(frozen=True)
class Way:
    """One way of changing content: what it is called, the addresses and commands it covers, and how it is gone.

    `prepare` makes the thing before anybody looks and returns it; `run` then changes it.
    """

    name: str
    covers: tuple[str, ...]
    kinds: tuple[str, ...]
    prepare: Callable[[World, str], Any]
    run: Callable[[World, Any], Any]
    changes_something: bool


WAYS: dict[str, Way] = {}


def way(
    *covers: str,
    kinds: tuple[str, ...] = ("",),
    prepare: Callable[[World, str], Any] | None = None,
    changes_something: bool = True,
) -> Callable[[Callable[[World, Any], Any]], Callable[[World, Any], Any]]:
    """Register the decorated function as a way of changing what `prepare` makes (a live thing of the kind unless given)."""

    def decorate(run: Callable[[World, Any], Any]) -> Callable[[World, Any], Any]:
        make = prepare or (lambda world, kind: world.make(kind) if kind else None)
        WAYS[run.__name__] = Way(run.__name__, covers, kinds, make, run, changes_something)
        return run

    return decorate
