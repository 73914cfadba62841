"""Proxy URLs, and the variables that hold them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.errors import UsageError
from preflight.model.vantage import Credentials, Proxy
from preflight.vantage.proxies import parse_proxy, read_no_proxy, read_proxies


def proxy(host: str = "proxy.example", port: int = 3128, **fields: object) -> Proxy:
    return Proxy(**{"scheme": "http", "host": host, "port": port} | fields)  # type: ignore[arg-type] # test values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://proxy.example:3128", proxy()),
        ("http://proxy.example:3128/", proxy()),
        ("HTTP://Proxy.Example:3128", proxy()),
        ("proxy.example:3128", proxy()),
        (" http://proxy.example:3128\n", proxy()),
        ("http://proxy.example", proxy(port=80)),
        ("proxy.example", proxy(port=80)),
        ("https://proxy.example", proxy(scheme="https", port=443)),
        ("https://proxy.example:8443", proxy(scheme="https", port=8443)),
        ("http://10.0.0.1:3128", proxy("10.0.0.1")),
        ("http://[2001:DB8::1]:3128", proxy("2001:db8::1")),
        ("http://[2001:db8::1]", proxy("2001:db8::1", 80)),
        ("http://bücher.example:3128", proxy("xn--bcher-kva.example")),
        ("http://my_proxy:3128", proxy("my_proxy")),
        ("http://@proxy.example:3128", proxy()),
    ],
)
def test_a_proxy_has_scheme_host_and_port(text: str, expected: Proxy) -> None:
    assert parse_proxy(text, origin="--proxy") == expected


@pytest.mark.parametrize(
    ("userinfo", "user", "password"),
    [
        ("ann:secret", "ann", "secret"),
        ("ann", "ann", ""),
        ("ann:", "ann", ""),
        ("ann:a:b", "ann", "a:b"),
        ("ann:a@b", "ann", "a@b"),
        ("ann:p%40ss%2Fw%3Ard%23", "ann", "p@ss/w:rd#"),
        ("DOM%5Cann:s%C3%A9cret", "DOM\\ann", "sécret"),
        ("ann:100%", "ann", "100%"),
    ],
)
def test_user_and_password_are_decoded(userinfo: str, user: str, password: str) -> None:
    parsed = parse_proxy(f"http://{userinfo}@proxy.example:3128", origin="--proxy")
    assert parsed.credentials == Credentials(user=user, password=password)
    assert (parsed.host, parsed.port) == ("proxy.example", 3128)


def test_a_bare_host_may_have_credentials_too() -> None:
    parsed = parse_proxy("ann:secret@proxy.example:3128", origin="--proxy")
    assert parsed.credentials == Credentials(user="ann", password="secret")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no host"),
        ("http://", "no host"),
        ("http://:3128", "no host"),
        ("socks5://proxy.example:1080", "SOCKS"),
        ("ftp://proxy.example", "begins with http"),
        ("://proxy.example", "begins with http"),
        ("http://proxy.example:3128/path", "no path"),
        ("http://proxy.example:3128?q", "no path"),
        ("http://proxy.example:3128#f", "no path"),
        ("http://proxy.example:3128//", "no path"),
        ("http://ann:s/cret@proxy.example:3128", "percent-encoded"),
        ("http://ann:s#cret@proxy.example:3128", "percent-encoded"),
        ("http://ann:secret@", "no host"),
        ("http://ann:secret", "65535"),
        ("http://proxy.example:0", "65535"),
        ("http://2001:db8::1:3128", "brackets"),
        ("http://pro xy:3128", "spaces"),
        ("http://proxy\x1b[31m:3128", "control"),
        ("http://proxy.example\r\nHost: x", "control"),
        ("http://*.example:3128", "wildcard"),
        ("http://10.0.0.256:3128", "neither an address"),
        ("http://ann:%ff@proxy.example", "UTF-8"),
        ("http://a%3Ann:secret@proxy.example", "colon"),
        ("http://ann:sec%0D%0Aret@proxy.example", "control"),
        ("http://" + "a" * 2048, "2048"),
    ],
)
def test_what_cannot_be_a_proxy_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as raised:
        parse_proxy(text, origin="HTTPS_PROXY")
    assert str(raised.value).startswith("HTTPS_PROXY: ")
    assert "\n" not in str(raised.value)


SECRET = "hunter2-Zx"


@given(
    st.text(max_size=20),
    st.sampled_from(["", ":", "@", "/", "#", "?", "%", "\n", "[", " "]),
    st.text(max_size=20),
)
def test_no_message_repeats_any_of_the_text(before: str, between: str, after: str) -> None:
    text = f"http://{before}ann:{SECRET}{between}{after}@proxy:{SECRET}{between}"
    with pytest.raises(UsageError) as raised:
        parse_proxy(text, origin="--proxy")
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


@given(st.text(max_size=60))
def test_any_text_is_a_proxy_or_a_usage_error(text: str) -> None:
    try:
        parsed = parse_proxy(text, origin="--proxy")
    except UsageError:
        return
    assert parsed.host
    assert 1 <= parsed.port <= 65535


def test_neither_text_nor_repr_of_a_proxy_holds_its_credentials() -> None:
    parsed = parse_proxy("http://ann:secret@proxy.example:3128", origin="--proxy")
    assert str(parsed) == "http://proxy.example:3128"
    assert "secret" not in repr(parsed)
    assert "ann" not in repr(parsed.credentials)


def test_each_variable_gives_its_own_proxy() -> None:
    found = read_proxies({"HTTP_PROXY": "http://web:1", "HTTPS_PROXY": "http://secure:2"})
    assert (str(found.http), str(found.https)) == ("http://web:1", "http://secure:2")


def test_lower_case_variables_count() -> None:
    found = read_proxies({"http_proxy": "web:1", "https_proxy": "secure:2", "no_proxy": "a, b"})
    assert (str(found.http), str(found.https)) == ("http://web:1", "http://secure:2")
    assert found.no_proxy == ("a", "b")


def test_upper_case_wins_as_in_go() -> None:
    assert str(read_proxies({"HTTPS_PROXY": "up:1", "https_proxy": "low:2"}).https) == "http://up:1"


def test_an_empty_variable_counts_as_absent() -> None:
    found = read_proxies({"HTTPS_PROXY": "", "https_proxy": "low:2", "HTTP_PROXY": "  "})
    assert (str(found.https), found.http) == ("http://low:2", None)


def test_all_proxy_is_not_read() -> None:
    assert read_proxies({"ALL_PROXY": "http://all:1"}).https is None


def test_the_variable_at_fault_is_named_as_it_is_spelt() -> None:
    with pytest.raises(UsageError, match=r"^https_proxy: .*SOCKS"):
        read_proxies({"https_proxy": "socks5://proxy:1080"})


def test_no_proxy_is_split_at_commas_and_kept_as_written() -> None:
    assert read_no_proxy({"NO_PROXY": " .Foo.com ,,10.0.0.0/8,a b,"}) == (
        ".Foo.com",
        "10.0.0.0/8",
        "a b",
    )
    assert read_no_proxy({}) == ()
