"""What the library adds to the admin."""

from __future__ import annotations

from typing import Any

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry

from .ingest.holdings import IMPORT_ACTION


@hooks.register("register_log_actions")
def register_import_action(actions: LogActionRegistry) -> None:
    """Let a page's history say from which file of a shared folder it was imported."""

    @actions.register_action(IMPORT_ACTION)
    class ImportFormatter(LogFormatter):
        label = "Import"

        def format_message(self, log_entry: BaseLogEntry) -> Any:
            return f"Imported from “{log_entry.data.get('source', 'a shared folder')}”"
