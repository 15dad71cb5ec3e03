"""Who follows the changes has in the end what a full read gives, whatever editors did meanwhile and however often it stopped."""

from __future__ import annotations

import os

import pytest
from django.db import connection

from tests.following.proof import prove

IS_POSTGRESQL = "postgres" in os.environ.get("TEST_DATABASE_URL", "")


def assert_right(verdict) -> None:
    """Say what is wrong and where before anything else."""
    assert (verdict.ghosts, verdict.misses, verdict.stale) == ([], [], [])
    assert sum(verdict.done.values()) == verdict.operations
    # A proof in which next to nothing could be done, or nobody ever stopped, would prove nothing.
    assert sum(verdict.prevented.values()) < verdict.operations / 4, verdict.prevented
    assert verdict.stops and min(verdict.things.values()) > 5


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_followers_of_editors_who_take_turns_miss_nothing(own_folders, seed):
    assert_right(prove(80, seed=seed, writers=2, has_processes=False))


@pytest.mark.skipif(not IS_POSTGRESQL, reason="several writers at the same time need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_followers_of_four_editors_at_once_miss_nothing(own_folders):
    assert connection.vendor == "postgresql"
    assert_right(prove(240, seed=3, writers=4))
