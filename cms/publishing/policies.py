"""Permission policies of rows that the product writes itself and people only look at."""

from __future__ import annotations

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy


class LookOnlyPolicy(ModelPermissionPolicy):
    """Nobody, not even a superuser, adds, edits or deletes such a row by hand."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Grant looking to those who may look or retry, and nothing else."""
        sees = super().user_has_permission
        return action == "view" and (sees(user, "view") or sees(user, "change"))
