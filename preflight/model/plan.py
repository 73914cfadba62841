"""What will be asked of the network: a pure value, made before the first packet."""

from dataclasses import dataclass
from enum import StrEnum, unique

from preflight.model.endpoint import Endpoint, Protocol, Trust
from preflight.model.vantage import Proxy


@unique
class Stage(StrEnum):
    """The steps of a connection, in order; `proxy` is everything up to the proxy's answer to CONNECT."""

    DNS = "dns"
    PROXY = "proxy"
    TCP = "tcp"
    TLS = "tls"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class Direct:
    """Straight to the host's own addresses."""


@dataclass(frozen=True, slots=True)
class ViaProxy:
    """Through an explicit proxy: CONNECT for TLS, an absolute-form request for clear HTTP."""

    proxy: Proxy


Route = Direct | ViaProxy


@unique
class Runtime(StrEnum):
    """Client libraries that read NO_PROXY, each in its own way."""

    GO = "Go"
    CURL = "curl"
    URLLIB = "Python urllib"
    REQUESTS = "Python requests"
    HTTPX = "Python httpx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """What one runtime makes of NO_PROXY for one host."""

    runtime: Runtime
    token: str | None
    """The token that sends the host past the proxy, as written; None where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One host, port and protocol to probe once, whatever the number of endpoints that need it."""

    host: str
    """A name without trailing dot, lower case, in A-label form; or an IP address as text."""
    port: int
    protocol: Protocol
    path: str
    """The HTTP path to request; `/` where nothing better is documented."""
    route: Route
    trust: Trust
    timeout: float
    """Budget of each step, in seconds."""
    ids: tuple[str, ...]
    """Ids of the endpoints it answers for; never empty."""
    wildcard: str | None = None
    """The rule as documented, where that is a wildcard such as `*.ods.opinsights.azure.com` and the host is under it."""
    alternative: Route | None = None
    """The way not taken: direct where a proxy is used, the proxy where NO_PROXY exempts the host; None without a proxy."""
    exemptions: tuple[Exemption, ...] = ()
    """What every runtime makes of NO_PROXY here, Go's first, which the route follows; empty without a proxy or without NO_PROXY."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Every endpoint of the profile, and the checks that answer for those that can be probed."""

    endpoints: tuple[Endpoint, ...]
    """In the catalogue's order, skipped ones included."""
    checks: tuple[Check, ...]
    notices: tuple[str, ...] = ()
    """Remarks about the profile itself, one sentence each, for people."""
