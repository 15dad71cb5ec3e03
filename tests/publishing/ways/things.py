"""Ways of changing what is no page: snippets, pictures, documents, recordings' files, collections, settings and sites."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Collection, Site

from home.models import AcademySettings
from library.models import MaterialDocument, RecordingMedia
from tests import factories

from .world import PATHS, SNIPPETS, World, picture_upload, way

NAMES = {"glossary": "expansion"}
DELETABLE = ("person", "topic", "area", "group", "organisation", "glossary")


def _url(thing: Any, action: str) -> str:
    return f"/admin/snippets/{thing._meta.app_label}/{thing._meta.model_name}/{action}/{thing.pk}/"


def _each(action: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"wagtailsnippets_{PATHS[kind].replace('/', '_')}:{action}" for kind in kinds)


def _publish(thing: Any) -> dict[str, str]:
    return {"action-publish": "action-publish"} if hasattr(thing, "live") else {}


@way(*_each("edit", (*SNIPPETS, "promoted")), kinds=SNIPPETS)
def edit_a_snippet(world: World, thing: Any) -> None:
    field = next(name for name in ("expansion", "name") if hasattr(thing, name))
    world.fill_in(_url(thing, "edit"), **{field: world.name("edited")}, **_publish(thing))


@way(*_each("delete", (*SNIPPETS, "promoted")), kinds=DELETABLE)
def delete_a_snippet(world: World, thing: Any) -> None:
    world.send(_url(thing, "delete"))


@way(*(f"bulk:{PATHS[kind].replace('/', '.')}.delete" for kind in (*SNIPPETS, "promoted")), kinds=DELETABLE)
def bulk_delete_snippets(world: World, thing: Any) -> None:
    url = f"/admin/bulk/{thing._meta.app_label}/{thing._meta.model_name}/delete/?id={thing.pk}&next=/admin/"
    world.send(url)
    assert not type(thing).objects.filter(pk=thing.pk).exists()


@way(kinds=DELETABLE)
def delete_a_queryset_of_snippets(world: World, thing: Any) -> None:
    type(thing).objects.filter(pk=thing.pk).delete()


@way(*_each("unpublish", ("person",)), kinds=("person",))
def unpublish_a_person(world: World, person: Any) -> None:
    world.send(_url(person, "unpublish"))


@way(kinds=("person",), prepare=lambda world, kind: world.shared(kind))
def unpublish_a_person_whom_a_partner_sees(world: World, person: Any) -> None:
    person.unpublish()


def _two_versions(world: World, kind: str) -> Any:
    person = world.make(kind)
    person.name = world.name("second version")
    person.save_revision().publish()
    return person


@way(*_each("revisions_revert", ("person",)), kinds=("person",), prepare=_two_versions)
def revert_a_person(world: World, person: Any) -> None:
    person.revisions.order_by("pk").first().publish()


@way(*_each("revisions_unschedule", ("person",)), kinds=("person",), changes_something=False)
def unschedule_a_person(world: World, person: Any) -> None:
    person.go_live_at = timezone.now() + dt.timedelta(days=1)
    person.save_revision().publish()
    person.refresh_from_db()
    revision = person.scheduled_revision
    world.send(f"/admin/snippets/programmes/person/history/{person.pk}/revisions/{revision.pk}/unschedule/")


@way(kinds=("person",), prepare=lambda world, kind: world.make(kind))
def let_a_person_expire(world: World, person: Any) -> None:
    person.expire_at = timezone.now() - dt.timedelta(seconds=1)
    person.save_revision().publish()


@way(*_each("add", (*SNIPPETS, "promoted")), *_each("copy", (*SNIPPETS, "promoted")), kinds=("topic", "area"))
def add_a_snippet(world: World, thing: Any) -> None:
    url = f"/admin/snippets/{thing._meta.app_label}/{thing._meta.model_name}/add/"
    name = world.name("added")
    fields = (
        {"term": name, "expansion": name}
        if hasattr(thing, "term")
        else {"name": name, "slug": name.lower().replace(" ", "-")}
    )
    world.fill_in(url, **fields)


@way(kinds=("promoted",), changes_something=False)
def delete_a_promotion(world: World, promoted: Any) -> None:
    world.send(_url(promoted, "delete"))


# -- pictures, documents, recordings' files ------------------------------------------------------------------------------


def _image(world: World, kind: str) -> Any:
    return world.image_shown()


def _document(world: World, kind: str) -> Any:
    return world.document_shown()


def _media(world: World, kind: str) -> Any:
    return world.media_shown()


@way("wagtailimages:edit", prepare=_image)
def swap_a_picture(world: World, image: Any) -> None:
    world.fill_in(f"/admin/images/{image.pk}/", title=world.name("swapped"), file=picture_upload(5))


@way("wagtailimages:delete", prepare=_image)
def delete_a_picture(world: World, image: Any) -> None:
    world.send(f"/admin/images/{image.pk}/delete/")


@way("wagtailimages:delete_multiple", prepare=_image)
def delete_an_uploaded_picture(world: World, image: Any) -> None:
    world.send(f"/admin/images/multiple/{image.pk}/delete/", HTTP_X_REQUESTED_WITH="XMLHttpRequest")


@way("bulk:wagtailimages.image.delete", prepare=_image)
def bulk_delete_pictures(world: World, image: Any) -> None:
    world.send(f"/admin/bulk/wagtailimages/image/delete/?id={image.pk}&next=/admin/")
    assert not get_image_model().objects.filter(pk=image.pk).exists()


@way(
    "bulk:wagtailimages.image.add_to_collection",
    "bulk:wagtailimages.image.add_tags",
    prepare=_image,
    changes_something=False,
)
def bulk_move_pictures_to_a_collection(world: World, image: Any) -> None:
    collection = Collection.get_first_root_node().add_child(name=world.name("collection"))
    url = f"/admin/bulk/wagtailimages/image/add_to_collection/?id={image.pk}&next=/admin/"
    world.send(url, collection=str(collection.pk))
    world.send(f"/admin/bulk/wagtailimages/image/add_tags/?id={image.pk}&next=/admin/", tags="one, two")


@way("wagtailimages:edit_multiple", prepare=_image, changes_something=False)
def name_an_uploaded_picture(world: World, image: Any) -> None:
    image.description = world.name("description")
    image.save()


@way(prepare=_image, changes_something=False)
def throw_away_renditions(world: World, image: Any) -> None:
    image.get_rendition("width-320")
    image.renditions.all().delete()


@way("wagtaildocs:edit", prepare=_document, changes_something=False)
def rename_a_document(world: World, document: Any) -> None:
    document.file.name = document.file.name.replace("documents/", "documents/renamed-")
    document.save()


@way("wagtaildocs:edit_multiple", prepare=_document, changes_something=False)
def name_an_uploaded_document(world: World, document: Any) -> None:
    document.title = world.name("title")
    document.save()


@way("wagtaildocs:delete", "wagtaildocs:delete_multiple", prepare=_document, changes_something=False)
def delete_a_document_in_use(world: World, document: Any) -> None:
    """It is refused, or takes the file from its material; either way everybody is told what is true."""
    world.client.post(f"/admin/documents/delete/{document.pk}/")


@way("bulk:library.materialdocument.delete", prepare=_document, changes_something=False)
def bulk_delete_documents_in_use(world: World, document: Any) -> None:
    world.client.post(f"/admin/bulk/library/materialdocument/delete/?id={document.pk}&next=/admin/")


@way(
    "bulk:library.materialdocument.add_to_collection", "bulk:library.materialdocument.add_tags",
    prepare=_document, changes_something=False,
)  # fmt: skip
def bulk_move_documents_to_a_collection(world: World, document: Any) -> None:
    collection = Collection.get_first_root_node().add_child(name=world.name("collection"))
    url = f"/admin/bulk/library/materialdocument/add_to_collection/?id={document.pk}&next=/admin/"
    world.send(url, collection=str(collection.pk))
    assert MaterialDocument.objects.get(pk=document.pk).collection == collection


@way("wagtailmedia:edit", prepare=_media)
def change_a_films_facts(world: World, media: Any) -> None:
    media.duration = 61.0
    media.save()


@way("wagtailmedia:delete", prepare=_media, changes_something=False)
def delete_a_film_in_use(world: World, media: Any) -> None:
    world.client.post(f"/admin/media/delete/{media.pk}/")


@way(prepare=_media, changes_something=False)
def delete_films_and_documents_nobody_uses(world: World, media: Any) -> None:
    factories.media(world.name("film")).delete()
    RecordingMedia.objects.filter(recordings=None).delete()
    factories.document(world.name("document")).delete()


@way(
    "wagtailadmin_collections:add", "wagtailadmin_collections:edit", "wagtailadmin_collections:delete",
    "wagtailadmin_collections:set_privacy", changes_something=False,
)  # fmt: skip
def add_rename_and_delete_a_collection(world: World, nothing: Any) -> None:
    root = Collection.get_first_root_node()
    collection = root.add_child(name=world.name("collection"))
    collection.name = world.name("renamed")
    collection.save()
    world.send(f"/admin/collections/{collection.pk}/delete/")


# -- settings and sites --------------------------------------------------------------------------------------------------


@way("wagtailsettings:edit")
def change_the_academys_name(world: World, nothing: Any) -> None:
    academy = AcademySettings.for_site(Site.objects.get(is_default_site=True))
    academy.long_name = world.name("academy")
    academy.save()


@way("wagtailsites:edit", "wagtailsites:add", "wagtailsites:delete", "wagtailsites:copy", changes_something=False)
def move_the_site_to_another_port(world: World, nothing: Any) -> None:
    site = Site.objects.get(is_default_site=True)
    world.fill_in(f"/admin/sites/edit/{site.pk}/", site_name=world.name("site"))


@way("bulk:programmes.person.change_audience", kinds=("person",))
def bulk_narrow_the_audience_of_people(world: World, person: Any) -> None:
    url = f"/admin/bulk/programmes/person/change_audience/?id={person.pk}&next=/admin/"
    world.send(url, audience="members")
