"""Make search/language/words/english.txt.xz anew from SCOWL's lists, as Debian packs them (wbritish-large, wamerican-large)."""

from __future__ import annotations

import lzma
import sys
import unicodedata
from pathlib import Path

LISTS = ("british-english-large", "american-english-large")
TARGET = Path(__file__).resolve().parents[2] / "search" / "language" / "words" / "english.txt.xz"
SHORTEST_WORD = 3


def folded(word: str) -> str:
    """Return the word in lower case without accents, as the search folds it."""
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign)).lower()


def main(folder: Path) -> None:
    """Write the distinct words of all lists, one a line, in order; those that are names only end in a caret."""
    lines = {line.strip() for name in LISTS for line in (folder / name).read_text("utf-8").splitlines()}
    plain = {folded(line) for line in lines if line[:1].islower()}
    words = plain | {f"{name}^" for name in map(folded, lines) if name not in plain}
    kept = sorted(
        word for word in words if word.rstrip("^").isalpha() and word.isascii() and len(word) >= SHORTEST_WORD
    )
    TARGET.write_bytes(lzma.compress("\n".join(["", *kept, ""]).encode("ascii"), preset=9))
    print(f"{len(kept):,} words, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("/usr/share/dict"))
