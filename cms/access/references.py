"""Many-to-many fields whose values count as references: the usage of a topic, a person or an organisation tells them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from modelcluster.fields import ParentalManyToManyField


class ReferencedManyToManyField(ParentalManyToManyField):
    """A many-to-many field that Wagtail's reference index reads.

    With `is_protecting`, the admin deletes nothing that is chosen here; without it, the choice is taken back.
    """

    def __init__(self, *args: Any, is_protecting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What the reference index looks for; Django itself asks it of foreign keys only.
        self.remote_field.on_delete = models.PROTECT if is_protecting else models.SET_NULL

    def extract_references(self, value: Iterable[models.Model]) -> Iterator[tuple[type[models.Model], str, str, str]]:
        """Return the model, the key and the two paths of each thing that is chosen."""
        for thing in value:
            yield type(thing), str(thing.pk), "item", str(thing.pk)

    def deconstruct(self) -> Any:
        """Return the field as the migrations know it: the table is the same."""
        name, _, args, kwargs = super().deconstruct()
        return name, "modelcluster.fields.ParentalManyToManyField", args, kwargs
