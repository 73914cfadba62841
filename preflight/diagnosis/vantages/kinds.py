"""What a cause depends on, which decides what a difference between two vantages can mean."""

from enum import StrEnum, unique

from preflight.diagnosis.remedy import BY_NOBODY
from preflight.model.diagnosis import BY_RESOLVER, Cause


@unique
class Kind(StrEnum):
    """What must have been looked at to stop it so."""

    PACKET = "packet"
    """Address and port of a packet, or its route."""
    RESOLVER_PATH = "resolver-path"
    """The same, on the way to the resolver."""
    NAME = "name"
    """What the resolver knows, or is told to say."""
    PROXY_PATH = "proxy-path"
    """Address and port, on the way to the proxy."""
    PROXY = "proxy"
    """What the proxy decides."""
    CONTENT = "content"
    """What is said over an open connection."""
    PATH = "path"
    """A property of the path that no rule decides."""
    OWN = "own"
    """The vantage's own clock and trust, or the service's own certificate."""


KINDS = {
    Cause.DNS_RESOLVER_UNREACHABLE: Kind.RESOLVER_PATH,
    **dict.fromkeys(BY_RESOLVER, Kind.NAME),
    Cause.TCP_DROPPED: Kind.PACKET,
    Cause.TCP_REFUSED: Kind.PACKET,
    Cause.TCP_UNREACHABLE: Kind.PACKET,
    Cause.TLS_SNI_RESET: Kind.CONTENT,
    Cause.TLS_SNI_DROPPED: Kind.CONTENT,
    Cause.TLS_RESET: Kind.CONTENT,
    Cause.TLS_DROPPED: Kind.CONTENT,
    Cause.TLS_CLOSED: Kind.CONTENT,
    Cause.TLS_ALERT: Kind.CONTENT,
    Cause.TLS_INTERCEPTED: Kind.CONTENT,
    Cause.TLS_NOT_TLS: Kind.CONTENT,
    Cause.HTTP_BLOCK_PAGE: Kind.CONTENT,
    Cause.HTTP_RESET: Kind.CONTENT,
    Cause.HTTP_DROPPED: Kind.CONTENT,
    Cause.PROXY_UNREACHABLE: Kind.PROXY_PATH,
    Cause.PROXY_AUTH_REQUIRED: Kind.PROXY,
    Cause.PROXY_DENIED: Kind.PROXY,
    Cause.PROXY_UPSTREAM_FAILED: Kind.PROXY,
    Cause.PROXY_DROPPED: Kind.PROXY,
    Cause.PATH_MTU_BLACKHOLE: Kind.PATH,
    Cause.PATH_LARGE_HELLO_DROPPED: Kind.PATH,
    Cause.PATH_WILDCARD_MISSING: Kind.CONTENT,
    Cause.PATH_PARTIAL_ADDRESSES: Kind.PACKET,
    Cause.PATH_IPV6_BROKEN: Kind.PATH,
    Cause.PATH_UNSTABLE: Kind.PATH,
    **dict.fromkeys(BY_NOBODY, Kind.OWN),
}
"""Every cause."""
