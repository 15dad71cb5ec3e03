"""Audiences in words, and the comparison of audiences: one place for whatever tells an editor who sees what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import F, Model, Q, QuerySet, Value
from django.utils import timezone
from wagtail.models import Revision, get_page_models

from .models import AudienceMixin, AudiencePage, MemberOrganisation
from .visibility import Audience

EVERYBODY = "Everybody"
ALL_MEMBERS = "All member organisations"
NOBODY = "Nobody"
# Where a revision keeps the audience.
DRAFT_FIELDS = ("content__audience", "content__audience_organisations")
SHORT = {
    Audience.PUBLIC: EVERYBODY,
    Audience.MEMBERS: ALL_MEMBERS,
    Audience.CHOSEN: "Chosen organisations",
}


@lru_cache(maxsize=1)
def audience_page_models() -> tuple[type[AudiencePage], ...]:
    """Return the types of pages that carry an audience."""
    return tuple(model for model in get_page_models() if issubclass(model, AudiencePage))


def audience_words(audience: str, names: Sequence[str]) -> str:
    """Return who may see something, e.g. 'Example Hospitals NHS Trust and 2 others'; `names` are those of chosen organisations."""
    if audience != Audience.CHOSEN:
        return SHORT.get(Audience(audience), NOBODY)
    if len(names) < 2:
        return names[0] if names else NOBODY
    return f"{names[0]} and {names[1]}" if len(names) == 2 else f"{names[0]} and {len(names) - 1} others"


def words_for(thing: AudienceMixin) -> str:
    """Return who may see `thing` as it stands in memory: a row, a draft, a form's page."""
    if thing.audience != Audience.CHOSEN:
        return audience_words(thing.audience, ())
    return audience_words(
        thing.audience, sorted(organisation.name for organisation in thing.audience_organisations.all())
    )


def is_shown_now(thing: Any) -> bool:
    """Whether a thing is live and its time is not over, whoever its audience is."""
    return bool(thing.live) and not (thing.expire_at and thing.expire_at <= timezone.now())


def status_sentences(draft: Any, live: Any | None) -> list[str]:
    """Return what the status panel says: who sees the thing now, and who will once the draft is published.

    `draft` is the thing as in the form, `live` its row (None for a new one).
    """
    will = words_for(draft)
    if live is None or not live.pk or not is_shown_now(live):
        return ["Not live: nobody but editors can see it.", f"Once live, {in_sentence(will)} can see it."]
    now = words_for(live)
    told = [f"Live. {now} can see it."]
    if _audience_of(draft) != _audience_of(live):
        told.append(f"Once the draft is published, {in_sentence(will)} can see it.")
    return told


def in_sentence(words: str) -> str:
    """Return the words for the middle of a sentence; names of organisations keep their capitals."""
    return words[0].lower() + words[1:] if words in {EVERYBODY, ALL_MEMBERS, NOBODY} else words


def _audience_of(thing: Any) -> tuple[str, frozenset[int]]:
    """Return the audience and, where they count, the ids of the chosen organisations."""
    is_chosen = thing.audience == Audience.CHOSEN
    ids = (
        frozenset(organisation.pk for organisation in thing.audience_organisations.all()) if is_chosen else frozenset()
    )
    return thing.audience, ids


def is_wider(whole: Any, part: Any) -> bool:
    """Whether somebody who may see `whole` may not see `part`, by their audiences alone."""
    audience, ids = _audience_of(whole)
    part_audience, part_ids = _audience_of(part)
    if part_audience == Audience.PUBLIC:
        return False
    if part_audience == Audience.MEMBERS:
        return audience == Audience.PUBLIC
    return audience != Audience.CHOSEN or not ids <= part_ids


def describe_all(things: Iterable[Any]) -> None:
    """Set `audience_words` on each thing of a list, with at most two statements, whatever types and however many.

    What was never published is described as its draft has it: that is what will be.
    """
    described = [thing for thing in things if isinstance(thing, AudienceMixin)]
    drafts = _draft_audiences(described)
    chosen: dict[type[Model], list[int]] = defaultdict(list)
    for thing in described:
        if thing.audience == Audience.CHOSEN and _key(thing) not in drafts:
            chosen[type(thing)].append(thing.pk)
    names = _chosen_names(chosen, {pk for _, ids in drafts.values() for pk in ids})
    for thing in described:
        if draft := drafts.get(_key(thing)):
            own = sorted(name for pk in draft[1] for name in names[None, pk])
            thing.audience_words = audience_words(draft[0], own)
        else:
            thing.audience_words = audience_words(thing.audience, sorted(names[type(thing), thing.pk]))


def _key(thing: Any) -> tuple[type[Model], int]:
    return type(thing), thing.pk


def _chosen_names(
    chosen: dict[type[Model], list[int]], organisation_ids: set[int]
) -> dict[tuple[type[Model] | None, int], list[str]]:
    """Return the names of the organisations that rows are shared with, and (under None) of those with these ids."""
    models: list[Any] = list(chosen)
    statements = [
        MemberOrganisation.objects.filter(pk__in=organisation_ids).order_by().values_list(Value(-1), "pk", "name")
    ]
    for place, model in enumerate(models):
        rows = model._default_manager.filter(pk__in=chosen[model], audience_organisations__isnull=False)
        statements.append(rows.order_by().values_list(Value(place), "pk", "audience_organisations__name"))
    names: dict[tuple[type[Model] | None, int], list[str]] = defaultdict(list)
    if organisation_ids or models:
        for place, pk, name in statements[0].union(*statements[1:], all=True):
            names[None if place < 0 else models[place], pk].append(name)
    return names


def _draft_audiences(things: Sequence[Any]) -> dict[tuple[type[Model], int], tuple[str, list[int]]]:
    """Return the audience and the chosen organisations' ids in the latest draft of what is not live, by type and id.

    A list may have read them already (`with_draft_audience`); otherwise it is one statement.
    """
    waiting = [thing for thing in things if not thing.live and thing.latest_revision_id]
    unread = [thing.latest_revision_id for thing in waiting if not hasattr(thing, "draft_audience")]
    fields = ("pk", *DRAFT_FIELDS)
    rows = Revision.objects.filter(pk__in=unread).values_list(*fields) if unread else ()
    read = {pk: (audience, ids) for pk, audience, ids in rows}
    drafts = {}
    for thing in waiting:
        if hasattr(thing, "draft_audience"):
            audience, ids = thing.draft_audience, thing.draft_organisations
        else:
            audience, ids = read.get(thing.latest_revision_id, (None, None))
        if audience in Audience.values:
            drafts[_key(thing)] = audience, list(ids or ())
    return drafts


def with_draft_audience(pages: QuerySet) -> QuerySet:
    """Return a queryset of pages that reads the audience of each latest draft along."""
    audience, organisations = (F(f"latest_revision__{field}") for field in DRAFT_FIELDS)
    return pages.annotate(draft_audience=audience, draft_organisations=organisations)


def pages_with_audience(audiences: Sequence[str]) -> Q:
    """Return the condition for pages (of any type) with one of these audiences; for what is not live, its draft counts."""
    condition = Q(live=False, latest_revision__content__audience__in=list(audiences))
    for model in audience_page_models():
        rows = model._default_manager.filter(audience__in=audiences).exclude(live=False, latest_revision__isnull=False)
        condition |= Q(pk__in=rows.order_by().values("pk"))
    return condition


def pages_shared_with(organisation: MemberOrganisation) -> Q:
    """Return the condition for pages (of any type) whose audience takes in this organisation, live or not."""
    condition = Q(pk__in=[])
    wide = Q(audience__in=[Audience.PUBLIC, Audience.MEMBERS])
    for model in audience_page_models():
        through = model.audience_organisations.through
        rows = model._default_manager.filter(
            wide | Q(audience=Audience.CHOSEN, pk__in=_holders(model, through, organisation))
        )
        condition |= Q(pk__in=rows.order_by().values("pk"))
    return condition


def _holders(model: Any, through: Any, organisation: MemberOrganisation) -> Any:
    field = model._meta.get_field("audience_organisations")
    chosen = through._default_manager.filter(**{f"{field.m2m_reverse_field_name()}_id": organisation.pk})
    return chosen.values(f"{field.m2m_field_name()}_id")
