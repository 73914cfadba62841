"""The explicit forward proxy: its URL, and the variables that name one."""

from collections.abc import Mapping
from dataclasses import dataclass

from preflight.errors import UsageError
from preflight.hostname import canonical_host, split_port
from preflight.model.vantage import Credentials, Proxy

DEFAULT_PORTS = {"http": 80, "https": 443}
"""The schemes' own ports, as Go takes them; curl's default for proxies, 1080, is that of SOCKS."""
URL_LIMIT = 2048
"""Characters; longer than any proxy URL with credentials."""
_NOT_A_PATH = frozenset("/?#")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """The proxies for clear HTTP and for everything over CONNECT, and the hosts that go past them."""

    http: Proxy | None = None
    https: Proxy | None = None
    no_proxy: tuple[str, ...] = ()


def read_proxies(environ: Mapping[str, str]) -> ProxySettings:
    """What HTTP_PROXY, HTTPS_PROXY and NO_PROXY say, in either case.

    Upper case wins and an empty variable counts as absent, as in Go (golang.org/x/net/http/httpproxy, `FromEnvironment`),
    whose NO_PROXY rules are followed too. ALL_PROXY is not read: Go and the agents written in it ignore it.
    """
    return ProxySettings(
        http=_proxy_in(environ, "HTTP_PROXY"),
        https=_proxy_in(environ, "HTTPS_PROXY"),
        no_proxy=read_no_proxy(environ),
    )


def read_no_proxy(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The tokens of NO_PROXY, as written, without surrounding space; empty ones are left out."""
    tokens = (token.strip() for token in _either_case(environ, "NO_PROXY")[1].split(","))
    return tuple(token for token in tokens if token)


def parse_proxy(text: str, *, origin: str) -> Proxy:
    """The proxy that a URL (`http` or `https`) or a bare `[user:password@]host[:port]` names.

    User and password are percent-decoded. Raises UsageError, which names `origin` (an option or a variable) and never
    repeats any of the text, because a password may be anywhere in a malformed one.
    """
    try:
        return _parse(text.strip())
    except ValueError as error:
        raise UsageError(f"{origin}: {error}") from None


def _proxy_in(environ: Mapping[str, str], variable: str) -> Proxy | None:
    name, text = _either_case(environ, variable)
    return parse_proxy(text, origin=name) if text.strip() else None


def _either_case(environ: Mapping[str, str], variable: str) -> tuple[str, str]:
    """The variable's name as found and its value; empty where neither spelling has one."""
    for name in (variable, variable.lower()):
        if environ.get(name):
            return name, environ[name]
    return variable, ""


def _parse(text: str) -> Proxy:
    if len(text) > URL_LIMIT:
        raise ValueError("the proxy URL is longer than 2048 characters")
    if not text.isprintable() or " " in text:
        raise ValueError("a proxy URL holds no spaces or control characters")
    scheme, rest = _scheme_of(text)
    userinfo, _, place = rest.removesuffix("/").rpartition("@")
    if _NOT_A_PATH.intersection(userinfo):
        raise ValueError("/, ? and # in a proxy's user or password must be percent-encoded")
    if _NOT_A_PATH.intersection(place):
        raise ValueError("a proxy URL ends after its port: no path, query or fragment")
    host, port = split_port(place)
    if not host:
        raise ValueError("the proxy URL names no host")
    return Proxy(
        scheme=scheme,
        host=canonical_host(host),
        port=DEFAULT_PORTS[scheme] if port is None else port,
        credentials=_credentials(userinfo) if userinfo else None,
    )


def _scheme_of(text: str) -> tuple[str, str]:
    """The scheme, and what follows it; `http` where the text has none."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return "http", text
    scheme = scheme.lower()
    if scheme.startswith("socks"):
        raise ValueError("SOCKS proxies are not supported; give an http:// or https:// proxy")
    if scheme not in DEFAULT_PORTS:
        raise ValueError("a proxy URL begins with http:// or https://")
    return scheme, rest


def _credentials(userinfo: str) -> Credentials:
    # Only where there are any, because few proxies have them and it is not needed before the first packet otherwise.
    from urllib.parse import unquote

    user, _, password = userinfo.partition(":")
    try:
        decoded = Credentials(
            user=unquote(user, errors="strict"), password=unquote(password, errors="strict")
        )
    except UnicodeDecodeError:
        # `from None`: the error's own text would hold the bytes.
        raise ValueError("the proxy's user or password is not percent-encoded UTF-8") from None
    if ":" in decoded.user:
        raise ValueError("a proxy's user cannot hold a colon (RFC 7617 section 2)")
    if not (decoded.user + decoded.password).isprintable():
        raise ValueError("a proxy's user and password hold no control characters")
    return decoded
