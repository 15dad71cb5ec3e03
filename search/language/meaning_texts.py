"""Why: what a passage means depends on what it is part of, so its vector is made of its words behind its resource's title; pure."""

from __future__ import annotations

import hashlib

from search.language import analysis


def meaning_text(title: str, section: str, text: str) -> str:
    """The text whose vector stands for a passage: of its resource's title, its heading, and its own words."""
    heading = "" if text.startswith(section) else section
    parts = (" ".join(analysis.without_surrogates(each).split()) for each in (title, heading, text))
    return ". ".join(part for part in parts if part)


def meaning_key(text: str) -> int:
    """A number (of 62 bits) that stands for the text: the same for the same text, in the index and in the file of vectors."""
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 2
