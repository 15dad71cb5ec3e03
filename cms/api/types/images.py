"""Pictures for partners: only the renditions that the settings allow, looked up for a whole list at once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import graphene
from wagtail.images import get_image_model

from ..loading.errors import bad_input
from ..loading.fields import ApiField
from ..loading.planning import LoadPlan, Selected
from ..loading.relations import Relation

logger = logging.getLogger(__name__)


def allowed_filters() -> list[str]:
    """Return the rendition filters that may be asked for."""
    from grapple.settings import grapple_settings

    return list(grapple_settings.ALLOWED_IMAGE_FILTERS or [])


def checked_filter(spec: str) -> str:
    """Return the filter if it is allowed; raises ApiError, which lists those that are."""
    if spec not in allowed_filters():
        raise bad_input(f"There is no rendition with that name. Choose one of: {', '.join(allowed_filters())}.")
    return spec


@dataclass(eq=False)
class ShownImage:
    """A picture at a place: the words that stand in for it there, and the rendition that was asked for (None: the original)."""

    image: Any
    alt: str
    rendition: Any = None
    api_type = "Image"

    @property
    def picture(self) -> Any:
        """The rendition when one was asked for, else the original: both know url, width and height."""
        return self.rendition or self.image


def renditions(plan: LoadPlan, images: Iterable[Any], specs: Sequence[str]) -> dict[tuple[int, str], Any]:
    """Return renditions by picture and filter: one statement for those there are; missing ones are made, once and for all."""
    by_pk = {image.pk: image for image in images}
    model = get_image_model().get_rendition_model()
    known = plan.request.memo.setdefault("renditions", {})
    missing = {(pk, spec) for pk in by_pk for spec in specs} - known.keys()
    if missing:
        rows = model.objects.filter(image_id__in={pk for pk, _ in missing}, filter_spec__in=list(specs))
        known.update({(row.image_id, row.filter_spec): row for row in plan.fetch(rows)})
    for pk, spec in sorted(missing - known.keys()):
        plan.request.check_deadline()
        known[pk, spec] = _made(by_pk[pk], spec)
    return known


def _made(image: Any, spec: str) -> Any:
    """Make a rendition; None when the picture's file is missing or broken, which is the operator's to mend, not the caller's."""
    try:
        return image.get_rendition(spec)
    except Exception:
        logger.exception("No rendition %s of image %s", spec, image.pk)
        return None


class ToImage(Relation):
    """A foreign key to a picture, perhaps by way of a file (`media__poster`); an argument `rendition` chooses its size."""

    def __init__(self, path: str, *, alt: str | None = None) -> None:
        self.join = path
        self.alt = alt

    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> list[Any]:
        shown = [self._shown(thing) for thing in things]
        spec = selected.arguments.get("rendition")
        if spec is not None:
            found = renditions(
                plan, (image_shown.image for image_shown in shown if image_shown), [checked_filter(spec)]
            )
            for image_shown in filter(None, shown):
                image_shown.rendition = found[image_shown.image.pk, spec]
        return shown

    def _shown(self, thing: Any) -> ShownImage | None:
        assert self.join is not None
        image = thing
        for name in self.join.split("__"):
            image = getattr(image, name, None)
        return None if image is None else ShownImage(image, image.default_alt_text if self.alt is None else self.alt)


class ToRendition(Relation):
    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> list[Any]:
        spec = checked_filter(selected.arguments["filter"])
        found = renditions(plan, (thing.image for thing in things), [spec])
        return [found[image_shown.image.pk, spec] for image_shown in things]

    def children(self, value: Any) -> Iterable[Any]:
        return ()


class ToSourceSet(Relation):
    """The picture in several widths, as one text for an <img srcset>."""

    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> list[Any]:
        widths = selected.arguments.get("widths")
        specs = [f"width-{width}" for width in widths] if widths is not None else _width_filters()
        for spec in specs:
            checked_filter(spec)
        found = renditions(plan, (thing.image for thing in things), specs)
        return [source_set(plan, [found[image_shown.image.pk, spec] for spec in specs]) for image_shown in things]

    def children(self, value: Any) -> Iterable[Any]:
        return ()


def source_set(plan: LoadPlan, pictures: Iterable[Any]) -> str:
    """Return renditions (None for those that could not be made) as a `srcset`, each width once: HTML allows no two alike.

    A picture that is smaller than some widths gives the same one for each of them.
    """
    by_width: dict[int, Any] = {}
    for made in pictures:
        if made is not None:
            by_width.setdefault(made.width, made)
    return ", ".join(f"{plan.request.absolute(made.url)} {width}w" for width, made in by_width.items())


def _width_filters() -> list[str]:
    return [spec for spec in allowed_filters() if spec.startswith("width-")]


def rendition_argument() -> graphene.Argument:
    return graphene.Argument(
        graphene.String,
        description="Which size to return, e.g. `width-640` or `fill-640x360`; the original when left out.",
    )


class Rendition(graphene.ObjectType):
    """A picture in one of the allowed sizes."""

    url = ApiField(
        graphene.String, lambda made, request: request.absolute(made.url), description="Full address of the file."
    )
    width = ApiField(graphene.Int, "width", description="Width in pixels.")
    height = ApiField(graphene.Int, "height", description="Height in pixels.")


class Image(graphene.ObjectType):
    """A picture, with the words that stand in for it."""

    url = ApiField(
        graphene.String,
        lambda shown, request: request.absolute(_url(shown.picture)),
        description="Full address of the file.",
    )
    width = ApiField(graphene.Int, "picture.width", description="Width in pixels.")
    height = ApiField(graphene.Int, "picture.height", description="Height in pixels.")
    alt = ApiField(
        graphene.String,
        "alt",
        description="What it shows, for people who cannot see it. Empty when it is only decorative.",
    )
    rendition = ApiField(
        Rendition, relation=ToRendition(), required=False,
        filter=graphene.Argument(
            graphene.String, required=True, description="One of the allowed sizes, e.g. `fill-640x360` (pixels)."
        ),
        description="The picture in another size; null when its file cannot be read.",
    )  # fmt: skip
    src_set = ApiField(
        graphene.String, relation=ToSourceSet(),
        widths=graphene.List(
            graphene.NonNull(graphene.Int), description="Widths in pixels, e.g. `[320, 640]`; all allowed ones when "
            "left out."
        ),
        description='The picture in several widths, ready for `<img srcset="…">`.',
    )  # fmt: skip


def _url(picture: Any) -> str:
    # A rendition knows its address; an original is a model with a file.
    return picture.file.url
