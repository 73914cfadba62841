"""NO_PROXY as each client library reads it, with the cases of their own test suites, and against those that are installed."""

import asyncio
import os
import shutil
import urllib.request
from asyncio.subprocess import DEVNULL, PIPE
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.model.endpoint import Protocol
from preflight.model.plan import Runtime
from preflight.model.vantage import Peer
from preflight.planning.no_proxy import READINGS, exemptions
from tests.fakes.answers import respond
from tests.fakes.tls_server import HttpServer

PORTS = {Protocol.HTTP: 80, Protocol.HTTPS: 443}


def tokens(variable: str) -> tuple[str, ...]:
    """As the vantage keeps them."""
    return tuple(token for token in (part.strip() for part in variable.split(",")) if token)


def is_exempt(
    runtime: Runtime, host: str, variable: str, port: int = 443, protocol: Protocol = Protocol.HTTPS
) -> bool:
    made = exemptions(host, port, protocol, tokens(variable))
    return any(each.token is not None for each in made if each.runtime is runtime)


# curl/curl: tests/unit/unit1614.c
@pytest.mark.parametrize(
    ("host", "variable", "expected"),
    [
        ("www.example.com", "localhost,.example.com,.example.de", True),
        ("example.com", "localhost,.example.com,.example.de", True),
        ("www.example.com", "localhost,.example.com.,.example.de", True),
        ("www.example.com", "localhost,www.example.com.,.example.de", True),
        ("example.com", "localhost,example.com,.example.de", True),
        ("127.0.0.1", "127.0.0.1,localhost,", True),
        ("127.0.0.1", "127.0.0.1/28,localhost,", True),
        ("foobar", "barfoo", False),
        ("foobar", "foobar", True),
        ("192.168.0.1", "foobar", False),
        ("192.168.0.1", "192.168.0.0/16", True),
        ("192.168.0.1", "192.168.0.0/32", False),
        ("192.168.0.1", "192.168.0.0", False),
        ("192.168.1.1", "foo, bar, 192.168.0.0/24", False),
        ("192.168.1.1", "foo, bar, 192.168.0.0/16", True),
        ("::1", "foo, bar, 192.168.0.0/16", False),
        ("::1", "foo, bar, ::1/64", True),
        ("bar", "foo,,,,,              BAr, ::1/64", True),
        ("www.example.com", "www2.example.com, .example.net", False),
        ("nonexample.com", ".example.com, .example.net", False),
        # beyond that suite
        ("www.example.com", "*", True),
        ("www.example.com", "*,example.net", False),
        ("www.example.com", "*.example.com", False),
        ("www.example.com", "www.example.com:443", False),
        ("www.example.com", "example.com example.net", True),
        ("www.example.com", "example.net example.com", False),
        ("www.example.com", "a.example b.example, example.com", False),
        ("192.168.0.1", "192.168.0.1/0", False),
        ("www.example.com", ".", False),
    ],
)
def test_curl(host: str, variable: str, expected: bool) -> None:
    assert is_exempt(Runtime.CURL, host, variable) is expected


# python/cpython: Lib/test/test_urllib.py, ProxyTests
@pytest.mark.parametrize(
    ("host", "port", "variable", "expected"),
    [
        ("localhost", 443, "localhost, anotherdomain.com, newdomain.com:1234", True),
        ("anotherdomain.com", 8888, "localhost, anotherdomain.com, newdomain.com:1234", True),
        ("newdomain.com", 1234, "localhost, anotherdomain.com, newdomain.com:1234", True),
        ("newdomain.com", 443, "localhost, anotherdomain.com, newdomain.com:1234", False),
        ("anotherdomain.com", 443, "*", True),
        ("anotherdomain.com", 443, "*, anotherthing.com", False),
        ("d.o.t", 443, "localhost, anotherdomain.com, .d.o.t", True),
        ("dot", 443, ".d.o.t", False),
        ("prelocalhost", 443, "localhost", False),
        ("localhost.localdomain", 443, "localhost", False),
        ("my.anotherdomain.com", 443, "anotherdomain.com", True),
        ("10.1.2.3", 443, "10.0.0.0/8", False),
        ("10.1.2.3", 443, "10.1.2.3", True),
        ("2001:db8::1", 443, "2001:db8::1", False),
        ("2001:db8::1", 443, "[2001:db8::1]", True),
    ],
)
def test_urllib(host: str, port: int, variable: str, expected: bool) -> None:
    assert is_exempt(Runtime.URLLIB, host, variable, port) is expected


# psf/requests: tests/test_utils.py, test_should_bypass_proxies and its neighbours
@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("192.168.0.1", 5000, True),
        ("192.168.0.1", 443, True),
        ("172.16.1.1", 443, True),
        ("172.16.1.1", 5000, True),
        ("localhost.localdomain", 5000, True),
        ("google.com", 6000, True),
        ("172.16.1.12", 443, False),
        ("172.16.1.12", 5000, False),
        ("google.com", 5000, False),
        ("2001:db8::1", 443, True),
    ],
)
def test_requests(host: str, port: int, expected: bool) -> None:
    variable = (
        "192.168.0.0/24,127.0.0.1,localhost.localdomain,172.16.1.1, google.com:6000, 2001:db8::1"
    )
    assert is_exempt(Runtime.REQUESTS, host, variable, port) is expected


def test_requests_takes_blanks_out_of_the_list() -> None:
    assert is_exempt(Runtime.REQUESTS, "foo.example", "foo. example")
    assert not is_exempt(Runtime.REQUESTS, "b.example", "a.example b.example")


# encode/httpx: tests/test_utils.py, test_get_environment_proxies, and tests/client/test_proxies.py
@pytest.mark.parametrize(
    ("host", "variable", "expected"),
    [
        ("www.github.com", "*,github.com", True),
        ("example.com", "*", True),
        ("www.github.com", "github.com", True),
        ("github.com", ".github.com", False),
        ("www.github.com", ".github.com", True),
        ("wwwgithub.com", "github.com", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("192.168.1.1", "192.168.0.0/16", False),
        ("192.168.0.0", "192.168.0.0/16", True),
        ("::1", "::1", True),
        ("localhost", "localhost", True),
        ("a.localhost", "localhost", False),
        ("github.com", "http://github.com", False),
        ("github.com", "https://github.com", True),
        ("a.github.com", "https://github.com", False),
        ("github.com", "all://github.com", True),
        ("github.com", "https://github.com:8443", False),
    ],
)
def test_httpx(host: str, variable: str, expected: bool) -> None:
    assert is_exempt(Runtime.HTTPX, host, variable) is expected


def test_the_scheme_of_clear_http_counts_for_httpx() -> None:
    assert is_exempt(Runtime.HTTPX, "a.example", "http://a.example", 80, Protocol.HTTP)
    assert not is_exempt(Runtime.HTTPX, "a.example", "https://a.example", 80, Protocol.HTTP)


@pytest.mark.parametrize(
    ("variable", "port", "exempting"),
    [
        ("foo.com", 443, set(Runtime)),
        (".foo.com", 443, {Runtime.CURL, Runtime.URLLIB, Runtime.REQUESTS}),
        ("*.foo.com", 443, set()),
        ("foo.com:443", 443, {Runtime.GO}),
        ("foo.com:8443", 8443, set(Runtime) - {Runtime.CURL}),
        ("*", 443, set(Runtime)),
        ("*, other.example", 443, {Runtime.GO, Runtime.HTTPX}),
        ("https://foo.com", 443, {Runtime.HTTPX}),
        ("other.example", 443, set()),
    ],
)
def test_who_sends_a_name_past_the_proxy(variable: str, port: int, exempting: set[Runtime]) -> None:
    made = exemptions("foo.com", port, Protocol.HTTPS, tokens(variable))
    assert {each.runtime for each in made if each.token} == exempting
    assert {each.token for each in made if each.token} <= set(tokens(variable))


def test_who_sends_a_name_below_a_wildcard_past_the_proxy() -> None:
    made = exemptions("bar.foo.com", 443, Protocol.HTTPS, ("*.foo.com",))
    assert [each.runtime for each in made if each.token] == [Runtime.GO]


def test_who_sends_an_address_in_a_prefix_past_the_proxy() -> None:
    made = exemptions("10.1.2.3", 443, Protocol.HTTPS, ("10.0.0.0/8",))
    exempting = {each.runtime for each in made if each.token}
    assert exempting == {Runtime.GO, Runtime.CURL, Runtime.REQUESTS}


def test_a_name_that_resolves_into_a_prefix_is_nobodys() -> None:
    assert not any(
        each.token for each in exemptions("foo.com", 443, Protocol.HTTPS, ("0.0.0.0/1",))
    )


def test_without_tokens_there_is_nothing_to_read() -> None:
    assert exemptions("foo.com", 443, Protocol.HTTPS, ()) == ()


# against the real ones

VARIABLES = (
    *("foo.com", ".foo.com", "*.foo.com", "..foo.com", "FOO.com", "foo.com.", "foo.com/", "foo"),
    *("foo.com:443", "foo.com:8443", ".foo.com:8443", "com", "oo.com", "f*.com", "localhost", "."),
    *("*", "*,foo.org", "foo.org,*", "a.com foo.com", "foo.com a.com", "a.com, foo.com"),
    *("https://foo.com", "http://foo.com", "https://foo.com:8443", "https://foo.com:443"),
    *(
        "10.1.2.3",
        "10.1.2.3:8443",
        "10.0.0.0/8",
        "10.0.0.0/33",
        "10.0.0.0/0",
        "10.1.2.3/32",
        ".2.3",
    ),
    "2001:db8::1",
)
HOSTS = ("foo.com", "bar.foo.com", "xfoo.com", "10.1.2.3", "2001:db8::1", "localhost")
CASES = tuple(product(VARIABLES, HOSTS, (443, 8443)))


def url(host: str, port: int) -> str:
    place = f"[{host}]" if ":" in host else host
    return f"https://{place}/" if port == 443 else f"https://{place}:{port}/"


def test_urllib_itself_agrees() -> None:
    bypass = urllib.request.proxy_bypass_environment  # type: ignore[attr-defined] # typeshed leaves it out
    for variable, host, port in CASES:
        asked = urllib.request.Request(url(host, port)).host
        real = bool(bypass(asked, {"no": variable}))
        assert is_exempt(Runtime.URLLIB, host, variable, port) is real, (variable, host, port)


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No proxy variables but those that the test sets."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    return monkeypatch


def test_httpx_itself_agrees(bare_environment: pytest.MonkeyPatch) -> None:
    httpx = pytest.importorskip("httpx")
    utils = pytest.importorskip("httpx._utils")
    bare_environment.setenv("https_proxy", "http://proxy.example:3128")
    for variable, host, port in CASES:
        bare_environment.setenv("no_proxy", variable)
        mounts = utils.get_environment_proxies().items()
        patterns = sorted((utils.URLPattern(key), proxy) for key, proxy in mounts)
        asked = httpx.URL(url(host, port))
        proxy = next((proxy for pattern, proxy in patterns if pattern.matches(asked)), None)
        real = proxy is None
        assert is_exempt(Runtime.HTTPX, host, variable, port) is real, (variable, host, port)


def test_requests_itself_agrees(bare_environment: pytest.MonkeyPatch) -> None:
    requests = pytest.importorskip("requests", minversion="2.34")
    for variable, host, port in CASES:
        bare_environment.setenv("no_proxy", variable)
        real = requests.utils.should_bypass_proxies(url(host, port), None)
        assert is_exempt(Runtime.REQUESTS, host, variable, port) is real, (variable, host, port)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
async def test_curl_itself_agrees() -> None:
    # a blank within the list is left out: until the middle of 2024 curl took it for a comma
    cases = [
        (variable, host)
        for variable, host, port in CASES
        if port == 443 and " " not in variable.replace(", ", ",")
    ]
    async with HttpServer(respond(502, b"")) as server:
        asked = "next\n".join(
            _asked_of_curl(number, *case, server.peer) for number, case in enumerate(cases)
        )
        curl = await asyncio.create_subprocess_exec(
            *("curl", "--disable", "--config", "-"),
            stdin=PIPE,
            stdout=DEVNULL,
            stderr=DEVNULL,
            env={"PATH": os.environ["PATH"]},
        )
        await curl.communicate(asked.encode())
        past = {
            int(request.header("x-case") or "-1"): request.target == "/"
            for request in server.requests
        }
    for number, (variable, host) in enumerate(cases):
        assert past[number] is is_exempt(Runtime.CURL, host, variable), (variable, host)


def _asked_of_curl(number: int, variable: str, host: str, server: Peer) -> str:
    """One request; whichever way it goes, it goes to the server."""
    place = f"[{host}]" if ":" in host else host
    return f"""
url = "http://{place}/"
proxy = "http://{server}"
noproxy = "{variable}"
connect-to = "::{server}"
header = "X-Case: {number}"
proxy-header = "X-Case: {number}"
max-time = 20
silent
"""


@given(
    st.sampled_from(HOSTS),
    st.integers(1, 65535),
    st.lists(st.text().map(str.strip).filter(bool)).map(tuple),
)
def test_any_tokens_give_each_runtime_one_of_them_or_none(
    host: str, port: int, given_tokens: tuple[str, ...]
) -> None:
    made = exemptions(host, port, Protocol.HTTPS, given_tokens)
    assert [each.runtime for each in made] == (list(READINGS) if given_tokens else [])
    assert {each.token for each in made} <= {*given_tokens, None, "loopback"}
