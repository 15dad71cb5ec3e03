"""`create_api_client`: a key for an organisation, told once."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from cms.access.models import ApiClient, ApiKey
from tests import factories
from tests.api.asking import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def alder():
    return factories.organisation("Alder Hospitals Trust")


def made(capsys, organisation: str, name: str = "Staff intranet") -> str:
    call_command("create_api_client", organisation, "--name", name)
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    "words", ["alder-hospitals-trust", "Alder Hospitals Trust", "alder hospitals TRUST", " alder-hospitals-trust "]
)
def test_an_organisation_by_slug_or_name_gets_a_key_that_works(alder, capsys, words):
    key = made(capsys, words)
    assert ask("{ viewer { client organisation { name } } }", key=key).data["viewer"] == {
        "client": "Staff intranet",
        "organisation": {"name": "Alder Hospitals Trust"},
    }


def test_only_the_key_stands_in_the_output_and_only_its_hash_is_kept(alder, capsys):
    key = made(capsys, "alder-hospitals-trust")
    assert key.startswith("acad_")
    assert " " not in key
    assert key not in str(ApiKey.objects.values())


def test_the_same_name_again_gets_a_further_key_and_the_first_stays_good(alder, capsys):
    keys = {made(capsys, "alder-hospitals-trust") for _ in range(2)}
    assert len(keys) == 2
    assert (ApiClient.objects.count(), ApiKey.objects.count()) == (1, 2)
    assert all(ask("{ viewer { kind } }", key=key).status == 200 for key in keys)


def test_an_unknown_organisation_is_an_error_that_names_near_ones(alder):
    with pytest.raises(CommandError, match=r"Did you mean: Alder Hospitals Trust \(alder-hospitals-trust\)") as caught:
        call_command("create_api_client", "Alder Hospital", "--name", "Intranet")
    assert caught.value.returncode == 2
    with pytest.raises(CommandError, match="Add it in the admin"):
        call_command("create_api_client", "zzz", "--name", "Intranet")
    assert not ApiClient.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_is_none_is_refused(alder, name):
    with pytest.raises(CommandError):
        call_command("create_api_client", "alder-hospitals-trust", "--name", name)
    assert not ApiClient.objects.exists()
