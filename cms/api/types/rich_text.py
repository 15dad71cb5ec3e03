"""Writes editors' rich text as HTML for partners: links in full, to hidden pages and documents without an address, many at once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db.models import Model, QuerySet
from wagtail.rich_text.rewriters import LinkRewriter

from cms.access.rich_text import sanitised

from ..loading.planning import Loading, LoadPlan, LoadQuery, Selected
from ..loading.relations import Relation
from .pages import paths_of_pages

_LINK = re.compile(r"<a\b[^>]*\blinktype=[^>]*>")
_KIND = re.compile(r"\blinktype=\"([a-z]{1,20})\"")
_ID = re.compile(r"\bid=\"([0-9]{1,18})\"")
_ROOT_RELATIVE = re.compile(r'(<a\b[^>]*?\bhref=")(/[^"]*)')


@dataclass(frozen=True, slots=True)
class LinkTargets:
    """What links of one kind lead to: `build` finds the rows that the caller may see, `address` makes key and address of one."""

    build: Callable[[LoadPlan, Any], QuerySet]
    address: Callable[..., tuple[str, str]]


_targets: dict[str, LinkTargets] = {}


def register_link_targets(kind: str, targets: LinkTargets) -> None:
    """Register what `<a linktype="KIND" id="…">` leads to; links of kinds that nobody registers have no address."""
    _targets[kind] = targets


register_link_targets(
    "page", LinkTargets(paths_of_pages, lambda request, key, path: (str(key), request.page_url(path)))
)

# Keys of pages are no larger; a larger number comes from pasted markup, and links to nothing.
_LARGEST_KEY = 2**31 - 1


def expand_all(
    plan: LoadPlan, memo: dict[Any, Any], sources: Sequence[str]
) -> Generator[Sequence[LoadQuery], list[list[Any]], list[str]]:
    """Return each source as HTML for the caller; a generator, for a relation to `yield from`.

    The pages that all texts link to are looked up together. All texts are joined for one pass of Wagtail's rewriters.
    """
    linked = _linked(sources)
    urls: dict[str, dict[str, str]] = {kind: {} for kind in _targets}
    if linked:
        found = yield [
            plan.prepared(memo, f"linked {kind}", _targets[kind].build, keys) for kind, keys in linked.items()
        ]
        for kind, rows in zip(linked, found, strict=True):
            urls[kind] = dict(_targets[kind].address(plan.request, *row) for row in rows)
    if not any(sources):
        return ["" for _ in sources]
    plan.request.check_deadline()
    expand = _rewriter(urls)
    cut = f"|{secrets.token_hex(16)}|"
    texts = expand(cut.join(sources)).split(cut)
    if len(texts) != len(sources):
        # A text that breaks off inside a tag swallowed the cut: then each for itself.
        texts = [expand(source) for source in sources]
    absolute = plan.request.absolute
    return [_ROOT_RELATIVE.sub(lambda match: match[1] + absolute(match[2]), sanitised(text)) for text in texts]


def _linked(sources: Sequence[str]) -> dict[str, set[int]]:
    """Return what the texts link to: keys by kind."""
    linked: dict[str, set[int]] = {}
    for source in sources:
        for tag in _LINK.findall(source):
            kind, key = _KIND.search(tag), _ID.search(tag)
            if kind is not None and key is not None and kind[1] in _targets and int(key[1]) <= _LARGEST_KEY:
                linked.setdefault(kind[1], set()).add(int(key[1]))
    return linked


def _rewriter(urls: dict[str, dict[str, str]]) -> Callable[[str], str]:
    """Return a rewriter of links by their addresses here; what has no address for the caller gets none."""

    def linking(kind: str) -> Callable[[list[dict]], list[str]]:
        def link(tags: list[dict]) -> list[str]:
            found = (urls[kind].get(tag.get("id", "")) for tag in tags)
            return ["<a>" if url is None else f'<a href="{escape(url)}">' for url in found]

        return link

    # Links of other kinds lose their address here too, and the sanitiser takes out what is embedded.
    return LinkRewriter(bulk_rules={kind: linking(kind) for kind in urls})


class ToHtml(Relation):
    """Rich text stored under `read(thing)`, as HTML; `columns` are those that it reads of a row."""

    def __init__(self, read: Any, *columns: str) -> None:
        self.read = read
        self.own_columns = columns

    def columns(self, model: type[Model]) -> Iterable[str]:
        return self.own_columns

    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> Loading:
        return (yield from expand_all(plan, selected.memo, [self.read(thing) or "" for thing in things]))

    def children(self, value: Any) -> Iterable[Any]:
        return ()
