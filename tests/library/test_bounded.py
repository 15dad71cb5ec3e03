"""Whatever a reader of strangers' files does, the caller goes on, in time, with what was read so far."""

from __future__ import annotations

import pytest

from library.files.bounded import BoundedRun, Ending, bytes_of, run_bounded


def run(reader: str, *, timeout_seconds: float = 20.0, memory_bytes: int = 256 * 2**20) -> BoundedRun:
    return run_bounded(
        f"tests.library.bounded_readers:{reader}",
        {"words": "‘naïve’ 😀"},
        timeout_seconds=timeout_seconds,
        memory_bytes=memory_bytes,
    )


def test_words_and_bytes_come_back_as_they_were_sent() -> None:
    answer = run("echo")
    assert answer.ending is Ending.FINISHED
    assert answer.records[0]["said"] == "‘naïve’ 😀"
    assert bytes_of(answer.records[0]["raw"]) == b"\x00\xff"
    assert bytes_of(None) is None


@pytest.mark.parametrize(
    ("reader", "timeout_seconds", "ending"),
    [
        ("sleep_after_one", 1.0, Ending.TIMED_OUT),
        ("spin", 1.0, Ending.TIMED_OUT),
        ("hoard", 20.0, Ending.OUT_OF_MEMORY),
        ("fail", 20.0, Ending.CRASHED),
        ("die", 20.0, Ending.CRASHED),
        ("write_half_a_record", 20.0, Ending.FINISHED),
    ],
)
def test_what_was_emitted_before_the_end_is_kept(reader: str, timeout_seconds: float, ending: Ending) -> None:
    answer = run(reader, timeout_seconds=timeout_seconds)
    assert (answer.records, answer.ending) == (({"number": 1},), ending)


def test_why_a_reader_failed_is_told() -> None:
    assert run("fail").error == "LookupError: nothing here"


def test_an_endless_answer_ends() -> None:
    answer = run("chatter")
    assert answer.ending is Ending.CRASHED
    assert 1 < len(answer.records) <= 64


def test_the_child_carries_no_django_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for children")
    record = run("surroundings", memory_bytes=2**30).records[0]
    assert not {"django", "wagtail", "cms"} & set(record["modules"])
    assert "SECRET_KEY" not in record["environment"]
    assert record["first_path"]
