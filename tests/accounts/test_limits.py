"""Guessing passwords: ten wrong ones in five minutes, by account and by address, and then not even the right one is looked at."""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import Thread

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from cms.accounts.limits import PASSWORD_RESET, SIGN_IN
from cms.limits.limiter import LONGEST, forget_old_attempts
from cms.limits.models import Attempt

pytestmark = pytest.mark.django_db
PASSWORD = "right horse battery"
SIGN_IN_PAGE, RESET_PAGE = "/admin/login/", "/admin/password_reset/"
TOO_MANY = "There were too many incorrect attempts to sign in. Wait 5 minutes, then try again."
WRONG = "password didn&#x27;t match"


@pytest.fixture
def editor():
    return get_user_model().objects.create_superuser("editor", "editor@example.org", PASSWORD)


def try_to_sign_in(name: str, password: str, address: str = "203.0.113.7"):
    return Client(REMOTE_ADDR=address).post(SIGN_IN_PAGE, {"username": name, "password": password})


def test_after_ten_wrong_guesses_the_right_password_is_refused_with_a_reason(editor, caplog):
    caplog.set_level(logging.INFO, "academy.security")
    for _ in range(SIGN_IN.most):
        assert WRONG in try_to_sign_in("editor", "guess").content.decode()
    refused = try_to_sign_in("editor", PASSWORD)
    assert TOO_MANY in refused.content.decode() and "_auth_user_id" not in refused.client.session
    failed = [record.message for record in caplog.records if record.name == "academy.security"]
    assert failed[0] == "Sign-in as 'editor' from 203.0.113.7 failed."
    assert failed[-1] == "Sign-in as 'editor' from 203.0.113.7 was refused: too many wrong guesses."
    assert len(failed) == SIGN_IN.most + 1


@pytest.mark.parametrize("name", ["editor", "EDITOR", " editor "])
def test_an_account_is_one_however_it_is_written_and_from_wherever_it_is_tried(editor, name):
    for number in range(SIGN_IN.most):
        try_to_sign_in(name, "guess", f"203.0.113.{number}")
    assert TOO_MANY in try_to_sign_in("editor", PASSWORD, "198.51.100.1").content.decode()


def test_an_address_that_tries_many_accounts_is_refused_and_another_one_is_not(editor):
    for number in range(SIGN_IN.most):
        try_to_sign_in(f"somebody{number}", "guess")
    assert TOO_MANY in try_to_sign_in("editor", PASSWORD).content.decode()
    assert try_to_sign_in("editor", PASSWORD, "198.51.100.1").status_code == 302


def test_an_account_that_does_not_exist_is_told_the_same(editor):
    for _ in range(SIGN_IN.most):
        assert WRONG in try_to_sign_in("nobody", "guess").content.decode()
    assert TOO_MANY in try_to_sign_in("nobody", "guess").content.decode()


def test_signing_in_counts_as_no_guess_and_forgets_those_before(editor, caplog):
    caplog.set_level(logging.INFO, "academy.security")
    for _ in range(SIGN_IN.most - 1):
        try_to_sign_in("editor", "guess", "198.51.100.1")
    for _ in range(2 * SIGN_IN.most):
        assert try_to_sign_in("editor", PASSWORD).status_code == 302
    assert caplog.records[-1].message == "Signed in as 'editor' from 203.0.113.7."
    assert WRONG in try_to_sign_in("editor", "guess", "192.0.2.1").content.decode()


def test_what_is_refused_does_not_make_the_wait_longer(editor):
    for _ in range(SIGN_IN.most):
        try_to_sign_in("editor", "guess")
    for _ in range(5):
        try_to_sign_in("editor", "guess")
    Attempt.objects.update(at=timezone.now() - SIGN_IN.within)
    assert try_to_sign_in("editor", PASSWORD).status_code == 302


def test_a_name_cannot_write_lines_of_its_own_into_the_log(editor, caplog):
    try_to_sign_in("editor\nSigned in as 'admin'", "guess")
    assert "\n" not in caplog.records[-1].message


def test_nothing_that_is_kept_tells_who_tried(editor):
    try_to_sign_in("editor", "guess")
    kept = str(list(Attempt.objects.values()))
    assert "editor" not in kept and "203.0.113.7" not in kept


def test_a_new_password_is_asked_for_ten_times_and_no_more(editor):
    def ask(email: str, address: str):
        return Client(REMOTE_ADDR=address).post(RESET_PAGE, {"email": email})

    for number in range(PASSWORD_RESET.most):
        assert ask("editor@example.org", f"203.0.113.{number}").status_code == 302
    refused = ask("Editor@Example.org", "198.51.100.1")
    assert (
        "There were too many requests for a new password. Wait 5 minutes, then try again." in refused.content.decode()
    )
    assert len(mail.outbox) == PASSWORD_RESET.most
    for number in range(PASSWORD_RESET.most):
        ask(f"nobody{number}@example.org", "192.0.2.9")
    assert "too many requests" in ask("another@example.org", "192.0.2.9").content.decode()


def test_old_attempts_are_forgotten(editor):
    try_to_sign_in("editor", "guess")
    assert forget_old_attempts() == 0
    Attempt.objects.update(at=timezone.now() - LONGEST - timedelta(seconds=1))
    assert forget_old_attempts() == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_counted_one_by_one(editor):
    """No more than ten of forty are looked at, whichever they are."""
    answers: list[str] = []

    def guess() -> None:
        try:
            answers.append(try_to_sign_in("editor", "guess").content.decode())
        finally:
            connection.close()

    threads = [Thread(target=guess) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 40
    assert sum(WRONG in answer for answer in answers) <= SIGN_IN.most
