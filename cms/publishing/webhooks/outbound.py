"""Posts one signed message to one address, so that neither a hostile nor a slow receiver can do harm.

httpcore is used directly: it follows no redirect, knows no proxy, cookie or password, and takes a network backend, by which
the address that was checked is the address that is called, while TLS still proves the name.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any

import httpcore

from .addresses import AddressPolicy, RefusedAddress, Resolve, check_url, checked_addresses, resolve_by_system

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 10.0
MAX_CONNECT_SECONDS = 5.0
MAX_ANSWER_BYTES = 2_048
USER_AGENT = "Academy-Webhooks/1.0"


@dataclass(frozen=True, slots=True)
class ReceiverAnswer:
    """What came of posting: a status code and the beginning of the body, or `error` when there was no answer."""

    code: int | None = None
    excerpt: str = ""
    error: str = ""
    retry_after: timedelta | None = None
    took_seconds: float = 0.0

    @property
    def is_success(self) -> bool:
        """Whether the receiver took the message: any code from 200 to 299."""
        return self.code is not None and 200 <= self.code < 300


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to checked addresses only: resolving, checking and connecting are one act."""

    def __init__(self, policy: AddressPolicy, resolve: Resolve, lookups: ThreadPoolExecutor, *, is_plain: bool) -> None:
        self._policy, self._resolve, self._lookups, self._is_plain = policy, resolve, lookups, is_plain
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of `host` that answers."""
        # Looking a name up blocks its thread for as long as the name's server likes.
        addresses = await asyncio.get_running_loop().run_in_executor(self._lookups, self._checked, host, port)
        problem: Exception | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as caught:
                problem = caught
        raise problem or httpcore.ConnectError(f"{host} has no address.")

    def _checked(self, host: str, port: int) -> list[str]:
        return checked_addresses(host, port, is_plain=self._is_plain, policy=self._policy, resolve=self._resolve)


class Outbound:
    """A way out for many messages at once; every message gets a connection of its own."""

    def __init__(
        self, policy: AddressPolicy, lookups: ThreadPoolExecutor, resolve: Resolve, tls: ssl.SSLContext | None
    ) -> None:
        self._policy, self._lookups, self._resolve = policy, lookups, resolve
        self._tls = tls or httpcore.default_ssl_context()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> ReceiverAnswer:
        """Post `body` as JSON and return what came of it; never raises for anything the other side does.

        The whole exchange takes `TIMEOUT_SECONDS` at most, however slowly the answer drips.
        """
        begin = monotonic()
        try:
            check_url(url, self._policy)
            async with asyncio.timeout(TIMEOUT_SECONDS):
                code, fields, start = await self._exchange(url, body, headers)
        except RefusedAddress as refusal:
            return ReceiverAnswer(error=f"Not called: {refusal}", took_seconds=monotonic() - begin)
        except (TimeoutError, httpcore.TimeoutException):
            return ReceiverAnswer(
                error=f"No answer within {TIMEOUT_SECONDS:.0f} seconds.", took_seconds=monotonic() - begin
            )
        except (OSError, httpcore.NetworkError, httpcore.ProtocolError) as problem:
            return ReceiverAnswer(error=_told(problem), took_seconds=monotonic() - begin)
        except Exception:
            # Many are called in one round: what nobody thought of about one must not end it for all the others.
            logger.exception("Calling a webhook failed in a way that is not foreseen")
            return ReceiverAnswer(error="It could not be called; the log says why.", took_seconds=monotonic() - begin)
        retry_after = _retry_after(fields.get(b"retry-after", b""))
        return ReceiverAnswer(code, _excerpt(start), "", retry_after, took_seconds=monotonic() - begin)

    async def _exchange(
        self, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        backend = PinnedBackend(self._policy, self._resolve, self._lookups, is_plain=url.startswith("http://"))
        sent = {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "Accept-Encoding": "identity",
            "Connection": "close",
            **headers,
        }
        extensions: dict[str, Any] = {
            "timeout": {"connect": MAX_CONNECT_SECONDS, "read": TIMEOUT_SECONDS, "write": TIMEOUT_SECONDS}
        }
        async with (
            httpcore.AsyncConnectionPool(
                ssl_context=self._tls, network_backend=backend, max_connections=1, max_keepalive_connections=0
            ) as pool,
            pool.stream("POST", url, headers=list(sent.items()), content=body, extensions=extensions) as response,
        ):
            start = b""
            async for chunk in response.aiter_stream():
                start += chunk[: MAX_ANSWER_BYTES - len(start)]
                if len(start) >= MAX_ANSWER_BYTES:
                    break
            return response.status, {name.lower(): value for name, value in response.headers}, start


@asynccontextmanager
async def open_outbound(
    policy: AddressPolicy,
    max_in_flight: int,
    *,
    resolve: Resolve = resolve_by_system,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Outbound]:
    """Give a way out for up to `max_in_flight` messages at once. Another `resolve` or `tls` is for tests."""
    lookups = ThreadPoolExecutor(max_in_flight, thread_name_prefix="webhook-lookup")
    try:
        yield Outbound(policy, lookups, resolve, tls)
    finally:
        # A name server that never answers must not hold up the end of the round.
        lookups.shutdown(wait=False, cancel_futures=True)


def _told(problem: Exception) -> str:
    """Return one short line on a failed exchange; the library's own words, which name no secret."""
    words = " ".join(str(problem).split()) or "the connection was closed"
    return f"{type(problem).__name__}: {words}"[:300]


def _excerpt(start: bytes) -> str:
    """Return the beginning of an answer as text that any column takes."""
    return start.decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")[:500]


def _retry_after(value: bytes) -> timedelta | None:
    """Return how long the receiver asks to be left alone (seconds or a date, RFC 9110), or None when it does not say."""
    text = value.decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(at - datetime.now(UTC), timedelta(0))
