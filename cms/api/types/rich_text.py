"""Writes editors' rich text as HTML for partners: links in full, links to hidden pages without an address, many texts at once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Generator, Iterable, Sequence
from html import escape
from typing import Any

from django.db.models import Model
from wagtail.rich_text import features
from wagtail.rich_text.rewriters import EmbedRewriter, LinkRewriter, MultiRuleRewriter

from ..loading.planning import Loading, LoadPlan, LoadQuery, Selected
from ..loading.relations import Relation
from .pages import paths_of_pages

_PAGE_LINK = re.compile(r"<a\b[^>]*\blinktype=\"page\"[^>]*>")
_ID = re.compile(r"\bid=\"([0-9]{1,18})\"")
_ROOT_RELATIVE = re.compile(r'(<a\b[^>]*?\bhref=")(/[^"]*)')
# Keys of pages are no larger; a larger number comes from pasted markup, and links to nothing.
_LARGEST_KEY = 2**31 - 1


def expand_all(
    plan: LoadPlan, memo: dict[Any, Any], sources: Sequence[str]
) -> Generator[Sequence[LoadQuery], list[list[Any]], list[str]]:
    """Return each source as HTML for the caller; a generator, for a relation to `yield from`.

    The pages that all texts link to are looked up together. All texts are joined for one pass of Wagtail's rewriters.
    """
    linked = {
        int(key[1]) for source in sources for tag in _PAGE_LINK.findall(source) if (key := _ID.search(tag)) is not None
    }
    linked = {key for key in linked if key <= _LARGEST_KEY}
    urls: dict[str, str] = {}
    if linked:
        (pairs,) = yield [plan.prepared(memo, "linked", paths_of_pages, linked)]
        urls = {str(key): plan.request.page_url(path) for key, path in pairs}
    if not any(sources):
        return ["" for _ in sources]
    plan.request.check_deadline()
    expand = _rewriter(urls)
    cut = f"|{secrets.token_hex(16)}|"
    texts = expand(cut.join(sources)).split(cut)
    if len(texts) != len(sources):
        # A text that breaks off inside a tag swallowed the cut: then each for itself.
        texts = [expand(source) for source in sources]
    return [_ROOT_RELATIVE.sub(lambda match: match[1] + plan.request.absolute(match[2]), text) for text in texts]


def _rewriter(urls: dict[str, str]) -> Callable[[str], str]:
    """Return Wagtail's rewriter of rich text, with links to pages by their addresses here; a page without one gets none."""

    def link_to_pages(tags: list[dict]) -> list[str]:
        found = (urls.get(tag.get("id", "")) for tag in tags)
        return ["<a>" if url is None else f'<a href="{escape(url)}">' for url in found]

    links = {kind: handler.expand_db_attributes_many for kind, handler in features.get_link_types().items()}
    embeds = {kind: handler.expand_db_attributes_many for kind, handler in features.get_embed_types().items()}
    return MultiRuleRewriter(
        [LinkRewriter(bulk_rules={**links, "page": link_to_pages}), EmbedRewriter(bulk_rules=embeds)]
    )


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
