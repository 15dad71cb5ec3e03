"""Looks at everything that tells of content, before and after something was done, and says where it does not tell the truth.

Told of are: kept answers of the API and the search, a partner's mirror that follows the changes, the queue of webhooks, the
search index, and the visitors' pages. The truth is what the same questions give when nothing is kept.
"""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from cms.access.models import ApiClient, AudiencePage
from cms.access.principals import VISITOR
from cms.publishing.feed.expiry import record_expiries
from cms.publishing.feed.reconciling import differing
from cms.publishing.feed.unrecorded import record_unrecorded
from cms.publishing.models import WebhookDelivery, WebhookSubscription
from cms.publishing.registry import is_embedded_only, recorded_models
from cms.publishing.versions import current_version
from cms.publishing.webhooks.queueing import enqueue_deliveries
from search.indexing.reconcile import find_drift
from tests import factories

from .mirrors import Mirror, ask, exported, read_by_roots

PARTNER = "Alder"
# Every thing that a walk makes bears this word, so that one search finds them all and counts them.
WORD = "whatever"
REST = f"""{{ search(query: "{WORD}", first: 50) {{ totalCount nodes {{ resource {{ __typename id title url }} }}
    facets {{ name values {{ value count }} }} }}
  glossary {{ term expansion definition }}
  academy {{ longName strapline coreAreas {{ name description }} priorityGroups {{ name description }} }} }}"""


_visitor = Client()


class Witness:
    """Somebody who looks: the public, or a partner with a key, with a mirror of its own and what it was told last."""

    def __init__(self, key: str | None) -> None:
        self.key, self.mirror = key, Mirror(key)
        self.told: Any = None

    def ask(self) -> Any:
        """Ask for everything there is, by lists and by search."""
        return read_by_roots(self.key), ask(REST, key=self.key).body


class Witnesses:
    """The public and a partner whose server is told by webhook; `look` before, `check` after."""

    def __init__(self) -> None:
        organisation = factories.organisation(PARTNER)
        self.all = [Witness(None), Witness(factories.api_key(organisation))]
        client = ApiClient.objects.get(organisation=organisation)
        self.subscription = WebhookSubscription.objects.create(client=client, url="https://partner.example.org/changes")
        self.version = 0

    def look(self) -> None:
        """Let everybody take up what there is, and be told it once more, so that it is kept."""
        turn_of_worker_and_clock()
        enqueue_deliveries()
        WebhookDelivery.objects.all().delete()
        for witness in self.all:
            witness.mirror.follow()
            witness.ask()
            witness.told = witness.ask()
        self.version = current_version()

    def check(self, *, changes_something: bool = True) -> None:
        """Assert that after one turn of worker and clock everybody is told the truth, which differs from what was told before."""
        turn_of_worker_and_clock()
        enqueue_deliveries()
        kept = [witness.ask() for witness in self.all]
        resolve("/graphql/").func.endpoint.forget()
        true = [witness.ask() for witness in self.all]
        assert kept == true, "an answer was kept that is true no longer"
        before = [witness.told for witness in self.all]
        if changes_something:
            assert before != true, "nothing changed: this case proves nothing"
            assert current_version() > self.version, "the content version was not counted up"
        self._check_followers()
        assert not find_drift(), f"the search index differs: {find_drift()}"
        for model in recorded_models():
            if is_embedded_only(model._meta.label_lower):
                continue  # a part may still name what was deleted: nobody is told by such a link
            found = list(differing(model._default_manager.all()))
            assert not found, f"the feed does not know of {found}"
        assert record_unrecorded() == 0
        check_pages()

    def _check_followers(self) -> None:
        for witness in self.all:
            had = dict(witness.mirror.things)
            witness.mirror.follow()
            has, right = witness.mirror.things, exported(witness.key)
            assert has == right, f"a mirror is not as the export: {set(has) ^ set(right)}"
        # The last is the partner: its server must hear of all that its mirror lost, won or has otherwise.
        messages = WebhookDelivery.objects.filter(subscription=self.subscription)
        heard = {(one.event, str(one.object_uuid)) for one in messages}
        for place in {*had, *has}:
            event = "content.deleted" if place not in has else "content.upserted"
            if had.get(place) != has.get(place):
                assert (event, place[1]) in heard, f"no webhook message of {place}"


def turn_of_worker_and_clock() -> None:
    """Let the worker run what waits, and the clock what acts on dates; none of the jobs that mend what was not recorded."""
    call_command("publish_scheduled")
    record_expiries(timezone.now())
    factories.settle()


def check_pages() -> None:
    """Assert that each page's address answers a visitor exactly when it is public and live."""
    for model in recorded_models():
        if not issubclass(model, AudiencePage):
            continue
        visible = set(model.objects.visible_to(VISITOR).values_list("pk", flat=True))
        for page in model.objects.all():
            status = _visitor.get(page.get_url() or "/none/").status_code
            assert (status == 200) == (page.pk in visible), f"{page!r} at {page.get_url()} answers {status}"
