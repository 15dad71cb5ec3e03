"""Reads plain text in whatever encoding it comes; runs inside a bounded child process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from library.files.page_writer import PageWriter
from library.files.signatures import unmarked_utf16


def read(request: dict[str, Any], emit: Callable[[dict[str, Any]], None]) -> None:
    """Emit the whole text as one page. `request`: path, max_characters."""
    with open(request["path"], "rb") as file:
        content = file.read(4 * (request["max_characters"] + 1))  # no encoding takes more than four bytes a character
    PageWriter(emit, request["max_characters"]).write(1, decode(content))


def decode(content: bytes) -> str:
    """Return text from UTF-8, from UTF-16, else from Windows-1252, as old programs write it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "ignore")
    if encoding := unmarked_utf16(content[:4096]):
        return content.decode(encoding, "ignore")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 4:
            return content[: error.start].decode("utf-8-sig")  # cut inside the last character by the limit above
        return content.decode("cp1252", "replace")
