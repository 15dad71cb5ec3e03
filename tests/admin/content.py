"""One thing of each type that editors can open, made in such a way that each refers to others and is referred to."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from wagtail.models import Page, get_page_models
from wagtail.snippets.models import get_snippet_models

from cms.access.models import ApiClient, AudiencePage, Membership, TrustedDocument
from cms.publishing.webhooks.models import WebhookSubscription
from search.models import GlossaryTerm, Inquiry, PromotedResult
from tests import factories


def page_models() -> list[type[AudiencePage]]:
    """Every page type of the house."""
    return [model for model in get_page_models() if model is not Page]


def audience_models() -> list[type[Model]]:
    """Every type whose audience is chosen in a form."""
    snippets = [model for model in get_snippet_models() if hasattr(model, "audience_organisations")]
    return [*page_models(), *snippets]


def make_everything(site: factories.TestSite, users: Any) -> dict[type[Model], Any]:
    """Return one thing of each page type and snippet, by its type; each is live and used by something else where it can be."""
    organisation = factories.organisation("Example Trust")
    topic, area, group = factories.topic("Trust"), factories.core_area("Leading"), factories.priority_group("Matrons")
    shared = {"audience": "chosen", "organisations": [organisation]}
    person = factories.person("Ada", organisation=organisation, **shared)
    programme = factories.programme(site, topics=[topic], core_areas=[area], priority_groups=[group], **shared)
    session = factories.session(site, people=[person], topics=[topic], programme=programme, **shared)
    material = factories.material(site, session=session, topics=[topic])
    recording = factories.recording(
        site,
        session=session,
        topics=[topic],
        speakers=[person],
        materials=[material],
        chapters=[("0:10", "Beginning")],
        captions=factories.cues("spoken words"),
        body=[
            ("text", f'<p><a linktype="page" id="{programme.pk}">link</a></p>'),
            ("resource_link", {"page": material}),
        ],
        **shared,
    )
    standard = factories.standard_page(site, body=[("resource_link", {"page": recording})])
    client = ApiClient.objects.create(organisation=organisation, name="Intranet")
    key, _ = client.issue_key()
    query = TrustedDocument.objects.register("{ viewer { kind } }", name="Who am I", client=client)
    subscription = WebhookSubscription.objects.create(client=client, url="https://hooks.example.org/changes")
    things = [
        *(site.home, site.programmes, site.resources, programme, session, recording, material, standard),
        *(person, topic, area, group, organisation, client, key, query, subscription),
        Membership.objects.create(user=users.objects.create_user("member"), organisation=organisation),
        GlossaryTerm.objects.create(term="MDT", expansion="multidisciplinary team"),
        Inquiry.objects.create(wish="A film about flow"),
        PromotedResult.objects.create(words="flow", page=recording),
    ]
    return {type(thing): thing for thing in things}
