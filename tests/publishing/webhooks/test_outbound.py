"""The way out: to the address that was checked and no other, with the name proved by TLS, bounded in time and in bytes."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import socket
import ssl
import threading

import pytest
import trustme

from cms.publishing.webhooks import outbound
from cms.publishing.webhooks.addresses import AddressPolicy, resolve_by_system
from cms.publishing.webhooks.outbound import ReceiverAnswer, open_outbound

LOOPBACK = AddressPolicy(allow_loopback=True)
STRICT = AddressPolicy()


def loopback_with(there) -> AddressPolicy:
    return AddressPolicy(frozenset({443, there.server.server_port}), allow_loopback=True)


def post(url: str, policy: AddressPolicy = LOOPBACK, **options) -> ReceiverAnswer:
    async def once() -> ReceiverAnswer:
        async with open_outbound(policy, 4, **options) as way:
            return await way.post(url, b'{"a":1}', {"webhook-id": "msg_1"})

    return asyncio.run(once())


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture
def with_tls(authority):
    """Put a receiver behind TLS with a certificate for the given name; returns the context that a sender trusts it by."""

    def wrap(there, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        there.names_asked = []
        context.sni_callback = lambda _, asked, __: there.names_asked.append(asked)
        there.server.socket = context.wrap_socket(there.server.socket, server_side=True)
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        return trusting

    return wrap


def test_the_checked_address_is_called_and_tls_still_proves_the_name(receiver, with_tls):
    there = receiver(code=200, answer=b"thanks")
    tls = with_tls(there, "intranet.example.org")
    port = there.server.server_port
    url = f"https://intranet.example.org:{port}/x?y=1"
    answer = post(url, loopback_with(there), resolve=lambda host, port: ["127.0.0.1"], tls=tls)
    assert (answer.code, answer.excerpt, answer.error) == (200, "thanks", "")
    assert there.names_asked == ["intranet.example.org"]
    assert there.received[0].headers["host"] == f"intranet.example.org:{port}"
    assert there.received[0].body == b'{"a":1}'


def test_a_certificate_for_another_name_is_refused(receiver, with_tls):
    there = receiver()
    tls = with_tls(there, "somebody.else.example")
    url = f"https://intranet.example.org:{there.server.server_port}/"
    answer = post(url, loopback_with(there), resolve=lambda host, port: ["127.0.0.1"], tls=tls)
    assert "certificate" in answer.error
    assert there.received == []


def test_a_name_that_changes_its_mind_is_called_where_it_was_checked(receiver, with_tls):
    """DNS rebinding: the second answer would lead elsewhere, so the name must be asked once only."""
    there = receiver()
    tls = with_tls(there, "intranet.example.org")
    answers = itertools.chain([["127.0.0.1"]], itertools.repeat(["10.0.0.1"]))
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    url = f"https://intranet.example.org:{there.server.server_port}/"
    assert post(url, loopback_with(there), resolve=resolve, tls=tls).is_success
    assert asked == ["intranet.example.org"]
    refused = post(url, loopback_with(there), resolve=resolve, tls=tls)
    assert refused.error.startswith("Not called:") and refused.code is None
    assert len(there.received) == 1


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1%lo"]
)
def test_a_public_name_of_a_private_address_is_never_connected_to(address, receiver, monkeypatch):
    connected = []
    monkeypatch.setattr(outbound.httpcore.AnyIOBackend, "connect_tcp", lambda *given, **named: connected.append(given))
    answer = post("https://intranet.example.org/", STRICT, resolve=lambda host, port: [address])
    assert answer.error.startswith("Not called:")
    assert address not in answer.error, "what is inside the house's network is not told"
    assert connected == []


def test_what_the_settings_refuse_is_refused_again_when_it_is_sent(receiver):
    """The address may have been typed in when the settings allowed it."""
    there = receiver()
    assert post(there.url, STRICT).error.startswith("Not called:")
    assert there.received == []


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"])
def test_no_proxy_of_the_environment_is_used(name, receiver, monkeypatch):
    there, proxy = receiver(), receiver()
    monkeypatch.setenv(name, proxy.url)
    assert post(there.url).is_success
    assert (len(there.received), len(proxy.received)) == (1, 0)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(code, receiver):
    secret = receiver()
    there = receiver(code=code, extra={"Location": secret.url})
    answer = post(there.url)
    assert (answer.code, answer.is_success) == (code, False)
    assert secret.received == []


@pytest.mark.parametrize(
    ("code", "is_success"), [(200, True), (202, True), (204, True), (299, True), (400, False), (500, False)]
)
def test_only_200_to_299_is_success(code, is_success, receiver):
    answer = post(receiver(code=code).url)
    assert (answer.code, answer.is_success) == (code, is_success)


def test_of_a_long_answer_only_the_beginning_is_read(receiver):
    there = receiver(code=500, answer=b"x" * 50_000_000)
    answer = post(there.url)
    assert answer.code == 500
    assert answer.excerpt == "x" * 500


def test_an_answer_in_no_encoding_is_text_that_every_database_takes(receiver):
    answer = post(receiver(code=500, answer=b"\x00\xff\xfe caf\xc3\xa9").url)
    assert "\x00" not in answer.excerpt and "café" in answer.excerpt
    answer.excerpt.encode()


@pytest.fixture
def raw_server():
    """A server that says what it is told to, a byte at a time if need be, and never ends by itself."""
    is_over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(say) -> str:
        def run() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        def answer(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):  # the sender hung up
                say(connection, is_over)

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/"

    yield serve
    is_over.set()
    listening.close()


def drip(start: bytes, dripped: bytes):
    def say(connection: socket.socket, is_over: threading.Event) -> None:
        connection.sendall(start)
        while not is_over.wait(0.02):
            connection.sendall(dripped)

    return say


@pytest.mark.parametrize(
    "say",
    [
        lambda connection, is_over: is_over.wait(60),
        drip(b"", b"H"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["silence", "status line", "headers", "body", "continue"],
)
def test_a_slow_receiver_is_left_when_its_time_is_over(say, raw_server, monkeypatch):
    monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 0.3)
    answer = post(raw_server(say))
    assert answer.code is None
    assert "No answer within" in answer.error or "RemoteProtocolError" in answer.error


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: " + b"b" * 300_000 + b"\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"\x00\xff" * 1000,
    ],
)
def test_nonsense_for_an_answer_is_a_failed_try(said, raw_server):
    def say(connection: socket.socket, is_over: threading.Event) -> None:
        connection.recv(100_000)
        connection.sendall(said)
        connection.shutdown(socket.SHUT_RDWR)

    answer = post(raw_server(say))
    assert not answer.is_success
    assert answer.error or answer.code == 101


def test_nobody_there_is_a_failed_try_with_a_line_that_says_so():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer = post(f"http://127.0.0.1:{port}/")
    assert "ConnectError" in answer.error and "\n" not in answer.error


def test_a_name_that_does_not_exist_is_a_failed_try():
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert "Name or service not known" in post("https://intranet.example.org/", resolve=resolve).error


@pytest.mark.parametrize("host", ["intranet..example.org", ".example.org", f"{'a' * 64}.example.org"])
def test_a_name_that_cannot_be_is_no_address_for_the_system_either(host):
    with pytest.raises(OSError, match="name"):
        resolve_by_system(host, 443)


def test_what_nobody_thought_of_is_a_failed_try_too(caplog):
    def resolve(host: str, port: int) -> list[str]:
        raise LookupError("a name server of another kind")

    answer = post("https://intranet.example.org/", resolve=resolve)
    assert (answer.code, answer.error) == (None, "It could not be called; the log says why.")
    assert "a name server of another kind" in caplog.text


def test_a_name_server_that_never_answers_takes_no_longer_than_any_other_receiver(monkeypatch):
    monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 0.2)
    is_over = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        is_over.wait(60)
        return []

    try:
        assert "No answer within" in post("https://intranet.example.org/", resolve=resolve).error
    finally:
        is_over.set()


def test_the_next_address_is_tried_when_one_does_not_answer(receiver):
    there = receiver()
    url = there.url.replace("127.0.0.1", "localhost")
    # Nothing listens at ::1 there.
    assert post(url, resolve=lambda host, port: ["::1", "127.0.0.1"]).is_success


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("0", 0), (" 7 ", 7), ("99999999999999999999", 10**8), ("-5", None), ("soon", None), ("", None), ("1.5", None),
     ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Fri, 99 Foo 2020", None), ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
     ("Mon, 01 Jan 2026 00:00:00 +99999999999999", None), ("Mon, 01 Jan 2026 99999999999:00:00 GMT", None)],
)  # fmt: skip
def test_retry_after_is_read_as_seconds_or_a_date(value, seconds, receiver):
    answer = post(receiver(code=503, extra={"Retry-After": value} if value else {}).url)
    assert answer.retry_after == (None if seconds is None else dt.timedelta(seconds=seconds))


def test_retry_after_a_date_to_come(receiver):
    at = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    answer = post(receiver(code=503, extra={"Retry-After": at.strftime("%a, %d %b %Y %H:%M:%S GMT")}).url)
    assert dt.timedelta(minutes=55) < answer.retry_after <= dt.timedelta(hours=1)
