"""Which way a check goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.model.endpoint import Protocol
from preflight.model.plan import Direct, ViaProxy
from preflight.model.vantage import Proxy, Vantage, VantageKind
from preflight.planning.route import LOOPBACK, bypasses, route

WEB = Proxy(scheme="http", host="web.example", port=3128)
SECURE = Proxy(scheme="https", host="secure.example", port=3129)


def vantage(**fields: object) -> Vantage:
    return Vantage(**{"kind": VantageKind.LOCAL, "host": "here"} | fields)  # type: ignore[arg-type] # test values


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        (Protocol.HTTPS, ViaProxy(SECURE)),
        (Protocol.WSS, ViaProxy(SECURE)),
        (Protocol.TCP, ViaProxy(SECURE)),
        (Protocol.HTTP, ViaProxy(WEB)),
        (Protocol.UDP, Direct()),
    ],
)
def test_the_protocol_chooses_the_proxy(protocol: Protocol, expected: object) -> None:
    both = vantage(http_proxy=WEB, https_proxy=SECURE)
    assert route("example.com", 443, protocol, both) == expected


def test_without_a_proxy_for_the_protocol_the_way_is_direct() -> None:
    assert route("example.com", 443, Protocol.HTTPS, vantage(http_proxy=WEB)) == Direct()
    assert route("example.com", 80, Protocol.HTTP, vantage(https_proxy=SECURE)) == Direct()


def test_no_proxy_makes_the_way_direct() -> None:
    exempt = vantage(https_proxy=SECURE, no_proxy=("example.com",))
    assert route("example.com", 443, Protocol.HTTPS, exempt) == Direct()
    assert route("example.org", 443, Protocol.HTTPS, exempt) == ViaProxy(SECURE)


# golang.org/x/net/http/httpproxy, proxy_test.go and its documentation
@pytest.mark.parametrize(
    ("token", "host", "port"),
    [
        ("*", "anything.example", 443),
        ("*", "192.0.2.1", 443),
        ("foo.com", "foo.com", 443),
        ("foo.com", "bar.foo.com", 443),
        ("FOO.com", "foo.com", 443),
        (" foo.com ", "foo.com", 443),
        (".foo.com", "bar.foo.com", 443),
        ("*.foo.com", "a.bar.foo.com", 443),
        ("foo.com:443", "foo.com", 443),
        (".foo.com:443", "bar.foo.com", 443),
        ("foo.com:", "foo.com", 443),
        ("[foo.com]:443", "foo.com", 443),
        ("com", "foo.com", 443),
        ("bücher.example", "xn--bcher-kva.example", 443),
        (".bücher.example", "a.xn--bcher-kva.example", 443),
        ("192.0.2.1", "192.0.2.1", 443),
        ("192.0.2.1:443", "192.0.2.1", 443),
        ("192.0.2.0/24", "192.0.2.1", 443),
        ("192.0.2.77/24", "192.0.2.1", 443),
        ("::ffff:192.0.2.1", "192.0.2.1", 443),
        ("192.0.2.0/24", "::ffff:192.0.2.1", 443),
        ("2001:db8::1", "2001:db8::1", 443),
        ("2001:DB8:0::1", "2001:db8::1", 443),
        ("[2001:db8::1]:443", "2001:db8::1", 443),
        ("2001:db8::/32", "2001:db8::1", 443),
        (".2.1", "192.0.2.1", 443),
    ],
)
def test_a_token_that_covers_the_host_is_named(token: str, host: str, port: int) -> None:
    assert bypasses(host, port, ("unrelated.example", token)) == token


@pytest.mark.parametrize(
    ("token", "host", "port"),
    [
        ("foo.com", "xfoo.com", 443),
        ("foo.com", "foo.com.example", 443),
        (".foo.com", "foo.com", 443),
        ("*.foo.com", "foo.com", 443),
        ("f*.com", "foo.com", 443),
        ("foo.com:80", "foo.com", 443),
        ("foo.com:https", "foo.com", 443),
        (":443", "foo.com", 443),
        ("", "foo.com", 443),
        ("*.", "foo.com", 443),
        ("https://foo.com", "foo.com", 443),
        ("foo.com/", "foo.com", 443),
        ("192.0.2.1", "192.0.2.10", 443),
        ("192.0.2.1:80", "192.0.2.1", 443),
        ("192.0.2.0/24", "192.0.3.1", 443),
        ("192.0.2.0/255.255.255.0", "192.0.2.1", 443),
        ("192.0.2.0/33", "192.0.2.1", 443),
        ("192.0.2.0/24", "foo.com", 443),
        ("192.0.2.0/24", "2001:db8::1", 443),
        ("192.0.2.1", "foo.com", 443),
        ("[2001:db8::1]", "2001:db8::1", 443),
        ("2001:db8::1", "2001:db8::2", 443),
        (".bü\u0000..cher", "foo.com", 443),
    ],
)
def test_a_near_miss_goes_through_the_proxy(token: str, host: str, port: int) -> None:
    assert bypasses(host, port, (token,)) is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_never_proxied(host: str) -> None:
    assert bypasses(host, 443, ()) == LOOPBACK


def test_a_name_below_localhost_is_an_ordinary_name() -> None:
    assert bypasses("app.localhost", 443, ()) is None


def test_the_first_token_that_decides_is_named() -> None:
    assert bypasses("a.foo.com", 443, ("bar.com", ".foo.com", "*")) == ".foo.com"


HOSTS = st.sampled_from(["foo.com", "a.foo.com", "192.0.2.1", "2001:db8::1", "localhost"])


@given(HOSTS, st.integers(1, 65535), st.lists(st.text()).map(tuple))
def test_any_tokens_give_one_of_them_or_none(host: str, port: int, tokens: tuple[str, ...]) -> None:
    assert bypasses(host, port, tokens) in {*tokens, LOOPBACK, None}


@given(st.ip_addresses(v=4) | st.ip_addresses(network="2000::/3"), st.integers(1, 65535))
def test_an_address_is_covered_by_itself_and_its_own_prefix(address: object, port: int) -> None:
    assert bypasses(str(address), port, (str(address),)) is not None
    assert bypasses(str(address), port, (f"{address}/16",)) is not None
