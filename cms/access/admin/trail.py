"""What the history of an API client tells: who issued, replaced or revoked which key, and who changed what it may do."""

from __future__ import annotations

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from wagtail import hooks
from wagtail.log_actions import LogFormatter

# The fields of a client whose change somebody may ask about later.
TOLD_FIELDS = ("organisation", "name", "allowed_origins", "cost_per_minute", "cost_burst")


def told_moment(text: str | None) -> str:
    """Return an ISO moment in words in the academy's time, e.g. `1 March 2027, 09:30`; empty for none."""
    moment = parse_datetime(text or "")
    return f"{localtime(moment):%-d %B %Y, %H:%M}" if moment else ""


class MessageOfData(LogFormatter):
    """A message made of the entry's data; what an older entry lacks is left out."""

    def format_message(self, log_entry: Any) -> str:
        data = log_entry.data if isinstance(log_entry.data, dict) else {}
        return self.told(data)

    def told(self, data: dict[str, Any]) -> str:
        """Return the sentence for an entry with this data."""
        raise NotImplementedError


class IssueFormatter(MessageOfData):
    label = "Make a key"

    def told(self, data: dict[str, Any]) -> str:
        until = told_moment(data.get("expires_at"))
        return f"Key {data.get('key', '')} made, {'valid until ' + until if until else 'with no end date'}"


class RotateFormatter(MessageOfData):
    label = "Replace a key"

    def told(self, data: dict[str, Any]) -> str:
        until = told_moment(data.get("expires_at"))
        return f"Key {data.get('key', '')} replaced by {data.get('successor', '')}; the old one is valid until {until}"


class RevokeFormatter(MessageOfData):
    label = "Revoke a key"

    def told(self, data: dict[str, Any]) -> str:
        return f"Key {data.get('key', '')} revoked"


class ExpiryFormatter(MessageOfData):
    label = "Change when a key ends"

    def told(self, data: dict[str, Any]) -> str:
        until = told_moment(data.get("expires_at"))
        return f"Key {data.get('key', '')} is now {'valid until ' + until if until else 'with no end date'}"


class ChangeFormatter(MessageOfData):
    label = "Change an API client"

    def told(self, data: dict[str, Any]) -> str:
        changes = [
            f"{change['field']}: {change['before'] or 'nothing'} → {change['after'] or 'nothing'}"
            for change in data.get("changes", [])
        ]
        return "Changed " + "; ".join(changes)


class EndFormatter(MessageOfData):
    label = "End a membership"

    def told(self, data: dict[str, Any]) -> str:
        return "Membership ended"


class ResumeFormatter(MessageOfData):
    label = "Resume a membership"

    def told(self, data: dict[str, Any]) -> str:
        return "Membership resumed"


class CalendarIssueFormatter(MessageOfData):
    label = "Make a calendar address"

    def told(self, data: dict[str, Any]) -> str:
        return f"Calendar address {data.get('address', '')} made"


class CalendarRevokeFormatter(MessageOfData):
    label = "Revoke a calendar address"

    def told(self, data: dict[str, Any]) -> str:
        return f"Calendar address {data.get('address', '')} revoked"


FORMATTERS: dict[str, type[LogFormatter]] = {
    "access.key.issue": IssueFormatter,
    "access.key.rotate": RotateFormatter,
    "access.key.revoke": RevokeFormatter,
    "access.key.expiry": ExpiryFormatter,
    "access.client.change": ChangeFormatter,
    "access.calendar.issue": CalendarIssueFormatter,
    "access.calendar.revoke": CalendarRevokeFormatter,
    "access.organisation.end": EndFormatter,
    "access.organisation.resume": ResumeFormatter,
}


@hooks.register("register_log_actions")
def register_actions(actions: Any) -> None:
    """Tell Wagtail's history how to speak of keys."""
    for action, formatter in FORMATTERS.items():
        actions.register_action(action)(formatter)
