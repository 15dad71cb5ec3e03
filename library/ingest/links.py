"""Reads the address out of the small files in which computers and online drives keep a link."""

from __future__ import annotations

import json
import plistlib
import re
from urllib.parse import quote, urlsplit
from xml.parsers.expat import ExpatError

MAX_LINK_FILE_BYTES = 64 * 1024
_SHORTCUT = re.compile(r"^\s*(?:BASE)?URL(?:\[[^\]]*\])?\s*=\s*(\S.*?)\s*$", re.IGNORECASE | re.MULTILINE)
_DRIVE_ADDRESSES = {
    ".gdoc": "https://docs.google.com/document/d/{}/edit",
    ".gsheet": "https://docs.google.com/spreadsheets/d/{}/edit",
    ".gslides": "https://docs.google.com/presentation/d/{}/edit",
    ".gform": "https://docs.google.com/forms/d/{}/viewform",
    ".gdraw": "https://docs.google.com/drawings/d/{}/edit",
}
LINK_EXTENSIONS = (".url", ".webloc", ".desktop", *_DRIVE_ADDRESSES)


class LinkError(ValueError):
    """A link file that leads nowhere; its text says what is wrong and what to do."""


def read_link(data: bytes, extension: str) -> str:
    """The web address that a link file holds. LinkError when it holds none, or none that a browser may follow."""
    if len(data) > MAX_LINK_FILE_BYTES:
        raise LinkError("This is too large to be a link file. Check what it is, and export the document itself.")
    try:
        address = _read_plist(data) if extension == ".webloc" else _read_text(data, extension)
    except (ValueError, TypeError, AttributeError, RecursionError, ExpatError, plistlib.InvalidFileException):
        address = ""
    address = address.strip()
    if not address:
        raise LinkError(
            "We cannot read a web address from this link file. Open it where it came from, and copy the address."
        )
    try:
        parts = urlsplit(address)
        is_web = parts.scheme.casefold() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or len(address) > 2000 or any(not character.isprintable() for character in address):
        raise LinkError("The address in this link file is not a web address (https://…). Replace it or leave it out.")
    return quote(address, safe="%/:=&?~#+!$,;'@()*[]|")


def _read_text(data: bytes, extension: str) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = data.decode(encoding, "replace")
    if extension not in _DRIVE_ADDRESSES:
        found = _SHORTCUT.search(text)
        return found[1] if found else ""
    told = json.loads(text)
    identifier = str(told.get("doc_id") or "")
    return str(
        told.get("url") or (_DRIVE_ADDRESSES[extension].format(quote(identifier, safe="")) if identifier else "")
    )


def _read_plist(data: bytes) -> str:
    return str(plistlib.loads(data)["URL"])
