"""Where webhooks may go: the public internet over HTTPS, and nowhere else, however the address is dressed up."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.publishing.webhooks.addresses import (
    AddressPolicy,
    RefusedAddress,
    check_address,
    check_url,
    checked_addresses,
)

STRICT = AddressPolicy()
DEVELOPMENT = AddressPolicy(allow_loopback=True)

REFUSED_EVERYWHERE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",  # metadata of a cloud
    "168.63.129.16",  # the host of a cloud
    "169.254.169.254",  # metadata of most clouds
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",  # metadata of a cloud
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::10.0.0.1",  # IPv4-compatible
    "::ffff:10.0.0.1",  # IPv4-mapped
    "::ffff:169.254.169.254",
    "::ffff:0:10.0.0.1",  # IPv4-translated
    "64:ff9b::10.0.0.1",  # NAT64
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::10.0.0.1",  # NAT64 within one network
    "100::1",  # discard
    "2001::1",  # Teredo
    "2001:0:a00:1::1",
    "2001:10::1",  # ORCHID
    "2001:db8::1",
    "2002:a00:1::1",  # 6to4 of 10.0.0.1
    "2002:7f00:1::1",
    "2002:5db8:d822::1",  # 6to4 of a public address: nobody needs it
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # metadata of a cloud
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
LOOPBACK = ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1"]
PUBLIC = ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450::1"]
PUBLIC_WRAPPED = ["::ffff:93.184.216.34", "64:ff9b::93.184.216.34"]


def is_refused(call, *arguments, **named) -> bool:
    try:
        call(*arguments, **named)
    except RefusedAddress as refusal:
        assert str(refusal).endswith((".", "xn--….")), "a refusal is a sentence"
        return True
    return False


@pytest.mark.parametrize("policy", [STRICT, DEVELOPMENT], ids=["production", "development"])
@pytest.mark.parametrize("text", REFUSED_EVERYWHERE)
def test_what_is_not_the_public_internet_is_refused(text, policy):
    assert is_refused(check_address, ip_address(text), policy)


@pytest.mark.parametrize("text", LOOPBACK)
def test_loopback_is_for_development_only(text):
    assert is_refused(check_address, ip_address(text), STRICT)
    assert not is_refused(check_address, ip_address(text), DEVELOPMENT)


@pytest.mark.parametrize("text", PUBLIC + PUBLIC_WRAPPED)
def test_the_public_internet_is_not_refused(text):
    assert not is_refused(check_address, ip_address(text), STRICT)


def test_operators_may_refuse_more():
    policy = AddressPolicy(refused_networks=(ip_network("93.184.216.0/24"), ip_network("2a00::/16")))
    assert is_refused(check_address, ip_address("93.184.216.34"), policy)
    assert is_refused(check_address, ip_address("::ffff:93.184.216.34"), policy)
    assert is_refused(check_address, ip_address("2a00:1450::1"), policy)
    assert not is_refused(check_address, ip_address("1.1.1.1"), policy)


@given(st.ip_addresses())
def test_whatever_python_knows_to_be_private_is_refused(address):
    is_private = not address.is_global or address.is_multicast or address.is_reserved or address.is_link_local
    mapped = getattr(address, "ipv4_mapped", None)
    if is_private and mapped is None and address not in ip_network("64:ff9b::/96"):
        assert is_refused(check_address, address, STRICT)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing(address):
    outcome = is_refused(check_address, address, STRICT)
    for prefix in ("::ffff:", "64:ff9b::"):
        assert is_refused(check_address, ip_address(f"{prefix}{address}"), STRICT) is outcome


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "not a web address"),
        ("intranet.example.org", "not a web address"),
        ("ftp://intranet.example.org/", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("gopher://intranet.example.org/", "not a web address"),
        ("javascript:alert(1)", "not a web address"),
        ("https://", "not a web address"),
        ("https:///path", "not a web address"),
        ("https://[::1", "not a web address"),
        ("https://intranet.example.org:https/", "not a web address"),
        ("https://intranet.example.org:99999/", "not a web address"),
        ("http://intranet.example.org/", "https://"),
        ("https://intranet.example.org:22/", "Port 22"),
        ("https://intranet.example.org:80/", "Port 80"),
        ("https://user:word@intranet.example.org/", "password"),
        ("https://user@intranet.example.org/", "password"),
        ("https://1.1.1.1@10.0.0.1/", "password"),
        ("https://intranet.example.org/#there", "#"),
        ("https://intranet.example.org/a b", "characters"),
        ("https://intranet.example.org/\r\nHost: other", "characters"),
        ("https://intranet.example.org/\x00", "characters"),
        ("https://intranet.example.org\\@10.0.0.1/", "characters"),
        ("https://intränet.example.org/", "characters"),
        ("https://１２７.0.0.1/", "characters"),
        ("https://localhost/", "public internet"),
        ("https://localhost./", "public internet"),
        ("https://hooks.localhost/", "public internet"),
        ("https://printer.local/", "public internet"),
        ("https://metadata.google.internal/", "public internet"),
        ("https://intranet/", "public internet"),
        ("https://2130706433/", "public internet"),
        ("https://0x7f000001/", "public internet"),
        ("https://127.0.0.1/", "public internet"),
        ("https://[::1]/", "public internet"),
        ("https://[::ffff:127.0.0.1]/", "public internet"),
        ("https://[fe80::1%25eth0]/", "no"),
        ("https://169.254.169.254/latest/meta-data/", "public internet"),
        ("https://intranet.example.org/" + "x" * 500, "longer"),
        ("https://intranet..example.org/", "cannot be"),
        ("https://.example.org/", "cannot be"),
        ("https://example.org../", "cannot be"),
        (f"https://{'a' * 64}.example.org/", "cannot be"),
    ],
)
def test_addresses_that_no_webhook_can_have(url, word):
    with pytest.raises(RefusedAddress, match=word):
        check_url(url, STRICT)


@pytest.mark.parametrize(
    "url",
    [
        "https://intranet.example.org/academy-changes",
        "https://intranet.example.org:443/a?b=c&d=%20",
        "https://INTRANET.example.org./x",
        "https://xn--intrnet-8wa.example/",
        "https://93.184.216.34/",
    ],
)
def test_addresses_that_a_webhook_can_have(url):
    check_url(url, STRICT)


def test_other_ports_are_the_operators_choice():
    check_url("https://intranet.example.org:8443/", AddressPolicy(ports=frozenset({443, 8443})))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/x", "http://localhost:9000/", "https://[::1]:9000/"])
def test_a_developer_may_use_a_receiver_on_the_same_machine(url):
    check_url(url, DEVELOPMENT)


@pytest.mark.parametrize(
    "url",
    ["http://intranet.example.org/", "http://10.0.0.1/", "https://intranet.example.org:9000/", "http://printer.local/"],
)
def test_a_developer_may_use_nothing_else(url):
    with pytest.raises(RefusedAddress):
        check_url(url, DEVELOPMENT)


@given(st.text(max_size=60), st.sampled_from(["", "https://", "http://", "https://[", "https://a@"]))
def test_no_text_is_more_than_refused(text, start):
    is_refused(check_url, start + text, STRICT)


def found_by(*addresses):
    return lambda host, port: list(addresses)


def test_one_refused_address_refuses_the_name():
    with pytest.raises(RefusedAddress):
        checked_addresses(
            "a.example", 443, is_plain=False, policy=STRICT, resolve=found_by("93.184.216.34", "10.0.0.1")
        )


@pytest.mark.parametrize("odd", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_numbers_in_odd_dress_are_judged_by_what_they_resolve_to(odd):
    """The system's resolver takes these for 127.0.0.1; what counts is the address that would be called."""
    from cms.publishing.webhooks.addresses import resolve_by_system

    assert resolve_by_system(odd, 443) == ["127.0.0.1"]
    with pytest.raises(RefusedAddress):
        checked_addresses(odd, 443, is_plain=False, policy=STRICT, resolve=resolve_by_system)


def test_a_name_without_an_address_is_told():
    with pytest.raises(OSError, match="no address"):
        checked_addresses("a.example", 443, is_plain=False, policy=STRICT, resolve=found_by())


def test_even_in_development_only_loopback_is_called_without_tls_or_on_other_ports():
    public = found_by("93.184.216.34")
    with pytest.raises(RefusedAddress):
        checked_addresses("localhost", 80, is_plain=True, policy=DEVELOPMENT, resolve=public)
    with pytest.raises(RefusedAddress):
        checked_addresses("localhost", 9000, is_plain=False, policy=DEVELOPMENT, resolve=public)
    assert checked_addresses("localhost", 9000, is_plain=True, policy=DEVELOPMENT, resolve=found_by("::1")) == ["::1"]
