"""Hosts as written → the one form in which they are asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.hostname import a_labels, address_of, canonical_host, split_port


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Login.MicrosoftOnline.COM", "login.microsoftonline.com"),
        ("mcr.microsoft.com.", "mcr.microsoft.com"),
        ("localhost", "localhost"),
        ("_sip.example.com", "_sip.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("3com.example", "3com.example"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_a_host_has_one_canonical_form(written: str, asked: str) -> None:
    assert canonical_host(written) == asked


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "no host name"),
        (".", "no host name"),
        ("a..b", "no host name"),
        ("-a.example", "no host name"),
        ("a-.example", "no host name"),
        ("a b.example", "no host name"),
        ("a" * 64 + ".example", "no host name"),
        ("a/b", "no host name"),
        ("℀.example", "no host name"),  # IDNA maps it to "a/c"
        ("a.example..", "no host name"),
        (".".join(["abcdefgh"] * 40), "253"),
        (".".join(["ü" * 5] * 25), "no host name"),  # longer than the limit only once encoded
        ("*.example.com", "wildcard"),
        ("10.0.0.256", "neither an address nor"),
        ("1.2.3", "neither an address nor"),
        ("fe80::1%eth0", "scope"),
        ("ü" * 70 + ".example", "A-labels"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        canonical_host(written)


@given(st.text())
def test_a_canonical_host_is_its_own_canonical_form(text: str) -> None:
    try:
        host = canonical_host(text)
    except ValueError:
        return
    assert canonical_host(host) == host
    assert host.isascii()
    assert host == host.lower()


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("example.com", ("example.com", None)),
        ("example.com:8443", ("example.com", 8443)),
        ("[2001:db8::1]", ("2001:db8::1", None)),
        ("[2001:db8::1]:443", ("2001:db8::1", 443)),
        (":443", ("", 443)),
        ("example.com:65535", ("example.com", 65535)),
    ],
)
def test_a_port_follows_the_last_colon_outside_brackets(
    written: str, parts: tuple[str, int | None]
) -> None:
    assert split_port(written) == parts


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2001:db8::1", "brackets"),
        ("[2001:db8::1", "brackets"),
        ("[192.0.2.1]:443", "brackets"),
        ("[2001:db8::1]443", "closing bracket"),
        ("example.com:", "65535"),
        ("example.com:0", "65535"),
        ("example.com:65536", "65535"),
        ("example.com:+443", "65535"),
        ("example.com:٤٤٣", "65535"),
        ("example.com:4 43", "65535"),
        ("example.com:000443", "65535"),
    ],
)
def test_a_port_is_a_number_from_1_to_65535(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        split_port(written)


def test_only_an_address_has_an_address() -> None:
    assert str(address_of("192.0.2.1")) == "192.0.2.1"
    assert address_of("example.com") is None


def test_a_name_in_ascii_is_its_own_a_label() -> None:
    assert a_labels("any thing") == "any thing"
