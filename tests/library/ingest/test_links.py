"""Link files of Windows, the Mac, Linux and online drives give their address, or say why not."""

from __future__ import annotations

import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.ingest.links import LINK_EXTENSIONS, LinkError, read_link


@pytest.mark.parametrize(
    ("extension", "data", "address"),
    [
        (
            ".url",
            b"[InternetShortcut]\r\nURL=https://example.org/a?b=c&d=e\r\nIconIndex=0\r\n",
            "https://example.org/a?b=c&d=e",
        ),
        (".url", "[InternetShortcut]\nURL=https://example.org/\n".encode("utf-16"), "https://example.org/"),
        (
            ".url",
            "\ufeff[InternetShortcut]\nurl = https://example.org/café\n".encode(),
            "https://example.org/caf%C3%A9",
        ),
        (".desktop", b"[Desktop Entry]\nType=Link\nURL[en]=http://example.org/x\n", "http://example.org/x"),
        (".webloc", plistlib.dumps({"URL": "https://example.org/mac"}), "https://example.org/mac"),
        (
            ".webloc",
            plistlib.dumps({"URL": "https://example.org/mac"}, fmt=plistlib.FMT_BINARY),
            "https://example.org/mac",
        ),
        (
            ".gform",
            b'{"url": "https://docs.example.org/forms/d/abc/viewform"}',
            "https://docs.example.org/forms/d/abc/viewform",
        ),
        (
            ".gdoc",
            b'{"":"WARNING!","doc_id":"1AbC-d_9","resource_key":"","email":"x"}',
            "https://docs.google.com/document/d/1AbC-d_9/edit",
        ),
    ],
)
def test_address_is_read(extension: str, data: bytes, address: str) -> None:
    assert read_link(data, extension) == address


@pytest.mark.parametrize(
    ("extension", "data"),
    [
        (".url", b"URL=javascript:alert(1)"),
        (".url", b"URL=file:///etc/passwd"),
        (".url", b"URL=https://"),
        (".url", b"URL=http://[::1"),
        (".url", b"[InternetShortcut]\nIconFile=x"),
        (".url", b"URL=https://example.org/" + b"a" * 3000),
        (".url", b"x" * 70_000),
        (
            ".webloc",
            b"<!DOCTYPE p [<!ENTITY a 'https://example.org'>]><plist><dict><key>URL</key><string>&a;</string></dict></plist>",
        ),
        (".webloc", b"no plist"),
        (".webloc", plistlib.dumps(["a list"])),
        (".gdoc", b"[]"),
        (".gdoc", b"{}"),
        (".gdoc", b"[" * 60_000),
    ],
)
def test_a_link_that_leads_nowhere_is_told(extension: str, data: bytes) -> None:
    with pytest.raises(LinkError):
        read_link(data, extension)


@given(st.binary(max_size=300), st.sampled_from(LINK_EXTENSIONS))
def test_any_bytes_give_an_address_or_a_link_error(data: bytes, extension: str) -> None:
    try:
        assert read_link(data, extension).startswith(("http://", "https://", "HTTP"))
    except LinkError as error:
        assert str(error)
