"""One of everything in the admin, and somebody signed in who may do anything."""

from __future__ import annotations

import pytest

from tests.admin.content import make_everything
from tests.editors import signed_in


@pytest.fixture
def everything(site, django_user_model):
    """One thing of each type, by its type."""
    return make_everything(site, django_user_model)


@pytest.fixture
def admin(site, django_user_model):
    """The admin as a superuser has it."""
    return signed_in(django_user_model.objects.create_superuser("root", password="x"))
