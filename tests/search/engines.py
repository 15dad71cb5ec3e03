"""The engines that the conformance tests hold for: Tantivy, OpenSearch's protocol, and a real OpenSearch if there is one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from search.engine import Engine
from search.engine.schema import SCHEMA_VERSION

from .opensearch_double import served

KINDS = ("tantivy", "opensearch", "opensearch-live")


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Engine]:
    """Give an empty engine of this kind; `opensearch-live` skips unless OPENSEARCH_TEST_URL names a server that answers."""
    if kind == "tantivy":
        yield Engine(folder / "index")
        return
    if kind == "opensearch":
        with served() as url:
            yield engine_at(url)
        return
    url = os.environ.get("OPENSEARCH_TEST_URL", "")
    if not url:
        pytest.skip("no real OpenSearch: set OPENSEARCH_TEST_URL")
    yield engine_at(url)


def engine_at(url: str) -> Engine:
    """An engine over a new index at the server of this address."""
    pytest.importorskip("opensearchpy", reason="the client of OpenSearch is not installed")
    from search.opensearch.store import OpenSearchStore, client_of

    client, _ = client_of(f"{url}/academy")
    return Engine(OpenSearchStore(client, f"academy-test-{secrets.token_hex(4)}", SCHEMA_VERSION))
