"""The academy itself, its pages by path, and whom the API takes the caller for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import graphene
from graphql import GraphQLResolveInfo
from wagtail.models import Site

from cms.access.models import MemberOrganisation
from cms.access.principals import Principal
from cms.access.principals import PrincipalKind as PrincipalKindChoices
from cms.api.http.rates import public_rate
from cms.api.loading.connections import MAX_PAGE
from cms.api.loading.drafts import preview_argument, previewed
from cms.api.loading.fields import ApiField, many
from cms.api.loading.planning import Loading, LoadPlan, Selected, api_type
from cms.api.loading.relations import Relation, ToMany, ToWords
from cms.api.loading.roots import Root
from cms.api.queries.limits import limits
from cms.api.types.images import Image, ToImage, rendition_argument
from cms.api.types.pages import PlainPage, visible_pages
from cms.api.types.resources import Page
from cms.api.types.rich_text import ToHtml
from programmes.graphql import CoreArea, Organisation, PriorityGroup
from programmes.models import CoreArea as CoreAreaModel
from programmes.models import PriorityGroup as PriorityGroupModel

from .models import AcademySettings
from .models import SocialLink as SocialLinkModel

MAX_PATH_CHARACTERS = 2_000
_KIND_WORDS = {
    "VISITOR": "Nobody in particular: no key was given.",
    "CLIENT": "An API client of a member organisation.",
    "MEMBER": "A signed-in member of an organisation.",
    "EDITOR": "An editor.",
}
PrincipalKind = graphene.Enum.from_enum(
    PrincipalKindChoices,
    name="PrincipalKind",
    description=lambda choice: _KIND_WORDS[choice.name] if choice else "Kinds of caller.",
)


@api_type(SocialLinkModel)
class SocialLink(graphene.ObjectType):
    """The academy's place on another site."""

    label = ApiField(graphene.String, "label", description="Name of the other site.")
    url = ApiField(graphene.String, "url", description="Full address there.")


class ToAllOf(Relation):
    """All terms of a vocabulary, whatever the parent."""

    def __init__(self, model: Any, *order: str) -> None:
        self.model = model
        self.order = order

    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> Loading:
        (rows,) = yield [plan.rows(self.model, selected.selection).order_by(*self.order)]
        return [rows for _ in things]


@api_type(AcademySettings)
class Academy(graphene.ObjectType):
    """What the academy is called and how to reach it."""

    long_name = ApiField(graphene.String, "long_name", description="Full name.")
    short_name = ApiField(graphene.String, "short_name", description="Short name, for headers.")
    is_name_provisional = ApiField(
        graphene.Boolean, "is_name_provisional", description="Whether the name may still change."
    )
    former_names = ApiField(
        many(graphene.String),
        relation=ToWords("former_names", "name", "sort_order", "pk"),
        description="Names it had before.",
    )
    strapline = ApiField(graphene.String, "strapline", description="What it is, in one sentence; may be empty.")
    url = ApiField(
        graphene.String,
        lambda academy, request: request.absolute("/"),
        columns=(),
        description="Full address of its site.",
    )
    contact_email = ApiField(graphene.String, "contact_email", description="E-mail address; may be empty.")
    contact_phone = ApiField(graphene.String, "contact_phone", description="Telephone number; may be empty.")
    contact_address = ApiField(graphene.String, "contact_address", description="Postal address in lines; may be empty.")
    social_links = ApiField(
        many(SocialLink),
        relation=ToMany("social_links", "sort_order", "pk", is_embedded=True),
        description="Where else it is.",
    )
    cookie_notice = ApiField(
        graphene.String,
        relation=ToHtml(lambda academy: academy.cookie_notice, "cookie_notice"),
        description="What it says on cookies, as HTML.",
    )
    brand_colour = ApiField(
        graphene.String, "brand_colour", description="Its colour for links and buttons, e.g. `#0b5c66`."
    )
    logo = ApiField(
        Image, relation=ToImage("logo"), rendition=rendition_argument(), required=False, description="Its logo, if any."
    )
    core_areas = ApiField(
        many(CoreArea),
        relation=ToAllOf(CoreAreaModel, "position", "name"),
        description="Its core areas of focus, in order.",
    )
    priority_groups = ApiField(
        many(PriorityGroup), relation=ToAllOf(PriorityGroupModel, "name"),
        description="Groups of leaders that need development most.",
    )  # fmt: skip


class Limits(graphene.ObjectType):
    """The most that one request can ask for. More is refused with the code LIMIT_EXCEEDED."""

    body_bytes = ApiField(graphene.Int, "body_bytes", description="Size of the request's body, in bytes.")
    tokens = ApiField(graphene.Int, "tokens", description="Words and signs of the query.")
    depth = ApiField(graphene.Int, "depth", description="Levels of fields inside fields.")
    aliases = ApiField(graphene.Int, "aliases", description="Fields under another name.")
    directives = ApiField(graphene.Int, "directives", description="Uses of @include and @skip.")
    root_fields = ApiField(graphene.Int, "root_fields", description="Fields at the top of the query.")
    cost = ApiField(
        graphene.Int,
        "cost",
        description="The number of fields that the answer can have, counting lists by their `first`.",
    )
    deadline_seconds = ApiField(graphene.Float, "deadline_seconds", description="Seconds after which work is given up.")
    page_size = ApiField(graphene.Int, "page_size", description="Greatest `first` of a list.")
    cost_per_minute = ApiField(
        graphene.Int, "cost_per_minute",
        description="Average cost of all your requests in a minute. A cached answer counts as a hundredth.",
    )  # fmt: skip
    cost_burst = ApiField(
        graphene.Int,
        "cost_burst",
        description="The highest cost of your requests at once, after a quiet time, e.g. `1000000`.",
    )


class ToOwnOrganisation(Relation):
    def load(self, plan: LoadPlan, things: Sequence[Principal], selected: Selected) -> list[Any]:
        pk = plan.request.principal.organisation_id
        if pk is None:
            return [None for _ in things]
        rows = plan.fetch(plan.rows(MemberOrganisation, selected.selection).filter(pk=pk))
        return [rows[0] if rows else None for _ in things]


class Viewer(graphene.ObjectType):
    """Whom the API takes you for."""

    kind = ApiField(
        PrincipalKind, lambda viewer, request: request.principal.kind, description="What kind of caller you are."
    )
    client = ApiField(
        graphene.String, lambda viewer, request: request.principal.client_name or None, required=False,
        description="Name of the API client that your key belongs to; null without a key.",
    )  # fmt: skip
    organisation = ApiField(
        Organisation, relation=ToOwnOrganisation(), required=False,
        description="The member organisation you belong to; null without a key.",
    )  # fmt: skip
    audiences = ApiField(
        many(graphene.String), lambda viewer, request: sorted(request.principal.audience_tokens),
        description="Whose content you see: `public`, `members`, and `org:` with your organisation's id.",
    )  # fmt: skip
    limits = ApiField(
        Limits,
        lambda viewer, request: SimpleNamespace(
            **limits(), page_size=MAX_PAGE, **asdict(request.rate or public_rate())
        ),
        description="What a request may ask for.",
    )


class _Viewer:
    api_type = "Viewer"


def resolve_academy(root: Any, info: GraphQLResolveInfo) -> AcademySettings:
    plan, selection = LoadPlan.of(info)
    site = Site.objects.filter(is_default_site=True).first()
    rows = (
        plan.rows(AcademySettings, selection, is_embedded=True).filter(site=site)
        if site
        else AcademySettings.objects.none()
    )
    academy = next(iter(plan.fetch(rows)), None) or AcademySettings(site=site)
    plan.fill([academy], selection)
    return academy


def resolve_viewer(root: Any, info: GraphQLResolveInfo) -> _Viewer:
    plan, selection = LoadPlan.of(info)
    viewer = _Viewer()
    plan.fill([viewer], selection)
    return viewer


def steps_of(path: str) -> list[str]:
    """Return the steps of a path or full address, without what follows `?` or `#`."""
    path = path.partition("?")[0].partition("#")[0]
    if "://" in path:
        path = path.partition("://")[2].partition("/")[2]
    return [step for step in path.split("/") if step]


def resolve_page(root: Any, info: GraphQLResolveInfo, path: str, preview_token: str | None = None) -> PlainPage | None:
    plan, selection = LoadPlan.of(info)
    steps = steps_of(path) if len(path) <= MAX_PATH_CHARACTERS else None
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    url_path = site.root_page.url_path + "".join(f"{step}/" for step in steps) if steps is not None and site else ""
    if preview_token is not None:
        specific = previewed(plan, preview_token, url_path=url_path)
    else:
        row = visible_pages(plan).filter(url_path=url_path).first() if url_path else None
        specific = row.specific if row is not None else None
    if specific is None:
        return None
    page = PlainPage(specific)
    plan.fill([page], selection)
    return page


class HomeQuery:
    """The root fields of this app."""

    academy = Root(Academy, resolve_academy, description="The academy's names, contact and core areas.")
    page = Root(
        Page, resolve_page, required=False,
        path=graphene.Argument(graphene.String, required=True, description="Path of the page's address, e.g. "
        "`/about/`."),
        preview_token=preview_argument(),
        description="The page at a path; null when there is none that you may see.",
    )  # fmt: skip
    viewer = Root(
        Viewer, resolve_viewer, is_cacheable=False, description="Who you are to the API, and what you can ask for."
    )
