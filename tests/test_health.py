"""What a load balancer is told: the process lives, it can answer, or which part cannot."""

from __future__ import annotations

import logging
import shutil

from django.conf import settings
from django.db import OperationalError, connection

from search.indexing.index import engine, rebuild
from tests.factories import settle, standard_page


def test_a_living_process_says_so_without_asking_the_database(client):
    # Without the database's fixture every query is an error.
    assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_when_database_and_index_answer(client, site):
    standard_page(site)
    settle()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "database": "ok", "index": "ok"})


def test_a_lost_index_is_not_ready_until_it_is_rebuilt(client, site, caplog):
    standard_page(site)
    settle()
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    with caplog.at_level(logging.ERROR, "cms.health"):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["index"]) == (503, "down")
    assert "rebuild_index" in caplog.text and "rebuild_index" not in answer.content.decode()
    rebuild()
    assert engine().count()["resources"] >= 1
    assert client.get("/readyz").status_code == 200


def test_a_database_that_does_not_answer_is_named(client, site, caplog):
    def refuse(*arguments):
        raise OperationalError("connection to server failed")

    with connection.execute_wrapper(refuse), caplog.at_level(logging.ERROR, "cms.health"):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "down")
    assert "connection" in caplog.text and "connection" not in answer.content.decode()
