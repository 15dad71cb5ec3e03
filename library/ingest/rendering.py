"""Shows a plan to people as text and to programs as data."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from library.ingest.items import (
    CaptionsContent,
    Create,
    ImportPlan,
    Item,
    MaterialContent,
    Problem,
    RecordingContent,
    RecordingGroup,
    Skip,
    Update,
)
from library.timecodes import format_duration_words

_MARKS: dict[type, str] = {Create: "+", Update: "~", Skip: "✓", Problem: "!"}
_ACTIONS: dict[type, str] = {Create: "create", Update: "update", Skip: "skip", Problem: "problem"}


def render(plan: ImportPlan) -> str:
    """The plan as text: recordings with what belongs to them and why, the rest, problems last, and a line of counts."""
    lines = [f"Plan for “{plan.root}” (+ new, ~ updated, ✓ left as it is, ! problem)", ""]
    for group in plan.groups:
        lines += [*_group_lines(group), ""]
    alone = [item for item in plan.others if isinstance(item, Create | Update)]
    left = [item for item in plan.others if isinstance(item, Skip)]
    for heading, items in (
        ("Materials that stand alone", alone),
        ("Left where they are", left),
        ("Problems", plan.problems),
    ):
        if items:
            lines += [heading, *(line for item in items for line in _item_lines(item)), ""]
    lines.append(summary(plan))
    return "\n".join(printable(line) for line in lines)


def summary(plan: ImportPlan) -> str:
    """One line: how much of what."""
    counts = plan.counts
    told = [
        _counted(counts["new_recordings"], "new recording"),
        f"{counts['new_captions']} captions",
        _counted(counts["new_materials"], "material"),
        _counted(counts["updates"], "update"),
        f"{counts['skipped']} left as they are",
        _counted(counts["problems"], "problem"),
    ]
    return ", ".join(told) + "."


def to_json(plan: ImportPlan) -> dict[str, Any]:
    """The plan as data for JSON: recordings with media, captions and materials, then all others, and counts."""
    return {
        "root": plan.root,
        "recordings": [_group_data(group) for group in plan.groups],
        "others": [_item_data(item) for item in plan.others],
        "counts": plan.counts,
    }


def printable(text: str) -> str:
    """Text that does no harm in a terminal: what names may hide (control characters, turned writing) becomes “�”."""
    return "".join("�" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)


def _group_lines(group: RecordingGroup) -> Iterator[str]:
    media = group.media
    facts = [group.title]
    if media and isinstance(media, Create | Update) and isinstance(media.content, RecordingContent):
        day = media.content.recorded_on
        facts += [f"{day.day} {day:%B %Y}"] if day else []
    if media and media.file.duration_seconds:
        facts.append(format_duration_words(media.file.duration_seconds))
    yield " · ".join(facts)
    for item in group.items:
        yield from _item_lines(item, media.file.folders if media and item is not media else ())


def _item_lines(item: Item, folders: tuple[str, ...] = ()) -> Iterator[str]:
    told = _described(item)
    name = item.file.name if item.file.folders == folders else item.file.name_path
    yield f"  {_MARKS[type(item)]} {name}{f' ({told})' if told else ''}"
    yield f"      {item.reason}"
    for note in item.notes if isinstance(item, Create | Update) else ():
        yield f"      note: {note}"


def _described(item: Item) -> str:
    content = item.content if isinstance(item, Create | Update) else None
    if isinstance(content, CaptionsContent):
        return f"captions, {content.language}, {content.origin}"
    if isinstance(content, MaterialContent):
        return f"{content.kind}: {content.title}{f' → {content.link_url}' if content.link_url else ''}"
    return ""


def _group_data(group: RecordingGroup) -> dict[str, Any]:
    data: dict[str, Any] = {
        "title": group.title,
        "known_key": group.known_key,
        "media": _item_data(group.media) if group.media else None,
        "captions": [],
        "materials": [],
    }
    for item in group.attached:
        data["captions" if item.file.captions else "materials"].append(_item_data(item))
    return data


def _item_data(item: Item) -> dict[str, Any]:
    file = item.file
    data: dict[str, Any] = {
        "action": _ACTIONS[type(item)],
        "path": file.name_path,
        "reason": item.reason,
        "kind": str(file.kind),
        "size_bytes": file.size_bytes,
        "sha256": file.sha256,
    }
    if file.duration_seconds is not None:
        data["duration_seconds"] = file.duration_seconds
    if isinstance(item, Create | Update):
        data["notes"] = list(item.notes)
        data.update(_content_data(item.content))
    return data


def _content_data(content: RecordingContent | CaptionsContent | MaterialContent) -> dict[str, Any]:
    if isinstance(content, RecordingContent):
        return {
            "title": content.title,
            "recorded_on": content.recorded_on.isoformat() if content.recorded_on else None,
        }
    if isinstance(content, CaptionsContent):
        return {"language": content.language, "origin": str(content.origin)}
    link = {"link_url": content.link_url} if content.link_url else {}
    return {"title": content.title, "material_kind": content.kind, **link}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
