"""How each engine denies, as far as one can see it from where the packets start: the causes that its denial brings about."""

from collections.abc import Mapping

from preflight.model.diagnosis import Cause
from preflight.model.report import Engine

_PACKETS = frozenset({Cause.TCP_DROPPED})
_QUESTIONS = frozenset({Cause.DNS_RESOLVER_UNREACHABLE, Cause.DNS_QUERY_DROPPED})
_REJECTED = frozenset({Cause.TCP_REFUSED, Cause.TCP_UNREACHABLE})
_NAMES = frozenset(
    {
        Cause.TLS_SNI_RESET,
        Cause.TLS_SNI_DROPPED,
        Cause.TLS_RESET,
        Cause.TLS_DROPPED,
        Cause.TLS_CLOSED,
    }
)
_REQUESTS = frozenset({Cause.HTTP_RESET, Cause.HTTP_DROPPED, Cause.HTTP_BLOCK_PAGE})
_PROXY = frozenset({Cause.PROXY_DENIED, Cause.PROXY_AUTH_REQUIRED, Cause.HTTP_BLOCK_PAGE})
_ANSWERS = frozenset(
    {
        Cause.DNS_NXDOMAIN,
        Cause.DNS_NO_DATA,
        Cause.DNS_REFUSED,
        Cause.DNS_SERVFAIL,
        Cause.DNS_SINKHOLED,
        Cause.DNS_FORGED,
        Cause.DNS_QUERY_DROPPED,
    }
)

WAYS: Mapping[Engine, frozenset[Cause]] = {
    Engine.KUBERNETES_NETWORK_POLICY: _PACKETS | _QUESTIONS,
    Engine.CLUSTER_NETWORK_POLICY: _PACKETS | _QUESTIONS,
    # its DNS proxy answers REFUSED for names that no rule admits (docs.cilium.io, DNS based, 2026)
    Engine.CILIUM: _PACKETS | _QUESTIONS | _REJECTED | {Cause.DNS_REFUSED},
    Engine.CALICO: _PACKETS | _QUESTIONS | _REJECTED,
    # the sidecar completes TCP and closes what has no route (istio.io, egress control, 2026)
    Engine.ISTIO: _NAMES | _REQUESTS,
    Engine.AZURE_NSG: _PACKETS | _QUESTIONS,
    Engine.AZURE_ROUTE: _PACKETS | _QUESTIONS | {Cause.TCP_UNREACHABLE},
    # network rules drop, application rules complete TCP first (learn.microsoft.com, firewall rule processing, 2026)
    Engine.AZURE_FIREWALL: _PACKETS | _QUESTIONS | _NAMES | _REQUESTS | {Cause.TLS_INTERCEPTED},
    Engine.AWS_SECURITY_GROUP: _PACKETS | _QUESTIONS,
    Engine.AWS_NETWORK_ACL: _PACKETS | _QUESTIONS,
    Engine.AWS_NETWORK_FIREWALL: _PACKETS
    | _QUESTIONS
    | _NAMES
    | _REQUESTS
    | {Cause.TLS_INTERCEPTED},
    Engine.GCP_FIREWALL: _PACKETS | _QUESTIONS,
    Engine.SQUID: _PROXY | {Cause.TLS_INTERCEPTED},
    Engine.PROXY: _PROXY,
    Engine.DNS: _ANSWERS,
    Engine.UNKNOWN: frozenset(),
}
"""What one may see of each engine's denial."""


BY_PACKET = frozenset(
    {
        Engine.KUBERNETES_NETWORK_POLICY,
        Engine.CLUSTER_NETWORK_POLICY,
        Engine.CALICO,
        Engine.AZURE_NSG,
        Engine.AZURE_ROUTE,
        Engine.AWS_SECURITY_GROUP,
        Engine.AWS_NETWORK_ACL,
        Engine.GCP_FIREWALL,
    }
)
"""Engines that deny a connection's first packet, or never."""
AFTER_CONNECTING = ("tls.", "http.")
THROUGH_PROXY = frozenset(
    {
        Cause.PROXY_AUTH_REQUIRED,
        Cause.PROXY_DENIED,
        Cause.PROXY_DROPPED,
        Cause.PROXY_UPSTREAM_FAILED,
    }
)
"""Causes that show a connection to the proxy."""


def speaks_too_late(engine: Engine, cause: Cause) -> bool:
    """Whether a connection came about that the engine's denial would have prevented."""
    is_connected = cause.startswith(AFTER_CONNECTING) or cause in THROUGH_PROXY
    return engine in BY_PACKET and is_connected


def denies_so(engine: Engine, cause: Cause | None) -> bool:
    """Whether the engine's denial looks like this."""
    return cause in WAYS[engine]
