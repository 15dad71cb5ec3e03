"""Editors that do at random what editors do, each with a seed of its own, so that a failure can be told apart and repeated."""

from __future__ import annotations

import datetime as dt
import logging
import random
import traceback
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from typing import Any

import orjson
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from PIL import Image
from wagtail.actions.unpublish import UnpublishPermissionError
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.images import get_image_model
from wagtail.models import Page

from cms.access.models import MemberOrganisation
from cms.publishing.feed.compaction import compact
from cms.publishing.feed.expiry import record_expiries
from cms.publishing.feed.reconciling import reconcile
from home.models import StandardPage
from library.models import MaterialPage, RecordingMaterial, RecordingMedia, RecordingPage
from programmes.models import CoreArea, Person, ProgrammePage, SessionPage, SessionPerson, Topic
from tests import factories

KINDS: dict[str, Any] = {
    "recording": RecordingPage,
    "material": MaterialPage,
    "session": SessionPage,
    "programme": ProgrammePage,
    "page": StandardPage,
    "person": Person,
}
# What may go wrong when several edit the same thing at once: the editor is told, and the other's work stands.
RACES = (DatabaseError, ObjectDoesNotExist, ValidationError, ProtectedError, UnpublishPermissionError)
SOON_SECONDS = 2.0


def _is_of_the_tree(error: AttributeError) -> bool:
    """Whether the page tree looked for the last child of a page that another editor had just taken away."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return str(frame.f_globals.get("__name__")).startswith("treebeard.")


class RolledBackError(Exception):
    """Raised by an editor to take back a whole transaction."""


def make_world() -> None:
    """Make the content that editors begin with, and the organisations whose members follow."""
    site = factories.make_site()
    for name in ("Alder", "Birch", "Cedar"):
        factories.organisation(name)
    get_user_model().objects.create_superuser("chief", password="x")
    editor = Editor(0, prefix="first")
    for number in range(4):
        image = get_image_model().objects.create(title=f"Picture {number}", file=picture_file(number))
        factories.media(f"Film {number}", poster=image)
        factories.topic(f"Topic {number}")
        factories.core_area(f"Area {number}")
    for kind in ("person", "programme", "session", "material", "recording", "page"):
        for _ in range(5):
            editor.create(kind)
    assert site.resources.live


def picture_file(number: int) -> ImageFile:
    out = BytesIO()
    Image.new("RGB", (8, 8), (number * 40 % 255, 80, 120)).save(out, "PNG")
    return ImageFile(BytesIO(out.getvalue()), name=f"picture-{number}.png")


class Editor:
    """Carries out random operations; `done` counts them by name, and those that a race prevented."""

    def __init__(self, seed: int, prefix: str = "") -> None:
        self.random = random.Random(seed)
        self.prefix = prefix or f"editor {seed}"
        self.number = 0
        self.done: Counter[str] = Counter()
        self.prevented: Counter[str] = Counter()
        logging.getLogger("wagtail").setLevel(logging.CRITICAL)

    def act(self) -> None:
        """Do one operation."""
        names, weights = zip(*OPERATIONS.items(), strict=True)
        (operation,) = self.random.choices(names, weights)
        try:
            operation(self)
        except (*RACES, AttributeError) as error:
            if isinstance(error, AttributeError) and not _is_of_the_tree(error):
                raise
            self.prevented[f"{operation.__name__}: {type(error).__name__}"] += 1
        self.done[operation.__name__] += 1

    def name(self, what: str) -> str:
        self.number += 1
        return f"{what} {self.number} by {self.prefix}"

    def some(self, model: Any, most: int = 3) -> list[Any]:
        pks = list(model.objects.values_list("pk", flat=True))
        return list(model.objects.filter(pk__in=self.random.sample(pks, min(len(pks), self.random.randint(0, most)))))

    def one(self, model: Any, **where: Any) -> Any:
        """Return a row at random, None when there is none."""
        pks = list(model.objects.filter(**where).values_list("pk", flat=True))
        return model.objects.filter(pk=self.random.choice(pks)).first() if pks else None

    def any_thing(self, *kinds: str) -> Any:
        return self.one(KINDS[self.random.choice(kinds or tuple(KINDS))])

    # -- what is written into a thing ------------------------------------------------------------------------------

    def share(self, thing: Any) -> None:
        thing.audience = self.random.choice(["public", "public", "members", "chosen"])
        chosen = self.some(MemberOrganisation, 2) or list(MemberOrganisation.objects.filter(name="Alder"))
        thing.audience_organisations = chosen if thing.audience == "chosen" else []

    def body(self) -> str:
        page, image = self.one(Page, depth__gt=2), self.one(get_image_model())
        blocks: list[dict[str, Any]] = [{"type": "heading", "value": self.name("Heading")}]
        if page is not None:
            link = f'<p><a linktype="page" id="{page.pk}">There</a></p>'
            blocks.append({"type": "text", "value": link})
            blocks.append({"type": "call_to_action", "value": {"button_text": "Go", "url": "", "page": page.pk}})
        if image is not None:
            blocks.append({"type": "picture", "value": {"image": image.pk, "alt_text": "", "caption": "Seen"}})
        return orjson.dumps([{**block, "id": str(n)} for n, block in enumerate(blocks)]).decode()

    def fill(self, thing: Any) -> None:
        """Change some of what a thing says and names."""
        if isinstance(thing, Person):
            thing.name = self.name("Person")
            thing.organisation = self.one(MemberOrganisation)
            thing.portrait = self.one(get_image_model())
            return
        thing.title = self.name(type(thing).__name__)
        thing.summary = self.name("About")
        if not isinstance(thing, StandardPage):
            thing.topics = self.some(Topic)
        if not isinstance(thing, MaterialPage):
            thing.body = self.body()
        if isinstance(thing, ProgrammePage):
            thing.core_areas = self.some(CoreArea)
        elif not isinstance(thing, StandardPage):
            thing.programme = self.one(ProgrammePage) if self.random.random() < 0.7 else None
        if isinstance(thing, SessionPage):
            thing.people = [SessionPerson(person=person) for person in self.some(Person)]
        if isinstance(thing, MaterialPage | RecordingPage):
            thing.session = self.one(SessionPage) if self.random.random() < 0.7 else None
        if isinstance(thing, RecordingPage):
            thing.media = self.one(RecordingMedia)
            thing.speakers = self.some(Person)
            thing.recording_materials = [RecordingMaterial(material=one) for one in self.some(MaterialPage, 2)]

    # -- operations ------------------------------------------------------------------------------------------------

    def create(self, kind: str = "") -> None:
        """Make a thing, published at once more often than not."""
        kind = kind or self.random.choice(tuple(KINDS))
        thing = KINDS[kind](live=False)
        self.fill(thing)
        self.share(thing)
        if isinstance(thing, Person):
            thing.slug = f"{self.prefix}-{self.number}".replace(" ", "-")
            thing.save()
        else:
            if isinstance(thing, MaterialPage):
                thing.kind, thing.link = "link", "https://example.org/"
            organisations, thing.audience_organisations = list(thing.audience_organisations.all()), []
            self.parent_of(kind).add_child(instance=thing)
            thing.audience_organisations = organisations
        revision = thing.save_revision()
        if self.random.random() < 0.8:
            revision.publish()

    def parent_of(self, kind: str) -> Page:
        if kind in ("recording", "material"):
            return Page.objects.get(slug="library", depth=3)
        if kind == "page":
            return Page.objects.get(depth=2)
        programme = self.one(ProgrammePage) if kind == "session" and self.random.random() < 0.5 else None
        return programme or Page.objects.get(slug="programmes", depth=3)

    def edit(self) -> None:
        """Change a thing and publish it."""
        if thing := self.any_thing():
            self.fill(thing)
            thing.save_revision().publish()

    def draft(self) -> None:
        if thing := self.any_thing():
            self.fill(thing)
            thing.save_revision()

    def publish(self) -> None:
        """Publish the newest draft of a thing."""
        thing = self.any_thing()
        if thing and thing.latest_revision:
            thing.latest_revision.publish()

    def revert(self) -> None:
        """Publish an old revision once more."""
        thing = self.any_thing()
        revision = thing and thing.revisions.order_by("pk").first()
        if revision:
            revision.publish()

    def unpublish(self) -> None:
        if thing := self.any_thing():
            thing.unpublish()

    def unpublish_branch(self) -> None:
        """Take back a programme with all that lies below it."""
        if page := self.one(ProgrammePage, live=True):
            chief = get_user_model().objects.get(username="chief")
            UnpublishPageAction(page, user=chief, include_descendants=True).execute()

    def schedule(self) -> None:
        """Let a thing go live in a moment."""
        if thing := self.any_thing():
            self.fill(thing)
            thing.go_live_at = timezone.now() + dt.timedelta(seconds=self.random.uniform(0.1, SOON_SECONDS))
            thing.save_revision().publish()

    def expire(self) -> None:
        """Publish a thing whose time is over in a moment, or was just over."""
        if thing := self.any_thing():
            thing.expire_at = timezone.now() + dt.timedelta(seconds=self.random.uniform(-0.2, SOON_SECONDS))
            thing.go_live_at = None
            thing.save_revision().publish()

    def change_audience(self) -> None:
        if thing := self.any_thing():
            self.share(thing)
            thing.expire_at = None
            thing.save_revision().publish()

    def rename_address(self) -> None:
        if page := self.any_thing("programme", "page", "recording"):
            page.slug = f"{page._meta.model_name}-{self.prefix}-{self.number}".replace(" ", "-")
            self.number += 1
            page.save_revision().publish()

    def move(self) -> None:
        page = self.any_thing("session", "page")
        kind = "session" if isinstance(page, SessionPage) else "page"
        target = self.parent_of(kind) if self.random.random() < 0.7 else self.one(StandardPage)
        is_fit = page and target and (kind == "page" or not isinstance(target.specific, StandardPage))
        if is_fit and target.pk != page.pk and not target.is_descendant_of(page):
            page.move(target, pos="last-child")

    def copy(self) -> None:
        if page := self.any_thing("material", "session", "programme", "page"):
            page.copy(
                recursive=self.random.random() < 0.3,
                keep_live=self.random.random() < 0.5,
                update_attrs={"slug": self.name(f"copy-of-{page.pk}").replace(" ", "-"), "title": self.name("Copy")},
            )

    def delete(self) -> None:
        if thing := self.any_thing():
            thing.delete()

    def delete_branch(self) -> None:
        if self.random.random() < 0.3 and (page := self.one(ProgrammePage)):
            page.delete()

    def change_topic(self) -> None:
        topic = self.one(Topic)
        if topic is None or self.random.random() < 0.3:
            factories.topic(self.name("Topic"))
        elif self.random.random() < 0.3:
            topic.delete()
        else:
            topic.name = self.name("Topic")
            topic.save()

    def change_organisation(self) -> None:
        """Rename an organisation, take in a new one, or let one go (never those whose members follow)."""
        choice = self.random.random()
        if choice < 0.4:
            organisation = self.one(MemberOrganisation)
            organisation.place = self.name("Place")
            organisation.logo = self.one(get_image_model())
            organisation.save()
        elif choice < 0.7:
            factories.organisation(self.name("Organisation"))
        else:
            pks = MemberOrganisation.objects.exclude(name__in=["Alder", "Birch"]).values_list("pk", flat=True)
            if pks:
                MemberOrganisation.objects.get(pk=self.random.choice(list(pks))).delete()

    def change_picture(self) -> None:
        """Swap a picture's file, take in a new one, or throw one away."""
        image = self.one(get_image_model())
        if image is None or self.random.random() < 0.3:
            image = get_image_model()(title=self.name("Picture"))
        elif self.random.random() < 0.2:
            image.delete()
            return
        image.file = picture_file(self.number)
        self.number += 1
        image.save()

    def change_film(self) -> None:
        if film := self.one(RecordingMedia):
            film.duration = float(self.random.randint(1, 5_000))
            film.poster = self.one(get_image_model())
            film.save()

    def change_mind(self) -> None:
        """Do several things in one transaction, and take them all back half of the times."""
        try:
            with transaction.atomic():
                self.edit()
                self.unpublish()
                self.change_audience()
                if self.random.random() < 0.5:
                    raise RolledBackError
        except RolledBackError:
            pass

    def let_time_pass(self) -> None:
        """What the clock does: scheduled things go live, expired ones are withdrawn."""
        if self.random.random() < 0.5:
            record_expiries(timezone.now())
        else:
            call_command("publish_scheduled")

    def tidy(self) -> None:
        """What the clock does at night, beside the editors: compaction, and a look for differences."""
        compact()
        if self.random.random() < 0.2:
            reconcile()


OPERATIONS: dict[Callable[[Editor], None], int] = {
    Editor.create: 14,
    Editor.edit: 14,
    Editor.draft: 4,
    Editor.publish: 6,
    Editor.revert: 3,
    Editor.unpublish: 8,
    Editor.unpublish_branch: 1,
    Editor.schedule: 4,
    Editor.expire: 6,
    Editor.change_audience: 10,
    Editor.rename_address: 3,
    Editor.move: 4,
    Editor.copy: 2,
    Editor.delete: 8,
    Editor.delete_branch: 1,
    Editor.change_topic: 4,
    Editor.change_organisation: 4,
    Editor.change_picture: 3,
    Editor.change_film: 3,
    Editor.change_mind: 3,
    Editor.let_time_pass: 3,
    Editor.tidy: 1,
}
