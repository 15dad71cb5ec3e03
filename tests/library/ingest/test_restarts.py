"""A database that goes away for a while: the import waits, begins the same unit again, and loses nothing."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from library.ingest import restarts


class Lost:
    """A connection that stays lost for some tries."""

    connection = None
    in_atomic_block = False

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    monkeypatch.setattr(restarts, "connection", Lost())
    return []


def failing(times: int) -> tuple[list[int], object]:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        if len(tries) <= times:
            raise OperationalError("the database system is starting up")

    return tries, work


def test_work_is_begun_again_when_the_database_is_back(pauses: list[float]) -> None:
    tries, work = failing(4)
    restarts.wait_out_restarts(work, sleep=pauses.append)
    assert len(tries) == 5
    assert pauses == [0.5, 1.0, 2.0, 4.0]


def test_it_does_not_wait_for_ever(pauses: list[float]) -> None:
    _, work = failing(1000)
    with pytest.raises(OperationalError):
        restarts.wait_out_restarts(work, sleep=pauses.append, longest_seconds=60)
    assert 60 <= sum(pauses) <= 70


def test_an_error_of_a_living_connection_is_told_at_once(pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    living = Lost()
    living.connection = object()
    living.is_usable = lambda: True
    monkeypatch.setattr(restarts, "connection", living)
    tries, work = failing(1)
    with pytest.raises(OperationalError):
        restarts.wait_out_restarts(work, sleep=pauses.append)
    assert (len(tries), pauses) == (1, [])


def test_work_that_was_done_without_an_answer_is_not_done_twice(pauses: list[float]) -> None:
    tries, work = failing(1)
    restarts.wait_out_restarts(work, is_done=lambda: True, sleep=pauses.append)
    assert len(tries) == 1
