"""Whatever is thrown at the endpoint: a short JSON answer with a code, never a 500, and the next caller is served as ever."""

from __future__ import annotations

import orjson
import pytest
from django.test import Client

from .asking import ask
from .hostile import Hostile, every

pytestmark = pytest.mark.django_db
CODES = {"BAD_USER_INPUT", "LIMIT_EXCEEDED", "UNAUTHENTICATED", "NOT_FOUND", "PERSISTED_QUERY_NOT_FOUND"}
STATUSES = {200, 304, 400, 401, 404, 405, 413, 414, 415, 429}
ENDLESS = {"cost_per_minute": 10**12, "cost_burst": 10**12}
# What would tell of the inside of the server.
INSIDE = ("Traceback", "django", "graphql.error", ".py", "psycopg", "sqlite", "SELECT ", "/site-packages/", "Error(")


@pytest.fixture(autouse=True)
def no_rates(settings):
    settings.API_RATES = dict.fromkeys(settings.API_RATES, ENDLESS)


def sent(one: Hostile):
    return Client().generic(one.method, one.path, one.body, content_type=one.content_type, **one.headers)


@pytest.mark.parametrize("one", every(), ids=lambda one: one.name[:60])
def test_a_hostile_request_gets_a_short_answer_with_a_code(site, one):
    response = sent(one)
    assert response.status_code in STATUSES
    assert len(response.content) < 10_000
    body = orjson.loads(response.content)
    codes = {error["extensions"]["code"] for error in body.get("errors", [])}
    assert codes <= CODES
    assert codes or response.status_code == 200
    words = response.content.decode()
    assert not [word for word in INSIDE if word in words]


def test_the_next_caller_is_served(site):
    for one in every():
        sent(one)
    assert ask("{ viewer { kind } }").data == {"viewer": {"kind": "VISITOR"}}
