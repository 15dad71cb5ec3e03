"""Cuts long lists into pages; whatever stands in the address, some page that exists is shown."""

from __future__ import annotations

from dataclasses import dataclass

PAGE_SIZE = 20
# A number with more digits than this is no page of ours, and reading it would cost time.
LONGEST_NUMBER = 9
NEIGHBOURS = 1


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list: `number` of `last` (both from 1), of `total` things, `size` a page."""

    number: int
    last: int
    total: int
    size: int

    @property
    def offset(self) -> int:
        """How many things come before this page."""
        return (self.number - 1) * self.size

    @property
    def first_place(self) -> int:
        """The place of the page's first thing, from 1; 0 in an empty list."""
        return min(self.offset + 1, self.total)

    @property
    def last_place(self) -> int:
        """The place of the page's last thing."""
        return min(self.offset + self.size, self.total)

    @property
    def previous(self) -> int | None:
        """The page before, or None."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The page after, or None."""
        return self.number + 1 if self.number < self.last else None

    @property
    def numbers(self) -> list[int | None]:
        """The pages to offer: the first, the last and those around this one; None where some are left out."""
        near = range(self.number - NEIGHBOURS, self.number + NEIGHBOURS + 1)
        shown = sorted({1, self.last, *(number for number in near if 1 <= number <= self.last)})
        result: list[int | None] = []
        for number in shown:
            gap = number - result[-1] if result and result[-1] else 1
            # A gap of one page is filled: "…" would take the same room as the page itself.
            result += [number - 1, number] if gap == 2 else [None, number] if gap > 2 else [number]
        return result


def page_number(text: str | None) -> int:
    """Return the page that an address asks for; 1 for anything that is no whole number above 0."""
    stripped = (text or "").strip()
    if not stripped.isascii() or not stripped.isdigit() or len(stripped) > LONGEST_NUMBER:
        return 1
    return max(1, int(stripped))


def paging(text: str | None, total: int, size: int = PAGE_SIZE) -> Paging:
    """Return the page of `total` things that the address asks for, or the last one when it asks for more."""
    last = max(1, -(-total // size))
    return Paging(min(page_number(text), last), last, total, size)
