"""What the evidence means."""

from dataclasses import dataclass
from enum import StrEnum, unique

from preflight.model.evidence import Observation
from preflight.model.plan import Stage


@unique
class Verdict(StrEnum):
    """What is said of one endpoint or one address."""

    REACHABLE = "reachable"
    DEGRADED = "degraded"
    BLOCKED = "blocked"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"


@unique
class Confidence(StrEnum):
    """How sure a diagnosis is; `confirmed` leaves no other reading."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    POSSIBLE = "possible"


@unique
class Cause(StrEnum):
    """The cause codes of the contract, in its order."""

    DNS_RESOLVER_UNREACHABLE = "dns.resolver_unreachable"
    DNS_QUERY_DROPPED = "dns.query_dropped"
    DNS_NXDOMAIN = "dns.nxdomain"
    DNS_SERVFAIL = "dns.servfail"
    DNS_REFUSED = "dns.refused"
    DNS_NO_DATA = "dns.no_data"
    DNS_SINKHOLED = "dns.sinkholed"
    DNS_FORGED = "dns.forged"
    TCP_DROPPED = "tcp.dropped"
    TCP_REFUSED = "tcp.refused"
    TCP_UNREACHABLE = "tcp.unreachable"
    TLS_SNI_RESET = "tls.sni_reset"
    TLS_SNI_DROPPED = "tls.sni_dropped"
    TLS_RESET = "tls.reset"
    TLS_DROPPED = "tls.dropped"
    TLS_CLOSED = "tls.closed"
    TLS_ALERT = "tls.alert"
    TLS_INTERCEPTED = "tls.intercepted"
    TLS_UNTRUSTED = "tls.untrusted"
    TLS_EXPIRED = "tls.expired"
    TLS_NAME_MISMATCH = "tls.name_mismatch"
    TLS_VERSION = "tls.version"
    TLS_NOT_TLS = "tls.not_tls"
    HOST_CLOCK_SKEW = "host.clock_skew"
    HTTP_BLOCK_PAGE = "http.block_page"
    HTTP_RESET = "http.reset"
    HTTP_DROPPED = "http.dropped"
    PROXY_UNREACHABLE = "proxy.unreachable"
    PROXY_AUTH_REQUIRED = "proxy.auth_required"
    PROXY_DENIED = "proxy.denied"
    PROXY_UPSTREAM_FAILED = "proxy.upstream_failed"
    PROXY_DROPPED = "proxy.dropped"
    PATH_MTU_BLACKHOLE = "path.mtu_blackhole"
    PATH_LARGE_HELLO_DROPPED = "path.large_hello_dropped"
    PATH_WILDCARD_MISSING = "path.wildcard_missing"
    PATH_PARTIAL_ADDRESSES = "path.partial_addresses"
    PATH_IPV6_BROKEN = "path.ipv6_broken"
    PATH_UNSTABLE = "path.unstable"


BY_RESOLVER = frozenset(
    {
        Cause.DNS_QUERY_DROPPED,
        Cause.DNS_NXDOMAIN,
        Cause.DNS_SERVFAIL,
        Cause.DNS_REFUSED,
        Cause.DNS_NO_DATA,
        Cause.DNS_SINKHOLED,
        Cause.DNS_FORGED,
    }
)
"""Causes that are mended where the name is resolved; nothing was seen of the path behind."""
BY_PROXY = frozenset({Cause.PROXY_AUTH_REQUIRED, Cause.PROXY_DENIED, Cause.PROXY_DROPPED})
"""Causes that are mended at the proxy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What one check's evidence, or one address's part of it, means."""

    verdict: Verdict
    stage: Stage | None
    """Where it stopped; None when nothing stopped it."""
    cause: Cause | None
    """None when reachable, and when nothing in the contract fits."""
    confidence: Confidence
    explanation: str
    """For people: one to three plain sentences; holds untrusted text only through `repr`-like quoting."""
    observations: tuple[Observation, ...]
    """What it rests on; the last is the one that decided."""
    scope: str = ""
    """Diagnoses of one cause and one scope are one finding: a resolver, a proxy, an issuer; else empty."""
